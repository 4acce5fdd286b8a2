"""The operators' pages of the billing run: start it, watch it, compare with the month before, issue all or some."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.models import Bill, BillingRun
from incubator.core.errors import BusinessError
from incubator.core.fields import DayField, MonthField
from incubator.core.money import yuan
from incubator.core.periods import Month
from incubator.core.pieces import Figure
from incubator.core.refusals import attempt, status_of
from incubator.core.views import permitted, to
from spaces import runs


class RunForm(forms.Form):
    """The month to be billed, and when its bills are due."""

    month = MonthField(label=gettext_lazy("Month"))
    due_on = DayField(label=gettext_lazy("Due on"))


@permitted("billing.read_bills")
def run_list(request: HttpRequest) -> HttpResponse:
    """The runs so far, the latest first."""
    return render(request, "spaces/office/runs.html", {"runs": runs.counted().select_related("starter").order_by("-month")[:36]})


@permitted("billing.run_bills")
def run_start(request: HttpRequest) -> HttpResponse:
    """Start a run, or the same one again."""
    month = Month.of(timezone.localdate())
    form = RunForm(request.POST or None, initial={"month": month, "due_on": runs.due_day(month)})
    if form.is_valid():
        run = attempt(form, lambda: runs.start_run(form.cleaned_data["month"], due_on=form.cleaned_data["due_on"], by=request.actor))
        if run:
            messages.success(request, _("The run has started. You can leave this page; it goes on."))
            return to(request, "office:runs:run", run.pk)
    effects = [
        _("Every running lease gets a draft; leases without anything to bill are named with the reason."),
        _("Nothing is issued. You look at the drafts and issue all or some."),
    ]
    return render(request, "spaces/office/run_start.html", {"form": form, "effects": effects}, status=status_of(form))


@permitted("billing.read_bills")
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: how far it is, each contract with its bill or the reason why not, and the difference to last month."""
    found = get_object_or_404(BillingRun.objects.select_related("starter"), pk=pk)
    before, count = runs.totals_before(found), runs.progress(found)
    rows = [
        {"item": item, "before": before.get(item.contract_key), "change": item.bill.total - before.get(item.contract_key, 0) if item.bill else None}
        for item in found.items.select_related("startup", "bill")
    ]
    total = sum((row["item"].bill.total for row in rows if row["item"].bill), 0)
    figures = [
        Figure(_("Contracts"), count["total"]), Figure(_("Drafted"), count["drafted"], tone="jade"),
        Figure(_("Skipped"), count["skipped"], tone="amber" if count["skipped"] else ""), Figure(_("Together"), yuan(Decimal(total)), _("yuan")),
    ]  # fmt: skip
    drafts = [row for row in rows if row["item"].bill and row["item"].bill.state == "draft"]
    return render(request, "spaces/office/run.html", {"run": found, "rows": rows, "figures": figures, "count": count, "done": count["total"] - count["waiting"], "drafts": drafts})


@permitted("billing.issue_bill")
def run_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue the chosen drafts of a run; without a choice all of them."""
    found = get_object_or_404(BillingRun, pk=pk)
    drafts = Bill.objects.filter(run_items__run=found, state="draft").select_related("startup").order_by("pk")
    chosen = [int(one) for one in request.POST.getlist("bill") if one.isascii() and one.isdigit() and len(one) < 19]
    if request.method == "POST":
        if "all" not in request.POST and not chosen:
            raise BusinessError(_("Choose at least one draft, or issue all of them."))
        issued, refused = runs.issue_bills(drafts if "all" in request.POST else drafts.filter(pk__in=chosen), by=request.actor)
        if issued:
            messages.success(request, ngettext("%(count)s bill is issued.", "%(count)s bills are issued.", len(issued)) % {"count": len(issued)})
        for bill, reason in refused[:5]:
            messages.error(request, f"{bill.startup}: {reason}")
        return to(request, "office:runs:run", pk)
    return render(request, "spaces/office/run_issue.html", {"run": found, "drafts": drafts, "total": sum((bill.total for bill in drafts), 0)})
