"""The floor plan as data: which rectangle of the sheet is which space."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from incubator.core.scoping import OrganisationModel, walled
from spaces.models.places import Floor, Space

PLAN_COLUMNS, PLAN_ROWS = 24, 40  # the sheet on which every floor is drawn; a cell is as large as the house likes


class CellRange(Func):
    """The PostgreSQL range of whole numbers from the first cell to the one after the last."""

    function = "INT4RANGE"
    output_field = IntegerRangeField()


class PlanTile(OrganisationModel):
    """A rectangle of a floor plan 楼层平面图: a space, or something else with a label (corridor, lift).

    Stored as cells of a sheet of 24 × 40; two rectangles of one floor never cover the same cell."""

    floor = models.ForeignKey(Floor, models.CASCADE, related_name="tiles")
    space = models.OneToOneField(Space, models.CASCADE, null=True, blank=True, related_name="tile")
    label = models.CharField(_("Label"), max_length=20, blank=True)
    x = models.PositiveSmallIntegerField(_("From the left"))
    y = models.PositiveSmallIntegerField(_("From the top"))
    width = models.PositiveSmallIntegerField(_("Width"))
    height = models.PositiveSmallIntegerField(_("Height"))

    objects = walled()

    class Meta:
        verbose_name = _("rectangle of a floor plan")
        ordering = ["y", "x", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(width__gte=1, height__gte=1), name="plan_tile_size"),
            models.CheckConstraint(condition=Q(x__lte=PLAN_COLUMNS - F("width"), y__lte=PLAN_ROWS - F("height")), name="plan_tile_inside"),
            models.CheckConstraint(condition=Q(space__isnull=False, label="") | Q(space=None) & ~Q(label=""), name="plan_tile_what"),
            ExclusionConstraint(
                name="plan_tile_no_overlap",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("floor", RangeOperators.EQUAL),
                    (CellRange("x", F("x") + F("width")), RangeOperators.OVERLAPS),
                    (CellRange("y", F("y") + F("height")), RangeOperators.OVERLAPS),
                ],
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return str(self.space or self.label)
