"""What happened at the door of the deployment: ways in, factors, refused addresses."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.exports import check_size, csv_answer
from incubator.core.listing import PERIODS, asked_choice, asked_days, asked_words
from incubator.core.pieces import Filter
from incubator.core.views import paginate, platform
from incubator.journal.door import note
from incubator.journal.models import SecurityEvent


@platform
def search(request: HttpRequest) -> HttpResponse:
    """Search what happened at the door by period, kind, person, address and network address."""
    context = {
        "page": paginate(request, found(request), 50),
        "filters": [
            Filter("days", _("Period"), PERIODS),
            Filter("what", _("Event"), SecurityEvent.What.choices),
        ],
        "query": request.GET.urlencode(),
    }
    return render(request, "platform/security.html", context)


def found(request: HttpRequest) -> QuerySet[SecurityEvent]:
    """The events that the address asks for, the newest first."""
    rows = SecurityEvent.objects.matching(asked_words(request)).of_days(*asked_days(request))
    what = asked_choice(request, "what", SecurityEvent.What.values)
    return (rows.filter(what=what) if what else rows).latest_first()


@platform
def export(request: HttpRequest) -> HttpResponse:
    """Take along what the search finds. That somebody did is itself written down."""
    rows = found(request)
    count = rows.count()
    check_size(count)
    header = [_("Time"), _("Event"), _("Person"), _("Organisation"), _("Address"), _("Network address"), _("Browser")]
    cells = (
        [
            timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S"), event.get_what_display(), event.user, event.organisation,
            event.address, event.client_ip, event.agent,
        ]
        for event in rows[:count]
    )  # fmt: skip
    answer = csv_answer(f"security-{timezone.localdate():%Y%m%d}", header, cells)
    note(SecurityEvent.What.EXPORTED, request, user=request.user)
    return answer
