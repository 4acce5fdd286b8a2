"""Who of the own people came in, when, how and from what kind of device (docs/operate/accounts.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from incubator.accounts.factor import STAFF
from incubator.accounts.models import User
from incubator.core.listing import PERIODS, asked_choice, asked_days, asked_id
from incubator.core.pieces import Filter
from incubator.core.views import paginate, permitted
from incubator.journal.devices import coarse_device, coarse_network
from incubator.journal.models import SecurityEvent

What = SecurityEvent.What
SHOWN = (
    What.SIGNED_IN, What.SIGN_IN_FAILED, What.SIGNED_OUT, What.PASSWORD_CHANGED, What.FACTOR_ADDED, What.FACTOR_REMOVED, What.FACTOR_FAILED,
)  # fmt: skip
TONES = {What.SIGNED_IN: "jade", What.SIGN_IN_FAILED: "amber", What.FACTOR_FAILED: "amber", What.FACTOR_REMOVED: "amber"}
# The page at which it happened says by which way; the first beginning that fits.
WAYS = (
    ("/accounts/login/code/", gettext_lazy("Code that was sent")),
    ("/accounts/login/", pgettext_lazy("way to sign in", "Password")),
    ("/accounts/2fa/webauthn/", gettext_lazy("Passkey")),
    ("/accounts/2fa/", gettext_lazy("Second factor")),
    ("/accounts/password/", pgettext_lazy("way to sign in", "Password")),
    ("/invitation/", pgettext_lazy("way to sign in", "Invitation")),
)


@dataclass(frozen=True)
class Row:
    """One event as an owner sees it."""

    event: SecurityEvent
    tone: str
    way: Any
    device: str
    network: str


@permitted("journal.read_sign_ins")
def search(request: HttpRequest) -> HttpResponse:
    """The sign-ins of people while they work here, by period, person and kind of event."""
    page = paginate(request, found(request), 50)
    staff = User.objects.filter(memberships__organisation=request.organisation, memberships__role__in=STAFF).distinct().order_by("name")
    context = {
        "page": page,
        "rows": rows_of(page.object_list),
        "filters": [
            Filter("days", _("Period"), PERIODS),
            Filter("what", _("Event"), [(what.value, what.label) for what in SHOWN]),
            Filter("who", _("Person"), [(str(user.pk), str(user)) for user in staff]),
        ],
    }
    return render(request, "office/sign_ins.html", context)


def found(request: HttpRequest) -> QuerySet[SecurityEvent]:
    """The events that the address asks for, the newest first."""
    rows = SecurityEvent.objects.of_staff(request.organisation, STAFF).filter(what__in=SHOWN).of_days(*asked_days(request))
    what, who = asked_choice(request, "what", [shown.value for shown in SHOWN]), asked_id(request, "who")
    rows = rows.filter(what=what) if what else rows
    return (rows.filter(user=who) if who else rows).latest_first()


def rows_of(events: Iterable[SecurityEvent]) -> list[Row]:
    """Events without full network addresses and without what a browser tells about itself in detail."""
    return [
        Row(event, TONES.get(event.what, "plain"), way_of(event.address), coarse_device(event.agent), coarse_network(event.client_ip))
        for event in events
    ]


def way_of(address: str) -> Any:
    """By which way somebody came; nothing for pages that are none."""
    return next((way for beginning, way in WAYS if address.startswith(beginning)), "")
