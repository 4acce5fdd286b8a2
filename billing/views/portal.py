"""A startup's own costs: invoices and slips."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from billing.models import BankSlip, Fapiao
from billing.views import pages
from incubator.core.views import permitted
from incubator.tenants.models import Startup


@permitted("billing.read_own_fapiao")
def fapiao_list(request: HttpRequest) -> HttpResponse:
    """The invoices of the startups that name this person."""
    return pages.list_page(request, "portal", Fapiao.objects.of_founder(request.actor))


@permitted("billing.record_own_fapiao")
def fapiao_record(request: HttpRequest) -> HttpResponse:
    """Record an invoice of one's own startup."""
    return pages.record_page(request, "portal", Startup.objects.of_founder(request.actor).by_name(), own=False)


@permitted("billing.read_own_fapiao")
def fapiao(request: HttpRequest, pk: int) -> HttpResponse:
    """One invoice."""
    rows = Fapiao.objects.of_founder(request.actor).with_paid().with_parties()
    return pages.fapiao_page(request, "portal", get_object_or_404(rows, pk=pk))


@permitted("billing.record_own_fapiao")
def slip_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a slip of an invoice."""
    rows = Fapiao.objects.of_founder(request.actor).with_parties()
    return pages.slip_page(request, "portal", get_object_or_404(rows, pk=pk))


@permitted("billing.read_own_fapiao")
def fapiao_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of an invoice."""
    rows = Fapiao.objects.of_founder(request.actor).with_parties()
    return pages.file_page(request, get_object_or_404(rows, pk=pk).document)


@permitted("billing.read_own_fapiao")
def slip_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of a slip."""
    rows = BankSlip.objects.of_founder(request.actor).select_related("document")
    return pages.file_page(request, get_object_or_404(rows, pk=pk).document)
