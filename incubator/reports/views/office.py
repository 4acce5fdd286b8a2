"""Reports of the office: amounts, budgets, processing times; every figure leads to its rows, every table to Excel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rules
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.exports import check_size, csv_answer, xlsx_answer
from incubator.core.money import wan
from incubator.core.pieces import Figure
from incubator.core.views import paginate, permitted
from incubator.reports import amounts, execution, times
from incubator.reports.models import FrozenMonth
from incubator.reports.spans import Span, asked_span, choices, shortcuts

TABLES = ("programme", "quarter", "state", "category")


def frame(request: HttpRequest, place: str) -> dict[str, Any]:
    """The chosen period and what the page needs to choose another one; the places of the reports."""
    today = timezone.localdate()
    span = asked_span(request, today)
    places = [("overview", _("Amounts")), ("budgets", _("Budgets")), ("times", _("Processing times"))]
    return {
        "span": span,
        "chips": [(label, one.query, one == span) for label, one in shortcuts(today)],
        "choices": choices(span, today),
        "places": [(name, label, name == place) for name, label in places],
        "place": place,
        "waiting": FrozenMonth.objects.waiting().count(),
    }


def sees_persons(request: HttpRequest) -> bool:
    """Whether this person may know the category of a single founder."""
    return bool(rules.has_perm("tenants.read_category", request.actor))  # type: ignore[attr-defined]


def table_of(request: HttpRequest, cases: Any, by: str) -> dict[str, Any]:
    """One table. Who may not know a founder's category gets small counts joined, and no way down to the rows."""
    open_ = by != "category" or sees_persons(request)
    found = amounts.table(cases, by) if open_ else amounts.guarded(cases, by)
    return {"by": by, "label": amounts.COLUMNS[by][1], "rows": found, "open": open_}


def amounts_context(request: HttpRequest, span: Span) -> dict[str, Any]:
    """The tables of amounts, their total, the chart and the key figures."""
    cases = amounts.cases(request.actor, span)  # type: ignore[attr-defined]
    tables = [table_of(request, cases, by) for by in TABLES]
    total = amounts.total(cases)
    return {"tables": tables, "total": total, "head": amounts.HEAD, "chart": amounts.chart_of(cases, span, tables[0]["rows"]), "figures": key_figures(total)}


def key_figures(total: amounts.Row) -> list[Figure]:
    share = execution.rate(total.granted, total.claimed)
    return [
        Figure(_("Applications"), total.count, "", _("%(count)s applicants") % {"count": total.applicants}),
        Figure(_("Claimed"), wan(total.claimed), _("10,000 yuan")),
        Figure(_("Granted"), wan(total.granted), _("10,000 yuan"), _("%(share)s %% of what was claimed") % {"share": share}),
        Figure(_("Paid out"), wan(total.paid), _("10,000 yuan"), _("%(share)s %% of what was granted") % {"share": execution.rate(total.paid, total.granted)}),
    ]


@permitted("reports.view_report")
def overview(request: HttpRequest) -> HttpResponse:
    """Amounts by programme, quarter, state and founder's category."""
    context = frame(request, "overview")
    return render(request, "reports/office/overview.html", context | amounts_context(request, context["span"]))


def budget_context(span: Span) -> dict[str, Any]:
    lines = execution.budget_lines(span)
    sums = execution.totals(lines)
    rate = execution.rate(sums["paid"], sums["appropriated"])
    figures = [
        Figure(_("Appropriated"), wan(sums["appropriated"]), _("10,000 yuan")),
        Figure(_("Committed"), wan(sums["committed"]), _("10,000 yuan")),
        Figure(_("Paid"), wan(sums["paid"]), _("10,000 yuan"), _("Execution rate %(rate)s%%") % {"rate": rate}),
        Figure(_("Available"), wan(sums["available"]), _("10,000 yuan")),
    ]
    return {"lines": lines, "sums": sums, "budget_figures": figures, "budget_rate": rate, "budget_chart": execution.chart_of(lines, span)}


@permitted("reports.view_report")
def budgets(request: HttpRequest) -> HttpResponse:
    """How far the budgets of the years are used; each line leads to its entries."""
    context = frame(request, "budgets")
    return render(request, "reports/office/budgets.html", context | budget_context(context["span"]))


def times_context(request: HttpRequest, span: Span) -> dict[str, Any]:
    own, outside = times.lines(span, times.OWN), times.lines(span, times.OUTSIDE)
    late = times.overdue(request.actor, timezone.localdate())  # type: ignore[attr-defined]
    return {"own": own, "outside": outside, "times_chart": times.chart_of(own), "overdue": late}


@permitted("reports.view_report")
def processing(request: HttpRequest) -> HttpResponse:
    """How long each step takes, ours and others' apart, beside what the editions promise; and what is overdue."""
    context = frame(request, "times")
    return render(request, "reports/office/times.html", context | times_context(request, context["span"]))


@permitted("reports.view_report")
def printed(request: HttpRequest) -> HttpResponse:
    """Everything of the period on one page that prints well."""
    context = frame(request, "print")
    span = context["span"]
    more = amounts_context(request, span) | budget_context(span) | times_context(request, span)
    return render(request, "reports/office/print.html", context | more | {"now": timezone.localtime()})


def cases_behind(request: HttpRequest, by: str, span: Span) -> tuple[Any, str]:
    """The cases of one line of a table and what the line is called; 404 for a line that this person has not."""
    cases = amounts.cases(request.actor, span)  # type: ignore[attr-defined]
    key = request.GET.get("key", "")[:40]
    if by == "all":
        return cases, _("All applications")
    if by == "category" and not sees_persons(request):
        raise Http404
    try:
        found = amounts.rows_of(cases, by, key)
    except LookupError:
        raise Http404 from None
    line = next(iter(amounts.table(found, by)), None)
    return found, str(line.label) if line else _("Nothing")


@permitted("reports.view_report")
def rows(request: HttpRequest, by: str) -> HttpResponse:
    """The applications behind a figure."""
    context = frame(request, "overview")
    found, label = cases_behind(request, by, context["span"])
    page = paginate(request, found.for_pages().order_by("-period", "number", "pk"))
    more = {"page": page, "label": label, "by": by, "key": request.GET.get("key", ""), "total": amounts.total(found)}
    return render(request, "reports/office/rows.html", context | more)


@permitted("reports.view_report")
def step_rows(request: HttpRequest, step: str) -> HttpResponse:
    """The stays behind a processing time, the longest first."""
    context = frame(request, "times")
    if step not in times.BY_NAME:
        raise Http404
    page = paginate(request, times.stays_at(step, context["span"]))
    about = times.about(page.object_list)
    found = [(stay, about.get((stay.subject_type, stay.subject_id))) for stay in page]
    return render(request, "reports/office/stays.html", context | {"page": page, "rows": found, "step": times.BY_NAME[step]})


@permitted("reports.view_report")
def export(request: HttpRequest, what: str) -> HttpResponse:
    """One table as a workbook, or as CSV where the address asks for it."""
    if what not in EXPORTS:
        raise Http404
    span = asked_span(request, timezone.localdate())
    head, found = EXPORTS[what](request, span)
    check_size(len(found))
    name = f"{what}-{request.organisation.slug}-{span.first}-{span.last}"  # type: ignore[attr-defined]
    return (csv_answer if request.GET.get("as") == "csv" else xlsx_answer)(name, head, found)


def _amounts_table(by: str) -> Callable[[HttpRequest, Span], tuple[list[Any], list[Any]]]:
    def read(request: HttpRequest, span: Span) -> tuple[list[Any], list[Any]]:
        found = table_of(request, amounts.cases(request.actor, span), by)  # type: ignore[attr-defined]
        return [found["label"], *amounts.HEAD], [row.cells for row in found["rows"]]

    return read


def _budget_table(_request: HttpRequest, span: Span) -> tuple[list[Any], list[Any]]:
    return execution.head(), [execution.cells(line) for line in execution.budget_lines(span)]


def _times_table(_request: HttpRequest, span: Span) -> tuple[list[Any], list[Any]]:
    head = [_("Whose time"), _("Step"), _("Cases"), _("Median, days"), _("90th percentile, days"), _("Promised, days")]
    whose = {times.OWN: _("Own time"), times.OUTSIDE: _("Time of others")}
    return head, [[word, *line.cells] for name, word in whose.items() for line in times.lines(span, name)]


def _case_rows(request: HttpRequest, span: Span) -> tuple[list[Any], list[Any]]:
    by = request.GET.get("by", "all")
    found, _label = cases_behind(request, by, span)
    check_size(found.count())
    head = [
        _("Number"), _("Applicant"), _("Programme"), _("Quarter"), _("State"), _("Claimed"), _("After our check"), _("Granted"), _("Paid"),
    ]  # fmt: skip
    listed = found.for_pages().order_by("-period", "number", "pk")
    return head, [
        [one.number, one.applicant_name, one.edition.programme.name, one.period, one.get_state_display(), one.claimed, one.assessed,
         one.decided_amount if one.decided_amount is not None else "", one.paid_amount or 0]
        for one in listed
    ]  # fmt: skip


EXPORTS: dict[str, Callable[[HttpRequest, Span], tuple[list[Any], list[Any]]]] = {
    **{by: _amounts_table(by) for by in TABLES},
    "budgets": _budget_table,
    "times": _times_table,
    "rows": _case_rows,
}


