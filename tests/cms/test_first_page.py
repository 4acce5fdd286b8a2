"""The data migration: Wagtail's welcome page becomes the page of the deployment, and can become the welcome page again."""

import importlib

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from wagtail.models import Page, Site, WorkflowPage

from cms.models import ArticlePage, DeploymentHome, OrganisationHome

first_page = importlib.import_module("cms.migrations.0002_first_page")


def test_the_migration_made_the_root_page_of_the_site(db):
    home = DeploymentHome.objects.get()
    assert Site.objects.get().root_page_id == home.pk
    assert Page.objects.filter(title__startswith="Welcome").count() == 0
    assert Group.objects.filter(name__in=first_page.GROUPS).count() == 0
    assert WorkflowPage.objects.count() == 0


def test_there_and_back_again(db):
    before = DeploymentHome.objects.get()
    apps = MigrationExecutor(connection).loader.project_state([("cms", "0002_first_page")]).apps
    first_page.make_welcome_page(apps, None)
    assert DeploymentHome.objects.count() == 0
    assert Page.objects.get(pk=before.pk).title == "Welcome to your new Wagtail site!"
    assert type(Page.objects.get(pk=before.pk).specific) is Page
    first_page.make_home(apps, None)
    after = DeploymentHome.objects.get()
    assert (after.pk, after.path, after.title, after.title_en) == (before.pk, before.path, before.title, before.title_en)


def test_blocks_stay_out_of_the_migrations(db):
    """A new block is code only: no migration, no change of the column."""
    call_command("makemigrations", "cms", check=True, dry_run=True, verbosity=0)
    for model in (ArticlePage, DeploymentHome, OrganisationHome):
        _name, path, args, options = model._meta.get_field("body").deconstruct()
        assert (path, args, options["block_lookup"]) == ("wagtail.fields.StreamField", [[]], {})
