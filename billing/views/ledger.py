"""The operators' pages of the books: balances of a month, one account, one entry, and the close of a month."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import services
from billing.models import Account, LedgerEntry, LedgerLine, PeriodClose
from billing.models.ledger import DEBIT_SIDE
from billing.services.ledger import balances_on
from billing.states import CLOSE_MOVES, CloseState
from incubator.core.errors import Conflict
from incubator.core.exports import csv_answer
from incubator.core.periods import Month
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.templatetags.fuhua import month as month_text
from incubator.core.views import link, paginate, permitted, to

# The page of a record that the books name, by its kind; apps above billing add theirs.
PAGES: dict[str, str] = {"billing.bankline": "office:bank:line", "billing.bill": "office:bills:bill", "billing.fapiao": "office:billing:fapiao"}


class CloseForm(forms.Form):
    """A word to the person who closes."""

    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


def beside(month: Month) -> dict[str, Any]:
    """A month for a page, with the one before it and, unless it is the running one, the one after it."""
    return {"month": month.first, "before": str(month.plus(-1)), "after": str(month.plus(1)) if month.last < timezone.localdate() else ""}


def asked_month(request: HttpRequest) -> Month:
    """The month of the address (2026-10), else the running one."""
    try:
        asked = Month.parse(request.GET.get("month", ""))
    except ValueError:
        return Month.of(timezone.localdate())
    return asked if 2000 <= asked.year <= 2100 else Month.of(timezone.localdate())


def balance_rows(month: Month) -> list[dict[str, Any]]:
    """Every account with what it held and moved in this month, in the order of the chart of accounts."""
    found, nothing = balances_on(month.first), Decimal("0.00")
    blank = {"opening": nothing, "debit": nothing, "credit": nothing, "closing": nothing}
    return [{"account": account, **found.get(account, blank)} for account in Account if account in found]


@permitted("billing.read_ledger")
def books(request: HttpRequest) -> HttpResponse:
    """The balances of a month, whether they add up, and whether the month is closed."""
    month = asked_month(request)
    rows = balance_rows(month)
    if "export" in request.GET:
        return export(month, rows)
    closes = list(PeriodClose.objects.exclude(state=CloseState.DROPPED).select_related("proposer", "closer")[:24])
    context = {
        **beside(month),
        "rows": rows,
        "debits": sum(row["debit"] for row in rows),
        "credits": sum(row["credit"] for row in rows),
        "balanced": sum(row["closing"] for row in rows) == 0,
        "closes": closes,
        "this": next((close for close in closes if close.month == month.first), None),
        "is_over": month.last < timezone.localdate(),
    }
    return render(request, "billing/ledger/books.html", context)


def export(month: Month, rows: list[dict[str, Any]]) -> HttpResponse:
    """The balances as a file for the bookkeeper."""
    header = [_("Account"), _("Opening"), _("Debit"), _("Credit"), _("Closing")]
    body = [[row["account"].label, row["opening"], row["debit"], row["credit"], row["closing"]] for row in rows]
    return csv_answer(f"ledger-{month}", header, body)


@permitted("billing.read_ledger")
def account(request: HttpRequest, name: str) -> HttpResponse:
    """The lines of one account in a month, with the balance before and after."""
    if name not in Account.values:
        raise Http404
    month = asked_month(request)
    lines = LedgerLine.objects.of_account(name)
    within = lines.filter(entry__day__gte=month.first, entry__day__lte=month.last)
    context = {
        "account": Account(name),
        "is_debit": name in DEBIT_SIDE,
        "month": month.first,
        "opening": lines.filter(entry__day__lt=month.first).total(),
        "closing": lines.until(month.last).total(),
        "page": paginate(request, within.select_related("entry", "startup").order_by("entry__day", "entry_id", "pk")),
    }
    return render(request, "billing/ledger/account.html", context)


@permitted("billing.read_ledger")
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with its lines, its cause, and its reversal."""
    found = get_object_or_404(LedgerEntry.objects.select_related("reverses", "reversed_by", "posted_by"), pk=pk)
    context = {"entry": found, "lines": found.lines.select_related("startup").order_by("-amount", "pk"), "cause": page_of(request, found.about)}
    return render(request, "billing/ledger/entry.html", context)


def page_of(request: HttpRequest, reference: str) -> str:
    """The page of the record that an entry names, or nothing when it has none."""
    kind, _colon, pk = reference.partition(":")
    try:
        return link(request, PAGES[kind], pk) if kind in PAGES else ""
    except NoReverseMatch:
        return ""


@permitted("billing.propose_close")
def close_propose(request: HttpRequest) -> HttpResponse:
    """Propose to close the month of the address."""
    month = asked_month(request)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, services.propose_close, month, by=request.actor, note=form.cleaned_data["note"])
        if done:
            messages.success(request, _("Closing %(month)s is proposed. Another person closes it.") % {"month": month_text(month.first)})
            return to(request, "office:ledger:books")
    context = {
        "form": form,
        "title": _("Close %(month)s") % {"month": month_text(month.first)},
        "effects": [_("A manager or owner looks at the balances and closes the month."), _("After that nothing is posted into it, ever; a late fact goes into the running month and names the month it belongs to.")],
        "submit": _("Propose the close"),
    }
    return render(request, "billing/ledger/close.html", context, status=status_of(form))


@permitted("billing.close_period")
def close_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Close a month that somebody else proposed, or drop the proposal."""
    found = get_object_or_404(PeriodClose, pk=pk)
    acts = {"close": services.close_period, "drop": services.drop_close}
    if act not in acts:
        raise Http404
    if request.method == "POST":
        acts[act](found, by=request.actor)
        messages.success(request, _("The month is closed.") if act == "close" else _("The proposal is dropped. Nothing was closed."))
        return to(request, "office:ledger:books")
    if act not in {move.act for move in possible_moves(CLOSE_MOVES, found, request.actor)}:
        raise Conflict(_("Only a proposal that stands is closed or dropped, and never by the person who made it."))
    return render(request, "billing/ledger/close.html", close_context(request, found, act))


def close_context(request: HttpRequest, found: PeriodClose, act: str) -> dict[str, Any]:
    """What the page of the second person says."""
    text = {"month": month_text(found.month)}
    if act == "drop":
        return {"title": _("Drop the close of %(month)s") % text, "submit": _("Drop the proposal"), "effects": [_("The month stays open.")]}
    return {
        "title": _("Close %(month)s") % text,
        "submit": _("Close the month"),
        "danger": True,
        "rows": balance_rows(Month.of(found.month)),
        "note": found.note,
        "effects": [_("The balances below are kept as they stand."), _("Nothing is posted into this month or an earlier one again. This cannot be undone.")],
    }
