"""Honoraria of a month: dated rates with their withholding, statements, and the time that was paid, once for ever."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.columns import person, yuan_field
from incubator.core.scoping import OrganisationModel, walled
from incubator.documents.models import Document
from mentors.models.people import Mentor
from mentors.models.sessions import SPAN, Session
from mentors.querysets import HonorariumQuerySet, RateQuerySet
from mentors.states import HONORARIUM_TONES, RATE_TONES, HonorariumState, RateState


class HonorariumRate(OrganisationModel):
    """What an hour is worth from a day on, how minutes are rounded, and what tax is withheld. A second person verifies it."""

    valid_from = models.DateField(_("Valid from"))
    rate = yuan_field(_("Yuan an hour"))
    round_to = models.PositiveSmallIntegerField(_("Minutes are rounded down to"), default=15)
    least = models.PositiveSmallIntegerField(_("Shorter sessions are not paid, minutes"), default=30)
    month_cap = models.PositiveSmallIntegerField(_("Paid hours a month, at most"), default=16)
    withholding = models.JSONField(default=dict)  # {"allowance", "allowance_up_to", "allowance_share", "bands": [{"up_to", "rate", "quick"}]}
    source = models.CharField(_("Basis of the withholding"), max_length=200)
    state = models.CharField(_("State"), max_length=10, choices=RateState.choices, default=RateState.DRAFT, editable=False)
    author = person()
    verifier = person(null=True)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(RateQuerySet)

    class Meta:
        verbose_name = _("rate of honoraria")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "valid_from"], name="honorarium_rate_day_once"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="honorarium_rate_positive"),
            models.CheckConstraint(condition=Q(round_to__gte=1, round_to__lte=60), name="honorarium_rate_rounding"),
            models.CheckConstraint(condition=Q(verifier=None) | ~Q(verifier=F("author")), name="honorarium_rate_four_eyes"),
            models.CheckConstraint(condition=~Q(state="verified") | Q(verifier__isnull=False), name="honorarium_rate_verified"),
        ]

    def __str__(self) -> str:
        return f"{self.rate} ({self.valid_from})"

    @property
    def state_tone(self) -> str:
        return RATE_TONES[self.state]


class Honorarium(OrganisationModel):
    """The statement of one mentor's month 劳务费结算单: from minutes that both sides confirmed, and only those."""

    number = models.CharField(_("Number"), max_length=20, editable=False)
    mentor = models.ForeignKey(Mentor, models.PROTECT, related_name="honoraria")
    month = models.DateField(_("Month"))
    rate = models.ForeignKey(HonorariumRate, models.PROTECT, related_name="+")
    state = models.CharField(_("State"), max_length=10, choices=HonorariumState.choices, default=HonorariumState.DRAFTED, editable=False)
    minutes = models.PositiveIntegerField(_("Paid minutes"))
    gross = yuan_field(_("Gross"))
    withheld = yuan_field(_("Tax withheld"))
    net = yuan_field(pgettext_lazy("honorarium", "Net"))
    trace = models.JSONField(default=dict, editable=False)
    account_tail = models.CharField(max_length=4, blank=True, editable=False)
    account_index = models.CharField(max_length=64, blank=True, editable=False)
    paid_on = models.DateField(_("Paid on"), null=True, editable=False)
    reference = models.CharField(_("Reference of the bank"), max_length=60, blank=True, editable=False)
    verify_code = models.CharField(max_length=20, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", editable=False)
    preparer = person()
    agreer = person(null=True)
    approver = person(null=True)
    payer = person(null=True)
    drafted_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(HonorariumQuerySet)

    class Meta:
        verbose_name = _("honorarium statement")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="honorarium_number_once"),
            models.UniqueConstraint(fields=["organisation", "verify_code"], name="honorarium_code_once"),
            models.UniqueConstraint(fields=["organisation", "mentor", "month"], condition=~Q(state="dropped"), name="honorarium_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="honorarium_month_first"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("withheld"), withheld__gte=0, net__gte=0), name="honorarium_adds_up"),
            models.CheckConstraint(
                condition=(Q(agreer=None) | ~Q(agreer=F("preparer"))) & (Q(approver=None) | ~Q(approver=F("preparer")))
                & (Q(approver=None) | Q(agreer=None) | ~Q(approver=F("agreer"))), name="honorarium_four_eyes",
            ),
            models.CheckConstraint(condition=Q(payer=None) | Q(approver__isnull=False) & ~Q(payer=F("approver")), name="honorarium_paid_by_another"),
            models.CheckConstraint(condition=~Q(state__in=["approved", "paid", "closed"]) | Q(approver__isnull=False, agreer__isnull=False), name="honorarium_approved_whole"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_tone(self) -> str:
        return HONORARIUM_TONES[self.state]


class HonorariumLine(OrganisationModel):
    """Time of a person that a statement pays. No hour of anybody is paid twice, in whichever organisation."""

    honorarium = models.ForeignKey(Honorarium, models.PROTECT, related_name="lines")
    session = models.ForeignKey(Session, models.PROTECT, related_name="paid")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(_("Paid minutes"))
    amount = yuan_field(_("Amount"))

    class Meta:
        verbose_name = _("line of an honorarium")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "session"], name="session_paid_once"),
            ExclusionConstraint(name="paid_time_once", expressions=[("user", RangeOperators.EQUAL), (SPAN, RangeOperators.OVERLAPS)]),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="paid_time_span"),
        ]

    def __str__(self) -> str:
        return str(self.session)
