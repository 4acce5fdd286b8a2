"""The operators' pages of bills: the list, one bill, its paper, and every act on it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from billing.acts import ACT_LABELS
from billing.forms import ReasonForm
from billing.models import Bill, CreditNote
from billing.papers import paper_of
from billing.services import bills as acts
from billing.states import BILL_MOVES, CREDIT_MOVES
from incubator.core.exports import xlsx_answer
from incubator.core.fields import YuanField
from incubator.core.forms import YuanInput
from incubator.core.listing import asked_choice, asked_words
from incubator.core.money import amount_in_words
from incubator.core.pieces import Figure, Filter
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import serve_file
from incubator.journal.models import Entry
from incubator.journal.timeline import events_of

SHOWN = {"draft": gettext_lazy("Drafts"), "open": pgettext_lazy("bills", "Open"), "overdue": gettext_lazy("Overdue"), "paid": pgettext_lazy("bills", "Paid"), "closed": gettext_lazy("Credited or written off")}
ZERO = Decimal("0.00")


class CreditForm(ReasonForm):
    """How much of each line is taken off, and why."""

    def __init__(self, *args: Any, bill: Bill, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in bill.lines.all():
            self.fields[f"line_{line.pk}"] = YuanField(label=line.text, required=False, widget=YuanInput)

    def amounts(self) -> dict[int, Decimal]:
        """Yuan by line."""
        return {int(name[5:]): value for name, value in self.cleaned_data.items() if name.startswith("line_") and value}


def narrowed(rows: QuerySet[Bill], show: str) -> QuerySet[Bill]:
    """The bills that a chip of the list means."""
    today = timezone.localdate()
    found = {
        "draft": rows.filter(state="draft"), "open": rows.open(), "overdue": rows.overdue(today), "paid": rows.filter(state="paid"),
        "closed": rows.filter(state__in=["credited", "written_off"]),
    }  # fmt: skip
    return found.get(show, rows.exclude(state="discarded"))


@permitted("billing.read_bills")
def bill_list(request: HttpRequest) -> HttpResponse:
    """Every bill, searched and filtered, with what is open and overdue."""
    every = Bill.objects.matching(asked_words(request))
    show = asked_choice(request, "show", SHOWN)
    rows = narrowed(every, show).select_related("startup").order_by("-month", "-pk")
    if "export" in request.GET:
        return export(rows)
    figures = [
        Figure(_("Still to pay"), acts.yuan(every.open_total()), _("yuan")),
        Figure(_("Overdue"), acts.yuan(every.overdue(timezone.localdate()).open_total()), _("yuan"), tone="red"),
        Figure(_("Received this month"), acts.yuan(received(every)), _("yuan")),
        Figure(_("Drafts"), every.filter(state="draft").count()),
    ]
    context = {"page": paginate(request, rows), "filters": [Filter("show", _("State"), list(SHOWN.items()))], "figures": figures}
    return render(request, "billing/bills/list.html", context)


def received(rows: QuerySet[Bill]) -> Decimal:
    """What was settled on these bills since the first of the running month, in yuan."""
    first = timezone.localdate().replace(day=1)
    found: Decimal | None = rows.filter(allocations__made_at__date__gte=first).aggregate(sum=Sum("allocations__amount"))["sum"]
    return found or ZERO


def export(rows: QuerySet[Bill]) -> HttpResponse:
    """The bills of the list as a workbook."""
    header = [_("Number"), _("Startup"), _("Month"), _("Issued on"), _("Due on"), _("Total"), _("Paid so far"), _("Credited"), _("Still to pay"), _("State"), _("Payment reference")]
    body = ([bill.number, bill.startup.name, bill.month, bill.issued_on, bill.due_on, bill.total, bill.paid, bill.credited, bill.open_amount, bill.get_state_display(), bill.reference] for bill in rows)
    return xlsx_answer("bills", header, body, title=_("Bills"))


@permitted("billing.read_bills")
def bill(request: HttpRequest, pk: int) -> HttpResponse:
    """One bill: lines with the reason of each amount, money, credit notes, and what may be done."""
    found = get_object_or_404(Bill.objects.select_related("startup", "drafter", "issuer", "loss_proposer"), pk=pk)
    return render(request, "billing/bills/bill.html", {**parts_of(found), **office_parts(request, found)})


def parts_of(found: Bill) -> dict[str, Any]:
    """What both faces show of a bill."""
    return {
        "bill": found,
        "lines": [{"line": line, "why": why_of(line)} for line in found.lines.select_related("rule").order_by("position")],
        "settled": found.allocations.select_related("receipt").order_by("pk"),
        "notes": found.credit_notes.exclude(state="dropped").select_related("drafter", "issuer").prefetch_related("lines__line").order_by("pk"),
        "words": amount_in_words(found.total),
    }


def why_of(line: Any) -> list[dict[str, Any]]:
    """The stored steps of a line in the reader's language."""
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    steps = [{"label": step["label"][language], "expression": step["expression"], "result": step["result"]} for step in line.why]
    if line.rule:
        steps.append({"label": _("Tax included, by the rule “%(rule)s”") % {"rule": line.rule}, "expression": f"{line.amount} − {line.net}", "result": str(line.tax), "clause": line.rule.legal_note})
    return steps


def office_parts(request: HttpRequest, found: Bill) -> dict[str, Any]:
    """What only the office sees: acts and the timeline."""
    may = {move.act for move in possible_moves(BILL_MOVES, found, request.actor)}
    notes = {note.pk: {move.act for move in possible_moves(CREDIT_MOVES, note, request.actor)} for note in found.credit_notes.filter(state="draft")}
    if found.loss_proposer_id is not None:
        may.discard("propose_loss")
    else:
        may.discard("write_off")
    return {"may": may, "note_acts": notes, "slips": found.slips.select_related("uploader"), "invoices": found.invoice_requests.all(), "events": events_of(Entry.objects.about(found).select_related("user"), ACT_LABELS)}


@permitted("billing.read_bills")
def bill_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper of an issued bill."""
    found = get_object_or_404(Bill.objects.exclude(number="").select_related("startup", "organisation", "document"), pk=pk)
    return serve_file(paper_of(found), by=request.actor, inline="inline" in request.GET)


def act_page(request: HttpRequest, found: Bill, act: Callable[..., Any], *, form: Any = None, **context: Any) -> HttpResponse:
    """Say what will happen; on POST do it, and lead back to the bill."""
    if request.method == "POST" and (form is None or form.is_valid()):
        if form is None:
            act()
            done: Any = True
        else:
            done = attempt(form, act)
        if done:
            messages.success(request, context["done"])
            return to(request, "office:bills:bill", found.pk)
    cancel = link(request, "office:bills:bill", found.pk)
    return render(request, "billing/bills/act.html", {"bill": found, "form": form, "cancel": cancel, **context}, status=status_of(form) if form else 200)


def bill_of(pk: int) -> Bill:
    return get_object_or_404(Bill.objects.select_related("startup"), pk=pk)


@permitted("billing.issue_bill")
def bill_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a draft."""
    found = bill_of(pk)
    effects = [_("The bill gets its number and payment reference, and the startup sees it."), _("From then on it is paper: it is corrected only by a credit note.")]
    return act_page(request, found, lambda: acts.issue_bill(found, by=request.actor), title=_("Issue the bill"), effects=effects, done=_("The bill is issued."))


@permitted("billing.issue_bill")
def bill_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    found = bill_of(pk)
    effects = [_("The draft is gone; its charges may be billed again.")]
    return act_page(request, found, lambda: acts.discard_bill(found, by=request.actor), title=_("Discard the draft"), effects=effects, done=_("The draft is discarded."), danger=True)


@permitted("billing.issue_bill")
def credit_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a credit note."""
    found = bill_of(pk)
    acts.check_creditable(found)
    form = CreditForm(request.POST or None, bill=found)
    effects = [_("A manager or owner looks at the credit note and issues it; until then nothing changes."), _("What was paid above the rest becomes credit of the startup.")]
    act = lambda: acts.draft_credit(found, form.amounts(), reason=form.cleaned_data["reason"], by=request.actor)  # noqa: E731
    return act_page(request, found, act, form=form, title=_("Propose a credit note"), effects=effects, done=_("The credit note is proposed. Another person issues it."))


@permitted("billing.settle_credit")
def credit_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Issue a credit note that somebody else proposed, or drop it."""
    note = get_object_or_404(CreditNote.objects.select_related("bill__startup"), pk=pk)
    known: dict[str, tuple[Callable[..., Any], str, str, list[str]]] = {
        "approve": (acts.approve_credit, _("Issue the credit note"), _("The credit note is issued."), [_("%(amount)s yuan are taken off the bill for good.") % {"amount": acts.yuan(note.total)}]),
        "drop": (acts.drop_credit, _("Drop the credit note"), _("The proposal is dropped."), [_("The bill stays as it is.")]),
    }
    if act not in known:
        raise Http404
    do, title, done, effects = known[act]
    return act_page(request, note.bill, lambda: do(note, by=request.actor), title=title, effects=effects, done=done, note=note)


@permitted("billing.issue_bill")
def loss_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to write off what is open."""
    found, form = bill_of(pk), ReasonForm(request.POST or None)
    effects = [_("The owner decides; until then nothing changes.")]
    act = lambda: acts.propose_loss(found, reason=form.cleaned_data["reason"], by=request.actor)  # noqa: E731
    return act_page(request, found, act, form=form, title=_("Propose to write off"), effects=effects, done=_("The write-off is proposed. The owner decides."))


@permitted("billing.write_off")
def loss_write_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Write off as the owner."""
    found, form = bill_of(pk), ReasonForm(request.POST or None)
    effects = [_("%(amount)s yuan are booked as a loss.") % {"amount": acts.yuan(found.open_amount)}, _("The claim stays known; money that comes later is a receipt.")]
    act = lambda: acts.write_off(found, reason=form.cleaned_data["reason"], by=request.actor)  # noqa: E731
    return act_page(request, found, act, form=form, title=_("Write off"), effects=effects, done=_("The bill is written off."), danger=True)


@permitted("billing.read_bills")
def receivables(request: HttpRequest) -> HttpResponse:
    """What startups owe, by age."""
    from billing.accounts import BANDS, ageing, band_names

    rows = ageing(timezone.localdate())
    heads = band_names()
    if "export" in request.GET:
        return xlsx_answer("receivables", [_("Startup"), *heads, _("Total")], ([row.startup.name, *row.values, row.total] for row in rows), title=_("Receivables by age"))
    sums = [sum((row.bands[band] for row in rows), ZERO) for band in BANDS]
    cells = [{"row": row, "cells": list(zip(heads, row.values, strict=True))} for row in rows]
    return render(request, "billing/bills/receivables.html", {"rows": cells, "heads": heads, "sums": list(zip(heads, sums, strict=True)), "total": sum(sums, ZERO)})
