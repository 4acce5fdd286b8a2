"""Budget pages: the lines with what is left, each entry down to its document or application, and what two people enter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rules
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from incubator.core.exports import check_size, csv_answer, xlsx_answer
from incubator.core.money import yuan
from incubator.core.pieces import Figure, Filter
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import serve_file
from incubator.policy import services
from incubator.policy.models import BudgetEntry, BudgetLine, BudgetOrder, ProgrammeEdition, Source
from incubator.policy.states import BUDGET_MOVES
from incubator.subsidies.budget_forms import AmountForm, CarryOverForm, OpenLineForm, RuleForm, TransferForm, WhyForm
from incubator.subsidies.services import budgets
from incubator.subsidies.views.claims import reply_of
from incubator.subsidies.views.shared import done

APPLICATION = "subsidies.subsidyapplication"
ORDERS = {"appropriation": AmountForm, "reduction": AmountForm, "transfer": TransferForm, "carry_over": CarryOverForm}


def find_line(pk: int) -> BudgetLine:
    return get_object_or_404(BudgetLine.objects.with_programme(), pk=pk)


def chosen(request: HttpRequest) -> Any:
    """The lines of the year that is asked for, or of all years."""
    year, lines = request.GET.get("year", ""), BudgetLine.objects.with_programme()
    return lines.filter(year=int(year)) if year.isascii() and year.isdigit() and len(year) == 4 else lines


@permitted("policy.view_budget")
def budget_list(request: HttpRequest) -> HttpResponse:
    """Every budget line with what was appropriated, committed, paid and is left; the editions that say no line."""
    lines = chosen(request)
    years = BudgetLine.objects.order_by("-year").values_list("year", flat=True).distinct()
    editions = ProgrammeEdition.objects.own().filter(state__in=("published", "effective")).with_rule()
    context = {
        "lines": lines,
        "figures": figures_of(**lines.totals()),
        "filters": [Filter("year", _("Year"), [(str(year), str(year)) for year in dict.fromkeys(years)])],
        "orders": BudgetOrder.objects.waiting().for_pages(),
        "rules": [(edition, services.statement_of(edition)) for edition in editions.order_by("name")],
        "may_enter": rules.has_perm("policy.enter_budget", request.actor),
    }
    return render(request, "subsidies/office/budgets.html", context)


def figures_of(appropriated: Any, committed: Any, paid: Any) -> list[Figure]:
    """The strip of key figures in yuan, with the execution rate."""
    rate = int(paid * 100 / appropriated) if appropriated else 0
    return [
        Figure(_("Appropriated"), yuan(appropriated), _("yuan")),
        Figure(_("Committed"), yuan(committed), _("yuan")),
        Figure(_("Paid"), yuan(paid), _("yuan"), _("Execution rate %(rate)s%%") % {"rate": rate}),
        Figure(_("Available"), yuan(appropriated - committed - paid), _("yuan")),
    ]


@permitted("policy.view_budget")
def budget(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: its figures, what waits for the second person, who waits for money, and every entry with its ground."""
    line = find_line(pk)
    waiting = budgets.waiting_for(line)
    orders = [(order, moves_of(request, order)) for order in line.orders.waiting().for_pages()]
    entries = paginate(request, line.entries.for_pages())
    context = {
        "line": line,
        "figures": figures_of(line.appropriated, line.committed, line.paid),
        "orders": orders,
        "page": entries,
        "waiting": waiting,
        "short": [row for row in waiting if not row.covered],
        "demanded": budgets.waits_in_order(line),
        "rests": any(row.decided for row in waiting) and line.available > 0,
        "may_enter": rules.has_perm("policy.enter_budget", request.actor),
        "application": APPLICATION,
    }
    return render(request, "subsidies/office/budget.html", context)


def moves_of(request: HttpRequest, order: BudgetOrder) -> list[tuple[Any, str]]:
    """What this person may do with an entry that waits."""
    moves = possible_moves(BUDGET_MOVES, order, request.actor)  # type: ignore[attr-defined]
    return [(move, link(request, f"office:subsidies:budget-{move.act}", order.pk)) for move in moves]


@permitted("policy.enter_budget")
def open_new(request: HttpRequest) -> HttpResponse:
    """Open a line for the programme and region of an edition."""
    form = OpenLineForm(request.POST or None, initial={"edition": request.GET.get("edition")})
    if form.is_valid():
        edition = form.cleaned_data["edition"]
        given = {"region": edition.region, "year": form.cleaned_data["year"], "source": Source.of(edition.decider)}
        line = attempt(form, services.open_line, edition.programme, by=request.actor, **given)
        if line is not None:
            said = _("The line is open and empty. Record its appropriation document next.")
            return done(request, said, to(request, "office:subsidies:budget", line.pk))
    return form_page(request, form, _("Open a budget line"), link(request, "office:subsidies:budgets"))


def form_page(request: HttpRequest, form: Any, title: Any, cancel: str, *, lead: Any = "", effects: Any = (), danger: bool = False) -> HttpResponse:
    """A form of the budget pages: what will happen, the fields, and the way back."""
    context = {"form": form, "title": title, "cancel": cancel, "lead": lead, "effects": effects, "danger": danger}
    return render(request, "subsidies/office/budget_form.html", context, status=status_of(form) if form else 200)


@permitted("policy.enter_budget")
def enter(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Enter an appropriation, a reduction, a transfer or the carry-over; a second person confirms it."""
    line = find_line(pk)
    if kind not in ORDERS:
        raise Http404
    form = ORDERS[kind](request.POST or None, request.FILES or None, line=line)
    if form.is_valid() and attempt(form, ENTERS[kind], line, form, request.actor):
        said = _("Entered. It counts as soon as an owner or manager has confirmed it.")
        return done(request, said, to(request, "office:subsidies:budget", pk))
    effects = [_("Nothing moves yet: an owner or manager who is another person compares it and confirms it.")]
    if kind == "carry_over":
        said = _("%(available)s yuan, what is available now, go to the line of %(year)s. What is committed stays here until it is paid.")
        effects.insert(0, said % {"available": yuan(line.available), "year": line.year + 1})
    title = BudgetOrder.Kind(kind).label
    return form_page(request, form, title, link(request, "office:subsidies:budget", pk), lead=line, effects=effects)


def _amount(line: BudgetLine, form: Any, by: Any, *, reduction: bool = False) -> BudgetOrder:
    given = form.cleaned_data
    return services.propose_appropriation(line, given["amount"], reply_of(given, by), by=by, note=given["note"], reduction=reduction)


ENTERS: dict[str, Callable[..., BudgetOrder]] = {
    "appropriation": _amount,
    "reduction": lambda line, form, by: _amount(line, form, by, reduction=True),
    "transfer": lambda line, form, by: services.propose_transfer(
        line, form.cleaned_data["target"], form.cleaned_data["amount"], by=by, note=form.cleaned_data["note"]
    ),
    "carry_over": lambda line, form, by: services.propose_carry_over(line, by=by, note=form.cleaned_data["note"]),
}


@permitted("policy.confirm_budget")
def order_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person says yes to an entry by hand: money moves."""
    return order_act(request, pk, "confirm")


@permitted("policy.confirm_budget")
def order_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person says no to an entry by hand."""
    return order_act(request, pk, "reject")


@permitted("policy.enter_budget")
def order_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an entry that nobody has confirmed yet."""
    return order_act(request, pk, "withdraw")


@permitted("policy.enter_budget")
def order_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a confirmed entry taken back by another one, which again needs two persons."""
    return order_act(request, pk, "reverse")


def order_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """What the act will do, what it needs, and then the act. A refusal without a form becomes the page of refusals."""
    order = get_object_or_404(BudgetOrder.objects.for_pages(), pk=pk)
    title, effects, danger, does = ACTS[act]
    form = WhyForm(request.POST or None) if act in {"reject", "reverse"} else None
    if request.method == "POST" and form is None:
        does(order, by=request.actor)  # type: ignore[attr-defined]
    elif form is None or not form.is_valid() or not attempt(form, does, order, by=request.actor, note=form.cleaned_data["note"]):  # type: ignore[attr-defined]
        context = {"order": order, "form": form, "title": title, "effects": effects, "danger": danger}
        return render(request, "subsidies/office/budget_order.html", context, status=status_of(form) if form else 200)
    return done(request, _("Done. The line below shows where it stands."), to(request, "office:subsidies:budget", order.line_id))


ACTS: dict[str, tuple[Any, list[Any], bool, Callable[..., Any]]] = {
    "confirm": (
        gettext_lazy("Confirm the entry"),
        [
            gettext_lazy("You have compared the figure with the document."),
            gettext_lazy("The money moves now; the entries can only be reversed."),
        ],
        False,
        services.confirm_order,
    ),
    "reject": (
        gettext_lazy("Reject the entry"),
        [gettext_lazy("Nothing moves. Finance reads your reason and enters it anew.")],
        True,
        services.reject_order,
    ),
    "withdraw": (gettext_lazy("Withdraw the entry"), [gettext_lazy("Nothing moves.")], True, services.withdraw_order),
    "reverse": (
        gettext_lazy("Have the entry reversed"),
        [gettext_lazy("The entry stays. A second one takes it back when a second person has confirmed it.")],
        True,
        services.propose_reversal,
    ),
}


@permitted("policy.view_budget")
def order_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The document that an entry rests on."""
    order = get_object_or_404(BudgetOrder.objects.exclude(reply=None).for_pages(), pk=pk)
    return serve_file(order.reply.document, by=request.actor, inline="inline" in request.GET)


@permitted("policy.enter_budget")
@require_POST
def commit_rests(request: HttpRequest, pk: int) -> HttpResponse:
    """Commit what has become available to decided applications that wait for their rest, the first filed first."""
    total = budgets.commit_waiting(find_line(pk), by=request.actor)
    said = _("%(total)s yuan were committed in the order of filing.") % {"total": yuan(total)}
    return done(request, said, to(request, "office:subsidies:budget", pk))


@permitted("policy.enter_budget")
def edition_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether a budget line pays for an edition, or that no budget is stated."""
    edition = get_object_or_404(ProgrammeEdition.objects.own(), pk=pk)
    said = services.statement_of(edition)
    names = ("rule", "waiting_order", "clawback_stays")
    form = RuleForm(request.POST or None, initial={name: getattr(said, name) for name in names} if said else None)
    if form.is_valid():
        services.say_budget(edition, by=request.actor, **form.cleaned_data)
        return done(request, _("Said. It holds for decisions from now on."), to(request, "office:subsidies:budgets"))
    effects = [
        _("A decision is committed in the line of its programme, region and year; without money it cannot be confirmed."),
        _("Where no budget is stated, decisions are confirmed without a line."),
    ]
    return form_page(request, form, _("Budget of the edition"), link(request, "office:subsidies:budgets"), lead=edition, effects=effects)


@permitted("policy.view_budget")
def export_list(request: HttpRequest) -> HttpResponse:
    """The lines as a table."""
    header = [_("Year"), _("Programme"), _("Region"), _("Whose money"), _("Appropriated"), _("Committed"), _("Paid"), _("Available"), _("Execution rate %")]
    rows = [
        [line.year, line.programme.name, line.region, line.get_source_display(), line.appropriated, line.committed, line.paid, line.available, line.execution]
        for line in chosen(request)
    ]
    return table(request, f"budgets-{request.organisation.slug}", header, rows)


@permitted("policy.view_budget")
def export_entries(request: HttpRequest, pk: int) -> HttpResponse:
    """The entries of a line as a table, the first one first."""
    line = find_line(pk)
    rows = line.entries.for_pages().order_by("pk")
    check_size(rows.count())
    header = [_("Time"), _("Kind"), _("From"), _("To"), _("Amount"), _("Document"), _("Application"), _("Clause"), _("By"), _("Note")]
    return table(request, f"budget-{line.year}-{line.pk}", header, [row_of(entry) for entry in rows])


def row_of(entry: BudgetEntry) -> list[Any]:
    paper = entry.order.reply if entry.order else entry.decision.reply if entry.decision else None
    edition = entry.decision.edition if entry.decision else None
    return [
        timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M"), entry.get_kind_display(), entry.get_source_display(), entry.get_target_display(),
        entry.amount, paper or "", entry.subject_name, edition.programme.citation.clause if edition else "", entry.user or "", entry.note,
    ]  # fmt: skip


def table(request: HttpRequest, name: str, header: list[Any], rows: list[list[Any]]) -> HttpResponse:
    """As a workbook, or as CSV where the address asks for it."""
    day = f"{name}-{timezone.localdate():%Y%m%d}"
    return csv_answer(day, header, rows) if request.GET.get("as") == "csv" else xlsx_answer(day, header, rows)
