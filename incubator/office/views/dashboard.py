"""The operator's desk: what is to do today, the key figures, and the subsidies of the last quarters."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.views import permitted
from incubator.notices.models import Notice
from incubator.office.desk import key_figures, subsidy_chart, todays_tasks


@permitted("office.view_desk")
def home(request: HttpRequest) -> HttpResponse:
    """Today's to-do, key figures, a chart, news."""
    tasks = todays_tasks(request)
    context: dict[str, Any] = {
        "today": timezone.localdate(),
        "greeting": greeting(request.user.name),
        "tasks": tasks,
        "figures": key_figures(request),
        "chart": subsidy_chart(),
        "news": Notice.objects.inbox(request.user)[:6],
    }
    return render(request, "office/home.html", context)


def greeting(name: str) -> str:
    """Good morning, afternoon or evening, by the clock of the site."""
    hour = timezone.localtime().hour
    if hour < 12:
        return _("Good morning, %(name)s") % {"name": name}
    return (_("Good afternoon, %(name)s") if hour < 18 else _("Good evening, %(name)s")) % {"name": name}


@permitted("office.view_desk")
def inbox(request: HttpRequest) -> HttpResponse:
    """Every message to this person; opening the page marks them as read."""
    from incubator.core.views import paginate
    from incubator.notices.services import mark_read

    page = paginate(request, Notice.objects.inbox(request.user))
    rendered = render(request, "office/inbox.html", {"page": page})
    mark_read(Notice.objects.unread(request.user))
    return rendered
