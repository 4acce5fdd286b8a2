"""An erasure: two people, what must stay stays with its reason, a receipt that anybody can verify."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.storage import Storage
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.models import Membership, User
from incubator.core.errors import Conflict, NotAllowed
from incubator.core.scoping import organisation_context
from incubator.documents.models import Document
from incubator.documents.services import keep_paper
from incubator.notices.services import notify
from incubator.subjects import copies, erasing
from incubator.subjects.models import Erasure, OwnCopy, SubjectCopy
from incubator.tenants.models import Founder, Startup, StartupDocument
from incubator.tenants.services import add_founder, register_startup
from tests.factories.accounts import make_person
from tests.factories.subsidies import PDF
from tests.walls.report import tell

NAME, NUMBER, CERTIFICATE, PHONE = "欧阳若晴", "220104199001011234", "220098765432", "13900139001"
EMAIL = "ruoqing.ouyang@person.example"


@pytest.fixture
def left(organisation, people, actor):
    """A founder who has left: on file with everything there can be, her role ended yesterday."""
    person = make_person("ruoqing", organisation, "founder")
    User.objects.filter(pk=person.pk).update(name=NAME, email=EMAIL)
    person.refresh_from_db()
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=person).update(since=yesterday - timedelta(days=300), until=yesterday)
    with organisation_context(organisation):
        firm = register_startup(by=actor("officer"), name="长春若晴科技有限公司", short_name="若晴科技", kind="firm", uscc="91220101MA0000001U",
                                legal_representative="王小明", contact_name=NAME, contact_phone=PHONE, contact_email=EMAIL)  # fmt: skip
        add_founder(firm, by=actor("officer"), name=NAME, user=person, resident_id=NUMBER, phone=PHONE, category="graduate", category_number=CERTIFICATE)
        paper = keep_paper(PDF + NAME.encode(), title="毕业证", name="证.pdf", by=actor("officer"), kind="category_proof")
        StartupDocument.objects.create(startup=firm, document=paper)
        notify([person, people["owner"]], "%(name)s is added.", key="x", name=NAME)
    return person


def about(person):
    return {"user": person, "founder": None, "startup": None}


def checked(person, actor):
    asked = erasing.ask_erasure(about(person), by=actor("owner"), ground="asked", note="本人到场")
    return erasing.check_erasure(asked, by=actor("owner"))


def erased(person, actor):
    return erasing.carry_out(erasing.approve_erasure(checked(person, actor), by=actor("manager")))


def everything(storage: Storage) -> dict[str, str]:
    """Every cell of every table as text, by table; encrypted fields opened; files as bytes, written as text."""
    from django.apps import apps

    told: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT coalesce(string_agg(row::text, chr(10)), \'\') FROM "{table}" row')
            told[table] = cursor.fetchone()[0]
    for model in (apps.get_model("tenants", "Founder"), apps.get_model("tenants", "Startup")):
        told[f"{model._meta.label} opened"] = "\n".join(str(row) for row in model.objects.values_list())
    for document in Document.objects.all():
        told[f"file {document.pk}"] = document.read().decode(errors="replace")
    return told


def test_after_it_no_full_value_is_found_anywhere(left, organisation, actor, mailoutbox, django_capture_on_commit_callbacks):
    secrets = {NAME, NUMBER, CERTIFICATE, PHONE, EMAIL}
    with organisation_context(organisation):
        paper = Document.objects.get(kind="category_proof")
        before = everything(paper.file.storage)
        assert all(any(secret in text for text in before.values()) for secret in secrets)
        copies.build(copies.ask_copy(about(left), by=actor("owner")))
        with django_capture_on_commit_callbacks(execute=True):
            done = erased(left, actor)
        after = everything(paper.file.storage)
        found = {(place, secret) for place, text in after.items() for secret in secrets if secret in text}
        assert found == set()
        assert not paper.file.storage.exists(paper.file.name) and not SubjectCopy.objects.exists()
    mails = " ".join(f"{mail.subject} {mail.body} {mail.to}" for mail in mailoutbox)
    assert not [secret for secret in secrets if secret in mails]
    left.refresh_from_db()
    assert (left.name, left.is_active, left.has_usable_password()) == (done.number, False, False)
    tell("erasure", f"{len(secrets)} values in {len(before)} tables and files before, 0 after; {len(json.loads(done.receipt_text)['stays'])} kinds of rows stay with their reason")


def test_copies_go_with_their_files_whichever_entry_they_were_made_for(left, organisation, actor, django_capture_on_commit_callbacks):
    with organisation_context(organisation):
        office = copies.ask_copy(about(left) | {"founder": Founder.objects.get(user=left)}, by=actor("owner"))
        copies.build(office)
        own = OwnCopy.objects.create(user=left)
        copies.put_file(own, b"a zip")
        assert all(copy.file.storage.exists(copy.file.name) for copy in (office, own))
        with django_capture_on_commit_callbacks(execute=True):
            erased(left, actor)
        assert not SubjectCopy.objects.exists() and not OwnCopy.objects.exists()
        assert not any(copy.file.storage.exists(copy.file.name) for copy in (office, own))


def test_two_people_and_neither_is_the_person(left, organisation, people, actor):
    with organisation_context(organisation):
        waiting = checked(left, actor)
        with pytest.raises(NotAllowed):
            erasing.approve_erasure(waiting, by=actor("owner"))
        with pytest.raises(NotAllowed):
            erasing.approve_erasure(waiting, by=actor("officer"))
        for changes in ({"approver": people["owner"]}, {"state": "approved"}, {"state": "approved", "approver": left}):
            with pytest.raises(IntegrityError, match="erasure_"), transaction.atomic():
                Erasure.objects.filter(pk=waiting.pk).update(**changes)


def test_nobody_is_erased_who_still_holds_a_role(left, organisation, actor):
    Membership.objects.filter(user=left).update(until=None)
    with organisation_context(organisation):
        asked = erasing.ask_erasure(about(left), by=actor("owner"), ground="asked")
        with pytest.raises(Conflict, match=_("This person still holds a role here. Set its last day under People first, then check again.")):
            erasing.check_erasure(asked, by=actor("owner"))


def test_an_account_that_another_organisation_needs_stays(left, organisation, other_organisation, actor):
    Membership.objects.create(user=left, organisation=other_organisation, role="founder")
    with organisation_context(organisation):
        done = erased(left, actor)
        assert Founder.objects.get(name=done.number).user is None
    left.refresh_from_db()
    assert (left.name, left.email, left.is_active) == (NAME, EMAIL, True)
    assert other_organisation.name not in done.receipt_text


def test_a_second_run_of_the_job_does_nothing_and_a_done_erasure_is_never_changed(left, organisation, actor):
    with organisation_context(organisation):
        done = erased(left, actor)
        text = done.receipt_text
        assert erasing.carry_out(Erasure.objects.get(pk=done.pk)).receipt_text == text
        for statement in ("UPDATE subjects_erasure SET receipt_text = 'x'", "DELETE FROM subjects_erasure"):
            with pytest.raises(IntegrityError, match="never"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_the_receipt_tells_counts_and_reasons_and_no_person(left, organisation, actor):
    with organisation_context(organisation):
        Startup.objects.update(legal_representative=NAME)  # the public register names her
        done = erasing.keep_receipt(erased(left, actor))
        receipt = json.loads(done.receipt_text)
        assert done.document.read().startswith(b"%PDF-")
    assert receipt["number"] == done.number and receipt["gone"]
    assert any(row["why"] and row["until"] for row in receipt["stays"])
    assert not [secret for secret in (NAME, NUMBER, CERTIFICATE, PHONE, EMAIL) if secret in done.receipt_text]


def test_anybody_can_verify_the_receipt_by_its_code(left, organisation, actor, client):
    with organisation_context(organisation):
        done = erased(left, actor)
    page = client.get(f"/verify/{organisation.slug}/{done.verify_code}/")
    assert page.status_code == 200 and done.receipt_sha256 in page.content.decode() and page.context["found"]["intact"]
    assert NAME not in page.content.decode()


def test_a_request_from_the_person_reaches_the_owner(left, organisation, people, client):
    client.force_login(left)
    assert client.get("/accounts/data/").status_code == 200
    assert client.post(f"/accounts/data/erasure/{organisation.slug}/").status_code == 302
    with organisation_context(organisation):
        asked = Erasure.objects.get()
    assert (asked.state, asked.user, asked.checker) == ("asked", left, None)
    client.force_login(people["owner"])
    assert client.get(f"/office/{organisation.slug}/settings/data/erasures/{asked.pk}/").status_code == 200
