"""Personal data (walls.md 10): every table that holds some says how long, and nothing shows a number in full."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.utils import timezone

from incubator.accounts.models import Invitation
from incubator.core import personal
from incubator.core.encryption import EncryptedText
from incubator.core.personal import KEPT, apply_retention
from incubator.core.scoping import organisation_context
from incubator.notices.models import Notice
from tests.house import personal as printed
from tests.walls.report import tell

OURS = ("incubator.", "spaces", "billing", "mentors", "cms")
PERSONAL_NAME = re.compile(r"phone|email|contact|representative|resident|bank_account|account_tail|payer_|client_ip|agent$|^ip$|^typed$")
PEOPLE = {("accounts.User", "name"), ("tenants.Founder", "name")}  # names of persons; other names are of firms and things
OF_PACKAGES = {"account.EmailAddress", "mfa.Authenticator", "sessions.Session", "usersessions.UserSession"}


def personal_fields(model) -> set[str]:
    fields = model._meta.local_concrete_fields
    by_name = {f.name for f in fields if not f.is_relation and PERSONAL_NAME.search(f.name)}
    return by_name | {f.name for f in fields if isinstance(f, EncryptedText) or (model._meta.label, f.name) in PEOPLE}


def test_every_table_with_personal_fields_says_how_long():
    models = [m for m in apps.get_models() if m.__module__.startswith(OURS) or m._meta.label in OF_PACKAGES]
    holding = {m._meta.label: fields for m in models if (fields := personal_fields(m)) or m._meta.label in OF_PACKAGES}
    undeclared = {f"{label}.{name}" for label, fields in holding.items() for name in fields if label not in KEPT or name not in KEPT[label].fields}
    undeclared |= OF_PACKAGES - set(KEPT)
    assert undeclared == set()
    tell("personal data", f"{len(holding)} tables with personal fields, {len(undeclared)} fields without a period")


def test_every_declared_field_exists_and_every_declaration_is_whole():
    for label, kept in KEPT.items():
        names = {field.name for field in apps.get_model(label)._meta.get_fields()}
        assert set(kept.fields) <= names, label
        assert kept.fields and kept.basis and kept.period and kept.then, label


def test_a_new_field_for_a_telephone_would_be_noticed():
    founder = apps.get_model("tenants", "Founder")
    assert personal_fields(founder) >= {"name", "phone", "resident_id", "resident_id_index"}


def test_the_table_is_printed_anew():
    assert printed.PAGE.read_text(encoding="utf-8") == printed.page(), "run `.venv/bin/python -m tests.house.personal`"


def a_notice(person, key, **fields):
    return Notice.objects.create(person=person, sentence="Saved.", key=key, **fields)


@pytest.fixture
def old_and_new(organisation, other_organisation, people, other_people):
    now, year = timezone.now(), timedelta(days=366)
    for home, persons in ((organisation, people), (other_organisation, other_people)):
        with organisation_context(home):
            a_notice(persons["officer"], "new", at=now)
            a_notice(persons["officer"], "read long ago", at=now - year, read_at=now - year)
            a_notice(persons["officer"], "unread", at=now - year)
            a_notice(persons["officer"], "forgotten", at=now - 2 * year)


def kept_notices(home):
    with organisation_context(home):
        return set(Notice.objects.values_list("key", flat=True))


def test_at_night_old_messages_go_in_every_organisation(old_and_new, organisation, other_organisation):
    assert apply_retention()["notices.Notice"] == 4
    assert kept_notices(organisation) == kept_notices(other_organisation) == {"new", "unread"}
    assert apply_retention()["notices.Notice"] == 0


def test_one_failure_stops_no_other_table(old_and_new, organisation, monkeypatch):
    def fails():
        raise RuntimeError("no")

    monkeypatch.setitem(personal.KEPT, "accounts.User", personal.Kept("accounts.User", (), "", "", "", fails))
    assert apply_retention()["notices.Notice"] == 4


def test_at_night_ended_sessions_and_closed_invitations_go(organisation, people):
    now = timezone.now()
    Session.objects.create(session_key="gone", session_data="", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="here", session_data="", expire_date=now + timedelta(days=1))
    for address, days in (("old@example.org", 200), ("new@example.org", 20)):
        sent = now - timedelta(days=days)
        Invitation.objects.create(organisation=organisation, email=address, role="viewer", invited_by=people["owner"],
                                  sent_at=sent, expires_at=sent + timedelta(days=7))
    apply_retention()
    assert set(Session.objects.filter(session_key__in=["gone", "here"]).values_list("session_key", flat=True)) == {"here"}
    assert set(Invitation.objects.values_list("email", flat=True)) == {"new@example.org"}
