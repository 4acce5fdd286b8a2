"""The billing run of a month: one row per contract with what became of it, so that it can be left and found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.core.columns import person
from incubator.core.scoping import OrganisationModel, walled

if TYPE_CHECKING:
    from typing import Any


class BillingRun(OrganisationModel):
    """A month that finance had billed: started again, it goes over the same contracts and adds no second bill."""

    month = models.DateField(_("Month"))
    due_on = models.DateField(_("Due on"))
    starter = person()
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    round = models.PositiveIntegerField(default=1, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("billing run")
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "month"], name="billing_run_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="billing_run_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class RunItem(OrganisationModel):
    """One contract in a run."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("billing run", "Waiting")
        DRAFTED = "drafted", pgettext_lazy("billing run", "Drafted")
        SKIPPED = "skipped", pgettext_lazy("billing run", "Skipped")

    run = models.ForeignKey(BillingRun, models.CASCADE, related_name="items")
    contract_key = models.CharField(max_length=60)
    startup = models.ForeignKey("tenants.Startup", models.PROTECT, related_name="+")
    outcome = models.CharField(_("Outcome"), max_length=8, choices=Outcome.choices, default=Outcome.WAITING, editable=False)
    bill = models.ForeignKey("billing.Bill", models.PROTECT, null=True, editable=False, related_name="run_items")
    reason = models.CharField(_("Reason"), max_length=300, blank=True, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("contract in a billing run")
        ordering = ["startup__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "run", "contract_key"], name="run_item_once"),
            models.CheckConstraint(
                condition=Q(outcome="waiting") | Q(outcome="drafted", bill__isnull=False) | Q(outcome="skipped") & ~Q(reason=""), name="run_item_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.startup}"

    @property
    def tone(self) -> Any:
        return {"drafted": "jade", "skipped": "amber"}.get(self.outcome, "plain")
