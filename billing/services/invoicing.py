"""Acts on the queue of tax invoices: titles, items, requests from bills and credit notes, export, and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.models.bills import Bill, CreditNote
from billing.models.invoicing import InvoiceItem, InvoiceRequest, InvoiceRequestLine, InvoiceTitle
from billing.services.bills import taxed
from billing.states import INVOICING_MOVES, NOT_ISSUED
from incubator.accounts.actors import Actor
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict, NotEligible
from incubator.core.refusals import clash
from incubator.documents.models import DocumentKind
from incubator.documents.services import attach_upload
from incubator.journal.services import lock, make_move, moving, next_number, record
from incubator.notices.services import notify, people_with
from incubator.tenants.models import Founder, Startup

ZERO = Decimal("0.00")
PLACE = ("drawer", "remark", "place", "address", "lease_from", "lease_to", "cross_city", "deed", "area_unit")
KEPT = ("kind", "name", "uscc", "address", "bank")  # with a request; telephone and account stay with the title, encrypted
TITLE = ("kind", "name", "uscc", "address", "phone", "bank", "account", "delivery_email")


@transaction.atomic
def keep_title(startup: Startup, *, by: Actor, **fields: Any) -> InvoiceTitle:
    """Say how a startup stands on its invoices. A special invoice needs address, telephone, bank and account."""
    if fields["kind"] == "81":
        for name in ("address", "phone", "bank", "account"):
            if not fields.get(name):
                raise BusinessError(_("A special VAT invoice needs address, telephone, bank and account."), field=name)
    title = InvoiceTitle.objects.select_for_update(no_key=True).filter(startup=startup).first() or InvoiceTitle(startup=startup)
    for name, value in fields.items():
        setattr(title, name, value)
    title.changed_by = by.user
    title.save()
    record("keep_title", title, by=by)
    return title


@transaction.atomic
def keep_item(*, kind: str, by: Actor, **fields: Any) -> InvoiceItem:
    """Say what a kind of charge is called on invoices, and under which code."""
    item = InvoiceItem.objects.select_for_update(no_key=True).filter(kind=kind).first() or InvoiceItem(kind=kind)
    for name, value in fields.items():
        setattr(item, name, value)
    item.changed_by = by.user
    item.save()
    record("keep_item", item, by=by)
    return item


@transaction.atomic
def request_invoice(bill: Bill, *, by: Actor) -> InvoiceRequest:
    """Ask for the invoice of everything on a bill that is not invoiced yet.

    Raises NotEligible without a title or without the item of a kind of charge, Conflict when all of it is asked for."""
    locked = lock(bill)
    if locked.state in NOT_ISSUED:
        raise Conflict(_("A draft has no invoice. Issue the bill first."))
    title = InvoiceTitle.objects.filter(startup=locked.startup).first()
    if title is None:
        raise NotEligible(_("%(startup)s has no invoice title yet. Enter it first.") % {"startup": locked.startup})
    parts = [(line, line.amount - _asked(line) - _credited(line)) for line in locked.lines.select_related("rule").prefetch_related("credits__note")]
    parts = [(line, left) for line, left in parts if left > 0]
    if not parts:
        raise Conflict(_("Everything on bill %(number)s is asked for already.") % {"number": locked})
    return _write(locked, title, parts, by=by)


def _asked(line: Any) -> Decimal:
    rows = InvoiceRequestLine.objects.filter(line=line, request__note=None).exclude(request__state="refused")
    return sum(rows.values_list("amount", flat=True), ZERO)


def _credited(line: Any) -> Decimal:
    return sum((part.amount for part in line.credits.all() if part.note.state == "issued"), ZERO)


@transaction.atomic
def request_red(note: CreditNote, *, reason: str, by: Actor) -> InvoiceRequest:
    """Ask for the red-letter invoice of an issued credit note, against the blue one of its bill.

    `reason`: 01 wrong invoice, 02 returned goods, 03 service stopped, 04 allowance. Raises NotEligible without either."""
    if note.state != "issued":
        raise NotEligible(_("Only an issued credit note gives a red-letter invoice."))
    blue = InvoiceRequest.objects.filter(bill=note.bill, note=None, state__in=["issued", "delivered"]).order_by("-pk").first()
    if blue is None:
        raise NotEligible(_("Bill %(number)s has no issued invoice that could be reversed.") % {"number": note.bill})
    title = InvoiceTitle.objects.filter(startup=note.bill.startup).first()
    if title is None:
        raise NotEligible(_("%(startup)s has no invoice title yet. Enter it first.") % {"startup": note.bill.startup})
    parts = [(part.line, part.amount) for part in note.lines.select_related("line__rule")]
    if all(_asked(line) + _credited(line) <= line.amount for line, _left in parts):
        raise NotEligible(_("The invoice was asked for after the credit note and is over the lower amount already. Nothing is to be reversed."))
    with clash("invoice_red_once", _("The red-letter invoice of this credit note is asked for already.")):
        return _write(note.bill, title, parts, by=by, note=note, reverses=blue, red_reason=reason, **{name: getattr(blue, name) for name in PLACE})


def _write(bill: Bill, title: InvoiceTitle, parts: Sequence[tuple[Any, Decimal]], *, by: Actor, **fields: Any) -> InvoiceRequest:
    """The request with its lines; the place of an earlier request of the same startup is offered again."""
    items = {item.kind: item for item in InvoiceItem.objects.all()}
    unnamed = next((line for line, _left in parts if line.kind not in items), None)
    if unnamed is not None:
        raise NotEligible(_("“%(kind)s” has no name and tax code for invoices yet. Finance enters it under Items.") % {"kind": unnamed.get_kind_display()})
    split = [(line, left, *taxed(left, line.rate or Decimal(0))) for line, left in parts]
    before = InvoiceRequest.objects.filter(bill__startup=bill.startup).order_by("-pk").first()
    if before is not None and "note" not in fields:
        fields = {name: getattr(before, name) for name in PLACE if name != "remark"} | fields
    year = timezone.localdate().year
    request = InvoiceRequest.objects.create(
        bill=bill, kind=title.kind, title={name: str(getattr(title, name)) for name in KEPT}, number=f"KP-{year}-{next_number('KP', year=year):06d}", requester=by.user,
        total=sum((left for _line, left, _net, _tax in split), ZERO), net=sum((net for *_one, net, _tax in split), ZERO), tax=sum((tax for *_one, tax in split), ZERO), **fields,
    )  # fmt: skip
    with clash("invoice_line_within", _("Part of it is asked for already. Reload the page.")):
        for line, left, net, tax in split:
            item = items[line.kind]
            InvoiceRequestLine.objects.create(
                request=request, line=line, item=item.name, code=item.code, unit=item.unit, quantity=Decimal(1), amount=left, net=net, tax=tax, rate=line.rate or Decimal(0),
                exempt_code=line.rule.exempt_code if line.rule else "", is_lease=item.is_lease,
            )  # fmt: skip
    record("request_invoice", request, by=by, total=str(request.total), bill=bill.number)
    if not by.in_office:
        sentence = gettext_noop("%(startup)s asks for the invoice of bill %(bill)s.")
        notify(people_with(bill.organisation, Role.FINANCE), sentence, key=f"invoice:{request.pk}", url=f"/office/{bill.organisation.slug}/bills/invoices/{request.pk}/", startup=str(bill.startup), bill=bill.number)
    return request


@transaction.atomic
def check_request(request: InvoiceRequest, *, by: Actor, **fields: Any) -> InvoiceRequest:
    """Finance completes what the platform asks for: drawer, remark, and the place of a lease of real estate.

    Raises BusinessError that names what is missing."""
    with moving(request, INVOICING_MOVES, "check", by=by) as checked:
        for name, value in fields.items():
            setattr(checked, name, value)
        if checked.lease_from and checked.lease_to and checked.lease_to < checked.lease_from:
            raise BusinessError(_("The last day lies before the first. Change one of them."), field="lease_to")
        if checked.missing:
            raise BusinessError(_("Still missing: %(fields)s.") % {"fields": "、".join(str(name) for name in checked.missing)})
    return checked


@transaction.atomic
def export_requests(rows: Sequence[InvoiceRequest], *, by: Actor) -> list[InvoiceRequest]:
    """Note that these checked requests went out in a file."""
    return [make_move(one, INVOICING_MOVES, "export", by=by) for one in rows]


@transaction.atomic
def record_invoice(request: InvoiceRequest, *, number: str, issued_on: date, upload: UploadedFile | None = None, by: Actor) -> InvoiceRequest:
    """The invoice exists: its number, day and file. Raises Conflict for a number that is recorded already."""
    if issued_on > timezone.localdate():
        raise BusinessError(_("The invoice is dated in the future."), field="issued_on")
    with clash("invoice_issued_once", _("Invoice %(number)s is recorded already.") % {"number": number}, field="number"), moving(request, INVOICING_MOVES, "issue", by=by, note=number) as issued:
        issued.issued_number, issued.issued_on = number, issued_on
        if upload is not None:
            issued.document = attach_upload(upload, kind=DocumentKind.INVOICE, by=by, title=number)
    return issued


@transaction.atomic
def deliver(request: InvoiceRequest, *, by: Actor) -> InvoiceRequest:
    """The startup has it: it reads so and finds the file with its bill."""
    done = make_move(request, INVOICING_MOVES, "deliver", by=by)
    founders = [one.user for one in Founder.objects.filter(startup=done.bill.startup, user__isnull=False).select_related("user")]
    sentence = gettext_noop("Invoice %(number)s for bill %(bill)s is here.")
    notify(founders, sentence, key=f"invoice:{done.pk}:here", url=f"/portal/{done.organisation.slug}/bills/{done.bill_id}/", number=done.issued_number, bill=done.bill.number)
    return done


def ask_red(request: InvoiceRequest, *, by: Actor) -> InvoiceRequest:
    """The confirmation of a red-letter invoice went to the buyer."""
    if not request.is_red:
        raise Conflict(_("Only a red-letter invoice is confirmed by the buyer."))
    return make_move(request, INVOICING_MOVES, "ask_red", by=by)


def void_red(request: InvoiceRequest, *, by: Actor) -> InvoiceRequest:
    """Nobody confirmed within 72 hours: it is asked for again."""
    return make_move(request, INVOICING_MOVES, "void_red", by=by)


def refuse_request(request: InvoiceRequest, *, reason: str, by: Actor) -> InvoiceRequest:
    """Do not issue it, with the reason; what it asked for may be asked for again."""
    if not reason.strip():
        raise BusinessError(_("Say why it is refused."), field="reason")
    return make_move(request, INVOICING_MOVES, "refuse", by=by, note=reason.strip())
