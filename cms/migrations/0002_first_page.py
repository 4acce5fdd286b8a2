"""Turn Wagtail's welcome page into the page of the deployment, and drop the groups and the review that it comes with:
they hold rights on every page, of whatever organisation."""

from django.db import migrations

TITLE, TITLE_EN = "孵化：众创空间与孵化基地的一站式服务平台", "Fuhua: one place for maker spaces and incubators"
GROUPS = ("Editors", "Moderators")


def make_home(apps, schema_editor):
    page = apps.get_model("wagtailcore", "Page").objects.filter(depth=2).order_by("path").first()
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="cms", model="deploymenthome"
    )
    page.title = page.draft_title = TITLE
    page.content_type = content_type
    page.save()
    home = apps.get_model("cms", "DeploymentHome")(page_ptr_id=page.pk, title_en=TITLE_EN)
    home.save_base(raw=True)
    apps.get_model("wagtailcore", "Site").objects.filter(is_default_site=True).update(root_page=page, site_name="孵化")


def make_welcome_page(apps, schema_editor):
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="wagtailcore", model="page"
    )
    for home in apps.get_model("cms", "DeploymentHome").objects.all():
        page = home.page_ptr
        home.delete(keep_parents=True)
        page.title = page.draft_title = "Welcome to your new Wagtail site!"
        page.content_type = content_type
        page.save()


def drop_rights_on_everything(apps, schema_editor):
    apps.get_model("wagtailcore", "WorkflowPage").objects.all().delete()
    apps.get_model("auth", "Group").objects.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.RunPython(make_home, make_welcome_page),
        migrations.RunPython(drop_rights_on_everything, migrations.RunPython.noop),
    ]
