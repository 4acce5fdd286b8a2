"""Acts on the public site: publish an organisation's page, keep its editors in step with their roles."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Site

from cms import starting_content, tasks
from cms.models import DeploymentHome, OrganisationHome
from incubator.accounts.models import Membership, Organisation, User
from incubator.accounts.roles import Role
from incubator.contests.services.followers import tell_followers

PAGE_RIGHTS = ("add_page", "change_page", "publish_page")
FILE_RIGHTS = ("add_image", "change_image", "choose_image", "delete_image", "add_document", "change_document", "choose_document", "delete_document")


def deployment_home() -> DeploymentHome:
    """The root page of the deployment; the migration made it."""
    return DeploymentHome.objects.get()


@transaction.atomic
def set_up_deployment() -> DeploymentHome:
    """Let the one site of the deployment answer at the address of the settings. May be run again at any time."""
    home = deployment_home()
    address = settings.SITE_URL.partition("://")[2].partition("/")[0]
    host, _colon, port = address.partition(":")
    standard = 443 if settings.SITE_URL.startswith("https") else 80
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": host, "port": int(port or standard), "root_page": home, "site_name": settings.WAGTAIL_SITE_NAME},
    )
    return home


@transaction.atomic
def publish_site(organisation: Organisation, **words: Any) -> OrganisationHome:
    """Give an organisation its complete public page at /<slug>/, with an editors' group and a folder for its pictures.

    `words` (title, title_en, lead, lead_en, body, body_en …) replace the words it starts with. Run again, it changes no
    word that somebody wrote since: it publishes the page if it was taken off and puts the rights back in order."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    home = OrganisationHome.objects.filter(organisation=organisation).first()
    if home is None:
        home = OrganisationHome(organisation=organisation, **starting_content.of(organisation) | words)
        home.editors = Group.objects.create(name=f"{organisation.slug}: editors")
        home.collection = Collection.get_first_root_node().add_child(name=organisation.name)
        deployment_home().add_child(instance=home)
    if not home.live or home.latest_revision is None:
        home.save_revision().publish()
    _grant(home)
    for user in User.objects.filter(Q(groups=home.editors) | Q(memberships__organisation=organisation)).distinct():
        keep_editor_in_step(user)
    return home


def _grant(home: OrganisationHome) -> None:
    """Exactly the rights of an editor: this page and what is below it, this folder, the way into /cms/."""
    group = home.editors
    group.permissions.set(Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin"))
    rights = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=PAGE_RIGHTS)
    for right in rights:
        GroupPagePermission.objects.get_or_create(group=group, page=home.page_ptr, permission=right)
    files = Permission.objects.filter(content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=FILE_RIGHTS)
    for right in files:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=home.collection, permission=right)
    GroupPagePermission.objects.filter(group=group).exclude(page=home.page_ptr, permission__in=rights).delete()
    GroupCollectionPermission.objects.filter(group=group).exclude(collection=home.collection, permission__in=files).delete()


@transaction.atomic
def keep_editor_in_step(user: User) -> None:
    """Let a person join the editors of the organisations where they hold that role today, and leave all others.

    Called before each view of /cms/, so that a role that was taken away or has run out counts at once."""
    roles = Membership.objects.running().filter(user=user, role=Role.EDITOR)
    wanted = set(OrganisationHome.objects.filter(organisation__in=roles.values("organisation")).values_list("editors", flat=True))
    held = set(user.groups.exclude(edited_site=None).values_list("pk", flat=True))
    if wanted != held:
        user.groups.add(*wanted - held)
        user.groups.remove(*held - wanted)


def after_publication(sender: Any, instance: Any, **about: Any) -> None:
    """Let the queue write the search anew; of news and stories that appear for the first time, let it tell followers."""
    home = OrganisationHome.objects.ancestor_of(instance, inclusive=True).select_related("organisation").first()
    if home is None:
        return
    tasks.index_site.defer(organisation_id=home.organisation_id)
    article = instance.specific
    fresh = about.get("revision") is not None and instance.live and instance.first_published_at == instance.last_published_at
    if fresh and getattr(article, "kind", "page") in ("news", "story"):
        tell_followers(home.organisation, f"page:{instance.pk}")
