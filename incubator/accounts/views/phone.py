"""Giving up the mobile number. Adding one is allauth's page with our words and our field."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incubator.accounts import phones
from incubator.core.views import signed_in


@signed_in
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Forget the number. It asks for no fresh proof: it only closes a way in, and the number may be in other hands."""
    if phones.give_up(request.user):
        messages.success(request, _("The number is removed. It opens your account no more."))
    return redirect("account_change_phone" if settings.SMS_BACKEND else "home")
