"""Acts on the evidence of costs: record an invoice, record a bank slip."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from billing.models.costs import BankSlip, Fapiao
from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError
from incubator.core.periods import Month
from incubator.core.refusals import clash
from incubator.documents.models import Document, DocumentKind
from incubator.documents.services import attach_upload
from incubator.journal.services import record
from incubator.tenants.models import Startup
from incubator.tenants.services import add_document, keep_document


@transaction.atomic
def record_fapiao(
    *,
    by: Actor,
    startup: Startup | None,
    period_from: Month,
    period_to: Month,
    upload: UploadedFile | None = None,
    document: Document | None = None,
    **fields: Any,
) -> Fapiao:
    """Record a tax invoice with its file, for a startup or (None) as a cost of the organisation itself.

    Raises BusinessError at `period_to`, Conflict at `number` when it is recorded already, BadUpload at `file`."""
    if period_to < period_from:
        raise BusinessError(_("The last month lies before the first. Change one of them."), field="period_to")
    months = {"period_from": period_from.first, "period_to": period_to.first}
    fapiao = Fapiao(startup=startup, recorded_by=by.user, **months, **fields)
    taken = _("Invoice %(number)s of this seller is recorded already. An invoice counts once.")
    with clash("fapiao_once", taken % {"number": fapiao.number}, field="number"):
        fapiao.save()
    fapiao.document = _file(startup, upload, document, DocumentKind.INVOICE, by=by, title=fapiao.number)
    fapiao.save()
    record("record_fapiao", fapiao, by=by, startup=startup and startup.pk)
    return fapiao


@transaction.atomic
def record_slip(
    fapiao: Fapiao,
    *,
    by: Actor,
    upload: UploadedFile | None = None,
    document: Document | None = None,
    **fields: Any,
) -> BankSlip:
    """Record the bank slip that shows the payment of an invoice.

    Raises Conflict at `reference` when this slip of this bank is recorded already, BadUpload at `file`."""
    slip = BankSlip(fapiao=fapiao, recorded_by=by.user, **fields)
    taken = _("Slip %(reference)s of this bank is recorded already. A payment counts once.")
    with clash("bank_slip_once", taken % {"reference": slip.reference}, field="reference"):
        slip.save()
    slip.document = _file(fapiao.startup, upload, document, DocumentKind.BANK_SLIP, by=by, title=slip.reference)
    slip.save()
    record("record_slip", fapiao, by=by, slip=slip.pk)
    return slip


def _file(
    startup: Startup | None, upload: UploadedFile | None, document: Document | None, kind: str, *, by: Actor, title: str
) -> Document | None:
    """The stored file: in the startup's vault, or on its own for a cost of the organisation."""
    if upload is not None:
        if startup is None:
            return attach_upload(upload, kind=kind, by=by, title=title)
        return add_document(startup, upload, kind=kind, by=by, title=title).document
    if document is not None and startup is not None:
        keep_document(startup, document)
    return document
