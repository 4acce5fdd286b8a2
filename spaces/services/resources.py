"""Acts on resources: put one on the list, change it, its hours, rules, prices; close it for a time; permits for machines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor
from incubator.accounts.models import User
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.refusals import clash
from incubator.journal.services import lock, record
from incubator.notices.services import notify
from spaces.availability import facts_of
from spaces.models import (
    Allocation,
    AllocationState,
    Booking,
    BookingPolicy,
    Closure,
    Guest,
    MachinePermit,
    OpeningHours,
    Plan,
    PlanGrant,
    Resource,
    ResourceClass,
    ResourceKind,
    ResourcePart,
    Seat,
    Site,
    Tariff,
)
from spaces.services.allocations import block

MOST_SEATS = 200
GUESTS_KEPT = timedelta(days=90)
REMIND = (30, 7)  # days before a permit ends


@transaction.atomic
def add_group(*, by: Actor, **fields: Any) -> ResourceClass:
    """Put a class of resources on the list. Raises Conflict at `name` when it is there already."""
    group = ResourceClass(**fields)
    with clash("resource_class_once", _("There is a class of this name already."), field="name"):
        group.save()
    record("add_group", group, by=by)
    return group


@transaction.atomic
def save_policy(policy: BookingPolicy | None, *, by: Actor, version: int = 0, **fields: Any) -> BookingPolicy:
    """Write rules of booking down, or change them; bookings that stand keep their time. Raises Conflict when somebody saved
    in between or the name is taken, BusinessError for lengths that do not fit together."""
    if not 5 <= fields["step"] <= fields["shortest"] <= fields["longest"]:
        raise BusinessError(_("Steps are at least 5 minutes, the shortest booking at least one step, the longest not shorter than the shortest."), field="shortest")
    row = lock(policy) if policy else BookingPolicy()
    if policy and row.version != version:
        raise Conflict(_("Somebody has changed these rules since you opened them. Compare and save again."), code="stale")
    for name, value in fields.items():
        setattr(row, name, value)
    row.version += 1 if policy else 0
    with clash("booking_policy_once", _("There are rules of this name already."), field="name"):
        row.save()
    record("save_policy", row, by=by)
    return row


@transaction.atomic
def save_resource(resource: Resource | None, *, by: Actor, seats: int = 1, parts: Iterable[Resource] = (), version: int = 0, **fields: Any) -> Resource:
    """Put a resource on the list, or change it. `seats`: how many numbered places; `parts`: a composite one takes theirs.

    Raises Conflict at `name`, BusinessError at `space` for one that is for letting, at `seats` when a place that goes is booked."""
    space = fields.get("space")
    if space is not None and (space.lettable or (fields.get("site") and space.site_id != fields["site"].pk)):
        raise BusinessError(_("%(space)s is for letting or on another site. Choose a space of this site that is not let.") % {"space": space}, field="space")
    row = lock(resource) if resource else Resource()
    if resource and row.version != version:
        raise Conflict(_("Somebody has changed this resource since you opened it. Compare and save again."), code="stale")
    for name, value in fields.items():
        setattr(row, name, value)
    row.version += 1 if resource else 0
    with clash("resource_name_once", _("This site has a resource of this name already."), field="name"):
        row.save()
    _set_parts(row, list(parts))
    _set_seats(row, 0 if list(parts) else seats)
    record("save_resource", row, by=by)
    return row


def _set_parts(row: Resource, parts: Sequence[Resource]) -> None:
    for part in parts:
        if part.pk == row.pk or part.parts.exists() or row.wholes.exists():
            raise BusinessError(_("%(part)s is made of parts itself, or is part of this one. Choose single resources.") % {"part": part}, field="parts")
    row.parts.exclude(part__in=parts).delete()
    for part in parts:
        ResourcePart.objects.get_or_create(whole=row, part=part)


def _set_seats(row: Resource, count: int) -> None:
    """As many standing seats as asked for: new ones get the next number, the last ones are taken out if nobody has them."""
    if count > MOST_SEATS or (count > 1 and row.kind != ResourceKind.DESKS):
        raise BusinessError(_("Only desks have several places, at most %(most)s.") % {"most": MOST_SEATS}, field="seats")
    standing = list(row.seats.filter(retired_on=None))
    for number in range(len(standing), count):
        last = row.seats.order_by("-number").values_list("number", flat=True).first() or 0
        Seat.objects.create(resource=row, number=last + 1, label=f"{row.name} {number + 1:02d}" if row.kind == ResourceKind.DESKS else row.name)
    for seat in standing[count:]:
        if Allocation.objects.holding().filter(seat=seat, ends_at__gt=timezone.now()).exists():
            raise BusinessError(_("%(seat)s is booked. Cancel or move the booking first.") % {"seat": seat}, field="seats")
        Seat.objects.filter(pk=seat.pk).update(retired_on=timezone.localdate())


@transaction.atomic
def set_hours(owner: Site | Resource, spans: Sequence[tuple[int, time, time]], *, by: Actor) -> None:
    """The opening hours of a site, or of one resource in its place: (day, from, to); none at all means that it never closes.

    Raises BusinessError for a span that ends before it begins."""
    whose = {"site": owner} if isinstance(owner, Site) else {"resource": owner}
    for _day, opens, closes in spans:
        if closes <= opens and closes != time(0):
            raise BusinessError(_("%(from)s–%(to)s ends before it begins. Write 00:00 for midnight.") % {"from": f"{opens:%H:%M}", "to": f"{closes:%H:%M}"}, field="hours")
    OpeningHours.objects.filter(**whose).delete()
    for day, opens, closes in spans:
        OpeningHours.objects.create(day=day, opens=opens, closes=closes, **whose)
    record("set_hours", owner, by=by)


@transaction.atomic
def add_tariff(*, by: Actor, **fields: Any) -> Tariff:
    """Write a price down. Raises BusinessError at `ends` and `valid_to` for spans that end before they begin."""
    if fields["ends"] <= fields["starts"] and fields["ends"] != time(0):
        raise BusinessError(_("The end lies before the start. Write 00:00 for midnight."), field="ends")
    if fields.get("valid_to") and fields["valid_to"] < fields["valid_from"]:
        raise BusinessError(_("The last day lies before the first. Change one of them."), field="valid_to")
    tariff = Tariff.objects.create(entered_by=by.user, **fields)
    record("add_tariff", tariff, by=by, price=str(tariff.price))
    return tariff


@transaction.atomic
def end_tariff(tariff: Tariff, *, last_day: date, by: Actor) -> Tariff:
    """A price holds until this day; bookings that stand keep theirs."""
    if last_day < tariff.valid_from:
        raise BusinessError(_("The last day lies before the first. Change one of them."), field="last_day")
    tariff.valid_to = last_day
    tariff.save(update_fields=["valid_to"])
    record("end_tariff", tariff, by=by)
    return tariff


@transaction.atomic
def add_plan(*, by: Actor, grants: Iterable[tuple[ResourceClass, int]] = (), **fields: Any) -> Plan:
    """A plan with its free minutes a month by class. Raises Conflict at `name` when it is there already."""
    plan = Plan(**fields)
    with clash("plan_name_once", _("There is a plan of this name already."), field="name"):
        plan.save()
    PlanGrant.objects.bulk_create(PlanGrant(organisation=plan.organisation, plan=plan, group=group, minutes=minutes) for group, minutes in grants)
    record("add_plan", plan, by=by)
    return plan


# --- closures


def closed_resources(site: Site | None, resource: Resource | None) -> list[Any]:
    """The facts of every resource that a closure shuts, with those that share its seats."""
    rows = Resource.objects.filter(site=site) if site else Resource.objects.filter(pk=resource.pk if resource else 0)
    return [facts for _row, facts in facts_of(rows)]


def bookings_in_the_way(site: Site | None, resource: Resource | None, starts: datetime, ends: datetime) -> list[Booking]:
    """The bookings that a closure would meet."""
    seats = {seat for facts in closed_resources(site, resource) for seat in facts.seats.ids}
    rows = Allocation.objects.holding().meeting(starts, ends).filter(seat__in=seats, item__isnull=False)
    return list(Booking.objects.for_pages().filter(pk__in=rows.values("item__booking")).order_by("starts_at", "pk"))


@transaction.atomic
def close(*, by: Actor, starts_at: datetime, ends_at: datetime, kind: str, words: str = "", site: Site | None = None, resource: Resource | None = None, cancelling: bool = False) -> Closure:
    """Close a resource or a whole site for a time. With `cancelling` the bookings in the way are cancelled and told why.

    Raises BusinessError at `ends_at`, Conflict when bookings stand in the way and nobody said what becomes of them."""
    from spaces.services.bookings import cancel

    if ends_at <= starts_at or ends_at <= timezone.now():
        raise BusinessError(_("The end lies before the start, or has passed. Choose a later end."), field="ends_at")
    if ends_at - starts_at > timedelta(days=366):
        raise BusinessError(_("A closure lasts at most a year."), field="ends_at")
    closure = Closure.objects.create(site=site, resource=resource, kind=kind, words=words, starts_at=starts_at, ends_at=ends_at, made_by=by.user)
    met = bookings_in_the_way(site, resource, starts_at, ends_at)
    if met and not cancelling:
        raise Conflict(_("%(count)s bookings stand in the way. Look at them, then close and cancel them.") % {"count": len(met)}, code="IN_THE_WAY")
    for booking in met:
        cancel(booking, by=by, reason=str(closure))
    block(closure, closed_resources(site, resource))
    record("close", closure, by=by)
    return closure


@transaction.atomic
def lift(closure: Closure, *, by: Actor) -> Closure:
    """The closure is over sooner; the time can be booked again."""
    Allocation.objects.filter(closure=closure).update(state=AllocationState.FREED)
    closure.lifted_at = timezone.now()
    closure.save(update_fields=["lifted_at"])
    record("lift", closure, by=by)
    return closure


# --- machine permits and guests


@transaction.atomic
def grant_permit(user: User, group: ResourceClass, *, basis: str, valid_from: date, valid_to: date, by: Actor) -> MachinePermit:
    """Give a person a permit for a class of machines after its training; never to oneself.

    Raises NotAllowed for oneself, BusinessError at `valid_to`."""
    if by.user is not None and by.user.pk == user.pk:
        raise NotAllowed(_("Nobody gives a permit to themselves. Ask a colleague."))
    if valid_to < valid_from:
        raise BusinessError(_("The last day lies before the first. Change one of them."), field="valid_to")
    permit = MachinePermit.objects.create(user=user, group=group, basis=basis, valid_from=valid_from, valid_to=valid_to, granted_by=by.user)
    record("grant_permit", permit, by=by)
    return permit


@transaction.atomic
def suspend_permit(permit: MachinePermit, *, reason: str, by: Actor) -> MachinePermit:
    """Suspend a permit at once, with the reason. Coming bookings of that person stay and show that a permit is missing."""
    if not reason.strip():
        raise BusinessError(_("Say why the permit is suspended."), field="reason")
    permit.suspended_at, permit.suspended_for = timezone.now(), reason.strip()[:200]
    permit.save(update_fields=["suspended_at", "suspended_for"])
    record("suspend_permit", permit, by=by, note=reason.strip())
    return permit


def remind_permits(day: date) -> int:
    """The clock: a month and a week before a permit ends, its holder is told once each."""
    count = 0
    for ahead in REMIND:
        last = day + timedelta(days=ahead)
        for permit in MachinePermit.objects.filter(valid_to=last, suspended_at=None).select_related("user", "group"):
            sentence = gettext_noop("Your permit for %(group)s ends on %(last_day)s. Take the course in time.")
            notify([permit.user], sentence, key=f"permit:{permit.pk}:{ahead}", group=str(permit.group), last_day=last.isoformat())
            count += 1
    return count


@transaction.atomic
def set_guests(booking: Booking, guests: Sequence[tuple[str, str]], *, by: Actor) -> None:
    """Who is expected: (name, from where), at most as many as the booking has people, or 50."""
    if len(guests) > max(50, booking.people):
        raise BusinessError(_("At most %(most)s guests.") % {"most": max(50, booking.people)}, field="guests")
    booking.guests.all().delete()
    Guest.objects.bulk_create(Guest(organisation=booking.organisation, booking=booking, name=name[:40], company=company[:60]) for name, company in guests)
    record("set_guests", booking, by=by, count=len(guests))


def forget_guests() -> int:
    """The clock, every night: the names of guests go 90 days after the booking."""
    count, _each = Guest.objects.filter(booking__ends_at__lt=timezone.now() - GUESTS_KEPT).delete()
    return count
