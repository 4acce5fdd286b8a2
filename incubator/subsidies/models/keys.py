from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from incubator.core.scoping import OrganisationModel, walled


class MonthKey(OrganisationModel):
    """One month of one cost item of one subject, taken by an application. No second one can hold it (lifecycles.md 6)."""

    application = models.ForeignKey("subsidies.SubsidyApplication", models.CASCADE, related_name="month_keys")
    stacking_group = models.CharField(max_length=60)
    subject = models.CharField(max_length=40)
    level = models.CharField(max_length=10)
    site = models.ForeignKey("spaces.Site", models.PROTECT, related_name="+")
    premises = models.CharField(max_length=40, null=True)
    cost_item = models.CharField(max_length=20)
    month = models.DateField()
    freed_at = models.DateTimeField(null=True)

    objects = walled()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "stacking_group", "subject", "premises", "cost_item", "month"],
                condition=Q(freed_at=None),
                nulls_distinct=False,
                name="month_once",
            ),
            # the space's own cost and a tenant's cost of the same site, item and month share one group: not both
            ExclusionConstraint(
                name="month_one_level",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("stacking_group", RangeOperators.EQUAL),
                    ("site", RangeOperators.EQUAL),
                    ("cost_item", RangeOperators.EQUAL),
                    ("month", RangeOperators.EQUAL),
                    ("level", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(freed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.cost_item} {self.month:%Y-%m}"


class BenefitKey(OrganisationModel):
    """A keyed digest of an invoice (or, later, of a person's once-only benefit), unique over ALL organisations.

    A clash tells nothing but that it exists: "already used elsewhere, contact the authority"."""

    application = models.ForeignKey("subsidies.SubsidyApplication", models.CASCADE, related_name="benefit_keys")
    line = models.ForeignKey("subsidies.ApplicationLine", models.SET_NULL, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    freed_at = models.DateTimeField(null=True)

    objects = walled()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest"], condition=Q(freed_at=None), name="benefit_once")]

    def __str__(self) -> str:
        return self.digest[:12]
