"""The office's pages of late bills: who is overdue and what was said, letters, slips, late fees and their terms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.forms import ReasonForm
from billing.models import Bill, DunningLetter, LateFee, LateFeeRule, TransferSlip
from billing.papers import letter_paper_of
from billing.services import dunning as acts
from billing.states import LATE_FEE_MOVES
from incubator.core.exports import xlsx_answer
from incubator.core.fields import DayField
from incubator.core.forms import NumberTextInput
from incubator.core.money import yuan
from incubator.core.pieces import Figure
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import serve_file
from incubator.tenants.models import Startup


class FeeRuleForm(forms.Form):
    """The terms of the late fee. Rates are percentages."""

    daily_rate = forms.DecimalField(label=gettext_lazy("Per day"), min_value=Decimal("0.0001"), max_value=Decimal(1), max_digits=6, decimal_places=4, widget=NumberTextInput("%"), initial="0.05")
    grace_days = forms.IntegerField(label=gettext_lazy("Days without a fee"), min_value=0, max_value=90, initial=5)
    cap_ratio = forms.DecimalField(label=gettext_lazy("At most, as a share of the bill"), min_value=Decimal("0.01"), max_value=Decimal(100), max_digits=5, decimal_places=2, widget=NumberTextInput("%"), initial="10")
    valid_from = DayField(label=gettext_lazy("Valid from"))
    valid_to = DayField(label=gettext_lazy("Valid to"), required=False)
    legal_note = forms.CharField(label=gettext_lazy("Agreed where"), max_length=200, help_text=gettext_lazy("The clause of the lease that agrees it."))

    def facts(self) -> dict[str, Any]:
        """As the service takes them: shares, not percentages."""
        return {**self.cleaned_data, "daily_rate": self.cleaned_data["daily_rate"] / 100, "cap_ratio": self.cleaned_data["cap_ratio"] / 100}


@permitted("billing.read_bills")
def overdue(request: HttpRequest) -> HttpResponse:
    """Overdue bills, the oldest first, with what was said and why nothing is said now; letters beside them."""
    today, imported = timezone.localdate(), acts.last_import()
    bills = Bill.objects.overdue(today).select_related("startup").prefetch_related("dunning", "slips").order_by("due_on", "pk")
    rows = [{"bill": one, "days": (today - one.due_on).days, "step": max((step.days for step in one.dunning.all()), default=None), "pause": acts.pause_of(one, today, imported)} for one in bills]
    if "export" in request.GET:
        header = [_("Number"), _("Startup"), _("Due on"), _("Days late"), _("Still to pay"), _("Last reminder"), _("Paused")]
        return xlsx_answer("overdue", header, ([row["bill"].number, row["bill"].startup.name, row["bill"].due_on, row["days"], row["bill"].open_amount, row["step"], row["pause"]] for row in rows), title=_("Overdue bills"))
    figures = [
        Figure(_("Overdue"), yuan(sum((row["bill"].open_amount for row in rows), Decimal(0))), _("yuan"), "", "red" if rows else ""),
        Figure(_("Overdue bills"), len(rows)), Figure(_("Over 20 days"), sum(row["days"] >= 20 for row in rows)),
        Figure(_("Last bank file"), imported or "—", "", _("without one for five working days nobody is reminded")),
    ]
    letters = DunningLetter.objects.select_related("startup", "issuer")[:20]
    return render(request, "billing/dunning/overdue.html", {"rows": rows, "figures": figures, "letters": letters})


@permitted("billing.issue_letter")
def letter_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a letter over everything of a startup that is overdue."""
    startup = get_object_or_404(Startup, pk=pk)
    if request.method == "POST":
        made = acts.issue_letter(startup, by=request.actor)
        messages.success(request, _("Letter %(number)s is written. Print it below.") % {"number": made.number})
        return to(request, "office:bills:dunning")
    bills = Bill.objects.overdue(timezone.localdate()).filter(startup=startup).order_by("due_on")
    effects = [_("The letter gets a number and stays as it is. It names every overdue bill and a week to pay.")]
    return render(request, "billing/dunning/act.html", {"title": _("Write a dunning letter"), "lead": startup, "bills": bills, "effects": effects, "cancel": link(request, "office:bills:dunning")})


@permitted("billing.read_bills")
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper of a letter."""
    found = get_object_or_404(DunningLetter.objects.select_related("startup", "organisation", "document"), pk=pk)
    return serve_file(letter_paper_of(found), by=request.actor, inline="inline" in request.GET)


@permitted("billing.read_bills")
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of a startup's slip."""
    found = get_object_or_404(TransferSlip.objects.select_related("document"), pk=pk)
    return serve_file(found.document, by=request.actor, inline="inline" in request.GET)


@permitted("billing.read_bills")
def late_fees(request: HttpRequest) -> HttpResponse:
    """Late fees with what was decided, and the terms by which they are computed."""
    rows = LateFee.objects.select_related("bill__startup", "rule", "fee_bill", "decider").order_by("-pk")
    page = paginate(request, rows)
    shown = [{"fee": one, "acts": {move.act for move in possible_moves(LATE_FEE_MOVES, one, request.actor)}} for one in page]
    return render(request, "billing/dunning/late_fees.html", {"page": page, "rows": shown, "rules": LateFeeRule.objects.select_related("drafter", "verifier")})


@permitted("billing.bill_late_fee")
def late_fees_find(request: HttpRequest) -> HttpResponse:
    """Compute the fees of bills that were paid late since the last look."""
    if request.method == "POST":
        count = len(acts.find_late_fees(by=request.actor))
        messages.success(request, ngettext("%(count)d late fee to decide.", "%(count)d late fees to decide.", count) % {"count": count} if count else _("Nothing new was found."))
    return to(request, "office:bills:late-fees")


@permitted("billing.bill_late_fee")
def fee_rule_draft(request: HttpRequest) -> HttpResponse:
    """Write the terms of the late fee down."""
    form = FeeRuleForm(request.POST or None)
    if form.is_valid() and attempt(form, lambda: acts.draft_fee_rule(by=request.actor, **form.facts())):
        messages.success(request, _("The terms are written down. They count once another person has verified them."))
        return to(request, "office:bills:late-fees")
    return render(request, "billing/office/form.html", {"form": form, "title": _("Terms of the late fee"), "cancel": link(request, "office:bills:late-fees")}, status=status_of(form))


def decided(request: HttpRequest, title: str, lead: Any, effects: list[str], act: Any, *, form: Any = None, danger: bool = False) -> HttpResponse:
    """Say what will happen; on POST do it."""
    if request.method == "POST" and (form is None or form.is_valid()) and (attempt(form, act) if form else act()):
        messages.success(request, _("Done: %(act)s.") % {"act": title})
        return to(request, "office:bills:late-fees")
    context = {"title": title, "lead": lead, "effects": effects, "form": form, "danger": danger, "cancel": link(request, "office:bills:late-fees")}
    return render(request, "billing/dunning/act.html", context, status=status_of(form) if form else 200)


@permitted("billing.waive_late_fee")
def fee_rule_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Verify terms that somebody else wrote down."""
    rule = get_object_or_404(LateFeeRule, pk=pk)
    effects = [_("Fees of bills due in these days are computed by them."), _("An open rule of the same kind ends on the day before.")]
    return decided(request, _("Verify the terms"), rule, effects, lambda: acts.verify_fee_rule(rule, by=request.actor))


def fee_of(pk: int) -> LateFee:
    return get_object_or_404(LateFee.objects.select_related("bill__startup", "rule"), pk=pk)


@permitted("billing.bill_late_fee")
def fee_bill(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a fee by a bill of its own."""
    fee = fee_of(pk)
    effects = [_("A draft bill over %(amount)s yuan is made. Issue it like any other.") % {"amount": yuan(fee.amount)}]
    return decided(request, _("Bill the late fee"), fee, effects, lambda: acts.bill_late_fee(fee, by=request.actor))


@permitted("billing.waive_late_fee")
def fee_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a fee up, with the reason."""
    fee, form = fee_of(pk), ReasonForm(request.POST or None)
    return decided(request, _("Waive the late fee"), fee, [_("The fee is not asked for.")], lambda: acts.waive_late_fee(fee, reason=form.cleaned_data["reason"], by=request.actor), form=form, danger=True)
