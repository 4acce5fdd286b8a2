"""The billing run: go over every contract of a month, one job each; killed, repeated or doubled it adds no second bill."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from billing.models import Bill, BillingRun, RunItem
from billing.services.bills import issue_bill
from billing.services.taxes import settings_now
from billing.states import NOT_ISSUED
from incubator.accounts.actors import Actor, system
from incubator.core.errors import BusinessError, NotEligible
from incubator.core.periods import Month
from incubator.core.refusals import clash
from incubator.journal.services import lock, record
from spaces.contracts import compile_contract, contracts_in

Outcome = RunItem.Outcome
LEAST_DAYS = 7  # between a run and the day on which its bills are due


def due_day(month: Month) -> date:
    """The day on which bills of this month are due by the settings, never sooner than in a week."""
    return max(month.first.replace(day=settings_now().due_day), timezone.localdate() + timedelta(days=LEAST_DAYS))


@transaction.atomic
def start_run(month: Month, *, due_on: date, by: Actor) -> BillingRun:
    """Bill a month: note every contract and put a job for each into the queue. Again, it goes over all of them anew.

    Raises BusinessError at `due_on` for a day before today, at `month` for a month that is more than one ahead."""
    today = timezone.localdate()
    if due_on < today:
        raise BusinessError(_("This day has passed. Enter today or a later day."), field="due_on")
    if month > Month.of(today).plus(1):
        raise BusinessError(_("%(month)s is too far ahead. Bill the running month or the next one.") % {"month": month}, field="month")
    run = BillingRun.objects.filter(month=month.first).first()
    if run is None:
        run = BillingRun(month=month.first, due_on=due_on, starter=by.user)
        with clash("billing_run_once", _("Somebody has just started this run. Reload the page."), field="month"):
            run.save()
    else:
        run = lock(run)
        run.round, run.due_on, run.starter, run.started_at = run.round + 1, due_on, by.user, timezone.now()
        run.save()
    _note_contracts(run, month)
    record("start_run", run, by=by, round=run.round)
    put_in_queue(run)  # in this transaction: the jobs are there with the rows, or not at all
    return run


def _note_contracts(run: BillingRun, month: Month) -> None:
    """One row for each contract of the month; those whose bill was issued by this run stay as they are."""
    anew = run.items.filter(Q(bill=None) | Q(bill__state__in=NOT_ISSUED))
    anew.update(outcome=Outcome.WAITING, bill=None, reason="", done_at=None)
    known = set(run.items.values_list("contract_key", flat=True))
    RunItem.objects.bulk_create(
        RunItem(organisation=run.organisation, run=run, contract_key=key, startup=startup)
        for key, startup in contracts_in(month).items()
        if key not in known
    )


def put_in_queue(run: BillingRun) -> int:
    """A job for each contract that waits; one that waits in the queue already is not put there twice."""
    from spaces.tasks import bill_contract

    count = 0
    for item in run.items.filter(outcome=Outcome.WAITING):
        try:
            with transaction.atomic():
                job = bill_contract.configure(queueing_lock=f"bill:{item.pk}")
                job.defer(organisation_id=run.organisation_id, item_id=item.pk)
                count += 1
        except AlreadyEnqueued:
            continue
    return count


@transaction.atomic
def bill_item(item: RunItem, *, by: Actor) -> RunItem:
    """Draft the bill of one contract, or note why not. A contract that is done stays done."""
    locked = RunItem.objects.select_for_update(no_key=True, of=("self",)).select_related("run").get(pk=item.pk)
    if locked.outcome != Outcome.WAITING:
        return locked
    try:
        with transaction.atomic():
            locked.bill = compile_contract(locked.contract_key, Month.of(locked.run.month), due_on=locked.run.due_on, by=by)
            locked.outcome = Outcome.DRAFTED
    except NotEligible as refusal:
        locked.bill, locked.outcome, locked.reason = None, Outcome.SKIPPED, str(refusal.message)[:300]
    locked.done_at = timezone.now()
    locked.save()
    return locked


def work_off(run: BillingRun) -> None:
    """Every contract that waits, one after the other: what the queue does, for a shell, a test and the demonstration."""
    for item in run.items.filter(outcome=Outcome.WAITING):
        bill_item(item, by=system(run.organisation))


def progress(run: BillingRun) -> dict[str, int]:
    """How many contracts wait, are drafted and were skipped."""
    found: dict[str, int] = counted().values("total", *Outcome.values).get(pk=run.pk)
    return found


def counted() -> QuerySet[BillingRun]:
    """Every run with `total` and, by each outcome, how many of its contracts have it; in one query."""
    each = {outcome.value: Count("items", Q(items__outcome=outcome)) for outcome in Outcome}
    return BillingRun.objects.annotate(total=Count("items"), **each)


def totals_before(run: BillingRun) -> dict[str, Decimal]:
    """What each contract was billed for the month before, by contract key."""
    before = Month.of(run.month).plus(-1).first
    bills = Bill.objects.filter(month=before).exclude(state__in=NOT_ISSUED)
    found: dict[str, Decimal] = {}
    for key, total in bills.values_list("contract_key", "total"):
        found[key] = found.get(key, Decimal("0.00")) + total
    return found


def issue_bills(bills: Iterable[Bill], *, by: Actor) -> tuple[list[Bill], list[tuple[Bill, str]]]:
    """Issue these drafts, each in its own transaction; the second list says which were refused and why."""
    issued, refused = [], []
    for bill in bills:
        try:
            with transaction.atomic():
                issued.append(issue_bill(bill, by=by))
        except BusinessError as refusal:
            refused.append((bill, str(refusal.message)))
    return issued, refused
