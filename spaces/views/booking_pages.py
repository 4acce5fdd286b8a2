"""Pages of bookings that the startups and the office share; only whom they may book for differs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incubator.core.errors import BusinessError, NotAllowed
from incubator.core.listing import asked_day
from incubator.core.money import yuan
from incubator.core.refusals import attempt, status_of
from incubator.core.views import link, to
from incubator.journal.models import Entry
from incubator.journal.timeline import events_of
from incubator.tenants.models import Startup
from spaces.acts import BOOKING_LABELS
from spaces.alternatives import alternatives
from spaces.availability import busy_seats, day_parts, facts_of, search, zone_for, zone_of
from spaces.booking_rules import Taken
from spaces.forms_bookings import BookingForm, GuestsForm, MoveForm, ReasonForm, SearchForm, SeriesForm, words_of
from spaces.models import Booking, Resource
from spaces.services import bookings, resources, series, waiting
from spaces.states import BOOKING_MOVES

WEEK = 7


def is_office(face: str) -> bool:
    return face == "office"


def startups_of(request: Any, face: str) -> Any:
    """For whom this person books."""
    return (Startup.objects.all() if is_office(face) else Startup.objects.of_founder(request.actor)).by_name()


def bookings_of(request: Any, face: str) -> Any:
    return Booking.objects.for_pages() if is_office(face) else Booking.objects.of_person(request.actor).for_pages()


def page(request: HttpRequest, face: str, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page in the frame of its face."""
    return render(request, f"spaces/bookings/{name}.html", {"base": f"{face}.html", "face": face, "home": f"{face}:bookings:search", **context}, status=status)


def search_page(request: Any, face: str) -> HttpResponse:
    """Search by time window: every start that fits, what nearly fits, and why the rest is out."""
    given = {"day": (timezone.localdate() + timedelta(days=1)).isoformat(), "minutes": "60", "people": "2"}
    form = SearchForm({**given, **{name: value for name, value in request.GET.items() if value or name not in given}})
    offers: list[Any] = []
    if form.is_valid():
        asked = form.cleaned_data
        rows = Resource.objects.bookable()
        rows = rows.filter(kind=asked["kind"]) if asked["kind"] else rows
        startup = startups_of(request, face).first() if not is_office(face) else None
        offers = search(
            rows, bookings.booker_of(request.actor, startup, asked["day"]), day=asked["day"], after=asked["after"] or datetime.min.time(), before=asked["before"],
            minutes=asked["minutes"], people=asked["people"], features=frozenset(words_of(asked["features"])),
        )  # fmt: skip
    rows_shown = [{"offer": offer, "starts": links_of(request, face, offer, offer.starts, form), "near": links_of(request, face, offer, offer.near[:4], form)} for offer in offers]
    return page(request, face, "search", {"form": form, "offers": rows_shown, "free": sum(bool(offer.starts) for offer in offers)})


def links_of(request: Any, face: str, offer: Any, starts: Any, form: Any) -> list[tuple[str, str]]:
    """Each start with the address of its quote."""
    base, people = link(request, f"{face}:bookings:book", offer.resource.pk), form.cleaned_data["people"]
    return [
        (f"{local:%H:%M}", f"{base}?{urlencode({'day': local.date(), 'starts': f'{local:%H:%M}', 'minutes': form.cleaned_data['minutes'], 'people': people})}")
        for local in (start.astimezone(offer.zone) for start in starts)
    ]


def week_page(request: Any, face: str, pk: int) -> HttpResponse:
    """A week of one resource: what is free, taken, closed; a phone shows one day and the strip of days."""
    resource = get_object_or_404(Resource.objects.bookable().in_order(), pk=pk)
    ((_row, facts),) = facts_of(Resource.objects.filter(pk=resource.pk))
    chosen = asked_day(request, "day") or timezone.now().astimezone(facts.zone).date()
    monday = chosen - timedelta(days=chosen.weekday())
    begins = datetime.combine(monday, datetime.min.time(), facts.zone)
    busy = busy_seats([facts], begins, begins + timedelta(days=WEEK))
    own = {row.starts_at: row for row in bookings_of(request, face).filter(items__resource=resource, state__in=("held", "requested", "confirmed", "in_use")).on_day(begins, begins + timedelta(days=WEEK))}
    days = [day_of(request, face, resource, facts, monday + timedelta(days=place), busy, own, chosen) for place in range(WEEK)]
    context = {
        "resource": resource, "days": days, "chosen": chosen, "before": monday - timedelta(days=WEEK), "after": monday + timedelta(days=WEEK), "today": timezone.now().astimezone(facts.zone).date(),
        "others": Resource.objects.bookable().in_order(), "last": monday + timedelta(days=WEEK - 1),
    }  # fmt: skip
    return page(request, face, "week", context)


def day_of(request: Any, face: str, resource: Resource, facts: Any, day: date, busy: Any, own: Any, chosen: date) -> dict[str, Any]:
    """One day of a grid as spans with their addresses."""
    base, parts = link(request, f"{face}:bookings:book", resource.pk), []
    for part in day_parts(facts, day, busy, now=timezone.now()):
        start, end = part.start.astimezone(facts.zone), part.end.astimezone(facts.zone)
        mine = next((row for begin, row in own.items() if begin == part.start or (begin < part.end and row.ends_at > part.start)), None) if part.state == "taken" else None
        length = min(60, int((end - start).total_seconds() // 60))
        begin = max(start, timezone.now().astimezone(facts.zone))
        begin += timedelta(minutes=-(begin.hour * 60 + begin.minute) % facts.rules.step)
        free = part.state == "free" and begin + timedelta(minutes=facts.rules.shortest) <= end
        query = urlencode({"day": day, "starts": f"{begin:%H:%M}", "minutes": max(length, facts.rules.shortest), "people": 1})
        parts.append({"part": part, "from": f"{start:%H:%M}", "to": f"{end:%H:%M}" if end.date() == start.date() else "24:00", "size": size_of(part), "url": f"{base}?{query}" if free else "", "mine": mine})
    return {"day": day, "parts": parts, "chosen": day == chosen}


def size_of(part: Any) -> int:
    """How tall a span is drawn: in half hours, between 1 and 24."""
    return max(1, min(24, round((part.end - part.start).total_seconds() / 1800)))


def book_page(request: Any, face: str, pk: int) -> HttpResponse:
    """The quote before saving: what it costs and why, or which rule refuses and what else there is. Then book, hold or wait."""
    resource = get_object_or_404(Resource.objects.bookable().select_related("site", "policy", "group"), pk=pk)
    people = startups_of(request, face)
    given = request.POST if request.method == "POST" else with_defaults(request, resource, people, face)
    form = BookingForm(given, startups=people, resource=resource, office=is_office(face))
    done = act_on(request, face, form, resource) if request.method == "POST" and form.is_valid() else None
    return done or quote_page(request, face, form, resource)


def with_defaults(request: Any, resource: Resource, startups: Any, face: str) -> dict[str, Any]:
    """The address as a form; what it leaves out is the next full hour tomorrow, for the person's first startup."""
    tomorrow = timezone.now().astimezone(zone_for(resource)) + timedelta(days=1)
    first = None if is_office(face) else startups.first()
    plain = {"day": tomorrow.date().isoformat(), "starts": "10:00", "minutes": "60", "people": "1", "quantity": "1", "startup": first.pk if first else ""}
    return plain | {name: value for name, value in request.GET.items() if name in {*plain, "title", "second"}}


def act_on(request: Any, face: str, form: BookingForm, resource: Resource) -> HttpResponse | None:
    """What the pressed button asks for; None when it was refused, and the form says why."""
    act = request.POST.get("act", "book")
    if act == "look":
        return None
    if act == "wait":
        return wait_for(request, face, form, resource)
    if act == "hold":
        held = attempt(form, lambda: bookings.hold(form.ask(), by=request.actor))
        if held:
            messages.success(request, _("The time is kept for you for ten minutes. Confirm it, or let it go."))
        return to(request, f"{face}:bookings:booking", held.pk) if held else None
    made = attempt(form, lambda: bookings.book(form.ask(), by=request.actor, seen=form.price_seen))
    if made is None:
        return None
    messages.success(request, _("Your request is with the office.") if made.state == "requested" else _("Booked."))
    return to(request, f"{face}:bookings:booking", made.pk)


def wait_for(request: Any, face: str, form: BookingForm, resource: Resource) -> HttpResponse | None:
    """Join the waiting list for this time."""
    given = form.cleaned_data

    def join() -> Any:
        ask = form.ask()
        if ask.startup is None:
            raise BusinessError(_("Choose the startup that waits."), field="startup")
        return waiting.join_waiting(
            ask.startup, resource, earliest=ask.start, latest=ask.start + timedelta(hours=2), minutes=given["minutes"], people=given["people"],
            title=given["title"] or str(ask.startup), by=request.actor,
        )  # fmt: skip

    if not attempt(form, join):
        return None
    messages.success(request, _("You are on the waiting list. As soon as the time is free it is kept for you for half an hour, and you get a message."))
    return to(request, f"{face}:bookings:mine" if face == "portal" else "office:bookings:list")


def quote_page(request: Any, face: str, form: BookingForm, resource: Resource) -> HttpResponse:
    """The form with the price, or with the refusal and three other ways."""
    quotes, refusal, others, ask = [], getattr(form, "refusal", None), [], None
    if form.is_valid() or refusal:
        try:
            ask = form.ask()
            quotes = bookings.quotes_of(ask)
            bookings.check(ask, request.actor, seats=bookings.approval_of(ask, request.actor) != "competing")
        except BusinessError as error:
            refusal = error
            others = alternatives(ask, request.actor) if ask else []
    due = sum((quote.due for _row, _count, quote in quotes), bookings.ZERO)
    context = {
        "form": form, "resource": resource, "quotes": quotes, "due": due, "refusal": refusal, "others": [other_link(request, face, one, form) for one in others], "ask": ask,
        "approval": bookings.approval_of(ask, request.actor) if ask else "none", "taken": isinstance(refusal, Taken), "series_url": series_link(request, face, resource, form),
    }  # fmt: skip
    return page(request, face, "book", context, status_of(form))


def other_link(request: Any, face: str, one: Any, form: BookingForm) -> dict[str, Any]:
    local = one.start.astimezone(zone_for(one.resource))
    given = {"day": local.date(), "starts": f"{local:%H:%M}", "minutes": one.minutes, "people": form.given.get("people", 1), "title": form.given.get("title", "")}
    return {"one": one, "when": local, "url": f"{link(request, f'{face}:bookings:book', one.resource.pk)}?{urlencode(given)}"}


def series_link(request: Any, face: str, resource: Resource, form: BookingForm) -> str:
    query = urlencode({bound.name: bound.value() or "" for bound in form if bound.name not in {"seen", "second"}})
    return f"{link(request, f'{face}:bookings:series', resource.pk)}?{query}"


def series_page(request: Any, face: str, pk: int) -> HttpResponse:
    """A series: first what would become of each date, then the chosen ones are booked."""
    resource = get_object_or_404(Resource.objects.bookable().select_related("site", "policy", "group"), pk=pk)
    people = startups_of(request, face)
    given = {**with_defaults(request, resource, people, face), "repeat": "weekly", "count": "6", **request.GET.dict(), **request.POST.dict()}
    form, repeat = BookingForm(given, startups=people, resource=resource, office=is_office(face)), SeriesForm(given)
    dates: list[Any] = []
    if form.is_valid() and repeat.is_valid():
        how = (form.cleaned_data["starts"], form.cleaned_data["minutes"], repeat.cleaned_data["repeat"], repeat.cleaned_data["count"])
        if request.method == "POST" and request.POST.get("act") == "book":
            chosen = [day for one in request.POST.getlist("date") if (day := day_from(one))]
            made = attempt(form, lambda: series.book_series(form.ask(), *how, by=request.actor, chosen=chosen))
            if made:
                return page(request, face, "series_done", {"series": made[0], "dates": made[1], "booked": sum(bool(one.booking) for one in made[1])})
        elif (found := attempt(form, lambda: series.preview(form.ask(), *how, actor=request.actor))) is not None:
            dates = found
    context = {"form": form, "repeat": repeat, "resource": resource, "dates": dates, "total": sum((one.due for one in dates), bookings.ZERO), "possible": sum(bool(one.ask) for one in dates)}
    return page(request, face, "series", context, status_of(form))


def day_from(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# --- one booking


def booking_page(request: Any, face: str, pk: int) -> HttpResponse:
    """One booking: where it stands, what it costs and why, who comes, what may be done now."""
    booking = get_object_or_404(bookings_of(request, face), pk=pk)
    if request.method == "POST":
        return act_on_booking(request, face, booking)
    guests = "\n".join("，".join(part for part in (guest.name, guest.company) if part) for guest in booking.guests.all())
    items = list(booking.items.all())
    zone = zone_for(items[0].resource) if items else zone_of("Asia/Shanghai")
    local = booking.starts_at.astimezone(zone)
    acts = {move.act for move in BOOKING_MOVES if booking.state in move.sources and request.actor.roles & move.roles}
    context = {
        "booking": booking, "items": items, "acts": acts, "zone": zone, "start": local, "end": booking.ends_at.astimezone(zone), "guests": GuestsForm(initial={"guests": guests}),
        "move": MoveForm(initial={"day": local.date(), "starts": local.time(), "minutes": booking.minutes}), "fee": bookings.late_fee(booking, request.actor),
        "may_check_in": booking.starts_at - bookings.CHECK_IN_BEFORE <= timezone.now() < booking.ends_at, "begun": booking.starts_at <= timezone.now(),
        "events": events_of(Entry.objects.about(booking).select_related("user"), BOOKING_LABELS), "due": booking.due, "rest": rest_of(booking),
    }  # fmt: skip
    return page(request, face, "booking", context)


def rest_of(booking: Booking) -> int:
    """How many dates of the series are still to come, this one among them."""
    if booking.series_id is None:
        return 0
    return Booking.objects.filter(series=booking.series, starts_at__gte=booking.starts_at, state__in=("held", "requested", "confirmed")).count()


def act_on_booking(request: Any, face: str, booking: Booking) -> HttpResponse:
    """A button of the booking's page."""
    act, by = request.POST.get("act", ""), request.actor
    if is_office(face) and not rules.has_perm("spaces.run_bookings", by):
        raise NotAllowed(_("Your role here may read bookings, not change them. It is done by the desk."))
    if act == "confirm":
        made = bookings.confirm(booking, by=by)
        messages.success(request, _("Your request is with the office.") if made.state == "requested" else _("Booked."))
    elif act == "check_in":
        bookings.check_in(booking, by=by)
        messages.success(request, _("You are checked in."))
    elif act == "finish":
        bookings.finish(booking, by=by)
        messages.success(request, _("Finished. The rest of the time is free again."))
    elif act == "guests":
        form = GuestsForm(request.POST)
        if form.is_valid():
            resources.set_guests(booking, form.rows(), by=by)
            messages.success(request, _("The guest list is saved."))
    else:
        raise BusinessError(_("This button is not known. Reload the page."))
    return to(request, f"{face}:bookings:booking", booking.pk)


def move_page(request: Any, face: str, pk: int) -> HttpResponse:
    """Another time for a booking: refused as a whole if it clashes; then the old time stays."""
    booking = get_object_or_404(bookings_of(request, face), pk=pk)
    item = booking.items.first()
    zone = zone_for(item.resource)
    local = booking.starts_at.astimezone(zone)
    form = MoveForm(request.POST or None, initial={"day": local.date(), "starts": local.time(), "minutes": booking.minutes})
    if form.is_valid():

        def move() -> Booking:
            start = bookings_start(form, zone)
            return bookings.reschedule(booking, start, start + timedelta(minutes=form.cleaned_data["minutes"]), by=request.actor)

        if attempt(form, move):
            messages.success(request, _("The booking is moved. The calendar entry follows by mail."))
            return to(request, f"{face}:bookings:booking", pk)
    context = {"booking": booking, "form": form, "title": _("Move to another time"), "cancel": link(request, f"{face}:bookings:booking", pk), "effects": [_("The old time stays yours unless the new one is free."), _("The price is computed again for the new time.")]}
    return page(request, face, "act", context, status_of(form))


def bookings_start(form: Any, zone: Any) -> datetime:
    from spaces.booking_rules import local_moment

    return local_moment(form.cleaned_data["day"], form.cleaned_data["starts"], zone, second=False)


def cancel_page(request: Any, face: str, pk: int) -> HttpResponse:
    """What a cancellation costs, before it is done. The office says why."""
    booking = get_object_or_404(bookings_of(request, face), pk=pk)
    fee, office = bookings.late_fee(booking, request.actor), is_office(face)
    form = ReasonForm(request.POST or None) if office else ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].required = office
    if request.method == "POST" and form.is_valid():
        rest, reason = "rest" in request.POST and booking.series_id, form.cleaned_data["reason"]
        done = attempt(form, lambda: series.cancel_rest(booking, by=request.actor, reason=reason) if rest else bookings.cancel(booking, by=request.actor, reason=reason))
        if done:
            count = done if isinstance(done, int) else 1
            messages.success(request, ngettext("%(count)s booking is cancelled.", "%(count)s bookings are cancelled.", count) % {"count": count})
            return to(request, f"{face}:bookings:booking", pk)
    effects = [_("The time is free at once, and whoever waits for it gets a message.")]
    if fee:
        effects.append(_("It is late: %(fee)s yuan go on the bill, and free minutes are not given back.") % {"fee": yuan(fee)})
    else:
        effects.append(_("It costs nothing. Free minutes come back."))
    context = {"booking": booking, "form": form, "title": _("Cancel the booking"), "cancel": link(request, f"{face}:bookings:booking", pk), "effects": effects, "danger": True, "rest": rest_of(booking)}
    return page(request, face, "act", context, status_of(form))


