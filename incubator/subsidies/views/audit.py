"""The audit pack of a payment: as a page and as one printed sheet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from incubator.core.views import permitted
from incubator.journal.services import record
from incubator.subsidies.audit_pack import audit_pack, print_audit_pdf
from incubator.subsidies.snapshots import snapshot_digest
from incubator.subsidies.views.payouts import find


@permitted("subsidies.view_payout")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """From the paid amount back to the clause, every link on one page."""
    found = find(pk)
    said = audit_pack(found)
    return render(request, "subsidies/office/audit.html", {"payout": found, "audit": said, "digest": snapshot_digest(said)})


@permitted("subsidies.view_payout")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a PDF to print and file."""
    found = find(pk)
    body = print_audit_pdf(found)
    record("print_audit", found, by=request.actor)  # type: ignore[attr-defined]
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="audit-{found.number}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
