import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArticlePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('title_en', models.CharField(blank=True, max_length=255, verbose_name='Title in English')),
                ('lead', models.TextField(blank=True, max_length=300, verbose_name='Introduction')),
                ('lead_en', models.TextField(blank=True, max_length=300, verbose_name='Introduction in English')),
                ('body', wagtail.fields.StreamField([], blank=True, block_lookup={}, verbose_name='Body')),
                ('body_en', wagtail.fields.StreamField([], blank=True, block_lookup={}, verbose_name='Body in English')),
            ],
            options={
                'verbose_name': 'article',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='DeploymentHome',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('title_en', models.CharField(blank=True, max_length=255, verbose_name='Title in English')),
                ('lead', models.TextField(blank=True, max_length=300, verbose_name='Introduction')),
                ('lead_en', models.TextField(blank=True, max_length=300, verbose_name='Introduction in English')),
                ('body', wagtail.fields.StreamField([], blank=True, block_lookup={}, verbose_name='Body')),
                ('body_en', wagtail.fields.StreamField([], blank=True, block_lookup={}, verbose_name='Body in English')),
            ],
            options={
                'verbose_name': 'page of the deployment',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='OrganisationHome',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('title_en', models.CharField(blank=True, max_length=255, verbose_name='Title in English')),
                ('lead', models.TextField(blank=True, max_length=300, verbose_name='Introduction')),
                ('lead_en', models.TextField(blank=True, max_length=300, verbose_name='Introduction in English')),
                ('body', wagtail.fields.StreamField([], blank=True, block_lookup={}, verbose_name='Body')),
                ('body_en', wagtail.fields.StreamField([], blank=True, block_lookup={}, verbose_name='Body in English')),
                ('collection', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.collection')),
                ('editors', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='edited_site', to='auth.group')),
                ('organisation', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='home_page', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'page of an organisation',
            },
            bases=('wagtailcore.page', models.Model),
        ),
    ]
