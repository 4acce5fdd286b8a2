"""Audit: search what happened in the organisation, and take it along as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.exports import check_size, csv_answer
from incubator.core.listing import PERIODS
from incubator.core.pieces import Filter
from incubator.core.views import paginate, permitted
from incubator.journal.services import record
from incubator.office import audit


@permitted("journal.read_audit")
def search(request: HttpRequest) -> HttpResponse:
    """Search the journal by period, person, kind of record, act and words."""
    page = paginate(request, audit.found(request), 50)
    context = {
        "page": page,
        "lines": audit.lines(request, page.object_list),
        "filters": [Filter("days", _("Period"), PERIODS)],
        "kinds": audit.kinds(),
        "persons": audit.persons(),
        "query": request.GET.urlencode(),
    }
    return render(request, "office/audit.html", context)


@permitted("journal.read_audit")
def export(request: HttpRequest) -> HttpResponse:
    """Take along what the search finds. That somebody did is itself written down."""
    rows = audit.found(request)
    count = rows.count()
    check_size(count)
    record("export", request.organisation, by=request.actor, rows=count, query=request.GET.urlencode()[:500])
    header = [_("Time"), _("Person"), _("Role"), _("Act"), _("Kind"), _("Record"), _("State"), _("Remark")]
    cells = (
        [
            timezone.localtime(line.entry.at).strftime("%Y-%m-%d %H:%M:%S"), line.person, line.roles, line.act, line.kind,
            line.subject, line.move, line.entry.note,
        ]
        for line in audit.lines(request, rows[:count])
    )  # fmt: skip
    return csv_answer(f"audit-{request.organisation.slug}-{timezone.localdate():%Y%m%d}", header, cells)
