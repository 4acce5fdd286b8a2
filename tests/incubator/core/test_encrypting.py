"""The step of a migration that puts a column under encryption: every organisation's cells, and back."""

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from incubator.core.encrypting import decrypt_column, encrypt_column
from incubator.core.encryption import blind_index
from incubator.core.scoping import organisation_context
from incubator.tenants.models import Founder
from tests.factories.tenants import a_founder, a_startup

FOUNDERS, NUMBER = "tenants_founder", "220012345678"
editor = SimpleNamespace(connection=connection)


@pytest.fixture
def plain_rows(organisation, other_organisation):
    """In two organisations a founder whose certificate stands in plain text, as before the migration, and one without."""
    for home in (organisation, other_organisation):
        with organisation_context(home), connection.cursor() as cursor:
            founder = a_founder(a_startup())
            a_founder(founder.startup, name="无证")
            cursor.execute("UPDATE tenants_founder SET category_number = %s WHERE id = %s", [NUMBER, founder.pk])
    return organisation, other_organisation


def stored(home):
    with organisation_context(home), connection.cursor() as cursor:
        cursor.execute("SELECT category_number, category_number_index FROM tenants_founder ORDER BY id")
        return cursor.fetchall()


def test_every_organisation_is_encrypted_and_found_by_its_index(plain_rows):
    encrypt_column(FOUNDERS, "category_number", index="category_number_index", purpose="certificate", walled=True)(apps, editor)
    for home in plain_rows:
        (cell, index), empty = stored(home)
        assert cell.startswith("v1:") and index == blind_index(NUMBER, purpose="certificate") and empty == ("", "")
        with organisation_context(home):
            assert [founder.category_number for founder in Founder.objects.order_by("pk")] == [NUMBER, ""]


def test_a_second_run_changes_nothing_and_the_way_back_restores_the_text(plain_rows):
    step = encrypt_column(FOUNDERS, "category_number", index="category_number_index", purpose="certificate", walled=True)
    step(apps, editor)
    before = stored(plain_rows[0])
    step(apps, editor)
    assert stored(plain_rows[0]) == before
    decrypt_column(FOUNDERS, "category_number", walled=True)(apps, editor)
    assert [cell for cell, _index in stored(plain_rows[0])] == [NUMBER, ""]


def test_an_account_keeps_its_last_four_digits(organisation):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_organisation SET bank_account = '0100200300400777', bank_account_tail = ''")
    encrypt_column("accounts_organisation", "bank_account", index="bank_account_index", tail="bank_account_tail", purpose="account", walled=False)(apps, editor)
    organisation.refresh_from_db()
    assert (organisation.bank_account, organisation.masked_account) == ("0100200300400777", "**** 0777")
