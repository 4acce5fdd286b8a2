"""The operators' pages about sites and spaces."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.listing import asked_choice, asked_words
from incubator.core.pieces import Filter
from incubator.core.refusals import attempt, refusal_of, status_of
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import serve_file
from spaces import services
from spaces.forms import HeadLeaseForm, SiteChangeForm, SiteForm, SpaceForm
from spaces.models import HeadLease, Site, Space, SpaceKind


@permitted("spaces.read_spaces")
def spaces(request: HttpRequest) -> HttpResponse:
    """Every space with who holds it today, and the sites with their head leases."""
    rows = Space.objects.matching(asked_words(request)).with_holder_on(timezone.localdate()).in_order()
    kind = asked_choice(request, "kind", SpaceKind.values)
    rows = rows.filter(kind=kind) if kind else rows
    context = {
        "page": paginate(request, rows),
        "filters": [Filter("kind", _("Kind"), SpaceKind.choices)],
        "sites": Site.objects.order_by("name", "pk").prefetch_related("head_leases"),
    }
    return render(request, "spaces/office/spaces.html", context)


@permitted("spaces.change_spaces")
def site_add(request: HttpRequest) -> HttpResponse:
    """Put a site on the list."""
    form = SiteForm(request.POST or None)
    if form.is_valid() and (site := attempt(form, services.add_site, by=request.actor, **form.cleaned_data)):
        messages.success(request, _("%(name)s is on the list.") % {"name": site})
        return to(request, "office:spaces:spaces")
    return form_page(request, form, _("Add a site"))


@permitted("spaces.change_spaces")
def site_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is on file about a site, its published rent among it."""
    site = get_object_or_404(Site, pk=pk)
    form = SiteChangeForm(request.POST or None, initial={name: getattr(site, name) for name in SiteChangeForm.base_fields})
    if form.is_valid() and (changed := attempt(form, services.change_site, site, by=request.actor, **form.cleaned_data)):
        messages.success(request, _("“%(site)s” is changed.") % {"site": changed})
        return to(request, "office:spaces:spaces")
    refusal = refusal_of(form)
    if refusal and refusal.code == "stale":
        form.offer_again(Site.objects.get(pk=pk).version)
    return form_page(request, form, _("Change a site"))


@permitted("spaces.change_spaces")
def space_add(request: HttpRequest) -> HttpResponse:
    """Put a space on the list of its site."""
    form = SpaceForm(request.POST or None)
    if form.is_valid() and (space := attempt(form, services.add_space, by=request.actor, **form.cleaned_data)):
        messages.success(request, _("%(name)s is on the list.") % {"name": space})
        return to(request, "office:spaces:spaces")
    return form_page(request, form, _("Add a space"))


@permitted("spaces.change_head_lease")
def head_lease_record(request: HttpRequest) -> HttpResponse:
    """Record the lease by which the organisation rents a site."""
    form = HeadLeaseForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        fields = dict(form.cleaned_data)
        if attempt(form, services.record_head_lease, by=request.actor, upload=fields.pop("file"), **fields):
            messages.success(request, _("The head lease is recorded."))
            return to(request, "office:spaces:spaces")
    return form_page(request, form, _("Record a head lease"))


@permitted("spaces.read_leases")
def head_lease_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The scan of a head lease."""
    lease = get_object_or_404(HeadLease.objects.exclude(document=None).select_related("document"), pk=pk)
    return serve_file(lease.document, by=request.actor, inline="inline" in request.GET)


def form_page(request: HttpRequest, form: object, title: str) -> HttpResponse:
    """A form with the way back to the spaces."""
    context = {"form": form, "title": title, "cancel": link(request, "office:spaces:spaces")}
    return render(request, "spaces/office/form.html", context, status=status_of(form))
