"""A copy of what is held about a person: complete for the person, walled for an owner, gone after a week."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from incubator.core.personal import KEPT, apply_retention
from incubator.core.scoping import organisation_context
from incubator.documents.services import keep_paper
from incubator.journal.models import Entry, SecurityEvent
from incubator.subjects import copies
from incubator.subjects.models import OwnCopy, SubjectCopy
from incubator.subjects.tasks import build_copy, build_own_copy
from incubator.tenants.models import StartupDocument
from tests.factories.subsidies import PDF
from tests.factories.tenants import a_founder, a_startup

NUMBER, CERTIFICATE, PHONE = "220104199001011234", "220098765432", "13900139001"
OTHER_NUMBER, SECRET = "220104199001015678", "13711112222"


@pytest.fixture
def known(organisation, other_organisation, people):
    """The founder is a founder in two organisations; somebody else is in both, too."""
    for home, number in ((organisation, NUMBER), (other_organisation, OTHER_NUMBER)):
        with organisation_context(home):
            firm = a_startup(contact_name="founder", contact_email=people["founder"].email, contact_phone="13800138000")
            a_founder(firm, name="林可", user=people["founder"], resident_id=number, phone=PHONE, category="graduate", category_number=CERTIFICATE)
            a_founder(a_startup(contact_phone=SECRET), name="别人", phone=SECRET)
    return people["founder"]


def opened(copy) -> tuple[dict, str, list[str]]:
    """data.json, index.html and the names of the files of a copy."""
    with zipfile.ZipFile(io.BytesIO(copy.file.open("rb").read())) as packed:
        return json.loads(packed.read("data.json")), packed.read("index.html").decode(), packed.namelist()


def about(person, **rows):
    return {"user": person, "founder": None, "startup": None} | rows


def test_a_person_gets_everything_of_every_organisation_and_of_nobody_else(known, organisation, other_organisation, client):
    client.force_login(known)
    assert client.post("/accounts/data/copy/").status_code == 302
    copy = OwnCopy.objects.get()
    build_own_copy(copy.pk)
    copy.refresh_from_db()
    data, page, names = opened(copy)
    text = json.dumps(data, ensure_ascii=False)
    assert {holder["holder"] for holder in data["holders"]} >= {organisation.name, other_organisation.name}
    for value in (NUMBER, OTHER_NUMBER, CERTIFICATE, PHONE, "13800138000", known.email):
        assert value in text and value in page
    assert SECRET not in text and SECRET not in page and "别人" not in text
    assert names[:3] == ["data.json", "index.html", "style.css"]
    for home in (organisation, other_organisation):
        with organisation_context(home):
            entry = Entry.objects.get(act="copy_own")
            assert entry.user == known and NUMBER not in str(entry.facts)


def test_an_owner_gets_only_the_own_organisation_and_nothing_of_the_way_in(known, organisation, actor):
    with organisation_context(organisation):
        copy = copies.ask_copy(about(known), by=actor("owner"))
    build_copy(organisation_id=organisation.pk, copy_id=copy.pk)
    with organisation_context(organisation):
        copy.refresh_from_db()
        data, _page, _names = opened(copy)
    text = json.dumps(data, ensure_ascii=False)
    tables = {table["table"] for holder in data["holders"] for table in holder["tables"]}
    assert NUMBER in text and OTHER_NUMBER not in text and SECRET not in text
    assert "tenants.Founder" in tables
    assert tables.isdisjoint({"journal.SecurityEvent", "sessions.Session", "mfa.Authenticator", "usersessions.UserSession", "accounts.Phone"})


def test_a_number_that_another_organisation_typed_opens_nothing(known, organisation, other_organisation, actor):
    """An owner who writes somebody's resident number into an own entry must not receive the data of other houses."""
    with organisation_context(organisation):
        thief = a_founder(a_startup(), name="某人", resident_id=OTHER_NUMBER)
        copy = copies.ask_copy(about(None, founder=thief), by=actor("owner"))
        copies.build(copy)
        data, page, _names = opened(copy)
    assert "林可" not in json.dumps(data, ensure_ascii=False) + page


def test_the_proof_of_the_category_is_among_the_files(known, organisation, actor):
    with organisation_context(organisation):
        firm = a_startup()
        founder = a_founder(firm, name="赵敏", category="veteran")
        paper = keep_paper(PDF, title="退役证", name="退役证.pdf", by=actor("officer"), kind="category_proof")
        StartupDocument.objects.create(startup=firm, document=paper)
        copy = copies.ask_copy(about(None, founder=founder), by=actor("owner"))
        copies.build(copy)
        _data, _page, names = opened(copy)
    assert "files/01-退役证.pdf" in names


def test_only_the_person_takes_an_own_copy_and_only_with_fresh_proof(known, people, client):
    copy = OwnCopy.objects.create(user=known)
    copies.build_own(copy)
    address = f"/accounts/data/copy/{copy.pk}/"
    client.force_login(people["owner"])
    assert client.get(address).status_code == 404
    client.force_login(known)
    taken = client.get(address)
    assert taken.status_code == 200 and taken["Cache-Control"] == "private, no-store" and taken["Content-Type"] == "application/zip"
    assert SecurityEvent.objects.filter(what="own_copy", user=known).count() == 1
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()
    assert "reauthenticate" in client.get(address).url


def test_a_copy_goes_after_a_week_with_its_file(known, organisation, actor, django_capture_on_commit_callbacks):
    with organisation_context(organisation):
        office = copies.ask_copy(about(known), by=actor("owner"))
        copies.build(office)
    own = OwnCopy.objects.create(user=known)
    copies.build_own(own)
    storage, names = own.file.storage, [own.file.name]
    with organisation_context(organisation):
        office.refresh_from_db()
        names.append(office.file.name)
        SubjectCopy.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    OwnCopy.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert all(storage.exists(name) for name in names)
    with django_capture_on_commit_callbacks(execute=True):
        done = apply_retention()
    assert done["subjects.OwnCopy"] == done["subjects.SubjectCopy"] == 1
    assert not any(storage.exists(name) for name in names)


def test_every_declared_table_says_how_a_person_is_found():
    from django.apps import apps

    from incubator.core.holdings import named_columns

    lost = [label for label, kept in KEPT.items() if not (kept.nobody or kept.find or named_columns(kept, apps.get_model(label)))]
    assert lost == []
