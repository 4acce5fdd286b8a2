"""The search of the journal, and of what happened at the door: what it finds, who may, and what leaves as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incubator.accounts.actors import system
from incubator.core import exports
from incubator.core.scoping import organisation_context
from incubator.journal import door
from incubator.journal.models import Entry, SecurityEvent
from incubator.journal.services import record
from tests.browser import signed_in
from tests.factories.accounts import make_person
from tests.factories.tenants import a_startup

pytestmark = pytest.mark.django_db
AUDIT, EXPORT = "/office/jingyue/audit/", "/office/jingyue/audit/export/"


@pytest.fixture
def startup(organisation, actor):
    with organisation_context(organisation):
        found = a_startup(name="云杉软件")
        record("register", found, by=actor("officer"))
        record("change", found, by=actor("manager"), note="=cmd()")
        record("look", organisation, by=actor("system"))
    return found


def acts(response) -> list[str]:
    return [line.entry.act for line in response.context["lines"]]


def test_it_finds_by_words_person_kind_act_and_day(client_of, people, startup):
    client = client_of("viewer")
    search = lambda **asked: acts(client.get(AUDIT, asked))  # noqa: E731
    today, tomorrow = timezone.localdate(), timezone.localdate() + timedelta(days=1)
    assert search() == ["look", "change", "register"]
    assert search(q="云杉") == ["change", "register"]
    assert search(who=people["officer"].pk) == ["register"]
    assert search(what="tenants.startup") == ["change", "register"]
    assert search(what="tenants.startup change") == ["change"]
    assert search(**{"from": today, "until": today}) == ["look", "change", "register"]
    assert search(**{"from": tomorrow}) == search(until="2026-11-23") == []
    assert len(search(days="7")) == 3


@pytest.mark.parametrize("asked", [
    {"who": "9" * 40}, {"who": "x"}, {"from": "2026-13-01"}, {"until": "9999-12-31"}, {"what": "a\0b"}, {"q": "\0"}, {"page": "9" * 30}, {"days": "-1"},
])  # fmt: skip
def test_nonsense_is_no_error(client_of, startup, asked):
    assert client_of("owner").get(AUDIT, asked).status_code == 200


def test_a_line_leads_to_its_record(client_of, startup):
    page = client_of("manager").get(AUDIT).content.decode()
    assert f'href="/office/jingyue/startups/{startup.pk}/"' in page


def test_the_other_house_finds_its_own_only(other_people, startup):
    client = signed_in(other_people["owner"])
    assert acts(client.get("/office/yanbian/audit/")) == []
    assert client.get(AUDIT).status_code == client.get(EXPORT).status_code == 404


def test_more_lines_ask_no_more_queries(client_of, startup, actor, organisation, django_assert_max_num_queries):
    client = client_of("owner")

    def queries() -> int:
        with django_assert_max_num_queries(40) as asked:
            client.get(AUDIT)
        return len(asked)

    queries()
    before = queries()
    with organisation_context(organisation):
        for name in ("officer", "manager", "finance") * 8:
            record("change", startup, by=actor(name))
    assert queries() == before


def test_the_file_holds_what_was_found_and_no_formula(client_of, startup, organisation):
    answer = client_of("owner").get(EXPORT, {"q": "云杉"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert "'=cmd()" in rows[1]
    with organisation_context(organisation):
        entry = Entry.objects.get(act="export")
    assert (entry.facts["rows"], entry.user.name) == (2, "owner")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "\N{FULLWIDTH EQUALS SIGN}1"])
def test_no_cell_begins_like_a_formula(text):
    assert exports.cell(text) == f"'{text}"
    assert exports.cell("云杉") == "云杉"


def test_too_much_for_one_file_is_refused_with_the_way_out(client_of, startup, organisation, monkeypatch):
    monkeypatch.setattr(exports, "MOST_ROWS", 2)
    answer = client_of("owner").get(EXPORT)
    assert answer.status_code == 409
    with organisation_context(organisation):
        assert not Entry.objects.filter(act="export").exists()


def test_the_platform_finds_what_happened_at_the_door(people, organisation):
    door.note(SecurityEvent.What.SIGN_IN_FAILED, None, typed=door.typed_digest("nobody@example.com"))
    door.note(SecurityEvent.What.REFUSED_FOREIGN, None, user=people["owner"], organisation=organisation)
    platform = signed_in(make_person("platform", runs_deployment=True))
    found = lambda **asked: [event.what for event in platform.get("/platform/security/", asked).context["page"]]  # noqa: E731
    assert found(q="Nobody@example.com") == ["sign_in_failed"]
    assert found(what="refused_foreign") == ["refused_foreign"]
    assert found(q="203.0.113.%") == found(until="2026-11-23") == []
    assert platform.get("/platform/security/export/").content.startswith(b"\xef\xbb\xbf")
    assert SecurityEvent.objects.filter(what=SecurityEvent.What.EXPORTED, user__name="platform").count() == 1
    assert signed_in(people["owner"]).get("/platform/security/").status_code == 404
    assert Client().get("/platform/security/").status_code == 302


def test_the_choices_of_the_search_are_found_by_leaps_in_an_index(inside, people, actor):
    """Every kind with its acts and every person, without reading the journal: as many steps as there are values."""
    for number in range(60):
        record(
            ("opened", "closed", "opened")[number % 3],
            people[("owner", "officer")[number % 2]],
            by=actor(("owner", "officer")[number % 2]),
        )
    record("opened", inside, by=system(inside))
    every = Entry.objects.order_by("subject_type", "act").values_list("subject_type", "act").distinct()
    assert Entry.objects.different("subject_type", "act") == list(every)
    assert {pk for (pk,) in Entry.objects.different("user_id")} == {people["owner"].pk, people["officer"].pk}
    for columns, index in ((("subject_type", "act"), "entry_kinds"), (("user_id",), "entry_persons")):
        assert columns_of(index) == ["organisation_id", *columns]
        plan = explained(columns)
        assert "Seq Scan" not in plan
        assert "Sort" not in plan
        leaps = [int(rows) for rows in re.findall(r"on journal_entry.*?actual [^)]*?rows=(\d+)", plan)]
        assert max(leaps) <= 1


def columns_of(index: str) -> list[str]:
    """The columns of an index, in their order. Which of two fitting indexes so few rows are read by is chance."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass ORDER BY attnum",
            [index],
        )
        return [name for (name,) in cursor.fetchall()]


def explained(columns) -> str:
    """What the database did for it, with the plans that read the whole table made dear."""
    with CaptureQueriesContext(connection) as said:
        Entry.objects.different(*columns)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {said[0]['sql']}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_the_choices_hold_nothing_of_the_other_house(organisation, other_organisation, other_people, actor):
    with organisation_context(organisation):
        record("ours", organisation, by=actor("owner"))
    with organisation_context(other_organisation):
        record("theirs", other_organisation, by=system(other_organisation))
        assert Entry.objects.different("subject_type", "act") == [("accounts.organisation", "theirs")]
        assert Entry.objects.different("user_id") == []
