"""Frozen months: freeze, compare, sign; each figure down to the rows it was made of."""

from __future__ import annotations

from typing import Any

import rules
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.exports import csv_answer, xlsx_answer
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.reports import services, times
from incubator.reports.forms import FreezeForm, WhyForm
from incubator.reports.indicators import find, indicators
from incubator.reports.models import FrozenMonth
from incubator.reports.states import FROZEN_MOVES
from incubator.subsidies.views.shared import done

PAGES = {
    times.CASE: "office:subsidies:application",
    times.CLAIM: "office:subsidies:claim",
    "policy.budgetline": "office:subsidies:budget",
}


def find_month(pk: int) -> FrozenMonth:
    return get_object_or_404(FrozenMonth.objects.for_pages(), pk=pk)


@permitted("reports.view_report")
def months(request: HttpRequest) -> HttpResponse:
    """Every frozen month with its versions."""
    page = paginate(request, FrozenMonth.objects.for_pages())
    may = rules.has_perm("reports.freeze_month", request.actor)  # type: ignore[attr-defined]
    return render(request, "reports/office/months.html", {"page": page, "may_freeze": may})


@permitted("reports.freeze_month")
def freeze(request: HttpRequest) -> HttpResponse:
    """Freeze the figures of a month that is over."""
    form = FreezeForm(request.POST or None)
    if form.is_valid():
        frozen = attempt(form, services.freeze_month, form.cleaned_data["month"], reason=form.cleaned_data["reason"], by=request.actor)  # type: ignore[attr-defined]
        if frozen is not None:
            said = _("Frozen. It counts as soon as an owner or manager who is another person has signed it.")
            return done(request, said, to(request, "office:reports:month", frozen.pk))
    effects = [
        _("Every indicator is read now and kept with the rows it was made of."),
        _("The figures never change again. A mistake is put right by freezing the month anew, with the reason."),
    ]
    context = {"form": form, "title": _("Freeze a month"), "effects": effects, "cancel": link(request, "office:reports:months")}
    return render(request, "reports/office/act.html", context, status=status_of(form))


@permitted("reports.view_report")
def month(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures as they were frozen, and where today's rows would give others."""
    frozen = find_month(pk)
    moves = possible_moves(FROZEN_MOVES, frozen, request.actor)  # type: ignore[attr-defined]
    context = {
        "frozen": frozen, "figures": figures_of(frozen), "changes": services.changes_since(frozen),
        "moves": [(move, link(request, f"office:reports:month-{move.act}", frozen.pk)) for move in moves],
        "later": frozen.replaced_by.order_by("revision").first(),
    }  # fmt: skip
    return render(request, "reports/office/month.html", context)


def figures_of(frozen: FrozenMonth) -> list[tuple[Any, str, int]]:
    """Each indicator with its frozen value and how many rows it was made of."""
    return [(one, frozen.figures[one.code]["value"], len(frozen.figures[one.code]["rows"])) for one in indicators() if one.code in frozen.figures]


@permitted("reports.view_report")
def month_rows(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The rows of one frozen figure, as they were then."""
    frozen, one = find_month(pk), find(code)
    if one is None or code not in frozen.figures:
        raise Http404
    page = paginate(request, frozen.figures[code]["rows"])
    rows = [(number, value, link(request, PAGES[kind], key) if kind in PAGES else "") for kind, key, number, value in page]
    context = {"frozen": frozen, "indicator": one, "value": frozen.figures[code]["value"], "page": page, "rows": rows}
    return render(request, "reports/office/month_rows.html", context)


@permitted("reports.sign_month")
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person signs."""
    frozen = find_month(pk)
    if request.method == "POST":
        services.sign_month(frozen, by=request.actor)  # type: ignore[attr-defined]
        return done(request, _("Signed. The month counts, and its public table stands on the site."), to(request, "office:reports:month", pk))
    effects = [_("You have compared the figures with their rows."), _("The month counts from now on, and its public table stands on the site.")]
    context = {"frozen": frozen, "form": None, "title": _("Sign the figures"), "effects": effects, "cancel": link(request, "office:reports:month", pk)}
    return render(request, "reports/office/act.html", context)


@permitted("reports.sign_month")
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person does not sign, and says why."""
    frozen, form = find_month(pk), WhyForm(request.POST or None)
    if form.is_valid() and attempt(form, services.reject_month, frozen, note=form.cleaned_data["note"], by=request.actor):  # type: ignore[attr-defined]
        return done(request, _("Not signed. The month can be frozen anew."), to(request, "office:reports:month", pk))
    effects = [_("The figures stay as they are and do not count. The month can be frozen anew.")]
    context = {"frozen": frozen, "form": form, "title": _("Do not sign"), "effects": effects, "danger": True, "cancel": link(request, "office:reports:month", pk)}
    return render(request, "reports/office/act.html", context, status=status_of(form))


@permitted("reports.view_report")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen figures as a table."""
    frozen = find_month(pk)
    head = [_("Indicator"), _("Value"), _("Unit"), _("Rows"), "SHA-256"]
    rows = [[one.name, value, UNITS[one.unit](), count, frozen.sha256] for one, value, count in figures_of(frozen)]
    name = f"month-{request.organisation.slug}-{frozen.of}-{frozen.revision}-{timezone.localdate():%Y%m%d}"  # type: ignore[attr-defined]
    return (csv_answer if request.GET.get("as") == "csv" else xlsx_answer)(name, head, rows)


UNITS = {"yuan": lambda: _("yuan"), "count": lambda: _("number"), "days": lambda: _("days, median"), "percent": lambda: "%"}
