"""The operators' pages about costs: everybody's invoices and the organisation's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from billing.models import BankSlip, Fapiao
from billing.views import pages
from incubator.core.views import permitted
from incubator.tenants.models import Startup


@permitted("billing.read_fapiao")
def fapiao_list(request: HttpRequest) -> HttpResponse:
    """Every invoice."""
    return pages.list_page(request, "office", Fapiao.objects.all())


@permitted("billing.record_fapiao")
def fapiao_record(request: HttpRequest) -> HttpResponse:
    """Record an invoice of a startup or of the organisation itself."""
    return pages.record_page(request, "office", Startup.objects.by_name(), own=True)


@permitted("billing.read_fapiao")
def fapiao(request: HttpRequest, pk: int) -> HttpResponse:
    """One invoice."""
    return pages.fapiao_page(request, "office", get_object_or_404(Fapiao.objects.with_paid().with_parties(), pk=pk))


@permitted("billing.record_fapiao")
def slip_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a slip of an invoice."""
    return pages.slip_page(request, "office", get_object_or_404(Fapiao.objects.with_parties(), pk=pk))


@permitted("billing.read_fapiao")
def fapiao_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of an invoice."""
    return pages.file_page(request, get_object_or_404(Fapiao.objects.with_parties(), pk=pk).document)


@permitted("billing.read_fapiao")
def slip_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of a slip."""
    return pages.file_page(request, get_object_or_404(BankSlip.objects.select_related("document"), pk=pk).document)
