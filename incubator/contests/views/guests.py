"""Events for everybody: what comes, registration, the ticket; and following the organisation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from incubator.accounts.actors import system
from incubator.contests.forms import FollowForm, RegisterForm
from incubator.contests.models import Attendee, Event, Follower
from incubator.contests.services import events, followers
from incubator.contests.views.entering import answered
from incubator.contests.views.public import at_home
from incubator.core.refusals import attempt, status_of
from incubator.core.throttle import too_many
from incubator.core.views import public
from incubator.documents.render import qr_png_data_uri

MOST, SECONDS = 40, 3600


@public
def event_list(request: HttpRequest) -> HttpResponse:
    """What comes, and what was held."""
    now = timezone.now()
    return render(request, "contests/public/events.html", at_home(request) | {"coming": Event.objects.coming(now), "past": Event.objects.past(now)[:12]})


@public
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """One event, with the form of registration while there is time."""
    found = get_object_or_404(Event.objects.on_the_site().select_related("contest"), slug=slug)
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if too_many(request, "event-seat", most=MOST, seconds=SECONDS):
            return render(request, "429.html", status=429)
        if form.is_robot:
            return redirect("contests:event", request.organisation.slug, slug)
        attendee = attempt(form, events.register_attendee, found, **form.cleaned_data)
        if attendee:
            return redirect("contests:ticket", request.organisation.slug, slug, attendee.key)
    return render(request, "contests/public/event.html", at_home(request) | {"event": found, "form": form}, status=status_of(form))


@public
def ticket(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The ticket with its QR square; POST gives the place back."""
    found = get_object_or_404(Attendee.objects.select_related("event"), event__slug=slug, key=key)
    if request.method == "POST":
        events.cancel_attendee(found, by=system(request.organisation))  # type: ignore[attr-defined]
        messages.success(request, _("Your place is given back. Thank you for telling us."))
        return redirect("contests:ticket", request.organisation.slug, slug, key)
    waiting = found.event.attendees.filter(state="waiting", pk__lte=found.pk).count()
    context = {"attendee": found, "event": found.event, "qr": qr_png_data_uri(found.code), "waiting": waiting}
    return answered(render(request, "contests/public/ticket.html", at_home(request) | context))


@public
def follow(request: HttpRequest) -> HttpResponse:
    """Leave an address: a mail asks its owner to confirm. Everybody is told the same."""
    form = FollowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if too_many(request, "follow", most=10, seconds=SECONDS):
            return render(request, "429.html", status=429)
        if not form.cleaned_data["website"]:
            followers.ask_to_follow(form.cleaned_data["email"])
        messages.success(request, _("If this address is yours, open the link in the mail that we sent."))
        return redirect("contests:follow", request.organisation.slug)
    return render(request, "contests/public/follow.html", at_home(request) | {"form": form})


@public
def follow_confirm(request: HttpRequest, key: str) -> HttpResponse:
    """The owner of the address says yes by a button: mail programs open links on their own."""
    found = get_object_or_404(Follower, key=key)
    if request.method == "POST":
        followers.confirm_follower(found)
        messages.success(request, _("You will be told of new events, contests and news. Each mail has a link that ends it."))
        return redirect("contests:follow-confirm", request.organisation.slug, key)
    return answered(render(request, "contests/public/follow_confirm.html", at_home(request) | {"follower": found}))


@csrf_exempt  # mail programs send this by themselves (RFC 8058); the key in the address is the proof
@public
def follow_stop(request: Any, key: str) -> HttpResponse:
    """One click and the address is forgotten. Opened twice, it says the same."""
    found = Follower.objects.filter(key=key).first()
    if found and request.method == "POST":
        followers.stop_following(found)
        found = None
    return answered(render(request, "contests/public/follow_stop.html", at_home(request) | {"follower": found}))
