"""What everybody may read and download: grants after their public notice, and statistics of signed months."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from incubator.core.exports import csv_answer
from incubator.core.throttle import too_many
from incubator.core.views import public
from incubator.reports import opengrants
from incubator.reports.models import FrozenMonth
from incubator.tenants.models import Category

MOST, SECONDS = 30, 60  # downloads by one address


@public
def open_data(request: HttpRequest) -> HttpResponse:
    """What can be downloaded, what its columns mean, and what is never in it."""
    found = opengrants.published(request.organisation)  # type: ignore[attr-defined]
    context = {"count": len(found.grants), "sample": found.grants[-5:][::-1], "home_url": home(request)}
    return render(request, "reports/public/open_data.html", context)


@public
def grants_json(request: HttpRequest) -> HttpResponse:
    """The grants as JSON, in the shape of 360Giving."""
    if too_many(request, "open-grants", most=MOST, seconds=SECONDS):
        return slow_down(request)
    organisation = request.organisation  # type: ignore[attr-defined]
    text = json.dumps(opengrants.package(organisation, opengrants.published(organisation)), ensure_ascii=False, indent=1)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="grants-{organisation.slug}.json"'
    return kept(answer)


@public
def grants_csv(request: HttpRequest) -> HttpResponse:
    """The grants as a flat table."""
    if too_many(request, "open-grants", most=MOST, seconds=SECONDS):
        return slow_down(request)
    organisation = request.organisation  # type: ignore[attr-defined]
    rows = opengrants.csv_rows(opengrants.published(organisation))
    return kept(csv_answer(f"grants-{organisation.slug}", opengrants.HEAD, rows))


def kept(answer: HttpResponse) -> HttpResponse:
    """Public data: whoever stands between may keep it for ten minutes; search engines leave files alone."""
    answer.headers["Cache-Control"] = "public, max-age=600"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def slow_down(request: HttpRequest) -> HttpResponse:
    return render(request, "429.html", status=429)


@public
def statistics(request: HttpRequest) -> HttpResponse:
    """The last signed month of each year: granted by programme and by founder's category, small counts together."""
    years: dict[int, FrozenMonth] = {}
    for frozen in FrozenMonth.objects.standing():
        years.setdefault(frozen.month.year, frozen)
    found = [{"frozen": frozen, "tables": _tables(frozen.public)} for frozen in years.values()]
    return render(request, "reports/public/statistics.html", {"years": found, "home_url": home(request)})


def _tables(shown: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The rows with their names in the reader's language where they have one."""
    names = dict(Category.choices)
    return {name: [row | {"name": names.get(row["key"], "") if row["key"] else ""} for row in rows] for name, rows in shown["tables"].items()}


def home(request: HttpRequest) -> str:
    """The seal leads to the organisation's own page."""
    return f"/{request.organisation.slug}/"  # type: ignore[attr-defined]
