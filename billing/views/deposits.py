"""The office's pages of deposits and of unused credit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.acts import ACT_LABELS
from billing.bank_forms import PartsForm
from billing.forms import ReasonForm
from billing.models import Bill, Deposit, Receipt
from billing.services import deposits as acts
from billing.states import DEPOSIT_MOVES, DepositState
from incubator.core.exports import xlsx_answer
from incubator.core.fields import DayField, YuanField
from incubator.core.forms import YuanInput
from incubator.core.listing import asked_choice, asked_id, asked_words
from incubator.core.money import yuan
from incubator.core.pieces import Figure, Filter
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.journal.models import Entry
from incubator.journal.timeline import events_of
from incubator.tenants.models import Startup


class DepositForm(forms.Form):
    """From whom, how much, for what, until when."""

    startup = forms.ModelChoiceField(None, label=gettext_lazy("Startup"), empty_label=gettext_lazy("Choose a company"))
    amount = YuanField(label=gettext_lazy("Amount"), widget=YuanInput)
    text = forms.CharField(label=gettext_lazy("For what"), max_length=120, help_text=gettext_lazy("For example: room A-301, two months of rent."))
    due_on = DayField(label=gettext_lazy("Due on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["startup"].queryset = Startup.objects.by_name()


class SettlementForm(PartsForm):
    """Which bills the deposit pays; what is left goes back."""

    reason = forms.CharField(label=gettext_lazy("Reason and evidence"), max_length=300, widget=forms.Textarea({"rows": 3}), help_text=gettext_lazy("The hand-over and its photos, or that nothing is owed."))
    consent = forms.CharField(label=gettext_lazy("Consent of the startup"), max_length=200, required=False, help_text=gettext_lazy("When and how it agreed; needed for rent and services, not for damage."))


@permitted("billing.read_bills")
def deposit_list(request: HttpRequest) -> HttpResponse:
    """Every deposit, searched and filtered, with what we hold."""
    every = Deposit.objects.matching(asked_words(request))
    state = asked_choice(request, "state", DepositState.values)
    rows = (every.filter(state=state) if state else every).select_related("startup")
    if "export" in request.GET:
        header = [_("Number"), _("Startup"), _("For what"), _("Amount"), _("Due on"), _("Received on"), _("Deducted"), _("Returned"), _("State")]
        return xlsx_answer("deposits", header, ([one.number, one.startup.name, one.text, one.amount, one.due_on, one.received_on, one.deducted, one.returned, one.get_state_display()] for one in rows), title=_("Deposits"))
    figures = [
        Figure(_("Deposits held"), yuan(every.held().total()), _("yuan"), _("a liability, not income")),
        Figure(_("Asked for"), yuan(every.filter(state="requested").total()), _("yuan")),
        Figure(_("Settlement awaits a second person"), every.filter(state="settling").count()),
    ]
    context = {"page": paginate(request, rows), "figures": figures, "filters": [Filter("state", _("State"), DepositState.choices)]}
    return render(request, "billing/deposits/list.html", context)


@permitted("billing.keep_deposits")
def deposit_request(request: HttpRequest) -> HttpResponse:
    """Ask a startup for a deposit."""
    form = DepositForm(request.POST or None, initial={"startup": asked_id(request, "startup")})
    if form.is_valid():
        data = form.cleaned_data
        made = attempt(form, lambda: acts.request_deposit(data["startup"], data["amount"], text=data["text"], due_on=data["due_on"], by=request.actor))
        if made:
            messages.success(request, _("The deposit is asked for. The startup sees it under Bills."))
            return to(request, "office:bills:deposit", made.pk)
    context = {"form": form, "title": _("Ask for a deposit"), "cancel": link(request, "office:bills:deposits")}
    return render(request, "billing/office/form.html", context, status=status_of(form))


def find(pk: int) -> Deposit:
    return get_object_or_404(Deposit.objects.select_related("startup", "requester", "settler", "approver"), pk=pk)


@permitted("billing.read_bills")
def deposit(request: HttpRequest, pk: int) -> HttpResponse:
    """One deposit: where it stands, how it is to be settled, and what may be done."""
    found = find(pk)
    bills = Bill.objects.in_bulk([bill for bill, _part in found.plan.get("bills", ())])
    context = {
        "deposit": found, "may_do": {move.act for move in possible_moves(DEPOSIT_MOVES, found, request.actor)}, "credit": acts.credit_of(found.startup),
        "parts": [{"bill": bills[bill], "amount": part} for bill, part in found.plan.get("bills", ())], "receipts": Receipt.objects.filter(about=f"billing.deposit:{found.pk}"),
        "events": events_of(Entry.objects.about(found).select_related("user"), ACT_LABELS),
    }  # fmt: skip
    return render(request, "billing/deposits/deposit.html", context)


@permitted("billing.keep_deposits")
def settlement(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which bills a deposit pays, for another person to approve."""
    found = find(pk)
    bills = list(Bill.objects.open().filter(startup=found.startup).order_by("due_on", "pk"))
    form = SettlementForm(bills, request.POST or None)
    if form.is_valid() and attempt(form, lambda: acts.propose_settlement(found, form.parts(), reason=form.cleaned_data["reason"], consent=form.cleaned_data["consent"], by=request.actor)):
        messages.success(request, _("The settlement is proposed. A manager or owner approves it."))
        return to(request, "office:bills:deposit", pk)
    effects = [_("What no bill takes goes back to the startup."), _("A manager or owner approves; until then nothing changes.")]
    return page_of(request, found, form, _("Propose the settlement"), effects)


def page_of(request: HttpRequest, found: Deposit, form: Any, title: str, effects: list[str], *, danger: bool = False) -> HttpResponse:
    context = {"deposit": found, "form": form, "title": title, "effects": effects, "danger": danger, "cancel": link(request, "office:bills:deposit", found.pk)}
    return render(request, "billing/deposits/act.html", context, status=status_of(form) if form else 200)


WORDS: dict[str, tuple[Any, Any, Any]] = {
    "receive": (gettext_lazy("Take from the credit"), gettext_lazy("The deposit is taken from the unused credit of the startup and held for it."), acts.receive_deposit),
    "cancel": (gettext_lazy("Cancel the request"), gettext_lazy("Nothing is asked for any more."), acts.cancel_deposit),
}
LEADING: dict[str, tuple[Any, Any, Any]] = {
    "approve": (gettext_lazy("Approve the settlement"), gettext_lazy("The bills are settled, and what is left is on its way back to the startup."), acts.approve_settlement),
    "reject": (gettext_lazy("Reject the settlement"), gettext_lazy("The deposit is held as before."), acts.reject_settlement),
}


@permitted("billing.keep_deposits")
def deposit_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Receive a deposit out of the credit, or cancel its request."""
    return acted(request, find(pk), act, WORDS)


@permitted("billing.settle_deposit")
def deposit_decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Approve a settlement that somebody else proposed, or reject it."""
    return acted(request, find(pk), act, LEADING)


def acted(request: HttpRequest, found: Deposit, act: str, known: dict[str, tuple[Any, Any, Any]]) -> HttpResponse:
    """Say what will happen, do it, lead back."""
    if act not in known:
        raise Http404
    title, effect, do = known[act]
    form = ReasonForm(request.POST or None) if act == "reject" else None
    if request.method == "POST" and (form is None or form.is_valid()):
        run: Callable[[], Any] = (lambda: do(found, by=request.actor)) if form is None else (lambda: do(found, note=form.cleaned_data["reason"], by=request.actor))
        run()
        messages.success(request, _("Done: %(act)s.") % {"act": title})
        return to(request, "office:bills:deposit", found.pk)
    return page_of(request, found, form, title, [effect], danger=act in {"reject", "cancel"})


@permitted("billing.use_credit")
def credit_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Use the unused credit of a startup for its open bills."""
    startup = get_object_or_404(Startup, pk=pk)
    if request.method == "POST":
        made = acts.use_credit(startup, by=request.actor)
        messages.success(request, _("%(amount)s yuan were used for open bills.") % {"amount": yuan(sum(one.amount for one in made))})
        return to(request, "office:bills:statement", pk)
    bills = Bill.objects.open().filter(startup=startup).order_by("due_on", "pk")
    context = {"startup": startup, "credit": acts.credit_of(startup), "bills": bills, "cancel": link(request, "office:bills:statement", pk), "effects": [_("The earliest due day first, as far as the credit goes. The startup reads it on its statement.")]}
    return render(request, "billing/deposits/credit.html", context)
