"""What a startup could still get, from its company file: for its own people, and for the operator."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode

from incubator.core.views import link, permitted
from incubator.subsidies.prospects import Prospect, prospects
from incubator.subsidies.views.explain import Explained
from incubator.subsidies.views.portal import chosen
from incubator.tenants.models import Startup
from incubator.tenants.permissions import may_read_category


@permitted("subsidies.view_own")
def programmes(request: HttpRequest) -> HttpResponse:
    """My programmes: each open programme with amount, conditions, missing papers, and until when."""
    startups = list(Startup.objects.visible_to(request.actor).by_name())
    startup = chosen(startups, request.GET.get("startup"))
    found = prospects(startup) if startup else []
    context = {"startups": startups, "startup": startup, "quarters": by_quarter(request, found, in_portal=True)}
    return render(request, "subsidies/portal/programmes.html", context)


@permitted("subsidies.view_application")
def of_startup(request: HttpRequest, pk: int) -> HttpResponse:
    """What this tenant could still claim, so that the operator can remind it in time."""
    startup = get_object_or_404(Startup.objects.visible_to(request.actor), pk=pk)
    found = prospects(startup, of_persons=may_read_category(request.actor))
    context = {"startup": startup, "quarters": by_quarter(request, found, in_portal=False)}
    return render(request, "subsidies/office/prospects.html", context)


def by_quarter(request: HttpRequest, found: list[Prospect], *, in_portal: bool) -> list[tuple[str, list[Explained]]]:
    """The prospects of each quarter, ready for the page; the office gets no button to apply, for it cannot."""
    quarters: dict[str, list[Explained]] = {}
    for one in found:
        quarters.setdefault(str(one.quarter), []).append(explained(request, one, in_portal=in_portal))
    return list(quarters.items())


def explained(request: HttpRequest, one: Prospect, *, in_portal: bool) -> Explained:
    """A prospect with the address where it goes on."""
    state = "running" if one.existing else one.state
    return Explained(
        one.edition, state, one.outcome, one.last_day, one.existing, one.refusal, url=address(request, one, in_portal=in_portal)
    )


def address(request: Any, one: Prospect, *, in_portal: bool) -> str:
    """The application that exists, else where the startup applies."""
    if one.existing:
        visible = in_portal or one.existing.state != "draft"
        return link(request, f"{'portal' if in_portal else 'office'}:subsidies:application", one.existing.pk) if visible else ""
    if not in_portal or one.outcome is None:
        return ""
    given = {"quarter": one.quarter, "startup": one.startup.pk, "edition": one.edition.pk}
    return f"{link(request, 'portal:subsidies:start')}?{urlencode(given)}"
