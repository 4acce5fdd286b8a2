"""The startups' pages of bookings, and the secret calendar addresses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.views import link, paginate, permitted, public, to
from spaces import calendars
from spaces.models import Booking, CalendarFeed, CreditLot, Resource, Waiting
from spaces.services import bookings, waiting
from spaces.views import booking_pages as pages


@permitted("spaces.book")
def search(request: HttpRequest) -> HttpResponse:
    """What is free when, for how long, for how many."""
    return pages.search_page(request, "portal")


@permitted("spaces.book")
def week(request: HttpRequest, pk: int) -> HttpResponse:
    """A week of one resource."""
    return pages.week_page(request, "portal", pk)


@permitted("spaces.book")
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """The quote, then the booking."""
    return pages.book_page(request, "portal", pk)


@permitted("spaces.book")
def series(request: HttpRequest, pk: int) -> HttpResponse:
    """A series of bookings."""
    return pages.series_page(request, "portal", pk)


@permitted("spaces.book")
def booking(request: HttpRequest, pk: int) -> HttpResponse:
    """One booking of the person's startups."""
    return pages.booking_page(request, "portal", pk)


@permitted("spaces.book")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time."""
    return pages.move_page(request, "portal", pk)


@permitted("spaces.book")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the time back."""
    return pages.cancel_page(request, "portal", pk)


@permitted("spaces.book")
def mine(request: Any) -> HttpResponse:
    """The person's bookings: coming, waiting, over; free minutes left; the calendar address."""
    rows = Booking.objects.of_person(request.actor).for_pages()
    startups = list(pages.startups_of(request, "portal"))
    today = timezone.localdate()
    lots = CreditLot.objects.filter(startup__in=startups, valid_from__lte=today, valid_to__gte=today).select_related("group", "startup")
    context = {
        "coming": rows.coming()[:50], "page": paginate(request, rows.over()), "waiting": Waiting.objects.of_person(request.actor).standing(), "lots": lots,
        "feed": CalendarFeed.objects.filter(user=request.user, withdrawn_at=None).first(), "token": request.session.pop("calendar_token", ""),
    }  # fmt: skip
    return pages.page(request, "portal", "mine", context)


@permitted("spaces.book")
def wait_leave(request: Any, pk: int) -> HttpResponse:
    """Leave the waiting list."""
    entry = get_object_or_404(Waiting.objects.of_person(request.actor), pk=pk)
    if request.method == "POST":
        waiting.leave_waiting(entry, by=request.actor)
        messages.success(request, _("You have left the waiting list."))
        return to(request, "portal:bookings:mine")
    context = {"form": None, "title": _("Leave the waiting list"), "cancel": link(request, "portal:bookings:mine"), "effects": [_("You will not be asked for this time any more."), _("An open offer is given back.")]}
    return pages.page(request, "portal", "act", context)


@permitted("spaces.book")
def feed(request: Any) -> HttpResponse:
    """Make a new secret calendar address, or withdraw it. It is shown once."""
    standing = CalendarFeed.objects.filter(user=request.user, withdrawn_at=None).first()
    if request.method == "POST":
        if request.POST.get("act") == "withdraw" and standing:
            calendars.withdraw_feed(standing, by=request.actor)
            messages.success(request, _("The calendar address answers nothing any more."))
        else:
            _feed, request.session["calendar_token"] = calendars.make_feed(by=request.actor, user=request.user)
            messages.success(request, _("Your calendar address is new. Copy it now: it is shown once."))
    return to(request, "portal:bookings:mine")


@permitted("spaces.book")
def door(request: Any, door: str) -> HttpResponse:
    """The QR code at the door: check in for what is booked here now."""
    resource = get_object_or_404(Resource.objects.select_related("site"), door=door)
    now = timezone.now()
    rows = Booking.objects.of_person(request.actor).for_pages().filter(items__resource=resource, state__in=("confirmed", "in_use"), ends_at__gt=now).order_by("starts_at")
    found = rows.first()
    if request.method == "POST" and found:
        bookings.check_in(found, by=request.actor)
        messages.success(request, _("You are checked in."))
        return to(request, "portal:bookings:booking", found.pk)
    early = found is not None and found.starts_at - bookings.CHECK_IN_BEFORE > now
    return pages.page(request, "portal", "door", {"resource": resource, "booking": found, "early": early})


@public
def ical(request: Any, token: str) -> HttpResponse:
    """A secret calendar address: the bookings of a person, or when a room is taken."""
    row = CalendarFeed.objects.filter(digest=calendars.digest_of(token), withdrawn_at=None).select_related("user", "resource", "organisation").first()
    if row is None or (row.user is not None and not row.user.is_active):
        raise Http404
    text = calendars.feed_text(row)
    etag = f'"{calendars.digest_of(text)[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers={"ETag": etag, "Cache-Control": "private, max-age=300"})
