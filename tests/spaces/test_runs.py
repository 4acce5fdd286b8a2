"""The billing run: repeated, doubled or killed half-way it leaves the same bills, once (C10 rows 10, 11, 19)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from procrastinate.contrib.django.models import ProcrastinateJob

from billing.models import Bill, BillLine, RunItem
from billing.services import bills
from incubator.accounts.actors import actor_for, system
from incubator.core.errors import BusinessError, IllegalMove, NotEligible
from incubator.core.periods import Month
from incubator.core.scoping import organisation_context
from spaces import contracts, runs, services
from spaces.models import LeaseLine, RentStep
from tests.billing.test_bills import a_rule
from tests.billing.test_ledger import refused, together
from tests.factories.accounts import make_organisation, make_person
from tests.spaces.test_charges import signed
from tests.walls.report import tell

NOVEMBER = Month(2026, 11)


def run_of(actor, month=NOVEMBER):
    return runs.start_run(month, due_on=date(2026, 12, 15), by=actor("finance"))


def standing():
    return sorted(BillLine.objects.values_list("bill__contract_key", "source_key", "amount", "tax"))


@pytest.fixture
def leases(inside, actor, people):
    a_rule(people["finance"], people["manager"])
    return [signed(actor) for _number in range(3)]


def test_a_run_drafts_each_contract_once_and_again_gives_the_same(leases, actor):
    run = run_of(actor)
    runs.work_off(run)
    first = standing()
    assert runs.progress(run) == {"total": 3, "waiting": 0, "drafted": 3, "skipped": 0} and len(first) == 3
    again = run_of(actor)
    assert again.pk == run.pk and again.round == 2
    runs.work_off(again)
    runs.work_off(again)
    assert standing() == first and Bill.objects.count() == 3


def test_issued_bills_are_left_alone_by_a_second_run(leases, actor):
    run = run_of(actor)
    runs.work_off(run)
    issued, refusals = runs.issue_bills(Bill.objects.order_by("pk")[:2], by=actor("finance"))
    assert len(issued) == 2 and refusals == []
    runs.work_off(run_of(actor))
    assert Bill.objects.count() == 3 and sorted(Bill.objects.values_list("state", flat=True)) == ["draft", "issued", "issued"]


def test_a_contract_that_gives_nothing_is_skipped_with_its_reason(leases, actor):
    runs.work_off(run_of(actor, Month(2026, 10)))
    run = run_of(actor)
    runs.work_off(run)
    assert runs.progress(run)["skipped"] == 3 and all(item.reason for item in run.items.all())


def test_without_a_tax_rule_the_bill_stays_a_draft_and_says_why(inside, actor):
    signed(actor)
    runs.work_off(run_of(actor))
    issued, ((bill, why),) = runs.issue_bills(Bill.objects.all(), by=actor("finance"))
    assert issued == [] and bill.number == "" and why


def test_a_run_for_a_day_that_passed_or_a_month_far_ahead_is_refused(leases, actor):
    for month, due_on, field in [(NOVEMBER, date(2026, 11, 23), "due_on"), (Month(2027, 1), date(2027, 1, 15), "month")]:
        with pytest.raises(BusinessError) as why:
            runs.start_run(month, due_on=due_on, by=actor("finance"))
        assert why.value.field == field


def test_each_waiting_contract_has_one_job_in_the_queue(leases, actor):
    run = run_of(actor)
    assert runs.put_in_queue(run) == 0
    jobs = ProcrastinateJob.objects.filter(task_name="spaces.tasks.bill_contract")
    assert sorted(job.args["item_id"] for job in jobs) == sorted(run.items.values_list("pk", flat=True))


def test_row_11_what_was_billed_stays_when_the_lease_changes_afterwards(leases, actor):
    lease = leases[0]
    bill = bills.issue_bill(contracts.compile_contract(contracts.contract_key(lease), NOVEMBER, due_on=date(2026, 12, 1), by=actor("finance")), by=actor("finance"))
    LeaseLine.objects.filter(lease=lease).update(unit_price=Decimal("1.00"))  # the draft's price means nothing any more
    with refused("rent_step_stays"):
        from django.db import transaction

        with transaction.atomic():
            RentStep.objects.filter(line__lease=lease).update(list_price=Decimal("1.00"), due_price=Decimal("1.00"))
    with pytest.raises(IllegalMove):
        services.change_lease(lease, by=actor("officer"), version=lease.version, lines=[], starts_on=lease.starts_on, ends_on=lease.ends_on)
    with pytest.raises(NotEligible):
        contracts.compile_contract(contracts.contract_key(lease), NOVEMBER, due_on=date(2026, 12, 1), by=actor("finance"))
    assert Bill.objects.get(pk=bill.pk).total == Decimal("3892.50")
    tell("money row 11", "rent changed after billing: trigger, 409, billed month unchanged")


def test_row_19_a_bill_belongs_to_the_local_day_and_month(leases, actor):
    shanghai = ZoneInfo("Asia/Shanghai")
    numbers = []
    for moment, lease in zip([datetime(2026, 12, 31, 23, 59, tzinfo=shanghai), datetime(2027, 1, 1, 0, 30, tzinfo=shanghai)], leases):
        with time_machine.travel(moment.astimezone(ZoneInfo("UTC"))):
            made = contracts.compile_contract(contracts.contract_key(lease), Month.of(moment.date()), due_on=date(2027, 1, 15), by=actor("finance"))
            numbers.append(bills.issue_bill(made, by=actor("finance")))
    assert [(bill.issued_on, bill.number) for bill in numbers] == [(date(2026, 12, 31), "ZD-2026-000001"), (date(2027, 1, 1), "ZD-2027-000001")]


class Killed(BaseException):
    """The worker is gone."""


@pytest.mark.django_db(transaction=True)
def test_row_10_doubled_and_killed_half_way_the_run_adds_nothing(monkeypatch):
    organisation = make_organisation("jingyue", "长春净月创客空间", prefix="净创")
    people = {role: make_person(role, organisation, role) for role in ("finance", "manager", "officer")}
    of = lambda role: actor_for(people[role], organisation)  # noqa: E731
    with organisation_context(organisation):
        a_rule(people["finance"], people["manager"])
        for _number in range(4):
            signed(of)
        run = run_of(of)
    assert ProcrastinateJob.objects.filter(task_name="spaces.tasks.bill_contract", status="todo").count() == 4  # committed with the rows
    # killed: the draft is written, the worker dies before its row says so
    real = runs.compile_contract

    def dying(*args, **kwargs):
        real(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(runs, "compile_contract", dying)
    with pytest.raises(Killed), organisation_context(organisation):
        runs.bill_item(run.items.first(), by=system(organisation))
    monkeypatch.setattr(runs, "compile_contract", real)
    with organisation_context(organisation):
        assert Bill.objects.count() == 0 and run.items.filter(outcome="waiting").count() == 4
        items = list(RunItem.objects.filter(run=run).order_by("pk"))

    def worker():
        for item in items:
            runs.bill_item(item, by=system(organisation))

    assert together(organisation, *[worker] * 6) == ["done"] * 6
    with organisation_context(organisation):
        assert [item.reason for item in run.items.all()] == [""] * 4
        assert Bill.objects.count() == 4 and BillLine.objects.count() == 4 and runs.progress(run)["drafted"] == 4
        runs.issue_bills(Bill.objects.all(), by=of("finance"))
        runs.work_off(run_of(of))
        assert sorted(Bill.objects.values_list("number", flat=True)) == [f"ZD-2026-{number:06d}" for number in range(1, 5)]
        tell("billing run", "killed once, 6 workers at once, run again: 4 contracts, 4 bills, numbers 1 to 4")
