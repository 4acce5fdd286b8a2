"""The rules of booking, asked by search, quote and save alike: an ordered list of functions that say nothing or refuse.

Pure: facts in, a refusal with its code, its figure and what to do out. Moments are aware; opening hours are local wall time
of the site (spaces-billing.md A4, A9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from incubator.core.calendar import WorkingCalendar
from incubator.core.errors import BusinessError, Conflict

DAY_MINUTES = 24 * 60
HOLIDAY = 7
RECURRING_DAYS = 180  # so far ahead an occurrence of a series may lie, where the rules of a single booking say less


@dataclass(frozen=True)
class Rules:
    """The figures of a policy, in minutes unless the name says otherwise."""

    step: int = 15
    shortest: int = 30
    longest: int = 480
    lead: int = 0
    horizon_days: int = 60
    before: int = 0
    after: int = 0
    daily_limit: int = 0
    active_limit: int = 0
    only_free_hours: bool = False
    refuse_arrears: bool = False


@dataclass(frozen=True)
class Seats:
    """The seats of a resource. A composite one needs all of them, everything else as many as are asked for."""

    ids: tuple[int, ...]
    all_of_them: bool = False

    def needed(self, quantity: int) -> int:
        return len(self.ids) if self.all_of_them else quantity


@dataclass(frozen=True)
class Facts:
    """A resource as the rules see it. `hours`: spans in minutes of the day by day of the week (7: public holiday); None
    means that it is never closed."""

    pk: int
    name: str
    zone: ZoneInfo
    seats: Seats
    capacity: int = 1
    features: frozenset[str] = frozenset()
    rules: Rules = Rules()
    hours: Mapping[int, Sequence[tuple[int, int]]] | None = None
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    group: int = 0
    permit_required: bool = False
    permit_course: str = ""
    is_open: bool = True


@dataclass(frozen=True)
class Booker:
    """Who asks. `permits`: the last day by class of machines; `free_minutes`: what is left by class; `staff`: the office,
    for which times of notice, limits and arrears do not count."""

    staff: bool = False
    any_hour: bool = False
    permits: Mapping[int, tuple[date, date]] = field(default_factory=dict)
    active: int = 0
    minutes_by_day: Mapping[tuple[int, date], int] = field(default_factory=dict)
    free_minutes: Mapping[int, int] = field(default_factory=dict)
    in_arrears: bool = False
    needs_approval: bool = False


@dataclass(frozen=True)
class Wanted:
    """What is asked for."""

    start: datetime
    end: datetime
    now: datetime
    people: int = 1
    quantity: int = 1
    features: frozenset[str] = frozenset()
    recurring: bool = False

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds() // 60)


@dataclass(frozen=True)
class Busy:
    """A span in which a seat is held. `closed`: by a closure, in these words."""

    starts: datetime
    ends: datetime
    core_start: datetime
    core_end: datetime
    closed: str = ""


type BusySeats = Mapping[int, Sequence[Busy]]


@dataclass(frozen=True)
class Refusal:
    """A rule said no: its code, the sentence, the field of the form."""

    code: str
    message: str
    field: str | None = None


class Refused(BusinessError):
    """A booking that a rule does not allow."""


class Taken(Conflict):
    """The time is held by somebody else, or closed."""


def refuse(refusal: Refusal) -> BusinessError:
    """The refusal as the error that pages show."""
    kind = Taken if refusal.code in {"TAKEN", "BUFFER", "BLACKOUT"} else Refused
    return kind(refusal.message, field=refusal.field, code=refusal.code)


# --- moments


def local_moment(day: date, at: time, zone: ZoneInfo, *, second: bool | None = None) -> datetime:
    """The moment of a wall time in UTC. Raises Refused for a time that the summer-time change leaves out, and for one that
    comes twice unless `second` says which."""
    wall = datetime.combine(day, at)
    first, later = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    names = {"time": f"{at:%H:%M}", "day": day.isoformat()}
    if first.utcoffset() == later.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall:
        raise Refused(_("%(time)s does not exist on %(day)s: the clocks go forward. Choose another time.") % names, field="starts", code="DST_GAP")
    if second is None:
        raise Refused(_("%(time)s comes twice on %(day)s: the clocks go back. Say which one you mean.") % names, field="second", code="DST_TWICE")
    return (later if second else first).astimezone(UTC)


def clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"


def day_key(day: date, calendar: WorkingCalendar) -> int:
    """The row of opening hours of a day."""
    if day in calendar.holidays:
        return HOLIDAY
    return 0 if day in calendar.extra_workdays else day.weekday()


def open_spans(facts: Facts, day: date) -> Sequence[tuple[int, int]]:
    """When it is open on this local day, in minutes of the day; neighbours are joined."""
    if facts.hours is None:
        return ((0, DAY_MINUTES),)
    joined: list[tuple[int, int]] = []
    for start, end in sorted(facts.hours.get(day_key(day, facts.calendar), ())):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def portions(start: datetime, end: datetime, zone: ZoneInfo) -> Iterable[tuple[date, int, int]]:
    """The local days that a span touches, each with the minutes of the wall clock."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    day = first.date()
    while day <= last.date():
        from_minute = first.hour * 60 + first.minute if day == first.date() else 0
        to_minute = last.hour * 60 + last.minute if day == last.date() else DAY_MINUTES
        if from_minute < to_minute:
            yield day, from_minute, to_minute
        day += timedelta(days=1)


def spoken(spans: Sequence[tuple[int, int]]) -> str:
    """9:00–12:00、13:00–17:00."""
    return "、".join(f"{a // 60:02d}:{a % 60:02d}–{b // 60:02d}:{b % 60:02d}" for a, b in spans)


def length(minutes: int) -> str:
    """A length in words: 90 minutes, 8 hours."""
    if minutes % 60 == 0:
        return _("%(count)s h") % {"count": minutes // 60}
    return _("%(count)s min") % {"count": minutes}


# --- the rules, in their order


def _open(facts: Facts, wanted: Wanted, booker: Booker) -> Refusal | None:
    if facts.is_open and facts.seats.ids:
        return None
    return Refusal("CLOSED", _("%(name)s cannot be booked at present. Choose another one.") % {"name": facts.name})


def _span(facts: Facts, wanted: Wanted, booker: Booker) -> Refusal | None:
    if wanted.end <= wanted.start:
        return Refusal("TOO_SHORT", _("The end lies before the start, or is the same. Choose a later end."), "ends")
    if wanted.end - wanted.start > timedelta(days=31):
        return Refusal("TOO_LONG", _("A booking lasts at most 31 days. For longer, a lease is the right way."), "ends")
    return None


def _past(facts: Facts, wanted: Wanted, booker: Booker) -> Refusal | None:
    if wanted.start >= wanted.now:
        return None
    return Refusal("PAST", _("This time has passed. Choose a start after %(time)s.") % {"time": clock(wanted.now, facts.zone)}, "starts")


def _lead(facts: Facts, wanted: Wanted, booker: Booker) -> Refusal | None:
    earliest = wanted.now + timedelta(minutes=facts.rules.lead)
    if booker.staff or wanted.start >= earliest:
        return None
    step = timedelta(minutes=facts.rules.step)
    whole = datetime.min.replace(tzinfo=UTC)
    earliest += -(earliest - whole) % step
    words = {"lead": length(facts.rules.lead), "time": f"{earliest.astimezone(facts.zone):%m-%d %H:%M}"}
    return Refusal("LEAD_TIME", _("It is to be booked %(lead)s ahead. The earliest start is %(time)s.") % words, "starts")


def _horizon(facts: Facts, wanted: Wanted, booker: Booker) -> Refusal | None:
    days = max(facts.rules.horizon_days, RECURRING_DAYS) if wanted.recurring else facts.rules.horizon_days
    last = wanted.now.astimezone(facts.zone).date() + timedelta(days=366 if booker.staff else days)
    if wanted.start.astimezone(facts.zone).date() <= last:
        return None
    return Refusal("HORIZON", _("It can be booked until %(day)s. Choose an earlier day.") % {"day": last.isoformat()}, "day")


def _step(facts: Facts, wanted: Wanted, booker: Booker) -> Refusal | None:
    local, step = wanted.start.astimezone(facts.zone), facts.rules.step
    if (local.hour * 60 + local.minute) % step == 0 and not local.second and wanted.minutes % step == 0:
        return None
    return Refusal("STEP", _("Times go in steps of %(step)s minutes here, for example %(time)s. Change the start or the end.") % {"step": step, "time": f"{local.hour:02d}:00"}, "starts")


def _length(facts: Facts, wanted: Wanted, booker: Booker) -> Refusal | None:
    rules = facts.rules
    if wanted.minutes < rules.shortest:
        return Refusal("TOO_SHORT", _("The shortest booking is %(length)s.") % {"length": length(rules.shortest)}, "ends")
    if wanted.minutes > rules.longest and not booker.staff:
        return Refusal("TOO_LONG", _("One booking lasts at most %(length)s. Make two bookings of it.") % {"length": length(rules.longest)}, "ends")
    return None


def _hours(facts: Facts, wanted: Wanted, booker: Booker) -> Refusal | None:
    if booker.any_hour or booker.staff:
        return None
    for day, start, end in portions(wanted.start, wanted.end, facts.zone):
        spans = open_spans(facts, day)
        if not any(opens <= start and end <= closes for opens, closes in spans):
            if not spans:
                return Refusal("CLOSED", _("%(name)s is closed on %(day)s. Choose another day.") % {"name": facts.name, "day": day.isoformat()}, "day")
            return Refusal("CLOSED", _("%(name)s is open %(spans)s on %(day)s. Choose a time within.") % {"name": facts.name, "spans": spoken(spans), "day": day.isoformat()}, "starts")
    return None


def _capacity(facts: Facts, wanted: Wanted, booker: Booker) -> Refusal | None:
    most = facts.capacity
    if facts.seats.needed(wanted.quantity) > len(facts.seats.ids):
        return Refusal("CAPACITY", _("%(name)s has %(most)s places, you ask for %(count)s.") % {"name": facts.name, "most": len(facts.seats.ids), "count": wanted.quantity}, "quantity")
    if wanted.people <= most:
        return None
    return Refusal("CAPACITY", _("%(count)s people are more than the %(most)s that %(name)s holds. Choose a larger one.") % {"count": wanted.people, "most": most, "name": facts.name}, "people")


def _features(facts: Facts, wanted: Wanted, booker: Booker) -> Refusal | None:
    missing = sorted(wanted.features - facts.features)
    if not missing:
        return None
    return Refusal("FEATURE", _("%(name)s has no %(what)s. Choose another one.") % {"name": facts.name, "what": "、".join(missing)}, "features")


def _permit(facts: Facts, wanted: Wanted, booker: Booker) -> Refusal | None:
    if not facts.permit_required or booker.staff:
        return None
    day, held = wanted.end.astimezone(facts.zone).date(), booker.permits.get(facts.group)
    course = facts.permit_course or _("ask the office for the next course")
    if held is None:
        return Refusal("PERMIT", _("%(name)s is only for people with a permit. To get one: %(course)s.") % {"name": facts.name, "course": course})
    if not held[0] <= day <= held[1]:
        return Refusal("PERMIT_EXPIRES", _("Your permit for this machine runs until %(day)s, so not on the day of use. To renew it: %(course)s.") % {"day": held[1].isoformat(), "course": course}, "day")
    return None


def _limits(facts: Facts, wanted: Wanted, booker: Booker) -> Refusal | None:
    rules = facts.rules
    if booker.staff:
        return None
    if rules.active_limit and booker.active >= rules.active_limit:
        return Refusal("ACTIVE_LIMIT", _("Your startup has %(count)s coming bookings, the most that is allowed. Cancel one first.") % {"count": booker.active})
    day = wanted.start.astimezone(facts.zone).date()
    used = booker.minutes_by_day.get((facts.pk, day), 0)
    if rules.daily_limit and used + wanted.minutes > rules.daily_limit:
        return Refusal("DAILY_LIMIT", _("Your startup may book %(limit)s a day here; %(used)s are booked on this day already.") % {"limit": length(rules.daily_limit), "used": length(used)}, "day")
    left = booker.free_minutes.get(facts.group, 0)
    if rules.only_free_hours and wanted.minutes * wanted.quantity > left:
        return Refusal("QUOTA", _("Only free hours of the plan can be used here; %(left)s are left this month. Choose a shorter time or ask the office.") % {"left": length(left)}, "ends")
    return None


def _arrears(facts: Facts, wanted: Wanted, booker: Booker) -> Refusal | None:
    if booker.staff or not facts.rules.refuse_arrears or not booker.in_arrears:
        return None
    return Refusal("ARREARS", _("A bill of your startup is overdue, so this cannot be booked. Pay it, or talk to finance."))


type Rule = Callable[[Facts, Wanted, Booker], Refusal | None]
RULES: tuple[Rule, ...] = (_open, _span, _past, _lead, _horizon, _step, _length, _hours, _capacity, _features, _permit, _limits, _arrears)


def protected(facts: Facts, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The span that is held: with preparation and tidying up."""
    return start - timedelta(minutes=facts.rules.before), end + timedelta(minutes=facts.rules.after)


def free_seats(facts: Facts, start: datetime, end: datetime, busy: BusySeats) -> list[int]:
    """The seats that nobody holds in the protected span, in their order."""
    held_from, held_to = protected(facts, start, end)
    return [seat for seat in facts.seats.ids if not any(one.ends > held_from and one.starts < held_to for one in busy.get(seat, ()))]


def taken(facts: Facts, wanted: Wanted, busy: BusySeats) -> Refusal | None:
    """Whether somebody holds it: the last rule, because only this answer changes by itself. Never says who."""
    free = free_seats(facts, wanted.start, wanted.end, busy)
    if len(free) >= facts.seats.needed(wanted.quantity):
        return None
    held_from, held_to = protected(facts, wanted.start, wanted.end)
    met = sorted((one for seat in facts.seats.ids for one in busy.get(seat, ()) if one.ends > held_from and one.starts < held_to), key=lambda one: one.starts)
    closed = next((one for one in met if one.closed), None)
    if closed:
        words = {"name": facts.name, "why": closed.closed, "from": f"{closed.core_start.astimezone(facts.zone):%m-%d %H:%M}", "to": f"{closed.core_end.astimezone(facts.zone):%m-%d %H:%M}"}
        return Refusal("BLACKOUT", _("%(name)s: %(why)s from %(from)s to %(to)s. Choose another time.") % words, "starts")
    if free:
        return Refusal("TAKEN", _("Only %(free)s of the places of %(name)s are free at this time.") % {"free": len(free), "name": facts.name}, "quantity")
    core = [one for one in met if one.core_end > wanted.start and one.core_start < wanted.end]
    if core:
        spans = "、".join(dict.fromkeys(f"{clock(one.core_start, facts.zone)}–{clock(one.core_end, facts.zone)}" for one in core))
        return Refusal("TAKEN", _("%(name)s is taken %(spans)s. Choose another time or join the waiting list.") % {"name": facts.name, "spans": spans}, "starts")
    gap, ready = facts.rules.before + facts.rules.after, max(one.ends for one in met) + timedelta(minutes=facts.rules.before)
    return Refusal("BUFFER", _("Between two bookings %(gap)s are kept for preparation and tidying up. It is ready from %(time)s.") % {"gap": length(gap), "time": clock(ready, facts.zone)}, "starts")


def first_refusal(facts: Facts, wanted: Wanted, booker: Booker, busy: BusySeats | None = None) -> Refusal | None:
    """What the first rule that refuses says, or None. Without `busy` only the rules are asked, not the seats."""
    for rule in RULES:
        found = rule(facts, wanted, booker)
        if found:
            return found
    return taken(facts, wanted, busy) if busy is not None else None


def starts_of(facts: Facts, day: date, minutes: int, booker: Booker | None = None) -> list[datetime]:
    """Every start of this local day at which a booking of this length could begin by step and opening hours."""
    spans = ((0, DAY_MINUTES),) if booker and (booker.any_hour or booker.staff) and facts.hours is not None and not open_spans(facts, day) else open_spans(facts, day)
    found = []
    for opens, closes in spans:
        begin = -(-opens // facts.rules.step) * facts.rules.step
        for minute in range(begin, closes - minutes + 1, facts.rules.step):
            try:
                found.append(local_moment(day, time(minute // 60, minute % 60), facts.zone, second=False))
            except Refused:
                continue
    return found


