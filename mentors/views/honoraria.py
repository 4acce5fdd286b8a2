"""The ledger of hours, honoraria and quality in the office; the mentor's own statements."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.confirming import confirm_page
from incubator.core.exports import check_size, xlsx_answer
from incubator.core.listing import asked_choice, asked_id
from incubator.core.periods import Month
from incubator.core.pieces import Filter
from incubator.core.refusals import attempt
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.journal.models import Entry
from incubator.journal.services import record
from incubator.journal.timeline import events_of
from incubator.tenants.forms import NoteForm
from mentors import ledger as book
from mentors.acts import ACT_LABELS
from mentors.forms.runs import MonthForm, NothingForm, PaymentForm, RateForm, TaxForm
from mentors.models import Honorarium, HonorariumRate, Mentor
from mentors.papers import ledger_rows, print_honorarium, print_ledger
from mentors.quality import YEAR, quality_of
from mentors.services import honoraria as services
from mentors.states import HONORARIUM_MOVES, RATE_MOVES, HonorariumState
from mentors.views.shared import form_page


def asked_month(request: HttpRequest) -> Month:
    """The chosen month; the present one when the address names none between 2000 and 2100."""
    try:
        chosen = Month.parse(request.GET.get("month", ""))
    except ValueError:
        return Month.of(timezone.localdate())
    return chosen if 2000 <= chosen.first.year <= 2100 else Month.of(timezone.localdate())


@permitted("mentors.read_mentors")
def ledger(request: HttpRequest) -> HttpResponse:
    """The mentoring ledger of a month: only what both sides confirmed."""
    month = asked_month(request)
    mentor = asked_id(request, "mentor")
    rows = book.entries(month, mentor=mentor)
    context = {
        "month": month, "before": month.plus(-1), "after": month.plus(1), "rows": rows, "minutes": sum(row.minutes for row in rows), "mentor": mentor,
        "filters": [Filter("mentor", _("Mentor"), [(str(one.pk), one.name) for one in Mentor.objects.filter(state__in=["active", "paused", "ended"]).by_name()])],
    }  # fmt: skip
    return render(request, "mentors/office/ledger.html", context)


@permitted("mentors.read_mentors")
def ledger_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """The ledger as PDF or workbook."""
    month, mentor = asked_month(request), asked_id(request, "mentor")
    rows, minutes = ledger_rows(month, mentor=mentor)
    check_size(len(rows))
    if form == "xlsx":
        return xlsx_answer(f"mentoring-{month}", book.header(), rows, title=str(month))
    if form != "pdf":
        raise Http404
    who = Mentor.objects.filter(pk=mentor or 0).first()
    body = print_ledger(request.organisation, month, who=who.name if who else "全部导师", rows=rows, minutes=minutes, at=timezone.now())
    record("print_ledger", request.organisation, by=request.actor, month=str(month))
    return paper_answer(body, f"mentoring-{month}.pdf")


def paper_answer(body: bytes, name: str) -> HttpResponse:
    """A printed paper, to be looked at in the browser."""
    answer = HttpResponse(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@permitted("mentors.read_mentors")
def quality(request: HttpRequest) -> HttpResponse:
    """How mentoring goes: the last twelve months of each mentor."""
    today = timezone.localdate()
    mentors = Mentor.objects.filter(state__in=["active", "paused"]).by_name()
    rows = quality_of(mentors, today - YEAR, today)
    return render(request, "mentors/office/quality.html", {"rows": rows, "since": today - YEAR, "today": today})


@permitted("mentors.read_honoraria")
def statements(request: HttpRequest) -> HttpResponse:
    """Every statement, filtered by state."""
    rows = Honorarium.objects.with_names().latest_first()
    state = asked_choice(request, "state", HonorariumState.values)
    rows = rows.filter(state=state) if state else rows
    return render(request, "mentors/office/statements.html", {"page": paginate(request, rows), "filters": [Filter("state", _("State"), HonorariumState.choices)]})


@permitted("mentors.prepare_honoraria")
def statements_draft(request: HttpRequest) -> HttpResponse:
    """Draft the statements of a month."""
    form = MonthForm(request.POST or None, initial={"month": Month.of(timezone.localdate()).plus(-1)})
    if form.is_valid():
        made = attempt(form, services.draft_month, form.cleaned_data["month"], by=request.actor)
        if made:
            messages.success(request, _("%(count)d statements are drafted; each mentor is asked to agree.") % {"count": len(made)})
            return to(request, "office:mentors:statements")
    return form_page(request, form, _("Draft the statements of a month"), link(request, "office:mentors:statements"), lead=_("Only minutes that both sides confirmed; odd sessions only after a third person has looked."))


@permitted("mentors.read_honoraria")
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement: lines, withholding, who agreed and approved."""
    found = get_object_or_404(Honorarium.objects.with_names(), pk=pk)
    acts = {move.act for move in possible_moves(HONORARIUM_MOVES, found, request.actor)}
    context = {
        "statement": found, "lines": found.lines.select_related("session__startup").order_by("starts_at", "pk"), "steps": found.trace.get("result", {}).get("steps", []),
        "acts": [(act, ACTS[act][0]()) for act in ACTS if act in acts], "events": events_of(Entry.objects.about(found).select_related("user"), ACT_LABELS),
    }  # fmt: skip
    return render(request, "mentors/office/statement.html", context)


ACTS: dict[str, Any] = {
    "approve": (lambda: _("Approve"), [lambda: _("Finance can pay to the verified account.")], NothingForm, False, services.approve_honorarium),
    "pay": (lambda: _("Record the payment"), [lambda: _("Gross, net and withheld tax are posted in the ledger.")], PaymentForm, False, services.pay_honorarium),
    "close": (lambda: _("Record the tax as handed over"), [lambda: _("The withheld tax leaves the ledger.")], TaxForm, False, services.close_honorarium),
    "drop": (lambda: _("Drop the statement"), [lambda: _("The sessions can stand on another statement."), lambda: _("The number stays used.")], NoteForm, True, services.drop_honorarium),
}


@permitted("mentors.move_honoraria")
def statement_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Approve, pay, close, drop."""
    found = get_object_or_404(Honorarium.objects.with_names(), pk=pk)
    if act not in ACTS:
        raise Http404
    title, effects, form_class, danger, service = ACTS[act]
    form = form_class(request.POST if request.method == "POST" else None, initial={"paid_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid() and attempt(form, service, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("Done. The page shows where things stand."))
        return to(request, "office:mentors:statement", pk)
    return confirm_page(request, title(), [one() for one in effects], link(request, "office:mentors:statement", pk), form=form, lead=f"{found.number} · {found.mentor}", danger=danger)


@permitted("mentors.read_honoraria")
def statement_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement as PDF."""
    found = get_object_or_404(Honorarium.objects.with_names(), pk=pk)
    record("print_honorarium", found, by=request.actor)
    return paper_answer(print_honorarium(found), f"{found.number}.pdf")


@permitted("mentors.read_honoraria")
def rates(request: HttpRequest) -> HttpResponse:
    """The dated rates, the latest first."""
    rows = HonorariumRate.objects.select_related("author", "verifier").order_by("-valid_from")
    rows = [{"rate": row, "may_verify": any(move.act == "verify" for move in possible_moves(RATE_MOVES, row, request.actor))} for row in rows]
    return render(request, "mentors/office/rates.html", {"rows": rows})


@permitted("mentors.prepare_honoraria")
def rate_draft(request: HttpRequest) -> HttpResponse:
    """Write a rate down."""
    last = HonorariumRate.objects.order_by("-valid_from").first()
    today = timezone.localdate()
    first = date(today.year, today.month, 1)
    form = RateForm(request.POST or None, initial={"valid_from": first, "rate": last.rate if last else None})
    if form.is_valid() and attempt(form, services.draft_rate, by=request.actor, **form.facts()):
        messages.success(request, _("Written down. A second person verifies it before it counts."))
        return to(request, "office:mentors:rates")
    return form_page(request, form, _("Write a rate down"), link(request, "office:mentors:rates"))


@permitted("mentors.approve_mentor")
def rate_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Verify a rate as a second person."""
    found = get_object_or_404(HonorariumRate, pk=pk)
    if request.method == "POST":
        services.verify_rate(found, by=request.actor)
        messages.success(request, _("The rate is in force from its day on."))
        return to(request, "office:mentors:rates")
    effects = [_("Compare rate, deduction and bands with the basis that is named."), _("Statements of months from its day on use it.")]
    return confirm_page(request, _("Verify the rate"), effects, link(request, "office:mentors:rates"), lead=f"{found} · {found.source}")


def own_statement(request: HttpRequest, pk: int) -> Honorarium:
    return get_object_or_404(Honorarium.objects.with_names().of(request.actor), pk=pk)


@permitted("mentors.serve")
def own_statement_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A statement as the mentor sees it."""
    found = own_statement(request, pk)
    context = {
        "statement": found, "lines": found.lines.select_related("session__startup").order_by("starts_at", "pk"), "steps": found.trace.get("result", {}).get("steps", []),
        "may_agree": any(move.act == "agree" for move in possible_moves(HONORARIUM_MOVES, found, request.actor)),
    }  # fmt: skip
    return render(request, "mentors/portal/statement.html", context)


@permitted("mentors.serve")
def own_statement_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree with the own statement."""
    found = own_statement(request, pk)
    if request.method == "POST":
        services.agree_honorarium(found, by=request.actor)
        messages.success(request, _("You agreed. A manager approves, then finance pays."))
        return to(request, "portal:mentors:statement", pk)
    return confirm_page(request, _("Agree with the statement"), [_("A manager approves it, then finance pays to your account.")], link(request, "portal:mentors:statement", pk), lead=found.number)


@permitted("mentors.serve")
def own_statement_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The own statement as PDF."""
    found = own_statement(request, pk)
    record("print_honorarium", found, by=request.actor)
    return paper_answer(print_honorarium(found), f"{found.number}.pdf")
