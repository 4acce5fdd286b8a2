"""Migrations of ours run in one line, and none is forgotten."""

import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

OURS = [app.label for app in apps.get_app_configs() if app.name.split(".")[0] in {"incubator", "spaces", "billing", "mentors", "cms"}]


@pytest.fixture(scope="module")
def loader():
    return MigrationLoader(None, ignore_no_migrations=True)


@pytest.mark.django_db
def test_no_change_of_a_model_lacks_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("label", OURS)
def test_migrations_run_in_one_line(loader, label):
    names = sorted(name for app, name in loader.disk_migrations if app == label)
    assert len(loader.graph.leaf_nodes(label)) == (1 if names else 0)
    for before, name in zip(names, names[1:], strict=False):
        assert (label, before) in loader.disk_migrations[label, name].dependencies


@pytest.mark.parametrize("label", OURS)
def test_migrations_are_numbered_without_a_gap_and_named_by_what_they_do(loader, label):
    names = sorted(name for app, name in loader.disk_migrations if app == label)
    assert [name[:4] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]
    assert [name for name in names if re.search(r"_auto_|_alter_.*_and_more", name)] == []
