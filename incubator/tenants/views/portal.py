"""A startup's own pages: its profile, its contact, its vault of papers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.confirming import confirm_page
from incubator.core.refusals import attempt, refusal_of, status_of
from incubator.core.views import link, permitted, to
from incubator.documents.services import serve_file
from incubator.tenants import services
from incubator.tenants.forms import ContactForm, DocumentForm
from incubator.tenants.models import Agreement, Founder, Startup, StartupDocument
from incubator.tenants.vault import vault_of


@permitted("tenants.read_own_company")
def company(request: HttpRequest) -> HttpResponse:
    """Straight to the company's profile, or a choice for somebody who works for several."""
    own = Startup.objects.of_founder(request.actor).by_name()
    if len(own) == 1:
        return to(request, "portal:tenants:profile", own[0].pk)
    return render(request, "tenants/portal/companies.html", {"startups": own})


@permitted("tenants.read_own_company")
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """What we hold about the company: data, people, agreement, papers."""
    startup = get_object_or_404(Startup.objects.of_founder(request.actor), pk=pk)
    context = {
        "startup": startup,
        "founders": Founder.objects.of(startup),
        "agreements": Agreement.objects.of(startup),
        **vault_of(request, StartupDocument.objects.of(startup).beside_costs()),
        "today": timezone.localdate(),
    }
    return render(request, "tenants/portal/profile.html", context)


@permitted("tenants.change_own_contact")
def contact_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the company's contact."""
    startup = get_object_or_404(Startup.objects.of_founder(request.actor), pk=pk)
    names = ("contact_name", "contact_phone", "contact_email", "version")
    form = ContactForm(request.POST or None, initial={name: getattr(startup, name) for name in names})
    if form.is_valid():
        version = form.cleaned_data["version"]
        changes = form.changes()
        if attempt(form, services.change_startup, startup, by=request.actor, version=version, **changes):
            messages.success(request, _("Saved."))
            return to(request, "portal:tenants:profile", pk)
    refusal = refusal_of(form)
    if refusal and refusal.code == "stale":
        form.offer_again(Startup.objects.get(pk=pk).version)
    return form_page(request, form, startup, _("Correct the contact"))


@permitted("tenants.add_own_document")
def paper_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a paper into the company's vault."""
    startup = get_object_or_404(Startup.objects.of_founder(request.actor), pk=pk)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        fields = dict(form.cleaned_data)
        if attempt(form, services.add_document, startup, fields.pop("file"), by=request.actor, **fields):
            messages.success(request, _("The paper is in the vault."))
            return to(request, "portal:tenants:profile", pk)
    return form_page(request, form, startup, _("Add a paper"))


@permitted("tenants.read_own_company")
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of one of the company's papers."""
    found = get_object_or_404(own_papers(request), pk=pk)
    return serve_file(found.document, by=request.actor, inline="inline" in request.GET)


@permitted("tenants.add_own_document")
def paper_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a paper out of the vault's list."""
    found = get_object_or_404(own_papers(request), pk=pk)
    if request.method == "POST":
        services.withdraw_document(found, by=request.actor)
        messages.success(request, _("The paper is out of the vault."))
        return to(request, "portal:tenants:profile", found.startup_id)
    effects = [_("It is no longer offered as evidence."), _("Claims that name it keep their copy.")]
    return confirm_page(request, _("Take out of the vault"), effects, link(request, "portal:tenants:profile", found.startup_id), lead=f"{found.startup} · {found}")


def own_papers(request: HttpRequest) -> object:
    """Papers of the startups that name this person."""
    return StartupDocument.objects.of_founder(request.actor).select_related("startup", "document")


def form_page(request: HttpRequest, form: object, startup: Startup, title: str) -> HttpResponse:
    """A form about the company, with the way back to its profile."""
    cancel = link(request, "portal:tenants:profile", startup.pk)
    context = {"form": form, "title": title, "startup": startup, "cancel": cancel}
    return render(request, "tenants/portal/form.html", context, status=status_of(form))
