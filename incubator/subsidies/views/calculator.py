"""The public calculator 算一算: questions, answers of every programme at once. Nobody signs in, nothing is kept.

Answers travel by POST, so that they stand in no address and in no log; the page is never cached."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from incubator.core.throttle import too_many
from incubator.core.views import link, public
from incubator.policy.models import Payee
from incubator.subsidies.calculator import CalculatorForm, answers, editions_open, rights_without_amount
from incubator.subsidies.kinds import kinds
from incubator.subsidies.views.explain import Explained

MOST, SECONDS = 60, 600  # of one address: a whole room of people behind one router


@public
@never_cache
def calculator(request: HttpRequest) -> HttpResponse:
    """What can I get? Asked without an account, answered with clause, amount and reasons."""
    if request.method == "POST" and too_many(request, "calculator", most=MOST, seconds=SECONDS):
        return render(request, "429.html", status=429)
    return render(request, "subsidies/public/calculator.html", asked(request))


def asked(request: Any) -> dict[str, Any]:
    """The form, and once it is sent the answers. On the deployment's own pages there is no measure to compute by."""
    today = timezone.localdate()
    organisation = request.organisation
    running = editions_open(today) if organisation else []
    unset = rights_without_amount({edition.programme_id for edition in running})
    context = {"today": today, "unset": unset, "home_url": f"/{organisation.slug}/" if organisation else "/"}
    if not running:
        return context
    open_kinds = {edition.kind for edition in running}
    form = CalculatorForm(request.POST or None, day=today, asked=[kind for kind in kinds() if kind.name in open_kinds])
    context["form"] = form
    if form.is_bound and form.is_valid():
        period = form.cleaned_data["quarter"]
        found = [
            Explained(one.edition, one.state, one.outcome, one.last_day, url=start_url(request, period, one.edition))
            for one in answers(form)
        ]
        context |= {
            "answers": [one for one in found if one.state != "unasked"],
            "unasked": [one for one in found if one.state == "unasked"],
            "period": period,
            "is_example": any(one.edition.is_example for one in found),
        }
    return context


def start_url(request: HttpRequest, period: str, edition: Any) -> str:
    """Where a startup applies for this programme. Whoever is not signed in is asked to, and led on there."""
    if edition.payee == Payee.SPACE:
        return link(request, "office:subsidies:start")
    return f"{link(request, 'portal:subsidies:start')}?{urlencode({'quarter': period, 'edition': edition.pk})}"
