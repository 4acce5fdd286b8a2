"""Where personal data could leak in full (walls.md 10): pages, mails, jobs, logs, the journal of the example world."""

from __future__ import annotations

import io
import logging
import logging.config

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection

from incubator.core.scoping import organisation_context
from incubator.journal.models import Entry
from incubator.tenants.models import Founder, Startup
from tests.browser import signed_in
from tests.walls.conftest import building
from tests.walls.examples import build
from tests.walls.report import tell

RESIDENT_ID, CERTIFICATE, PHONE, CONTACT = "220104199001011234", "220098765432", "13900139001", "13700137002"
ROLES = ("owner", "officer", "founder")
# A founder corrects the contact of the own company: the form holds what is corrected.
OWN_FORM = {("founder", "portal:tenants:contact-change")}


@pytest.fixture(scope="module")
def site(for_the_file):
    """The example world; its first startup has everything on file that must not be shown."""
    with building():
        made = build()
        with organisation_context(made.world.organisation):
            Founder.objects.filter(startup=made.world.startup).update(phone=PHONE)
            first = Founder.objects.filter(startup=made.world.startup).order_by("pk").first()
            Founder.objects.filter(pk=first.pk).update(resident_id=RESIDENT_ID, category="graduate", category_number=CERTIFICATE)
            Startup.objects.filter(pk=made.world.startup.pk).update(contact_phone=CONTACT, contact_email="private@example.org")
            accounts = {*Startup.objects.values_list("bank_account", flat=True), made.world.organisation.bank_account} - {""}
        made.secrets = {RESIDENT_ID, CERTIFICATE, PHONE, CONTACT, "private@example.org", *accounts}
    return made


def leaks(text: str, secrets: set[str]) -> set[str]:
    return {secret for secret in secrets if secret in text}


def test_no_page_shows_a_number_in_full(site, for_this_test):
    found, pages = {}, 0
    for role in ROLES:
        client = signed_in(site.people[role], raise_request_exception=False)
        for label, address in site.addresses.items():
            answer = client.get(address)
            if answer.status_code == 200 and not answer.streaming and answer.headers["Content-Type"].startswith("text/"):
                pages += 1
                if wrong := leaks(answer.content.decode(), site.secrets):
                    found[role, label] = wrong
    assert {place: wrong for place, wrong in found.items() if place not in OWN_FORM} == {}
    assert pages > 100
    tell("personal data in pages", f"{pages} pages of {len(ROLES)} roles, {len(site.secrets)} secrets, {len(found.keys() - OWN_FORM)} shown in full")


def test_a_page_that_shows_one_would_be_noticed(site, for_this_test):
    client = signed_in(site.people["officer"])
    address = site.addresses["office:tenants:reveal"]
    shown = client.post(address, {"what": "bank_account", "reason": "payment", "words": "核对"}).content.decode()
    assert len(leaks(shown, site.secrets)) == 1


def test_journal_jobs_and_mails_hold_none(site, for_this_test, django_capture_on_commit_callbacks):
    client = signed_in(site.people["officer"])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(site.addresses["office:tenants:reveal"], {"what": "bank_account", "reason": "payment", "words": "核对"})
    with organisation_context(site.world.organisation):
        entries = [str(row) for row in Entry.objects.values_list("subject_name", "note", "facts")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        jobs = [row[0] for row in cursor.fetchall()]
    mails = [f"{message.subject} {message.body}" for message in mail.outbox]
    assert len(entries) > 20
    assert {leak for text in entries + jobs + mails for leak in leaks(text, site.secrets)} == set()
    tell("personal data elsewhere", f"{len(entries)} journal entries, {len(jobs)} jobs, {len(mails)} mails: 0 in full")


def test_a_failure_with_all_of_them_in_hand_logs_none(site):
    shown = io.StringIO()
    kept = logging.root.handlers[:]
    handlers = {name: {**handler, "stream": shown} for name, handler in settings.LOGGING["handlers"].items()}
    logging.config.dictConfig({**settings.LOGGING, "handlers": handlers})
    try:
        raise ValueError(" ".join(sorted(site.secrets)))
    except ValueError:
        logging.getLogger("incubator").exception("failed with %s", sorted(site.secrets))
    finally:
        logging.root.handlers[:] = kept
    assert "Traceback" in shown.getvalue() and leaks(shown.getvalue(), site.secrets) == set()
