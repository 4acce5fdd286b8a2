"""What follows a late bill: reminders, letters 催缴函, slips that startups send, and late fees 违约金 by dated terms."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models.bills import Bill
from billing.states import LateFeeState
from incubator.core.columns import DateRange, person, yuan_field
from incubator.core.scoping import AppendOnlyModel, OrganisationModel, walled
from incubator.tenants.models import Startup


class DunningStep(AppendOnlyModel):
    """One rung of the ladder was reached: so many days after the due day the startup (or our own people) was told."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="dunning")
    days = models.SmallIntegerField(_("Days after the due day"))
    at = models.DateTimeField(default=timezone.now)

    objects = walled()

    class Meta:
        verbose_name = _("step of the dunning ladder")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "bill", "days"], name="dunning_step_once"),
            models.CheckConstraint(condition=Q(days__in=[-7, 0, 3, 10, 20, 30]), name="dunning_step_known"),
        ]

    def __str__(self) -> str:
        return f"{self.bill} +{self.days}"


class DunningLetter(OrganisationModel):
    """A letter that demands what is overdue, with the bills as they stood; printed by a person's click."""

    number = models.CharField(_("Number"), max_length=20)
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="+")
    issued_on = models.DateField(_("Issued on"))
    pay_by = models.DateField(_("Pay by"))
    total = yuan_field(_("Total"))
    bills = models.JSONField(default=list)  # [{"number", "due_on", "open", "days"}]
    issuer = person()
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, editable=False, related_name="+")

    objects = walled()

    class Meta:
        verbose_name = _("dunning letter")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="dunning_letter_number_once"),
            models.CheckConstraint(condition=Q(total__gt=0), name="dunning_letter_total"),
        ]

    def __str__(self) -> str:
        return self.number


class TransferSlip(AppendOnlyModel):
    """A startup's slip of its own transfer 汇款凭证: it stops reminders for some days and never counts as payment."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="slips")
    amount = yuan_field(_("Amount"))
    paid_on = models.DateField(_("Paid on"))
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    uploader = person()
    at = models.DateTimeField(default=timezone.now)

    objects = walled()

    class Meta:
        verbose_name = _("slip of a transfer")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_slip_amount")]

    def __str__(self) -> str:
        return f"{self.bill}: {self.amount}"


class LateFeeRule(OrganisationModel):
    """Terms of the late fee in a span of days. Written down by one person, verified by another; none: no fee."""

    daily_rate = models.DecimalField(_("Per day"), max_digits=7, decimal_places=6)
    grace_days = models.PositiveSmallIntegerField(_("Days without a fee"))
    cap_ratio = models.DecimalField(_("At most, as a share of the bill"), max_digits=5, decimal_places=4)
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)
    legal_note = models.CharField(_("Agreed where"), max_length=200)
    drafter = person()
    verifier = person(null=True)

    objects = walled()

    class Meta:
        verbose_name = _("late fee rule")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(daily_rate__gt=0, daily_rate__lte=Decimal("0.01"), cap_ratio__gt=0, cap_ratio__lte=1), name="late_fee_rates"),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="late_fee_span"),
            models.CheckConstraint(condition=Q(verifier=None) | ~Q(verifier=F("drafter")), name="late_fee_rule_four_eyes"),
            ExclusionConstraint(
                name="late_fee_rule_no_overlap",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to", RangeBoundary(inclusive_upper=True)), RangeOperators.OVERLAPS),
                ],
                condition=Q(verifier__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.daily_rate:.4%}"


class LateFee(OrganisationModel):
    """The fee for one bill that was paid late: computed, then billed by finance or waived by a leader with the reason."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="late_fees")
    rule = models.ForeignKey(LateFeeRule, models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(_("Days late"))
    amount = yuan_field(_("Amount"))
    why = models.JSONField(default=list)
    state = models.CharField(_("State"), max_length=10, choices=LateFeeState.choices, default=LateFeeState.PROPOSED, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    fee_bill = models.ForeignKey(Bill, models.PROTECT, null=True, editable=False, related_name="+")
    decider = person(null=True)

    objects = walled()

    class Meta:
        verbose_name = _("late fee")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "bill"], name="late_fee_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, days__gt=0), name="late_fee_amount"),
            models.CheckConstraint(condition=Q(state="proposed", decider=None) | ~Q(state="proposed") & Q(decider__isnull=False), name="late_fee_decided"),
            models.CheckConstraint(condition=~Q(state="billed") | Q(fee_bill__isnull=False), name="late_fee_billed"),
        ]

    def __str__(self) -> str:
        return f"{self.bill}: {self.amount}"

    @property
    def state_tone(self) -> str:
        return {"proposed": "amber", "billed": "jade"}.get(self.state, "plain")

    @property
    def arithmetic(self) -> str:
        """How it was computed: 1302.00 × 0.0005 × 40; one piece for each part that came late."""
        return " + ".join(step["expression"] for step in self.why if step["label"]["en"] == "Late fee")
