"""The page behind the link of an invitation."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from incubator.accounts import services
from incubator.accounts.forms import AccountForm
from incubator.accounts.models import Invitation
from incubator.core.refusals import attempt, status_of
from incubator.core.scoping import organisation_context
from incubator.core.views import public


@never_cache
@public
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: with the account one is signed in with, or with a new one.

    Unknown, used, withdrawn and expired links look the same. Opening the page changes nothing: mail programs do it too."""
    found = services.invitation_of(token)
    if found is None:
        return render(request, "accounts/invitation_gone.html", status=410)
    if request.user.is_authenticated:
        return for_member(request, found)
    if EmailAddress.objects.filter(email__iexact=found.email).exists():
        return render(request, "accounts/invitation.html", {"invitation": found, "needs_login": True})
    return for_newcomer(request, found)


def for_member(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Somebody is signed in: the invitation is theirs, or it is for somebody else."""
    if not services.holds_address(request.user, found.email):
        return render(request, "accounts/invitation.html", {"invitation": found, "is_other": True}, status=403)
    if request.method == "POST":
        with organisation_context(found.organisation):
            services.accept(found, request.user)
        return redirect("home")
    return render(request, "accounts/invitation.html", {"invitation": found})


def for_newcomer(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Nobody has this address yet: the link proves that it is theirs, a name and a password make the account."""
    form = AccountForm(request.POST if request.method == "POST" else None, email=found.email)
    if form.is_valid():
        with organisation_context(found.organisation):
            user: Any = attempt(form, services.open_account, found, **form.cleaned_data)
        if user:
            record_authentication(request, user, method="password", email=found.email)
            return perform_login(request, user, redirect_url="/home/")
    return render(request, "accounts/invitation.html", {"invitation": found, "form": form}, status=status_of(form))
