"""Free minutes: grant them each month, use them for a booking, give them back; each change is an entry for good."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError
from incubator.core.periods import Month
from incubator.core.refusals import clash
from incubator.journal.services import record
from incubator.tenants.models import Startup
from spaces.models import BookingItem, CreditEntry, CreditKind, CreditLot, Plan, PlanMembership


@transaction.atomic
def join_plan(startup: Startup, plan: Plan, *, first_day: date, last_day: date, by: Actor) -> PlanMembership:
    """Give a startup a plan; the free minutes of the running month are there at once.

    Raises BusinessError at `last_day` for a span that ends before it begins, or that overlaps the same plan."""
    if last_day < first_day:
        raise BusinessError(_("The last day lies before the first. Change one of them."), field="last_day")
    if PlanMembership.objects.filter(startup=startup, plan=plan, first_day__lte=last_day, last_day__gte=first_day).exists():
        raise BusinessError(_("%(startup)s has this plan on some of these days already.") % {"startup": startup}, field="first_day")
    membership = PlanMembership.objects.create(startup=startup, plan=plan, first_day=first_day, last_day=last_day, entered_by=by.user)
    record("join_plan", membership, by=by, startup=startup.pk)
    grant_minutes(timezone.localdate())
    return membership


def grant_minutes(day: date) -> int:
    """The clock: each plan gives the free minutes of the month of this day, once; part of a month is rounded up to whole
    minutes. Returns how many lots are new."""
    month, count = Month.of(day), 0
    running = PlanMembership.objects.filter(first_day__lte=month.last, last_day__gte=month.first).select_related("plan", "startup")
    for membership in running.prefetch_related("plan__grants"):
        span = month.inside(membership.first_day, membership.last_day)
        if span is None or span[0] > day:
            continue
        share = Fraction((span[1] - span[0]).days + 1, month.days)
        for grant in membership.plan.grants.all():
            _lot, new = CreditLot.objects.get_or_create(
                key=f"grant:{membership.pk}:{grant.group_id}:{month}",
                defaults={"startup": membership.startup, "group": grant.group, "granted": ceil(grant.minutes * share), "valid_from": span[0], "valid_to": span[1]},
            )
            count += new
    return count


def use_minutes(item: BookingItem, startup: Startup, minutes: int, day: date) -> None:
    """Take free minutes for a booking, those that end first before the others. Raises BusinessError when somebody was faster."""
    left = minutes
    lots = CreditLot.objects.filter(startup=startup, group=item.resource.group_id, valid_from__lte=day, valid_to__gte=day, used__lt=F("granted"))
    for lot in lots.order_by("valid_to", "pk").select_for_update(no_key=True):
        if not left:
            break
        part = min(left, lot.left)
        with clash("credit_not_overdrawn", _("The free minutes have just been used. Look at the new price.")):
            CreditLot.objects.filter(pk=lot.pk, used__lte=F("granted") - part).update(used=F("used") + part)
        CreditEntry.objects.create(lot=lot, minutes=-part, kind=CreditKind.DEBIT, item=item)
        left -= part
    if left:
        raise BusinessError(_("The free minutes have just been used. Look at the new price."), code="PRICE")


def return_minutes(item: BookingItem) -> int:
    """Give the free minutes of a booking back to the lots they came from, once. A lot that has run out is replaced by one to
    the end of this month. Returns how many minutes."""
    back = 0
    debits = CreditEntry.objects.filter(item=item, kind=CreditKind.DEBIT).exclude(pk__in=CreditEntry.objects.filter(item=item, reverses__isnull=False).values("reverses"))
    for debit in debits.select_related("lot"):
        CreditEntry.objects.create(lot=debit.lot, minutes=-debit.minutes, kind=CreditKind.RETURN, item=item, reverses=debit)
        CreditLot.objects.filter(pk=debit.lot_id).update(used=F("used") + debit.minutes)
        _prolong(debit, -debit.minutes)
        back -= debit.minutes
    return back


def _prolong(debit: CreditEntry, minutes: int) -> None:
    """Minutes that come back to a lot that has run out can be used until the end of this month."""
    today, lot = timezone.localdate(), debit.lot
    if lot.valid_to >= today:
        return
    last = Month.of(today).last
    CreditLot.objects.get_or_create(
        key=f"again:{debit.pk}", defaults={"startup": lot.startup, "group": lot.group, "granted": minutes, "valid_from": today, "valid_to": max(last, today + timedelta(days=1))}
    )
