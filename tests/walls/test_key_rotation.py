"""Change of the key of personal data (walls.md 10) where the database freezes rows: sealed claims are written again by
the owner of the tables, under another key and in nothing else, and print to the same bytes without the old key."""

from __future__ import annotations

from io import StringIO

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from incubator.accounts.actors import actor_for
from incubator.core.encryption import sealed
from incubator.core.roles import as_role
from incubator.core.scoping import organisation_context
from incubator.policy.loading import load_everything
from incubator.subsidies.models import Claim
from incubator.subsidies.papers import print_claim_pdf
from incubator.subsidies.services.claims import verify_snapshot
from tests.factories.accounts import make_organisation, make_person
from tests.factories.subsidies import endorse, make_world, seal
from tests.walls.report import tell

pytestmark = pytest.mark.django_db(transaction=True)
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def claim_under_the_old_key(settings):
    settings.FUHUA_PII_KEYS = [OLD]
    load_everything()
    organisation = make_organisation("jingyue", "长春净月创客空间", prefix="净创")
    people = {role: make_person(role, organisation, role) for role in ("officer", "manager", "finance", "founder")}
    with organisation_context(organisation):
        world = make_world(organisation, people, lambda role: actor_for(people[role], organisation))
        seal(world, [endorse(world.apply("rent"), world.actor)])
    return organisation


def the_pdf(organisation) -> bytes:
    with organisation_context(organisation):
        claim = Claim.objects.get()
        assert verify_snapshot(claim)
        return print_claim_pdf(claim.snapshot, claim.snapshot_sha256, claim.sealed_at)


def cell() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_text FROM subsidies_claim")
        return cursor.fetchone()[0]


def write(organisation, assignment: str, *params) -> None:
    with organisation_context(organisation), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE subsidies_claim SET {assignment}", params)
        assert cursor.rowcount == 1


def test_after_a_change_of_the_key_a_sealed_claim_prints_to_the_same_bytes_without_the_old_one(claim_under_the_old_key, settings):
    home = claim_under_the_old_key
    before = the_pdf(home)
    settings.FUHUA_PII_KEYS = [NEW]
    with pytest.raises(InvalidToken):
        the_pdf(home)
    settings.FUHUA_PII_KEYS = [NEW, OLD]
    out = StringIO()
    call_command("rotate_keys", stdout=out)  # a failure would raise
    assert "subsidies.Claim.sealed_text: 1 cells, 1 re-encrypted, 0 left (0 sealed, 0 busy)" in out.getvalue()
    settings.FUHUA_PII_KEYS = [NEW]
    after = the_pdf(home)
    assert after == before
    with connection.cursor() as cursor:  # and the site is back in its own role
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("fuhua_app",)
    tell("key rotation", f"sealed claim re-encrypted, old key dropped, PDF of {len(after)} bytes the same")


def test_the_site_cannot_re_encrypt_a_sealed_claim_and_the_owner_can_change_nothing_else(claim_under_the_old_key):
    home = claim_under_the_old_key
    with organisation_context(home):
        text = Claim.objects.get().sealed_text
    again = sealed(str(text))
    with pytest.raises(IntegrityError, match="is sealed"):
        write(home, "sealed_text = %s", again)
    refused = ("sealed_text = 'plain'", "snapshot_sha256 = repeat('0', 64)", "total = total + 1",
               "number = number || 'x'")  # fmt: skip
    with as_role("fuhua_owner"):
        for assignment in refused:
            with pytest.raises(IntegrityError, match="is sealed"):
                write(home, assignment)
        with pytest.raises(IntegrityError, match="is sealed"):
            write(home, "sealed_text = %s, total = total + 1", again)
        write(home, "sealed_text = %s", again)
    with organisation_context(home):
        assert cell() == again
