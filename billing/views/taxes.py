"""The operators' pages of tax rules and of the settings of billing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import ChargeKind, TaxRule
from billing.services import taxes
from incubator.core.fields import DayField, YuanField
from incubator.core.forms import NumberTextInput, VersionForm, YuanInput
from incubator.core.refusals import attempt, refusal_of, status_of
from incubator.core.views import link, permitted, to


class RuleForm(forms.Form):
    """One tax rule. The rate is a percentage."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of charge"), choices=ChargeKind.choices)
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=TaxRule.Method.choices)
    rate = forms.DecimalField(
        label=gettext_lazy("Rate"), min_value=Decimal(0), max_value=Decimal("99.99"), max_digits=4, decimal_places=2, localize=False, widget=NumberTextInput("%"), initial="0"
    )
    exempt_code = forms.CharField(label=gettext_lazy("Exemption code"), max_length=20, required=False)
    valid_from = DayField(label=gettext_lazy("Valid from"))
    valid_to = DayField(label=gettext_lazy("Valid to"), required=False)
    legal_note = forms.CharField(label=gettext_lazy("Legal basis"), max_length=200)

    def facts(self) -> dict[str, Any]:
        """As the service takes it: the rate as a share."""
        return {**self.cleaned_data, "rate": self.cleaned_data["rate"] / 100}


class SettingsForm(VersionForm):
    """How bills are made and checked."""

    due_day = forms.IntegerField(label=gettext_lazy("Day of the month on which bills are due"), min_value=1, max_value=28)
    single_limit = YuanField(label=gettext_lazy("Above this many yuan a second person confirms a match"), widget=YuanInput)


@permitted("billing.read_bills")
def rules(request: HttpRequest) -> HttpResponse:
    """Every tax rule, and the kinds of charge that have none today."""
    rows = list(TaxRule.objects.select_related("drafter", "verifier"))
    context = {"rules": rows, "missing": taxes.missing_on(timezone.localdate()), "settings": taxes.settings_now()}
    return render(request, "billing/bills/rules.html", context)


@permitted("billing.draft_tax_rule")
def rule_draft(request: HttpRequest) -> HttpResponse:
    """Write a tax rule down."""
    form = RuleForm(request.POST or None)
    if form.is_valid() and attempt(form, lambda: taxes.draft_rule(by=request.actor, **form.facts())):
        messages.success(request, _("The rule is written down. It counts once another person has verified it."))
        return to(request, "office:bills:rules")
    context = {"form": form, "title": _("Write a tax rule down"), "cancel": link(request, "office:bills:rules")}
    return render(request, "billing/office/form.html", context, status=status_of(form))


@permitted("billing.verify_tax_rule")
def rule_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Verify a rule that somebody else wrote down."""
    rule = get_object_or_404(TaxRule.objects.select_related("drafter"), pk=pk)
    if request.method == "POST":
        taxes.verify_rule(rule, by=request.actor)
        messages.success(request, _("The rule is verified and counts for new drafts."))
        return to(request, "office:bills:rules")
    effects = [_("Bills are taxed by it from its first day on."), _("An open rule of the same kind ends on the day before.")]
    context = {"title": _("Verify the rule"), "rule": rule, "effects": effects, "cancel": link(request, "office:bills:rules")}
    return render(request, "billing/bills/rule_verify.html", context)


@permitted("billing.change_settings")
def settings(request: HttpRequest) -> HttpResponse:
    """Change how bills are made and checked."""
    kept = taxes.settings_now()
    form = SettingsForm(request.POST or None, initial={"due_day": kept.due_day, "single_limit": kept.single_limit, "version": kept.version})
    if form.is_valid() and attempt(form, lambda: taxes.change_settings(by=request.actor, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return to(request, "office:bills:rules")
    refusal = refusal_of(form)
    if refusal and refusal.code == "stale":
        form.offer_again(taxes.settings_now().version)
    context = {"form": form, "title": _("Billing settings"), "cancel": link(request, "office:bills:rules")}
    return render(request, "billing/office/form.html", context, status=status_of(form))
