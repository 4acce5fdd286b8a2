"""The office's pages of bank lines: the list, what is to be decided, one line, the second person."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.bank_forms import ChooseStartupForm, OtherwiseForm, PartsForm, TransferForm
from billing.forms import ReasonForm
from billing.matching import OpenBill, spread
from billing.models import BankAccount, BankLine, Bill, PayoutTransfer
from billing.services import bank as acts
from billing.services.proposals import free_transfers
from billing.states import LINE_MOVES, BankLineState
from billing.views.ledger import page_of
from incubator.core.errors import NotAllowed
from incubator.core.listing import asked_choice, asked_days, asked_id, asked_words
from incubator.core.pieces import Filter
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.templatetags.fuhua import may
from incubator.core.views import link, paginate, permitted, to
from incubator.tenants.models import Startup

WHY = {
    "reference": gettext_lazy("The reference of the bill stands in the text, and the amount is equal."),
    "other_amount": gettext_lazy("The reference of the bill stands in the text and the payer is this company; the amount is another."),
    "payer": gettext_lazy("The payer is known as this company, and just one open bill has this amount."),
    "sum": gettext_lazy("The payer is known as this company, and only these open bills together make this amount."),
    "payout_key": gettext_lazy("The key of our payment stands in the text, and the amount is equal."),
    "payout_payee": gettext_lazy("Amount and payee are those of one payment that the bank was given."),
}
OPEN = ("imported", "proposed", "suspense", "waiting")


def described(lines: Iterable[BankLine]) -> list[dict[str, Any]]:
    """Each line with what its plan says, in words and records; three queries for any number of lines."""
    lines = list(lines)
    plans = [line.plan for line in lines]
    bills = Bill.objects.in_bulk([pk for plan in plans for pk, _part in plan.get("bills", ())])
    startups = Startup.objects.in_bulk([plan["startup"] for plan in plans if plan.get("startup")])
    transfers = PayoutTransfer.objects.select_related("payout").in_bulk([plan["transfer"] for plan in plans if plan.get("transfer")])
    return [describe(line, bills, startups, transfers) for line in lines]


def describe(line: BankLine, bills: dict[int, Bill], startups: dict[int, Startup], transfers: dict[int, PayoutTransfer]) -> dict[str, Any]:
    plan = line.plan
    parts = [{"bill": bills[pk], "amount": Decimal(part)} for pk, part in plan.get("bills", ()) if pk in bills]
    rest = line.amount - sum((part["amount"] for part in parts), Decimal(0)) if plan.get("startup") else Decimal(0)
    return {
        "line": line, "startup": startups.get(plan.get("startup", 0)), "parts": parts, "rest": rest, "transfer": transfers.get(plan.get("transfer", 0)),
        "why": WHY.get(line.rung, "") or (acts.Otherwise(plan["book"]).label if plan.get("book") else ""), "value": f"{line.pk}:{acts.mark_of(line)}",
    }  # fmt: skip


@permitted("billing.read_bank")
def lines(request: HttpRequest) -> HttpResponse:
    """Every movement, searched and filtered."""
    rows = BankLine.objects.matching(asked_words(request)).select_related("account")
    state = asked_choice(request, "state", ["open", *BankLineState.values])
    rows = rows.filter(state__in=OPEN if state == "open" else [state]) if state else rows
    way = asked_choice(request, "way", ["in", "out"])
    rows = rows.filter(**{"amount__gt" if way == "in" else "amount__lt": 0}) if way else rows
    account, statement = asked_id(request, "account"), asked_id(request, "statement")
    rows = rows.filter(account=account) if account else rows
    rows = rows.filter(statement=statement) if statement else rows
    first, last = asked_days(request)
    rows = rows.filter(day__gte=first) if first else rows
    rows = rows.filter(day__lte=last) if last else rows
    filters = [
        Filter("state", _("State"), [("open", _("Undecided")), *BankLineState.choices]),
        Filter("way", _("In or out"), [("in", _("Money in")), ("out", _("Money out"))]),
        Filter("account", _("Account"), [(one.pk, str(one)) for one in BankAccount.objects.all()]),
    ]
    return render(request, "billing/bank/lines.html", {"page": paginate(request, rows), "filters": filters})


@permitted("billing.read_bank")
def decide(request: HttpRequest) -> HttpResponse:
    """What is proposed, to be ticked, and what nothing is proposed for. Finance agrees with many at once."""
    if request.method == "POST":
        return decided(request, acts.match_as_proposed, "office:bank:decide", "billing.match_line")
    rows = BankLine.objects.select_related("account")
    page = paginate(request, rows.filter(state=BankLineState.PROPOSED).order_by("day", "pk"), 50)
    rest = rows.filter(state__in=[BankLineState.IMPORTED, BankLineState.SUSPENSE]).order_by("day", "pk")
    context = {"page": page, "rows": described(page), "rest": rest[:25], "rest_count": rest.count(), "limit": acts.limit(), "mine": may(request.actor, "billing.match_line")}
    return render(request, "billing/bank/decide.html", context)


@permitted("billing.read_bank")
def second(request: HttpRequest) -> HttpResponse:
    """What waits for a second person. A leader who did not match it confirms many at once."""
    if request.method == "POST":
        return decided(request, acts.confirm_match, "office:bank:second", "billing.confirm_match")
    rows = BankLine.objects.filter(state=BankLineState.WAITING).select_related("account", "matcher").order_by("moved_at", "pk")
    page = paginate(request, rows, 50)
    user = request.user.pk
    shown = [{**row, "mine": row["line"].matcher_id != user, "page": page_of(request, row["line"].plan.get("for", ""))} for row in described(page)]
    leads = may(request.actor, "billing.confirm_match")
    context = {"page": page, "rows": shown, "leads": leads, "any": leads and any(row["mine"] and not row["line"].plan.get("for") for row in shown)}
    return render(request, "billing/bank/second.html", context)


def decided(request: HttpRequest, act: Any, back: str, permission: str) -> HttpResponse:
    """Do the act to every ticked line and say what became of each that was refused."""
    if not may(request.actor, permission):
        raise NotAllowed(_("Your role reads this list. Others decide on it."))
    chosen = dict(pair for pair in map(ticked, request.POST.getlist("line")[:200]) if pair)
    if not chosen:
        messages.error(request, _("Tick at least one line."))
        return to(request, back)
    answer = acts.decide_many(chosen, act, by=request.actor)
    waiting = sum(line.state == BankLineState.WAITING for line in answer.done)
    booked = len(answer.done) - waiting
    if booked:
        messages.success(request, ngettext("%(count)d line is matched and booked.", "%(count)d lines are matched and booked.", booked) % {"count": booked})
    if waiting:
        messages.success(request, ngettext("%(count)d line waits for a second person now.", "%(count)d lines wait for a second person now.", waiting) % {"count": waiting})
    for line, sentence in answer.refused:
        messages.error(request, f"{line}: {sentence}")
    return to(request, back)


def ticked(value: str) -> tuple[int, str] | None:
    """A ticked box: the line and the mark of what was seen beside it."""
    pk, _colon, mark = value.partition(":")
    return (int(pk), mark) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None


@permitted("billing.match_line")
def again(request: HttpRequest) -> HttpResponse:
    """Look for matches again: bills were issued or paid since the lines came in."""
    if request.method == "POST":
        count = acts.look_again(by=request.actor)
        text = ngettext("%(count)d new proposal.", "%(count)d new proposals.", count) % {"count": count}
        messages.success(request, text if count else _("Nothing new was found."))
    return to(request, "office:bank:decide")


def find(pk: int) -> BankLine:
    return get_object_or_404(BankLine.objects.select_related("account", "statement", "matcher", "confirmer"), pk=pk)


@permitted("billing.read_bank")
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One movement: what the bank says, what is proposed, what became of it, and what can be done now."""
    found = find(pk)
    possible = {move.act for move in possible_moves(LINE_MOVES, found, request.actor)}
    theirs = found.plan.get("for") or found.about.startswith(("billing.payout:", "billing.authorityfunds:"))
    acts_now = [act for act in ("confirm", "reject", "suspend", "undo") if act in possible and not (theirs and act != "suspend")]
    (row,) = described([found])
    context = {
        "line": found, "row": row, "acts": [{"act": act, "label": WORDS[act][0], "danger": act in {"reject", "undo"}} for act in acts_now],
        "may_match": "match" in possible, "choose": ChooseStartupForm(initial={"startup": found.plan.get("startup")}),
        "tail": found.payer_account[-4:] if found.payer_account else "", "other": page_of(request, found.plan.get("for", "") or found.about),
        "entries": ledger_entries(found),
    }  # fmt: skip
    return render(request, "billing/bank/line.html", context)


def ledger_entries(found: BankLine) -> Any:
    from billing.models import LedgerEntry

    return LedgerEntry.objects.about(found).order_by("pk")


@permitted("billing.match_line")
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which open bills of the chosen company the money settles; what is left stays its credit."""
    found = find(pk)
    startup = Startup.objects.filter(pk=asked_id(request, "startup") or 0).first()
    if startup is None or not found.is_incoming:
        return to(request, "office:bank:line", pk)
    bills = list(Bill.objects.open().filter(startup=startup).order_by("due_on", "pk"))
    form = PartsForm(bills, request.POST if request.method == "POST" else None, initial=offered(found, startup, bills))
    if form.is_bound and form.is_valid():
        done = attempt(form, acts.match, found, startup, form.parts(), by=request.actor)
        if done:
            return told(request, done)
    effects = [_("What no bill takes stays as credit of %(startup)s.") % {"startup": startup}, second_words(found)]
    context = {"title": _("Match with bills of %(startup)s") % {"startup": startup}, "lead": str(found), "form": form, "submit": _("Match"), "effects": effects, "back": link(request, "office:bank:line", pk)}
    return render(request, "billing/bank/act.html", context, status=status_of(form))


def offered(found: BankLine, startup: Startup, bills: list[Bill]) -> dict[str, Decimal]:
    """What the form begins with: the proposal, else the money along the bills in the order in which they are due."""
    if found.plan.get("startup") == startup.pk:
        return {f"bill_{pk}": Decimal(part) for pk, part in found.plan["bills"]}
    rows = [OpenBill(bill.pk, startup.pk, startup.name, bill.reference, bill.open_amount) for bill in bills]
    return {f"bill_{pk}": part for pk, part in spread(found.amount, rows)}


def second_words(found: BankLine) -> str:
    if found.size > acts.limit():
        return _("The amount is above the limit: nothing is booked before a manager or owner confirms.")
    return _("It is booked at once.")


def told(request: HttpRequest, done: BankLine) -> HttpResponse:
    waits = done.state == BankLineState.WAITING
    messages.success(request, _("A manager or owner confirms the match; then it is booked.") if waits else _("The line is matched and booked."))
    return to(request, "office:bank:line", done.pk)


@permitted("billing.match_line")
def match_payout(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which payment of ours the money out is."""
    found = find(pk)
    fitting = [one for one in free_transfers() if one.amount == found.size] if not found.is_incoming else []
    initial = {"transfer": found.plan.get("transfer") or (fitting[0].pk if len(fitting) == 1 else None)}
    form = TransferForm(fitting, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        done = attempt(form, acts.match_transfer, found, form.cleaned_data["transfer"], by=request.actor)
        if done:
            return told(request, done)
    effects = [_("The money leaves “on its way through the bank”: the payment is where the bank says it is."), second_words(found)]
    if not fitting:
        effects = [_("No payment that the bank was given has this amount and is without its line. Put the line into suspense and ask the bank.")]
    context = {"title": _("Match with a payment of ours"), "lead": str(found), "form": form if fitting else None, "submit": _("Match") if fitting else "", "effects": effects, "back": link(request, "office:bank:line", pk)}
    return render(request, "billing/bank/act.html", context, status=status_of(form))


@permitted("billing.match_line")
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a line is that stands for no bill and no payout."""
    found = find(pk)
    choices = [(kind.value, kind.label) for kind in acts.Otherwise if acts.OTHERWISE[kind][1] is found.is_incoming]
    form = OtherwiseForm(choices, request.POST if request.method == "POST" else None, incoming=found.is_incoming)
    if form.is_bound and form.is_valid():
        done = attempt(form, acts.book_otherwise, found, form.cleaned_data["kind"], fee=form.cleaned_data.get("fee") or Decimal("0.00"), by=request.actor)
        if done:
            return told(request, done)
    effects = [_("The line leaves suspense; the other account is booked."), second_words(found)]
    context = {"title": _("Book it otherwise"), "lead": str(found), "form": form, "submit": _("Book it otherwise"), "effects": effects, "back": link(request, "office:bank:line", pk)}
    return render(request, "billing/bank/act.html", context, status=status_of(form))


WORDS: dict[str, tuple[Any, Any]] = {
    "confirm": (gettext_lazy("Confirm the match"), gettext_lazy("The money is booked and the bills are settled as the plan says.")),
    "reject": (gettext_lazy("Reject the match"), gettext_lazy("Nothing is booked; finance looks at the line again.")),
    "suspend": (gettext_lazy("Put into suspense"), gettext_lazy("The money stays in suspense until somebody knows what it is for.")),
    "undo": (gettext_lazy("Take the match back"), gettext_lazy("Each settlement is reversed, the bills are open again, and the line is to be decided anew.")),
}
DOES = {
    "confirm": lambda found, _data, by: acts.confirm_match(found, by=by),
    "reject": lambda found, data, by: acts.reject_match(found, note=data["reason"], by=by),
    "suspend": lambda found, data, by: acts.suspend(found, reason=data["reason"], by=by),
    "undo": lambda found, data, by: acts.undo_match(found, reason=data["reason"], by=by),
}


@permitted("billing.match_line")
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a line into suspense with the reason."""
    return act_page(request, find(pk), "suspend")


@permitted("billing.confirm_match")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """The second person confirms or rejects a match, or takes one back."""
    if act not in DOES or act == "suspend":
        raise Http404
    return act_page(request, find(pk), act)


def act_page(request: HttpRequest, found: BankLine, act: str) -> HttpResponse:
    """Say what the act will do, ask for what it needs, and do it."""
    from django.forms import Form

    form = (Form if act == "confirm" else ReasonForm)(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and attempt(form, DOES[act], found, form.cleaned_data, request.actor):
        messages.success(request, _("Done: %(act)s.") % {"act": WORDS[act][0]})
        return to(request, "office:bank:line", found.pk)
    (row,) = described([found])
    context = {"title": WORDS[act][0], "lead": str(found), "submit": WORDS[act][0], "effects": [WORDS[act][1]], "form": form, "row": row, "danger": act in {"reject", "undo"},
               "back": link(request, "office:bank:line", found.pk)}  # fmt: skip
    return render(request, "billing/bank/act.html", context, status=status_of(form))
