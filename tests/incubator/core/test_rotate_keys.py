"""Change of the key of personal data: `manage.py rotate_keys`."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import CommandError, call_command
from django.db import connection

from incubator.core import rotation
from incubator.core.scoping import organisation_context
from incubator.tenants.models import Founder, Startup
from tests.factories.tenants import a_founder, a_startup

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
ACCOUNT, RESIDENT_ID = "6222000011112222333", "220104199001011234"


@pytest.fixture
def old_key(settings):
    settings.FUHUA_PII_KEYS = [OLD]


@pytest.fixture
def cells(old_key, organisation, other_organisation):
    """In each of two organisations a startup with an account and a founder with a number, under the old key."""
    for home in (organisation, other_organisation):
        with organisation_context(home):
            a_founder(a_startup(bank_account=ACCOUNT), resident_id=RESIDENT_ID)
    return organisation, other_organisation


def rotated() -> str:
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def values() -> list[str]:
    return [Startup.objects.get().bank_account, Founder.objects.get().resident_id]


def execute(statement: str, *params) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_after_it_every_organisation_reads_without_the_old_key(cells, settings):
    settings.FUHUA_PII_KEYS = [NEW, OLD]
    said = rotated()
    assert "tenants.Startup.bank_account: 2 cells, 2 re-encrypted, 0 left" in said
    assert "tenants.Founder.resident_id: 2 cells, 2 re-encrypted, 0 left" in said
    settings.FUHUA_PII_KEYS = [NEW]
    for home in cells:
        with organisation_context(home):
            assert values() == [ACCOUNT, RESIDENT_ID]


def test_without_it_the_new_key_alone_opens_nothing(cells, settings):
    settings.FUHUA_PII_KEYS = [NEW]
    with organisation_context(cells[0]), pytest.raises(InvalidToken):
        values()


def test_a_second_run_writes_nothing(cells, settings):
    settings.FUHUA_PII_KEYS = [NEW, OLD]
    rotated()
    assert "tenants.Startup.bank_account: 2 cells, 0 re-encrypted, 0 left" in rotated()


def test_a_run_that_was_killed_is_finished_by_the_next(cells, settings, monkeypatch):
    settings.FUHUA_PII_KEYS = [NEW, OLD]
    real, calls = rotation._renew, []

    def dies_at_the_third(*args):
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(rotation, "_renew", dies_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            rotated()
    said = rotated()
    assert "tenants.Startup.bank_account: 2 cells" in said and "left" in said
    settings.FUHUA_PII_KEYS = [NEW]
    for home in cells:
        with organisation_context(home):
            assert values() == [ACCOUNT, RESIDENT_ID]


def test_it_goes_through_many_batches(cells, settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 1)
    with organisation_context(cells[0]):
        a_startup(bank_account=ACCOUNT), a_startup(bank_account=ACCOUNT)
    settings.FUHUA_PII_KEYS = [NEW, OLD]
    assert "tenants.Startup.bank_account: 4 cells, 4 re-encrypted, 0 left" in rotated()


def test_a_cell_that_somebody_wrote_into_the_database_stops_it(cells, settings):
    settings.FUHUA_PII_KEYS = [NEW, OLD]
    with organisation_context(cells[0]):
        pk = Startup.objects.get().pk
        execute("UPDATE tenants_startup SET bank_account = overlay(bank_account placing 'AAAA' from 60) WHERE id = %s", pk)
    with pytest.raises(CommandError, match=f"tenants.Startup.bank_account of row {pk}: no key opens the cell"):
        rotated()


def test_a_cell_in_plain_text_stops_it(cells, settings):
    settings.FUHUA_PII_KEYS = [NEW, OLD]
    with organisation_context(cells[0]):
        execute("UPDATE tenants_startup SET bank_account = '6222'")
    with pytest.raises(CommandError, match="the cell is not encrypted") as refusal:
        rotated()
    assert "6222" not in str(refusal.value)


def test_a_cell_that_changes_between_reading_and_writing_is_left_for_the_next_run(cells, settings, monkeypatch):
    settings.FUHUA_PII_KEYS = [NEW, OLD]
    real = rotation.renewed

    def meanwhile(cell, *, where):
        if "bank_account" in where:
            execute("UPDATE tenants_startup SET bank_account = bank_account || '='")
        return real(cell, where=where)

    with monkeypatch.context() as patch:
        patch.setattr(rotation, "renewed", meanwhile)
        with pytest.raises(CommandError, match="still need an older key: 0 in rows .* 2 that somebody was changing"):
            rotated()


def test_second_factors_work_without_the_old_key(old_key, people, settings):
    totp = TOTP.activate(people["owner"], "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(people["owner"]).get_unused_codes()
    settings.FUHUA_PII_KEYS = [NEW, OLD]
    assert "mfa.Authenticator.data: 2 cells, 2 re-encrypted, 0 left" in rotated()
    settings.FUHUA_PII_KEYS = [NEW]
    again = Authenticator.objects.get(user=people["owner"], type="recovery_codes").wrap()
    assert again.get_unused_codes() == codes
    assert Authenticator.objects.get(pk=totp.instance.pk).data["secret"].startswith("v1:")
