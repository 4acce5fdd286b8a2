"""The pages of the queue of tax invoices: the office's list, one request, items; the startup's title and requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.acts import ACT_LABELS
from billing.forms import FapiaoNumberField, ReasonForm
from billing.models import Bill, ChargeKind, CreditNote, InvoiceItem, InvoiceRequest, InvoiceTitle
from billing.models.invoicing import InvoiceType
from billing.services import invoicing as acts
from billing.states import INVOICING_MOVES, InvoicingState
from incubator.core.exports import xlsx_answer
from incubator.core.fields import DayField, UsccField
from incubator.core.listing import asked_choice, asked_words
from incubator.core.pieces import Figure, Filter
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import serve_file
from incubator.journal.models import Entry
from incubator.journal.timeline import events_of
from incubator.tenants.fields import AccountField
from incubator.tenants.forms import UploadField
from incubator.tenants.models import Startup

RED = {"01": gettext_lazy("Wrong invoice"), "02": gettext_lazy("Goods returned"), "03": gettext_lazy("Service stopped"), "04": gettext_lazy("Allowance")}


class TitleForm(forms.Form):
    """How a startup stands on its invoices."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of invoice"), choices=InvoiceType.choices)
    name = forms.CharField(label=gettext_lazy("Name on the invoice"), max_length=120)
    uscc = UsccField(label=gettext_lazy("Unified social credit code"))
    address = forms.CharField(label=gettext_lazy("Address"), max_length=120, required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=30, required=False)
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=120, required=False)
    account = AccountField(label=gettext_lazy("Account number"), max_length=40, required=False)
    delivery_email = forms.EmailField(label=gettext_lazy("E-mail for delivery"), required=False)


class ItemForm(forms.Form):
    """What a kind of charge is called on invoices."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of charge"), choices=ChargeKind.choices)
    name = forms.CharField(label=gettext_lazy("Name on the invoice"), max_length=100)
    code = forms.RegexField(r"^[0-9]{19}$", label=gettext_lazy("Tax classification code"), error_messages={"invalid": gettext_lazy("The code has 19 digits.")})
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=12, required=False)
    is_lease = forms.BooleanField(label=gettext_lazy("Lease of real estate"), required=False)


class CheckForm(forms.Form):
    """What the platform asks for beside title and lines."""

    drawer = forms.CharField(label=gettext_lazy("Drawer"), max_length=40)
    place = forms.CharField(label=gettext_lazy("Province and city"), max_length=80, required=False)
    address = forms.CharField(label=gettext_lazy("Detailed address"), max_length=120, required=False)
    lease_from = DayField(label=gettext_lazy("Lease from"), required=False)
    lease_to = DayField(label=gettext_lazy("Lease to"), required=False)
    deed = forms.CharField(label=gettext_lazy("Title deed number"), max_length=80, required=False)
    area_unit = forms.CharField(label=gettext_lazy("Unit of area"), max_length=10, required=False)
    cross_city = forms.BooleanField(label=gettext_lazy("Another city than the lessor's"), required=False)
    remark = forms.CharField(label=gettext_lazy("Remark"), max_length=200, required=False)


class ResultForm(forms.Form):
    """The invoice that was issued."""

    number = FapiaoNumberField(label=gettext_lazy("Invoice number"), max_length=40)
    issued_on = DayField(label=gettext_lazy("Issued on"))
    file = UploadField(label=gettext_lazy("File of the invoice"), required=False)


class RedForm(forms.Form):
    """Why an invoice is reversed."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason of the red invoice"), choices=list(RED.items()))


@permitted("billing.read_bills")
def requests(request: HttpRequest) -> HttpResponse:
    """The queue, searched and filtered."""
    words = asked_words(request).strip()
    every = InvoiceRequest.objects.select_related("bill__startup", "note")
    if words:
        every = every.filter(bill__number__icontains=words) | every.filter(number__icontains=words) | every.filter(bill__startup__name__icontains=words) | every.filter(issued_number__contains=words)
    state = asked_choice(request, "state", InvoicingState.values)
    rows = every.filter(state=state) if state else every
    counted = {name: every.filter(state=name).count() for name in ("requested", "checked", "confirming")}
    figures = [
        Figure(_("Asked for"), counted["requested"], "", _("to be checked"), "amber" if counted["requested"] else "", "?state=requested"),
        Figure(_("Checked"), counted["checked"], "", _("to be exported"), "", "?state=checked"),
        Figure(_("Red confirmation under way"), counted["confirming"], "", _("void after 72 hours"), "", "?state=confirming"),
    ]
    context = {"page": paginate(request, rows), "figures": figures, "filters": [Filter("state", _("State"), InvoicingState.choices)], "checked": counted["checked"]}
    return render(request, "billing/invoices/list.html", context)


@permitted("billing.issue_bill")
def export(request: HttpRequest) -> HttpResponse:
    """Every checked request as a workbook with all fields of the platform; they count as exported from then on."""
    if request.method != "POST":
        return to(request, "office:bills:invoices")
    rows = list(InvoiceRequest.objects.filter(state="checked").select_related("bill", "note", "reverses").prefetch_related("lines").order_by("pk"))
    if not rows:
        messages.error(request, _("No request is checked. Check one first."))
        return to(request, "office:bills:invoices")
    acts.export_requests(rows, by=request.actor)
    return xlsx_answer("invoice-requests", head(), (cells_of(one, line) for one in rows for line in one.lines.all()), title=_("Requests for invoices"))


def head() -> list[Any]:
    """The columns of the export."""
    return [
        _("Serial"), _("Blue or red"), _("Kind of invoice"), _("Name on the invoice"), _("Unified social credit code"), _("Address"), _("Telephone"), _("Bank"), _("Account number"), _("E-mail for delivery"),
        _("Item"), _("Tax classification code"), _("Unit"), _("Quantity"), _("Amount with tax"), _("Net"), _("Rate"), _("Tax"), _("Exemption code"), _("Special code"), _("Province and city"), _("Detailed address"),
        _("Lease from"), _("Lease to"), _("Another city than the lessor's"), _("Title deed number"), _("Unit of area"), _("Drawer"), _("Remark"), _("Reversed invoice"), _("Reason of the red invoice"),
    ]  # fmt: skip


def cells_of(one: InvoiceRequest, line: Any) -> list[Any]:
    """One line of a request as the platform takes it; a red one has negative amounts."""
    sign, now = -1 if one.is_red else 1, InvoiceTitle.objects.get(startup=one.bill.startup_id)
    title = {**one.title, "phone": now.phone, "account": str(now.account), "delivery_email": now.delivery_email}
    return [
        one.number, _("red") if one.is_red else _("blue"), one.kind, *(title.get(name, "") for name in ("name", "uscc", "address", "phone", "bank", "account", "delivery_email")),
        line.item, line.code, line.unit, line.quantity, sign * line.amount, sign * line.net, line.rate, sign * line.tax, line.exempt_code, "06" if line.is_lease else "", one.place, one.address,
        one.lease_from, one.lease_to, _("yes") if one.cross_city else _("no"), one.deed, one.area_unit, one.drawer, one.remark or one.bill.number, one.reverses.issued_number if one.reverses else "", one.red_reason,
    ]  # fmt: skip


def find(pk: int) -> InvoiceRequest:
    return get_object_or_404(InvoiceRequest.objects.select_related("bill__startup", "note", "reverses", "requester", "checker", "document"), pk=pk)


@permitted("billing.read_bills")
def invoice_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: title, lines, place, result, and what may be done."""
    found = find(pk)
    may_do = {move.act for move in possible_moves(INVOICING_MOVES, found, request.actor)} - (set() if found.is_red else {"ask_red", "void_red"})
    context = {"found": found, "may_do": may_do, "red_reason": RED.get(found.red_reason, ""), "events": events_of(Entry.objects.about(found).select_related("user"), ACT_LABELS)}
    return render(request, "billing/invoices/request.html", context)


def form_page(request: HttpRequest, form: Any, title: str, back: str, act: Callable[[], Any], done: str, *, lead: Any = "", template: str = "billing/office/form.html") -> HttpResponse:
    """A form that does one act and leads back."""
    if form.is_valid() and attempt(form, act):
        messages.success(request, done)
        response = HttpResponse(status=302)
        response["Location"] = back
        return response
    return render(request, template, {"form": form, "title": title, "lead": lead, "cancel": back}, status=status_of(form))


@permitted("billing.issue_bill")
def request_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the invoice of a bill."""
    if request.method == "POST":
        made = acts.request_invoice(get_object_or_404(Bill, pk=pk), by=request.actor)
        messages.success(request, _("The invoice is asked for."))
        return to(request, "office:bills:invoice", made.pk)
    return to(request, "office:bills:bill", pk)


@permitted("billing.issue_bill")
def red_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the red-letter invoice of a credit note."""
    note, form = get_object_or_404(CreditNote.objects.select_related("bill__startup"), pk=pk), RedForm(request.POST or None)
    made: list[InvoiceRequest] = []
    act = lambda: made.append(acts.request_red(note, reason=form.cleaned_data["reason"], by=request.actor)) or made  # noqa: E731
    return form_page(request, form, _("Ask for the red-letter invoice"), link(request, "office:bills:bill", note.bill_id), act, _("The red-letter invoice is asked for."), lead=note)


@permitted("billing.issue_bill")
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Complete a request, so that it can be exported."""
    found = find(pk)
    form = CheckForm(request.POST or None, initial={name: getattr(found, name) for name in acts.PLACE} | {"drawer": found.drawer or str(request.user)})
    lead = _("A lease of real estate needs place, address, term, title deed and unit of area.") if found.is_lease else ""
    return form_page(request, form, _("Check the request"), link(request, "office:bills:invoice", pk), lambda: acts.check_request(found, by=request.actor, **form.cleaned_data), _("The request is checked."), lead=lead)


@permitted("billing.issue_bill")
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the invoice that was issued."""
    found, form = find(pk), ResultForm(request.POST or None, request.FILES or None)
    act = lambda: acts.record_invoice(found, number=form.cleaned_data["number"], issued_on=form.cleaned_data["issued_on"], upload=form.cleaned_data["file"], by=request.actor)  # noqa: E731
    return form_page(request, form, _("Record the invoice"), link(request, "office:bills:invoice", pk), act, _("The invoice is recorded."), lead=found)


ACTS: dict[str, Callable[..., Any]] = {"deliver": acts.deliver, "ask_red": acts.ask_red, "void_red": acts.void_red}


@permitted("billing.issue_bill")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Note that it was delivered, or how the confirmation of a red one stands."""
    if act not in ACTS:
        raise Http404
    if request.method == "POST":
        ACTS[act](find(pk), by=request.actor)
        messages.success(request, _("Saved."))
    return to(request, "office:bills:invoice", pk)


@permitted("billing.issue_bill")
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse a request with the reason."""
    found, form = find(pk), ReasonForm(request.POST or None)
    return form_page(request, form, _("Refuse the request"), link(request, "office:bills:invoice", pk), lambda: acts.refuse_request(found, reason=form.cleaned_data["reason"], by=request.actor), _("The request is refused."), lead=found)


@permitted("billing.read_bills")
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of an issued invoice."""
    return handed(request, find(pk))


def handed(request: HttpRequest, found: InvoiceRequest) -> HttpResponse:
    if found.document is None:
        raise Http404
    return serve_file(found.document, by=request.actor, inline="inline" in request.GET)


@permitted("billing.issue_bill")
def items(request: HttpRequest) -> HttpResponse:
    """What each kind of charge is called on invoices; below the list the form for one."""
    form = ItemForm(request.POST or None)
    if form.is_valid() and attempt(form, lambda: acts.keep_item(by=request.actor, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return to(request, "office:bills:invoice-items")
    context = {"form": form, "items": InvoiceItem.objects.select_related("changed_by"), "cancel": link(request, "office:bills:invoices")}
    return render(request, "billing/invoices/items.html", context, status=status_of(form))


def title_page(request: HttpRequest, startup: Startup, back: str, template: str) -> HttpResponse:
    """The title of a startup, for both faces."""
    kept = InvoiceTitle.objects.filter(startup=startup).first()
    initial = {name: getattr(kept, name) for name in acts.TITLE if name != "account"} if kept else {"name": startup.name, "uscc": startup.uscc, "kind": "82"}
    form = TitleForm(request.POST or None, initial=initial)

    def save() -> Any:
        data = dict(form.cleaned_data)
        if not data["account"] and kept:
            data["account"] = kept.account
        return acts.keep_title(startup, by=request.actor, **data)

    lead = _("Account kept: ····%(tail)s. Left empty, it stays.") % {"tail": str(kept.account)[-4:]} if kept and kept.account else startup
    return form_page(request, form, _("Invoice title"), back, save, _("The invoice title is saved."), lead=lead, template=template)


@permitted("billing.issue_bill")
def title(request: HttpRequest, pk: int) -> HttpResponse:
    """The invoice title of a startup, entered by the office."""
    return title_page(request, get_object_or_404(Startup, pk=pk), link(request, "office:bills:statement", pk), "billing/office/form.html")


@permitted("billing.pay_own_bill")
def own_title(request: HttpRequest, pk: int) -> HttpResponse:
    """The startup's own invoice title."""
    return title_page(request, get_object_or_404(Startup.objects.of_founder(request.actor), pk=pk), link(request, "portal:bills:bills"), "billing/portal/form.html")


@permitted("billing.pay_own_bill")
def own_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the invoice of one's own bill."""
    bill = get_object_or_404(Bill.objects.of_founder(request.actor), pk=pk)
    if request.method == "POST":
        acts.request_invoice(bill, by=request.actor)
        messages.success(request, _("The invoice is asked for. You are told when it is here."))
    return to(request, "portal:bills:bill", pk)


@permitted("billing.read_own_bills")
def own_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of one's own invoice, once it was delivered."""
    found = get_object_or_404(InvoiceRequest.objects.select_related("document").filter(bill__in=Bill.objects.of_founder(request.actor), state="delivered"), pk=pk)
    return handed(request, found)
