"""The abuse cases of walls.md 16, by their number. docs/abuse.md says for every row which test stands for it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from incubator.accounts.models import Membership
from incubator.core.scoping import organisation_context
from incubator.documents.models import Document
from incubator.journal.models import Entry
from incubator.subsidies.models import ApplicationLine, SubsidyApplication
from spaces.models import Lease
from tests.browser import signed_in
from tests.factories.documents import an_upload
from tests.walls import examples
from tests.walls.conftest import building, undone
from tests.walls.report import tell
from tests.walls.test_bad_input import sentence_at, written

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/abuse.md"
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)` (test_\w+)")


@pytest.fixture(scope="module")
def built(for_the_file):
    with building():
        return examples.build()


@pytest.fixture
def site(built, for_this_test):
    return built


@pytest.fixture
def world(site):
    """The home of the example world, in its context."""
    with organisation_context(site.world.organisation):
        yield site.world


def a(world, name: str, *args) -> str:
    return reverse(name, args=[world.organisation.slug, *args])


def body(response) -> str:
    """The page without what is new in every answer."""
    return re.sub(r"\{\"X-CSRFToken\": \"\w+\"\}", "", response.text)


def test_01_another_organisations_id_is_like_a_missing_one(site):
    """Every address with an id in it, asked inside the own organisation for the other's row and for none."""
    office, portal, asked = signed_in(site.people["other owner"]), signed_in(site.people["other founder"]), 0
    for name, path in site.addresses.items():
        numbers = re.findall(r"/(\d+)/", path)
        if not numbers or not path.startswith(("/office/", "/portal/")):
            continue
        client, foreign = (office if path.startswith("/office/") else portal), path.replace("/jingyue/", "/yanbian/", 1)
        missing = foreign.replace(f"/{numbers[0]}/", f"/{10**9}/", 1)
        for method in (client.get, client.post):
            with undone():
                first, second = method(foreign), method(missing)
            assert first.status_code == second.status_code, name
            assert first.status_code in {403, 404, 405}, (name, first.status_code)
            assert body(first).replace(foreign, "") == body(second).replace(missing, ""), name
        asked += 1
    assert asked > 50
    tell("abuse 1", f"{asked} addresses with an id of another organisation, GET and POST: each the same answer as a missing id")


# What the house offers to every startup, and is nobody's record: rooms and classes.
OFFERED = {"portal:bookings:book", "portal:bookings:week", "portal:bookings:series", "portal:mentors:enrol", "portal:mentors:attend"}
# Pages of mentors and judges: a founder lacks the role, and is told so whatever stands in the address.
OF_OTHER_ROLES = {"portal:mentors:log-new", "portal:mentors:session-log", "portal:mentors:statement", "portal:mentors:statement-agree",
                  "portal:judging:sheet", "portal:judging:save", "portal:judging:deck", "portal:judging:act"}  # fmt: skip


def test_03_another_startup_of_the_same_incubator(site, world):
    client, asked = signed_in(site.people["neighbour"]), 0
    for name, path in site.addresses.items():
        if path.startswith("/portal/") and re.search(r"/\d+/", path) and name not in OFFERED:
            for method in (client.get, client.post):
                with undone():
                    answer = method(path).status_code
                    if name in OF_OTHER_ROLES:
                        assert answer == method(re.sub(r"/\d+/", "/987654321/", path)).status_code == 403, name
                    else:
                        assert answer == 404, name
            asked += 1
    assert asked > 40


def test_05_a_role_removed_while_signed_in(site, world):
    client = signed_in(site.people["officer"])
    assert client.get(a(world, "office:subsidies:desk")).status_code == 200
    Membership.objects.filter(user=site.people["officer"], organisation=world.organisation).delete()
    assert client.get(a(world, "office:subsidies:desk")).status_code == 404


def test_07_names_of_files_open_nothing(world):
    """No address leads to a stored file, even for somebody who knows its name."""
    name, owner = Document.objects.order_by("pk").first().file.name, signed_in(world.people["owner"])
    assert not default_storage.exists(name)  # what the web server may hand out is another folder
    for path in (f"/media/{name}", f"/private/{name}", f"/static/{name}", f"/documents/{name}", f"/media/../private/{name}", f"/{name}"):
        assert owner.get(path, follow=True).status_code in {400, 404}, path  # 400: the way out of a folder
    assert re.fullmatch(r"\d+/[0-9a-f]{32}", name)


def test_11_the_same_application_sent_twice(world):
    """Two tabs, the back button: one number, one row, and the second sees where it stands."""
    founder, path = signed_in(world.people["founder"]), a(world, "portal:subsidies:send", world.draft.pk)
    first = founder.post(path, {"pledge": "on"})
    assert first.status_code == 302
    sent = SubsidyApplication.objects.get(pk=world.draft.pk)
    before = written(world)
    second = founder.post(path, {"pledge": "on"})
    assert second.status_code in {302, 409}
    assert written(world) == before
    again = SubsidyApplication.objects.get(pk=world.draft.pk)
    assert (again.state, again.number, again.version) == (sent.state, sent.number, sent.version)
    assert sent.number in founder.get(a(world, "portal:subsidies:application", sent.pk)).text


@pytest.mark.parametrize(("starts", "ends", "field"), [
    ("2027-05-01", "2027-04-30", "ends_on"), ("1999-01-01", "2027-04-30", "starts_on"), ("2027-05-01", "2101-01-01", "ends_on"), ("2027-02-29", "2027-04-30", "starts_on"),
], ids=["ends before it starts", "last century", "next century", "29 February of a common year"])
def test_13_spans_that_are_none(world, starts, ends, field):
    officer, before = signed_in(world.people["officer"]), written(world)
    head = {"startup": world.startup.pk, "site": world.site.pk, "starts_on": starts, "ends_on": ends}
    response = officer.post(a(world, "office:spaces:lease-draft"), head | {"lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0"})
    assert response.status_code == 200
    assert sentence_at(response.text, field)
    assert written(world) == before


def test_15_half_past_midnight_in_shanghai_is_the_new_year(world):
    """The server's clock says 31 December, 16:30."""
    with time_machine.travel(datetime(2026, 12, 31, 16, 30, tzinfo=UTC)):
        assert signed_in(world.people["founder"]).post(a(world, "portal:subsidies:send", world.draft.pk), {"pledge": "on"}).status_code == 302
    assert SubsidyApplication.objects.get(pk=world.draft.pk).number.startswith("SQ-2027-")


def test_17_a_total_is_the_sum_of_its_rounded_lines(world):
    """Of every application and claim of the example world."""
    counted = 0
    for application in SubsidyApplication.objects.exclude(claimed=0):
        lines = list(ApplicationLine.objects.filter(application=application))
        assert application.claimed == sum(line.claimed for line in lines), application
        assert application.assessed == sum(line.assessed for line in lines), application
        counted += 1
    assert counted >= 4


def test_18_terms_that_were_approved_stay(world):
    """The rent of a running lease: the form for drafts refuses, whoever asks."""
    lease = world.lease
    terms = list(lease.lines.order_by("pk").values())
    fields = {"startup": lease.startup_id, "site": lease.site_id, "starts_on": "2026-01-01", "ends_on": "2026-12-31", "version": lease.version}
    line = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-kind": "premises", "lines-0-space": terms[0]["space_id"], "lines-0-unit_price": "999.00"}
    for role in ("officer", "manager", "owner"):
        assert signed_in(world.people[role]).post(a(world, "office:spaces:lease-change", lease.pk), fields | line).status_code in {403, 409}
    assert list(Lease.objects.get(pk=lease.pk).lines.order_by("pk").values()) == terms


@pytest.mark.parametrize(("role", "which", "act"), [
    ("manager", "submitted", "endorse"), ("officer", "submitted", "recommend"), ("officer", "draft", "take"), ("manager", "in_review", "endorse"),
])
def test_19_a_step_cannot_be_skipped(world, role, which, act):
    record = getattr(world, which)
    before = SubsidyApplication.objects.get(pk=record.pk).state
    response = signed_in(world.people[role]).post(a(world, "office:subsidies:act", record.pk, act), {"note": "x"})
    assert response.status_code == (404 if which == "draft" else 409)  # the office does not see drafts
    assert SubsidyApplication.objects.get(pk=record.pk).state == before


@pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
def test_21_a_ledger_cannot_be_rewritten_in_sql(world, statement):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(Entry._meta.db_table))


@pytest.mark.parametrize(("name", "data"), [
    ("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), ("page.html", b"<!doctype html><script>alert(1)</script>"),
    ("scan.pdf", b'<svg xmlns="http://www.w3.org/2000/svg"/>'), ("scan.png", b"<html><body onload=alert(1)>"),
], ids=["svg", "html", "svg named pdf", "html named png"])
def test_26_what_could_run_is_not_accepted(world, name, data):
    founder, before = signed_in(world.people["founder"]), written(world)
    response = founder.post(a(world, "portal:tenants:paper-add", world.startup.pk), {"kind": "licence", "title": "执照", "file": an_upload(name, data)})
    assert response.status_code == 400
    assert sentence_at(response.text, "file")
    assert written(world) == before


@pytest.mark.parametrize("place", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example/", "/%09/evil.example"])
def test_30_the_way_back_stays_on_the_site(world, place):
    """`next` of the sign-in page and of the language switch."""
    user = world.people["founder"]
    user.set_password("jingyue-yanbian-2015")
    user.save()
    for response in (
        Client().post(reverse("account_login"), {"login": user.email, "password": "jingyue-yanbian-2015", "next": place}),
        signed_in(user).post(reverse("set_language"), {"language": "en", "next": place}),
    ):
        assert "evil.example" not in response.headers.get("Location", "").replace("/%09/evil.example", "")
        assert not response.headers.get("Location", "/").startswith(("//", "javascript:", "/\\"))


def test_the_table_names_every_row_and_tests_that_exist():
    """docs/abuse.md: 32 rows, each with tests that are there, or with what it waits for."""
    rows = {int(number): proof for number, _try, proof in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    assert sorted(rows) == list(range(1, 33))
    for number, proof in rows.items():
        named = TEST.findall(proof)
        assert named or proof.startswith("comes with "), number
        for path, test in named:
            assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), (number, test)
    waiting = [number for number, proof in rows.items() if proof.startswith("comes with ")]
    tell("abuse", f"{32 - len(waiting)} of 32 rows have tests; waiting for what they are about: {waiting}")
