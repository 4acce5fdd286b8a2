"""A contract with a startup: the chain of a lease and its renewals. Its charges of a month, and its draft bill."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from billing.models import Bill, BillLine, CreditNote
from billing.services.bills import Charge, draft_bill, draft_credit
from billing.states import BillState
from incubator.accounts.actors import Actor
from incubator.core.errors import NotEligible
from incubator.core.periods import Month
from incubator.core.templatetags.fuhua import month as month_text
from incubator.tenants.models import Startup
from spaces.charges import Contract, Part, charge_of
from spaces.models import Lease, LeaseLine, LineKind
from spaces.states import HAS_RUN
from spaces.usage import startups_with_usage, usage_charges

USAGE = "usage:"  # the contract of a startup that rents nothing here
ROOTS = 40  # renewals in a chain; more is a loop in the data


def first_of(lease: Lease) -> Lease:
    """The first lease of the chain of renewals."""
    for _step in range(ROOTS):
        if lease.renews is None:
            return lease
        lease = lease.renews
    raise RuntimeError(f"the renewals of lease {lease.pk} have no beginning")


def contract_key(lease: Lease) -> str:
    """Whose bill it is: one key for a lease and everything that renews it."""
    return f"lease:{first_of(lease).pk}"


def leases_of(key: str) -> list[Lease]:
    """The leases of a chain, the first first."""
    lease: Lease | None = Lease.objects.select_related("startup").get(pk=int(key.partition(":")[2]))
    found: list[Lease] = []
    while lease is not None and len(found) < ROOTS:
        found.append(lease)
        lease = Lease.objects.select_related("startup").filter(renews=lease).exclude(state="cancelled").first()
    return found


def contracts_in(month: Month) -> dict[str, Startup]:
    """Every contract of which a lease runs, or was to run, on some day of this month, by its key; and the use by the hour of
    startups that have no such lease."""
    leases = Lease.objects.filter(starts_on__lte=month.last, ends_on__gte=month.first, state__in=[*HAS_RUN, "signed"])
    found = {contract_key(lease): lease.startup for lease in leases.select_related("startup", "renews").order_by("starts_on", "pk")}
    renting = {startup.pk for startup in found.values()}
    return found | {f"{USAGE}{startup.pk}": startup for startup in startups_with_usage(month) if startup.pk not in renting}


def usage_of(key: str, startup: Startup, month: Month) -> list[Charge]:
    """What was used by the hour comes onto one bill of a startup: that of its first running contract."""
    first = next((one for one, whose in contracts_in(month).items() if whose.pk == startup.pk), key)
    return usage_charges(startup, month) if first == key else []


def figures_of(line: LeaseLine, lease: Lease) -> Contract:
    """A line with its steps as plain figures. The text is Chinese: a bill is a Chinese paper."""
    with translation.override("zh-hans"):
        what = f"{line.space} 房租" if line.space else f"{line.get_kind_display()} {line.product}".strip()
    parts = [Part(step.first_day, step.last_day, step.kind, step.list_price, step.due_price) for step in line.steps.all()]
    unit = "㎡" if line.kind == LineKind.PREMISES else ""
    return Contract(line.pk, line.kind, what, line.units, unit, lease.proration, min(line.ends_on, lease.last_day), parts)


def charges_of(lease: Lease, month: Month) -> list[Charge]:
    """What a lease costs in this month, line by line."""
    lines = lease.lines.select_related("space").prefetch_related("steps").order_by("order", "pk")
    return [charge for line in lines if (charge := charge_of(figures_of(line, lease), month))]


@transaction.atomic
def compile_contract(key: str, month: Month, *, due_on: date, by: Actor) -> Bill:
    """Draft the bill of a contract for a month; again, it gives the same draft.

    Raises NotEligible with the reason why there is nothing to bill."""
    if key.startswith(USAGE):
        startup = Startup.objects.get(pk=int(key.removeprefix(USAGE)))
        return draft_bill(startup, key, month, usage_charges(startup, month), due_on=due_on, by=by)
    leases = leases_of(key)
    running = [lease for lease in leases if lease.state in HAS_RUN]
    if not running:
        raise NotEligible(_("The lease has not started. It is billed once it runs."), code="not_started")
    standing = Bill.objects.filter(contract_key=key, state=BillState.DRAFT).exclude(month=month.first).first()
    if standing:
        raise NotEligible(
            _("The draft for %(month)s still stands. Issue or discard it first.") % {"month": month_text(standing.month)}, code="other_draft"
        )
    charges = [charge for lease in running for charge in charges_of(lease, month)]
    charges += usage_of(key, running[-1].startup, month)
    if not charges:
        raise NotEligible(_("No line of the lease has a day in %(month)s.") % {"month": month_text(month.first)}, code="no_days")
    return draft_bill(running[-1].startup, key, month, charges, due_on=due_on, by=by)


def overbilled(lease: Lease) -> dict[Bill, dict[int, Decimal]]:
    """What issued bills ask for days that are not rented any more, by bill and line: after an early end."""
    keys = tuple(f"rent:{line.pk}:" for line in lease.lines.all())
    lines = BillLine.objects.filter(is_live=True, bill__contract_key=contract_key(lease), last_day__gt=lease.last_day).exclude(bill__state=BillState.DRAFT)
    billed = [line for line in lines.select_related("bill").prefetch_related("credits__note") if line.source_key.startswith(keys)]
    now = {charge.source_key: charge.amount for month in {Month.of(line.first_day) for line in billed} for charge in charges_of(lease, month)}
    found: dict[Bill, dict[int, Decimal]] = {}
    for line in billed:
        too_much = line.creditable - now.get(line.source_key, Decimal("0.00"))
        if too_much > 0:
            found.setdefault(line.bill, {})[line.pk] = too_much
    return found


@transaction.atomic
def credit_after_end(lease: Lease, *, reason: str, by: Actor) -> list[CreditNote]:
    """Propose the credit notes for days that were billed and are not rented any more; another person issues them."""
    return [draft_credit(bill, amounts, reason=reason, by=by) for bill, amounts in overbilled(lease).items()]
