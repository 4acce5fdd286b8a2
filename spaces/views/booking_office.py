"""The office's pages of bookings: the calendar of a site, decisions, closures, permits, and the rooms, rules and prices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.listing import asked_choice, asked_day, asked_id, asked_words
from incubator.core.pieces import Figure, Filter
from incubator.core.refusals import attempt, refusal_of, status_of
from incubator.core.views import link, paginate, permitted, to
from spaces import calendars
from spaces.availability import busy_seats, day_parts, facts_of, zone_of
from spaces.forms_bookings import (
    ClosureForm,
    GroupForm,
    HoursForm,
    PermitForm,
    PlanForm,
    PlanMembershipForm,
    PolicyForm,
    ReasonForm,
    ResourceForm,
    TariffForm,
)
from spaces.models import (
    Booking,
    BookingPolicy,
    CalendarFeed,
    Closure,
    MachinePermit,
    OpenDay,
    Plan,
    PlanMembership,
    Resource,
    ResourceClass,
    ResourceKind,
    Site,
    Tariff,
    Waiting,
)
from spaces.services import bookings, decisions, resources
from spaces.services.credits import join_plan
from spaces.states import BookingState
from spaces.views import booking_pages as pages


@permitted("spaces.read_bookings")
def calendar(request: Any) -> HttpResponse:
    """A day of a site: every resource with its bookings; who comes next, what waits."""
    sites = list(Site.objects.order_by("name", "pk"))
    asked = asked_id(request, "site")
    site = next((one for one in sites if one.pk == asked), sites[0] if sites else None)
    zone = zone_of(site.zone) if site else timezone.get_current_timezone()
    day = asked_day(request, "day") or timezone.now().astimezone(zone).date()
    begins = datetime.combine(day, datetime.min.time(), zone)
    ends = begins + timedelta(days=1)
    found = facts_of(Resource.objects.filter(site=site, is_open=True)) if site else []
    busy = busy_seats([facts for _row, facts in found], begins, ends)
    rows = Booking.objects.for_pages().filter(items__resource__site=site, state__in=("held", "requested", "confirmed", "in_use", "finished", "no_show")).on_day(begins, ends).order_by("starts_at", "pk").distinct()
    by_resource: dict[int, list[Booking]] = {}
    for row in rows:
        for item in row.items.all():
            by_resource.setdefault(item.resource_id, []).append(row)
    lanes = [{"resource": row, "bookings": by_resource.get(row.pk, []), "parts": [part for part in day_parts(facts, day, busy, now=begins) if part.state in {"free", "closed"}]} for row, facts in found]
    context = {
        "sites": sites, "site": site, "day": day, "lanes": lanes, "before": day - timedelta(days=1), "after": day + timedelta(days=1), "today": timezone.localdate(),
        "strip": [day + timedelta(days=place) for place in range(-3, 4)], "figures": figures_of(rows), "arrivals": [row for row in rows if row.state in {"confirmed", "in_use"}], "zone": zone,
    }  # fmt: skip
    return pages.page(request, "office", "calendar", context)


def figures_of(rows: Any) -> list[Figure]:
    waiting = Booking.objects.awaiting_decision().count()
    return [
        Figure(_("Bookings on this day"), len([row for row in rows if row.state != "held"])), Figure(_("In use now"), len([row for row in rows if row.state == "in_use"]), tone="jade"),
        Figure(_("Waiting for a decision"), waiting, tone="amber" if waiting else ""), Figure(_("On the waiting list"), Waiting.objects.standing().count()),
    ]  # fmt: skip


@permitted("spaces.read_bookings")
def booking_list(request: HttpRequest) -> HttpResponse:
    """Every booking, searched and filtered, the latest first; and who waits."""
    rows = Booking.objects.matching(asked_words(request)).for_pages().order_by("-starts_at", "-pk")
    state = asked_choice(request, "state", BookingState.values)
    rows = rows.filter(state=state) if state else rows
    context = {"page": paginate(request, rows), "filters": [Filter("state", _("State"), BookingState.choices)], "waiting": Waiting.objects.standing()}
    return pages.page(request, "office", "list", context)


@permitted("spaces.read_bookings")
def booking(request: Any, pk: int) -> HttpResponse:
    """One booking; its buttons are for those who run the desk."""
    return pages.booking_page(request, "office", pk)


@permitted("spaces.run_bookings")
def search(request: HttpRequest) -> HttpResponse:
    """What is free, for somebody who asks at the desk."""
    return pages.search_page(request, "office")


@permitted("spaces.run_bookings")
def week(request: HttpRequest, pk: int) -> HttpResponse:
    """A week of one resource."""
    return pages.week_page(request, "office", pk)


@permitted("spaces.run_bookings")
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book for a startup, or for the house itself."""
    return pages.book_page(request, "office", pk)


@permitted("spaces.run_bookings")
def series(request: HttpRequest, pk: int) -> HttpResponse:
    """A series for a startup or the house."""
    return pages.series_page(request, "office", pk)


@permitted("spaces.run_bookings")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time."""
    return pages.move_page(request, "office", pk)


@permitted("spaces.run_bookings")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel with a reason; never for a fee."""
    return pages.cancel_page(request, "office", pk)


@permitted("spaces.read_bookings")
def approvals(request: HttpRequest) -> HttpResponse:
    """Requests that wait, the earliest first, each with those that an approval would shut out."""
    rows = [{"booking": row, "losers": decisions.losers_of(row)} for row in Booking.objects.awaiting_decision().for_pages()[:100]]
    return pages.page(request, "office", "approvals", {"rows": rows})


@permitted("spaces.run_bookings")
def approve(request: Any, pk: int) -> HttpResponse:
    """Approve a request, with the losers shown."""
    found = get_object_or_404(Booking.objects.for_pages(), pk=pk)
    if request.method == "POST":
        decisions.approve(found, by=request.actor)
        messages.success(request, _("The request is approved and the person is told."))
        return to(request, "office:bookings:approvals")
    losers = decisions.losers_of(found)
    effects = [_("%(resources)s is booked for %(startup)s.") % {"resources": found.resources, "startup": found.startup or found.title}]
    effects += [_("%(startup)s loses the time and is told: %(title)s") % {"startup": one.startup or one.person, "title": f"{one} {one.title}"} for one in losers]
    return pages.page(request, "office", "act", {"booking": found, "form": None, "title": _("Approve the request"), "cancel": link(request, "office:bookings:approvals"), "effects": effects})


@permitted("spaces.run_bookings")
def reject(request: Any, pk: int) -> HttpResponse:
    """Turn a request down with a reason."""
    return reasoned(request, pk, decisions.reject, _("Reject the request"), [_("The time is free again, and the person reads the reason.")], "office:bookings:approvals")


@permitted("spaces.run_bookings")
def undo_release(request: Any, pk: int) -> HttpResponse:
    """They came after all."""
    return reasoned(request, pk, bookings.undo_release, _("They came after all"), [_("The no-show does not count. If the time still runs and is free, it is theirs again.")], "office:bookings:list")


def reasoned(request: Any, pk: int, act: Callable[..., Any], title: str, effects: list[str], after: str) -> HttpResponse:
    """An act on a booking that needs a reason."""
    found = get_object_or_404(Booking.objects.for_pages(), pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and attempt(form, act, found, by=request.actor, reason=form.cleaned_data["reason"]):
        messages.success(request, _("Done. The person is told."))
        return to(request, after)
    return pages.page(request, "office", "act", {"booking": found, "form": form, "title": title, "cancel": link(request, "office:bookings:booking", pk), "effects": effects}, status_of(form))


# --- closures and permits


@permitted("spaces.read_bookings")
def closures(request: HttpRequest) -> HttpResponse:
    """What is closed now or later."""
    return pages.page(request, "office", "closures", {"closures": Closure.objects.standing()})


@permitted("spaces.run_bookings")
def closure_add(request: Any) -> HttpResponse:
    """Close a resource or a site; bookings in the way are shown before anything is saved."""
    form, met = ClosureForm(request.POST or None, initial={"first_day": timezone.localdate(), "last_day": timezone.localdate(), "resource": request.GET.get("resource")}), []
    if form.is_valid():
        given = form.cleaned_data
        where = {"site": given["site"], "resource": given["resource"]}

        def close() -> Closure:
            starts, ends = form.span()
            return resources.close(by=request.actor, starts_at=starts, ends_at=ends, kind=given["kind"], words=given["words"], cancelling=given["cancelling"], **where)

        if attempt(form, close):
            messages.success(request, _("It is closed for this time."))
            return to(request, "office:bookings:closures")
        refusal = refusal_of(form)
        if refusal and refusal.code == "IN_THE_WAY":
            met = resources.bookings_in_the_way(given["site"], given["resource"], *form.span())
    return pages.page(request, "office", "form", {"form": form, "title": _("Close for a time"), "cancel": link(request, "office:bookings:closures"), "met": met}, status_of(form))


@permitted("spaces.run_bookings")
def closure_lift(request: Any, pk: int) -> HttpResponse:
    """Open again sooner."""
    closure = get_object_or_404(Closure.objects.standing(), pk=pk)
    if request.method == "POST":
        resources.lift(closure, by=request.actor)
        messages.success(request, _("It can be booked again."))
        return to(request, "office:bookings:closures")
    return pages.page(request, "office", "act", {"form": None, "title": _("Open again"), "cancel": link(request, "office:bookings:closures"), "effects": [_("“%(what)s” ends now; the time can be booked again.") % {"what": closure}]})


@permitted("spaces.read_bookings")
def permits(request: HttpRequest) -> HttpResponse:
    """Machine permits with until when they run."""
    rows = MachinePermit.objects.select_related("user", "group", "granted_by")
    return pages.page(request, "office", "permits", {"page": paginate(request, rows), "today": timezone.localdate()})


@permitted("spaces.run_bookings")
def permit_grant(request: Any) -> HttpResponse:
    """Give a permit after the training."""
    today = timezone.localdate()
    form = PermitForm(request.POST or None, organisation=request.organisation, initial={"valid_from": today, "valid_to": today + timedelta(days=364)})
    if form.is_valid():
        given = dict(form.cleaned_data)
        if attempt(form, resources.grant_permit, given.pop("user"), given.pop("group"), by=request.actor, **given):
            messages.success(request, _("The permit is granted."))
            return to(request, "office:bookings:permits")
    return pages.page(request, "office", "form", {"form": form, "title": _("Grant a machine permit"), "cancel": link(request, "office:bookings:permits")}, status_of(form))


@permitted("spaces.run_bookings")
def permit_suspend(request: Any, pk: int) -> HttpResponse:
    """Suspend a permit with a reason."""
    permit = get_object_or_404(MachinePermit.objects.select_related("user", "group"), pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and attempt(form, resources.suspend_permit, permit, by=request.actor, reason=form.cleaned_data["reason"]):
        messages.success(request, _("The permit is suspended."))
        return to(request, "office:bookings:permits")
    context = {"form": form, "title": _("Suspend the permit"), "cancel": link(request, "office:bookings:permits"), "effects": [_("%(permit)s: no machine of this class can be booked or started.") % {"permit": permit}], "danger": True}
    return pages.page(request, "office", "act", context, status_of(form))


# --- resources, rules, prices, plans


@permitted("spaces.read_bookings")
def resource_list(request: HttpRequest) -> HttpResponse:
    """What can be booked, by which rules, at which price, and the plans."""
    rows = Resource.objects.matching(asked_words(request)).with_facts()
    kind = asked_choice(request, "kind", ResourceKind.values)
    rows = rows.filter(kind=kind) if kind else rows
    context = {
        "page": paginate(request, rows), "filters": [Filter("kind", _("Kind"), ResourceKind.choices)], "policies": BookingPolicy.objects.all(), "groups": ResourceClass.objects.all(),
        "tariffs": Tariff.objects.select_related("group", "resource", "plan"), "plans": Plan.objects.prefetch_related("grants__group"), "sites": Site.objects.order_by("name").prefetch_related("hours"),
        "members": PlanMembership.objects.filter(last_day__gte=timezone.localdate()).select_related("startup", "plan"),
    }  # fmt: skip
    return pages.page(request, "office", "resources", context)


def saved(request: Any, form: Any, act: Callable[[], Any], title: str, done: str) -> HttpResponse:
    """A form of the settings of bookings: save, or say why not."""
    if form.is_valid() and attempt(form, act):
        messages.success(request, done)
        return to(request, "office:bookings:resources")
    return pages.page(request, "office", "form", {"form": form, "title": title, "cancel": link(request, "office:bookings:resources")}, status_of(form))


@permitted("spaces.change_resources")
def resource_add(request: Any) -> HttpResponse:
    """Put a resource on the list."""
    form = ResourceForm(request.POST or None, initial={"seats": 1, "capacity": 8, "is_open": True, "version": 1})
    return saved(request, form, lambda: resources.save_resource(None, by=request.actor, **form.facts()), _("Add a resource"), _("It is on the list."))


@permitted("spaces.change_resources")
def resource_change(request: Any, pk: int) -> HttpResponse:
    """Change a resource, its places or its parts."""
    row = get_object_or_404(Resource.objects.exclude(kind="person"), pk=pk)
    start = {name: getattr(row, name) for name in ("site", "space", "name", "kind", "group", "policy", "capacity", "day_cap", "note", "is_public", "is_open", "version")}
    start |= {"features": "，".join(row.features), "seats": max(1, row.seats.filter(retired_on=None).count()), "parts": [part.part_id for part in row.parts.all()]}
    form = ResourceForm(request.POST or None, initial=start)
    return saved(request, form, lambda: resources.save_resource(row, by=request.actor, **form.facts()), _("Change a resource"), _("Saved."))


@permitted("spaces.change_resources")
def group_add(request: Any) -> HttpResponse:
    """Put a class of resources on the list."""
    form = GroupForm(request.POST or None)
    return saved(request, form, lambda: resources.add_group(by=request.actor, **form.cleaned_data), _("Add a class"), _("It is on the list."))


@permitted("spaces.change_resources")
def policy_add(request: Any) -> HttpResponse:
    """Write rules of booking down."""
    form = PolicyForm(request.POST or None, initial={"version": 1})
    return saved(request, form, lambda: resources.save_policy(None, by=request.actor, **form.cleaned_data), _("Add rules of booking"), _("It is on the list."))


@permitted("spaces.change_resources")
def policy_change(request: Any, pk: int) -> HttpResponse:
    """Change rules of booking."""
    row = get_object_or_404(BookingPolicy, pk=pk)
    form = PolicyForm(request.POST or None, initial={**{name: getattr(row, name) for name in PolicyForm.Meta.fields}, "version": row.version})
    return saved(request, form, lambda: resources.save_policy(row, by=request.actor, **{**form.cleaned_data, "version": form.cleaned_data["version"] or 0}), _("Change rules of booking"), _("Saved. Bookings that stand keep their time."))


@permitted("spaces.change_resources")
def site_hours(request: Any, pk: int) -> HttpResponse:
    """The opening hours of a site."""
    return hours_page(request, get_object_or_404(Site, pk=pk))


@permitted("spaces.change_resources")
def resource_hours(request: Any, pk: int) -> HttpResponse:
    """The opening hours of one resource, in place of the site's."""
    return hours_page(request, get_object_or_404(Resource, pk=pk))


def hours_page(request: Any, owner: Any) -> HttpResponse:
    start: dict[str, str] = {}
    for row in owner.hours.all():
        span = f"{row.opens:%H:%M}-{row.closes:%H:%M}"
        start[f"day{row.day}"] = f"{start[f'day{row.day}']}, {span}" if f"day{row.day}" in start else span
    form = HoursForm(request.POST or None, initial=start)
    title = _("Opening hours of %(name)s") % {"name": owner}
    assert len(OpenDay) == 8
    return saved(request, form, lambda: resources.set_hours(owner, form.spans, by=request.actor) or True, title, _("The opening hours are saved."))


@permitted("spaces.change_resources")
def tariff_add(request: Any) -> HttpResponse:
    """Write a price down."""
    form = TariffForm(request.POST or None, initial={"starts": "00:00", "ends": "00:00", "valid_from": timezone.localdate()})
    return saved(request, form, lambda: resources.add_tariff(by=request.actor, **form.cleaned_data), _("Add a price"), _("The price is on the list."))


@permitted("spaces.change_resources")
def tariff_end(request: Any, pk: int) -> HttpResponse:
    """A price ends today."""
    row = get_object_or_404(Tariff, pk=pk)
    if request.method == "POST":
        resources.end_tariff(row, last_day=max(timezone.localdate(), row.valid_from), by=request.actor)
        messages.success(request, _("The price holds until today."))
        return to(request, "office:bookings:resources")
    return pages.page(request, "office", "act", {"form": None, "title": _("End the price"), "cancel": link(request, "office:bookings:resources"), "effects": [_("From tomorrow on it does not hold any more. Bookings that stand keep their price.")]})


@permitted("spaces.change_resources")
def plan_add(request: Any) -> HttpResponse:
    """Put a plan on the list."""
    form = PlanForm(request.POST or None)
    act = lambda: resources.add_plan(by=request.actor, name=form.cleaned_data["name"], any_hour=form.cleaned_data["any_hour"], grants=form.grants())  # noqa: E731
    return saved(request, form, act, _("Add a plan"), _("It is on the list."))


@permitted("spaces.change_resources")
def plan_join(request: Any) -> HttpResponse:
    """Give a startup a plan."""
    today = timezone.localdate()
    form = PlanMembershipForm(request.POST or None, initial={"first_day": today, "last_day": today + timedelta(days=364)})
    act = lambda: join_plan(form.cleaned_data["startup"], form.cleaned_data["plan"], first_day=form.cleaned_data["first_day"], last_day=form.cleaned_data["last_day"], by=request.actor)  # noqa: E731
    return saved(request, form, act, _("Give a startup a plan"), _("The plan holds, and its free minutes of this month are there."))


@permitted("spaces.run_bookings")
def resource_door(request: Any, pk: int) -> HttpResponse:
    """The QR code for the door, and the secret calendar address of the room."""
    from django.conf import settings

    from incubator.documents.render import qr_png_data_uri

    row = get_object_or_404(Resource.objects.in_order(), pk=pk)
    token = ""
    if request.method == "POST":
        _feed, token = calendars.make_feed(by=request.actor, resource=row)
    url = f"{settings.SITE_URL}{link(request, 'portal:bookings:door', row.door)}"
    feed = CalendarFeed.objects.filter(resource=row, withdrawn_at=None).first()
    return pages.page(request, "office", "door_code", {"resource": row, "qr": qr_png_data_uri(url), "url": url, "token": token, "feed": feed})
