"""Try an edition out before it is published: on invented facts, and on what was really applied for. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from incubator.core.views import permitted
from incubator.policy.models import ProgrammeEdition
from incubator.policy.states import EditionState
from incubator.subsidies.assessment import last_quarters
from incubator.subsidies.calculator import CalculatorForm
from incubator.subsidies.gather import case_of
from incubator.subsidies.kinds import kind_named, kinds
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.trial import Outcome, run, run_again, stated_case
from incubator.subsidies.views.explain import Explained

NOTHING = Decimal("0.00")
MOST = 100  # applications of one quarter that are computed for one page


@dataclass(frozen=True)
class Compared:
    """One application under the edition it was filed under, and under the one that is tried out."""

    application: SubsidyApplication
    old: Outcome
    new: Outcome

    @property
    def change(self) -> Decimal:
        return self.new.amount - self.old.amount

    @property
    def why(self) -> str:
        """Why the new edition gives nothing, where it does."""
        return self.new.unset or self.new.refused or (self.new.failing[0].sentence if self.new.failing else "")


@permitted("policy.view_edition")
@never_cache
def tryout(request: HttpRequest, pk: int) -> HttpResponse:
    """An edition, draft or not, on invented facts and on the applications of the last quarters."""
    edition = get_object_or_404(ProgrammeEdition.objects.own().with_rule(), pk=pk)
    context: dict[str, Any] = {"edition": edition, "computes": edition.kind in {kind.name for kind in kinds()} and bool(edition.calculator)}
    if context["computes"]:
        context |= invented(request, edition) | real(request, edition)
    return render(request, "subsidies/office/tryout.html", context)


def in_force(edition: Any) -> Any:
    """The edition of the same programme that rules today, unless it is this one."""
    running = ProgrammeEdition.objects.own().with_rule().filter(
        state=EditionState.EFFECTIVE, programme__kind=edition.kind, payee=edition.payee
    )
    return running.exclude(pk=edition.pk).order_by("-effective_from", "pk").first()


def invented(request: HttpRequest, edition: Any) -> dict[str, Any]:
    """The questions of this kind, and what both editions answer to them."""
    kind = kind_named(edition.kind)
    form = CalculatorForm(request.POST or None, day=timezone.localdate(), asked=[kind])
    form.fields.pop("who")
    facts = form.facts_for(kind) if form.is_bound and form.is_valid() else None
    if facts is None:
        return {"form": form, "parts": list(form.parts), "rival": in_force(edition)}
    case = stated_case(edition, facts, form.day)
    rival, new = in_force(edition), run(case)
    old = run_again(case, rival) if rival else None
    return {
        "form": form, "parts": list(form.parts), "rival": rival, "old": old,
        "tried": Explained(edition, new.state, new, None),
    }


def real(request: HttpRequest, edition: Any) -> dict[str, Any]:
    """What was applied for in one of the last quarters, side by side, with the totals."""
    quarters = [str(one) for one in last_quarters(timezone.localdate())]
    same = SubsidyApplication.objects.counting().filter(edition__programme__kind=edition.kind, edition__payee=edition.payee)
    given = request.GET.get("quarter", "")
    filed = next((one for one in quarters if same.filter(period=one).exists()), quarters[0])
    period = given if given in quarters else filed
    rows = same.filter(period=period).for_pages().order_by("number", "pk")
    compared = [compare(application, edition) for application in rows[:MOST]]
    old, new = (sum((getattr(one, name).amount for one in compared), NOTHING) for name in ("old", "new"))
    return {
        "quarters": quarters, "period": period, "compared": compared, "old_total": old, "new_total": new,
        "change_total": new - old, "left_out": max(0, rows.count() - MOST), "most": MOST,
    }


def compare(application: SubsidyApplication, edition: Any) -> Compared:
    """The same facts under both editions."""
    case = case_of(application)
    return Compared(application, run(case), run_again(case, edition))
