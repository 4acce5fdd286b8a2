"""The rent-control grid: every space of the house on one day, each tile with its way on."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.charts import Chart, Series, stacked_columns
from incubator.core.exports import xlsx_answer
from incubator.core.listing import asked_choice, asked_day
from incubator.core.money import yuan
from incubator.core.periods import Month
from incubator.core.pieces import Figure, Filter
from incubator.core.templatetags.fuhua import percent, short_month
from incubator.core.views import permitted
from spaces import rentroll
from spaces.models import Site, Space

MONTHS_SHOWN, MONTHS_DRAWN = 12, 6


@permitted("spaces.read_spaces")
def grid(request: HttpRequest) -> HttpResponse:
    """Floor by floor what each space is on the chosen day; above it the figures, below it the months."""
    day = asked_day(request, "day") or timezone.localdate()
    spaces, sites = chosen_spaces(request)
    cells = rentroll.cells_on(day, spaces)
    wanted = asked_choice(request, "status", rentroll.STATUSES)
    shown = [cell for cell in cells if not wanted or cell.status == wanted]
    counts = {status: sum(cell.status == status for cell in cells) for status in rentroll.STATUSES}
    context = {
        "day": day, "figures": figures_of(rentroll.strip_of(cells)), "floors": floors_of(shown), "chart": chart_of(spaces),
        "filters": [
            Filter("site", _("Site"), [(str(site.pk), site.name) for site in sites]),
            Filter("status", _("State"), [(status, label, counts[status]) for status, (label, _tone) in rentroll.STATUSES.items()]),
        ],
    }  # fmt: skip
    return render(request, "spaces/office/grid.html", context)


@permitted("spaces.read_spaces")
def grid_export(request: HttpRequest) -> HttpResponse:
    """The months of the grid as a workbook."""
    spaces, _sites = chosen_spaces(request)
    head = [_("Month"), _("Area"), _("Let area"), _("Free area"), "%"]
    rows = [[str(use.month), use.area, use.let_area, use.free_area, percent(use.share)] for use in months_of(spaces)]
    return xlsx_answer("utilisation", head, rows)


def chosen_spaces(request: HttpRequest) -> tuple[list[Space], list[Site]]:
    """The spaces of the chosen site, or all; and the sites to choose from."""
    sites = list(Site.objects.order_by("name", "pk"))
    site = asked_choice(request, "site", [str(site.pk) for site in sites])
    rows = Space.objects.in_order()
    return list(rows.filter(site=int(site)) if site else rows), sites


def floors_of(cells: list[rentroll.Cell]) -> list[tuple[Any, Any, list[rentroll.Cell]]]:
    """The cells by site and floor, in the order of the house."""
    return [(site, floor, list(group)) for (site, floor), group in groupby(cells, key=lambda cell: (cell.space.site, cell.space.floor))]


def figures_of(strip: rentroll.Strip) -> list[Figure]:
    return [
        Figure(_("Let area"), percent(strip.share), note=_("%(let)s of %(all)s spaces") % {"let": strip.let, "all": strip.lettable}),
        Figure(_("Free area"), f"{strip.free_area}", "㎡", note=_("%(count)s spaces") % {"count": strip.free}, tone="amber" if strip.free else ""),
        Figure(_("Mean rent"), yuan(strip.unit_rent) if strip.unit_rent is not None else "—", _("yuan per ㎡ and month")),
        Figure(_("Ends within 90 days or less"), strip.due),
        Figure(_("Arrears"), yuan(strip.overdue), _("yuan")),
    ]


def months_of(spaces: list[Space]) -> list[rentroll.MonthUse]:
    today = timezone.localdate()
    months = [Month.of(today).plus(-back) for back in range(MONTHS_SHOWN - 1, -1, -1)]
    return rentroll.use_by_month(spaces, months, today)


def chart_of(spaces: list[Space]) -> Chart:
    """Let and free area of the last six months: more columns would not leave room for their figures on a phone."""
    use = months_of(spaces)[-MONTHS_DRAWN:]
    series = [Series(_("Let area"), tuple(one.let_area for one in use)), Series(_("Free area"), tuple(one.free_area for one in use))]
    return stacked_columns(
        _("Let area by month"), _("㎡, average of the days of the month"), [short_month(one.month) for one in use], series, category_label=_("Month")
    )
