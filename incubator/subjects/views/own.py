"""The account page on which people see who holds something about them, and take a copy of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.models import Organisation
from incubator.accounts.proof import proved_again
from incubator.core.errors import BusinessError
from incubator.core.scoping import organisation_context
from incubator.core.views import signed_in
from incubator.documents.services import hand_out
from incubator.journal.door import note
from incubator.journal.models import SecurityEvent
from incubator.subjects import copies, erasing
from incubator.subjects.models import Erasure, OwnCopy


@signed_in
def own_data(request: HttpRequest) -> HttpResponse:
    """What there is to take, and where the person is known."""
    places = []
    for organisation in Organisation.objects.filter(memberships__user=request.user).distinct().order_by("name"):
        with organisation_context(organisation):
            places.append((organisation, Erasure.objects.filter(user=request.user).latest_first().first()))
    waiting = OwnCopy.objects.filter(user=request.user, expires_at__gt=timezone.now()).order_by("-asked_at")
    return render(request, "subjects/own/data.html", {"places": places, "copies": waiting})


@signed_in
@proved_again
def own_copy_ask(request: HttpRequest) -> HttpResponse:
    """Ask for a copy of everything."""
    if request.method == "POST":
        try:
            copies.ask_own_copy(request.user)
            messages.success(request, _("The copy is being made. It waits here for a week."))
        except BusinessError as error:
            messages.error(request, error.message)
        return redirect("own-data")
    effects = [
        _("A file with everything that your account and the organisations here hold about you."),
        _("It holds numbers in full. It waits seven days on this page, then it is deleted."),
        _("Each organisation reads in its record that you took a copy."),
    ]
    return render(request, "subjects/own/confirm.html", {"title": _("Make a copy of my data"), "effects": effects})


@signed_in
@proved_again
def own_copy_take(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download a copy. That it was taken, and from where, is written down."""
    copy = get_object_or_404(OwnCopy.objects.exclude(ready_at=None).filter(expires_at__gt=timezone.now()), pk=pk, user=request.user)
    copies.note_taken(copy)
    note(SecurityEvent.What.OWN_COPY, request, user=request.user)
    return hand_out(copy.file, "application/zip", f"fuhua-{timezone.localdate(copy.asked_at)}.zip")


@signed_in
@proved_again
def own_erasure_ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask one organisation to erase what it holds."""
    organisation = get_object_or_404(Organisation.objects.filter(memberships__user=request.user).distinct(), slug=slug)
    if request.method == "POST":
        try:
            with organisation_context(organisation):
                erasing.ask_own_erasure(request.user, organisation)
            messages.success(request, _("%(organisation)s has your request and answers here.") % {"organisation": organisation.name})
        except BusinessError as error:
            messages.error(request, error.message)
        return redirect("own-data")
    effects = [
        _("The organisation checks what goes and what the law makes it keep, and two people agree."),
        _("Your roles there must have ended. You can no longer sign in if no other organisation needs your account."),
        _("A receipt says what went and what stays until when."),
    ]
    context = {"title": _("Ask for erasure"), "lead": organisation.name, "effects": effects, "danger": True}
    return render(request, "subjects/own/confirm.html", context)
