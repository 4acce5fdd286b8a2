"""Amounts: every figure is the sum of its rows, whatever the table; a single person cannot be made out."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from incubator.policy.services import budgets as policy
from incubator.reports import amounts
from incubator.reports.spans import Span, asked_span
from incubator.subsidies.models import SubsidyApplication
from incubator.tenants.models import Founder
from tests.factories.subsidies import add_startup

def cells_of(answer):
    return [list(row) for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)]


SPAN = Span("2026-Q1", "2026-Q4")


def at(name, *args):
    return reverse(f"office:reports:{name}", args=["jingyue", *args])


def test_every_table_adds_up_to_the_total_and_to_its_rows(decided, actor):
    cases = amounts.cases(actor("viewer"), SPAN)
    total = amounts.total(cases)
    assert (total.count, total.applicants, total.granted) == (2, 1, Decimal("1000.00"))
    assert total.claimed == decided.rent.claimed + decided.broadband.claimed
    for by in amounts.COLUMNS:
        found = amounts.table(cases, by)
        assert sum(row.count for row in found) == 2
        for name in ("claimed", "assessed", "granted", "paid"):
            assert sum(getattr(row, name) for row in found) == getattr(total, name)
        for row in found:
            behind = list(amounts.rows_of(cases, by, row.key))
            assert len(behind) == row.count
            assert sum(one.claimed for one in behind) == row.claimed


def test_paid_is_what_the_budget_paid_less_what_came_back(decided, actor):
    finance = actor("finance")
    policy.disburse(decided.rent, Decimal("900.00"), key="paid:1", by=finance)
    policy.give_back(decided.rent, Decimal("200.00"), key="back:1", by=finance)
    policy.claw_back(decided.rent, Decimal("50.00"), key="claw:1", by=finance)
    rows = amounts.cases(actor("viewer"), SPAN)
    assert amounts.total(rows).paid == Decimal("650.00")
    assert rows.get(pk=decided.rent.pk).paid_amount == Decimal("650.00")


def test_other_quarters_and_drafts_are_not_counted(decided, actor):
    SubsidyApplication.objects.filter(pk=decided.broadband.pk).update(period="2026-Q2")
    decided.apply("software", send=False)
    assert amounts.total(amounts.cases(actor("viewer"), Span("2026-Q3", "2026-Q3"))).count == 1
    assert [row.key for row in amounts.table(amounts.cases(actor("viewer"), SPAN), "quarter")] == ["2026-Q2", "2026-Q3"]


@pytest.fixture
def categories(world):
    """categories("graduate", …): as many submitted applications of as many startups, written straight into the table."""

    def make(*names):
        first = world.apply("broadband")
        for name in names:
            startup, _papers = add_startup(world.organisation, world.people, world.site)
            Founder.objects.filter(startup=startup).update(category=name)
            first.pk, first.number, first.startup = None, f"X-{startup.pk}", startup
            first._state.adding = True
            first.save()
        Founder.objects.filter(startup=world.startup).update(category="graduate")
        return amounts.cases(world.actor("viewer"), SPAN)

    return make


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (["graduate", "graduate", "veteran"], []),  # three graduates and one veteran: three would give the one away
        (["graduate", "graduate", "veteran", "disabled"], []),
        (["graduate", "graduate", "veteran", "disabled", "hardship"], [3, 3]),
        (["veteran"], []),
    ],
)
def test_small_counts_are_joined_so_that_nobody_can_be_subtracted(categories, more, expected):
    cases = categories(*more)
    shown = amounts.guarded(cases, "category")
    if expected:
        assert [row.applicants for row in shown] == expected
    assert all(row.applicants >= amounts.SMALL for row in shown)
    missing = amounts.total(cases).applicants - sum(row.applicants for row in shown)
    assert missing == 0 or missing == amounts.total(cases).applicants


def test_a_viewer_learns_no_single_founders_category(decided, client_of):
    Founder.objects.filter(startup=decided.startup).update(category="veteran")
    manager, viewer = client_of("manager"), client_of("viewer")
    assert manager.get(at("rows", "category"), {"key": "veteran"}).status_code == 200
    assert viewer.get(at("rows", "category"), {"key": "veteran"}).status_code == 404
    assert viewer.get(at("export", "rows"), {"by": "category", "key": "veteran"}).status_code == 404
    shown = {table["by"]: table for table in viewer.get(at("overview")).context["tables"]}
    assert (shown["category"]["rows"], shown["category"]["open"]) == ([], False)
    assert len(shown["programme"]["rows"]) == 2


def test_pages_and_workbooks_hold_the_same_figures(decided, client_of):
    client = client_of("viewer")
    page = client.get(at("overview"), {"from": "2026-Q1", "until": "2026-Q4"})
    assert page.status_code == 200 and "1,000.00" in page.content.decode()
    head, *rows = cells_of(client.get(at("export", "programme"), {"from": "2026-Q1", "until": "2026-Q4"}))
    assert len(head) == 7
    assert sorted(Decimal(str(row[5])) for row in rows) == [Decimal(0), Decimal(1000)]
    listed = client.get(at("rows", "programme"), {"from": "2026-Q1", "until": "2026-Q4", "key": str(decided.rent.edition.programme_id)})
    assert [row.pk for row in listed.context["page"]] == [decided.rent.pk]


@pytest.mark.parametrize("query", [{"from": "x", "until": "2026-Q9"}, {"from": "2026-Q4", "until": "2026-Q1"}, {"from": "1800-Q1"}, {"until": "２０２６-Q1"}])
def test_nonsense_in_the_address_gives_a_sound_period(rf, query):
    from datetime import date

    span = asked_span(rf.get("/", query), date(2026, 11, 24))
    assert span.first <= span.last and 1 <= len(span.quarters) <= 40


@pytest.mark.parametrize("place", [("rows", "nothing"), ("stays", "nothing"), ("export", "nothing")])
def test_a_figure_that_no_report_has_is_not_there(decided, client_of, place):
    assert client_of("owner").get(at(*place)).status_code == 404


def test_a_report_asks_as_often_for_many_rows_as_for_one(categories, client_of, django_assert_max_num_queries):
    categories("graduate", "veteran", "disabled")
    client = client_of("owner")
    for name in ("overview", "times", "budgets"):
        client.get(at(name))
        with django_assert_max_num_queries(36):
            client.get(at(name))


def test_a_chart_draws_amounts_of_ten_million_and_more():
    assert [amounts.in_wan(Decimal(amount)) for amount in ("17538.71", "12345678.90", "0.00")] == [Decimal("1.8"), Decimal("1234.6"), Decimal("0.0")]
