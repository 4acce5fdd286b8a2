"""The operators' pages about startups. The company file itself (一企一档) is `office.views.dossier`."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from incubator.core import confirming
from incubator.core.listing import asked_choice, asked_words
from incubator.core.pieces import Filter
from incubator.core.refusals import attempt, refusal_of, status_of
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import serve_file
from incubator.tenants import joining, services
from incubator.tenants.forms import (
    AccountForm,
    DocumentForm,
    FounderForm,
    FounderInvitationForm,
    NoteForm,
    SpanForm,
    StartupChangeForm,
    StartupForm,
    UploadForm,
    VerifyAccountForm,
)
from incubator.tenants.models import Agreement, Founder, Startup, StartupDocument, StartupKind
from incubator.tenants.states import StartupState


@permitted("tenants.read_startups")
def startups(request: HttpRequest) -> HttpResponse:
    """Every startup, searched and filtered."""
    rows = Startup.objects.matching(asked_words(request)).with_agreement_end().by_name()
    for name, choices in (("state", StartupState), ("kind", StartupKind)):
        chosen = asked_choice(request, name, choices.values)
        rows = rows.filter(**{name: chosen}) if chosen else rows
    filters = [
        Filter("state", _("State"), StartupState.choices),
        Filter("kind", _("Legal form"), StartupKind.choices),
    ]
    return render(request, "tenants/office/startups.html", {"page": paginate(request, rows), "filters": filters})


@permitted("tenants.register_startup")
def startup_register(request: HttpRequest) -> HttpResponse:
    """Put a startup on file."""
    form = StartupForm(request.POST or None)
    if form.is_valid():
        startup = attempt(form, services.register_startup, by=request.actor, **form.cleaned_data)
        if startup:
            messages.success(request, _("%(name)s is on file. Add its founders next.") % {"name": startup})
            return to(request, "office:dossier", startup.pk)
    context = {"form": form, "title": _("Register a startup"), "cancel": link(request, "office:tenants:startups")}
    return render(request, "tenants/office/form.html", context, status=status_of(form))


@permitted("tenants.change_startup")
def startup_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is on file about a startup."""
    startup = get_object_or_404(Startup.objects.visible_to(request.actor), pk=pk)
    form = StartupChangeForm(request.POST or None, startup=startup)
    if form.is_valid():
        version = form.cleaned_data["version"]
        changes = form.changes()
        if attempt(form, services.change_startup, startup, by=request.actor, version=version, **changes):
            messages.success(request, _("Saved."))
            return to(request, "office:dossier", pk)
    return form_page(request, form, startup, _("Correct the company's data"))


@permitted("tenants.enter_account")
def account_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Type the payee account; another person verifies it."""
    startup = get_object_or_404(Startup.objects.visible_to(request.actor), pk=pk)
    form = AccountForm(request.POST or None, initial={"bank_name": startup.bank_name, "version": startup.version})
    if form.is_valid():
        version = form.cleaned_data["version"]
        changes = form.changes()
        if attempt(form, services.change_startup, startup, by=request.actor, version=version, **changes):
            messages.success(request, _("The account is on file. A second person verifies it now."))
            return to(request, "office:dossier", pk)
    lead = _("On file now: %(account)s") % {"account": startup.masked_account} if startup.masked_account else ""
    return form_page(request, form, startup, _("Payee account"), lead=lead)


@permitted("tenants.verify_account")
def account_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the payee account as a second person."""
    startup = get_object_or_404(Startup.objects.visible_to(request.actor), pk=pk)
    form = VerifyAccountForm(request.POST or None)
    if form.is_valid() and attempt(form, services.verify_account, startup, by=request.actor, **form.cleaned_data):
        messages.success(request, _("The account is verified. Subsidies can be paid to it."))
        return to(request, "office:dossier", pk)
    lead = f"{startup.bank_name} {startup.masked_account}"
    return form_page(request, form, startup, _("Verify the payee account"), lead=lead)


@permitted("tenants.change_startup")
def founder_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a founder or member."""
    startup = get_object_or_404(Startup.objects.visible_to(request.actor), pk=pk)
    form = FounderForm(request.POST or None, startup=startup)
    if form.is_valid():
        founder = attempt(form, services.add_founder, startup, by=request.actor, **form.cleaned_data)
        if founder:
            messages.success(request, _("%(name)s is added.") % {"name": founder})
            return to(request, "office:dossier", pk)
    return form_page(request, form, startup, _("Add a founder or member"))


@permitted("tenants.change_startup")
def founder_invite(request: HttpRequest, pk: int, founder_pk: int) -> HttpResponse:
    """Invite a listed person into the portal, as long as they have no account there."""
    startup = get_object_or_404(Startup.objects.visible_to(request.actor), pk=pk)
    founder = get_object_or_404(Founder.objects.filter(startup=startup), pk=founder_pk)
    form = FounderInvitationForm(request.POST or None)
    if form.is_valid() and attempt(form, joining.invite_founder, founder, form.cleaned_data["email"], by=request.actor):
        messages.success(request, _("%(name)s gets an invitation by mail. It holds for seven days.") % {"name": founder})
        return to(request, "office:dossier", pk)
    return form_page(request, form, startup, _("Invite into the portal"), lead=f"{founder} · {founder.get_role_display()}")


@permitted("tenants.draft_agreement")
def agreement_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an incubation agreement."""
    startup = get_object_or_404(Startup.objects.visible_to(request.actor), pk=pk)
    form = SpanForm(request.POST or None)
    if form.is_valid() and attempt(form, services.draft_agreement, startup, by=request.actor, **form.cleaned_data):
        messages.success(request, _("The agreement is drafted. Send it for signature next."))
        return to(request, "office:dossier", pk)
    return form_page(request, form, startup, _("Draft an incubation agreement"))


@permitted("tenants.move_agreement")
def agreement_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the draft for signature."""
    agreement = get_object_or_404(Agreement.objects.select_related("startup"), pk=pk)
    if request.method == "POST":
        sent = services.send_agreement(agreement, by=request.actor)
        messages.success(request, _("Agreement %(number)s is out for signature.") % {"number": sent.number})
        return to(request, "office:dossier", agreement.startup_id)
    effects = [_("The agreement receives its number."), _("Another person countersigns it once both have signed.")]
    return confirm_page(request, agreement, _("Send for signature"), effects)


@permitted("tenants.move_agreement")
def agreement_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a draft."""
    agreement = get_object_or_404(Agreement.objects.select_related("startup"), pk=pk)
    form = NoteForm(request.POST or None)
    if form.is_valid() and attempt(form, services.cancel_agreement, agreement, by=request.actor, **form.cleaned_data):
        messages.success(request, _("The draft is cancelled."))
        return to(request, "office:dossier", agreement.startup_id)
    return confirm_page(
        request, agreement, _("Cancel the draft"), [_("The draft is closed for good.")], form, danger=True
    )


@permitted("tenants.move_agreement")
def agreement_countersign(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the agreement in force with the signed scan."""
    agreement = get_object_or_404(Agreement.objects.select_related("startup"), pk=pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        if attempt(form, services.countersign_agreement, agreement, by=request.actor, upload=upload):
            messages.success(request, _("%(name)s is in incubation.") % {"name": agreement.startup})
            return to(request, "office:dossier", agreement.startup_id)
    effects = [_("The agreement is in force."), _("The startup is in incubation from the first day of the agreement.")]
    return confirm_page(request, agreement, _("Countersign"), effects, form)


@permitted("tenants.add_document")
def paper_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a paper into the startup's vault."""
    startup = get_object_or_404(Startup.objects.visible_to(request.actor), pk=pk)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        fields = dict(form.cleaned_data)
        if attempt(form, services.add_document, startup, fields.pop("file"), by=request.actor, **fields):
            messages.success(request, _("The paper is in the vault."))
            return to(request, "office:dossier", pk)
    return form_page(request, form, startup, _("Add a paper"))


@permitted("tenants.read_document")
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of a paper in a vault."""
    found = get_object_or_404(StartupDocument.objects.visible_to(request.actor).select_related("document"), pk=pk)
    return serve_file(found.document, by=request.actor, inline="inline" in request.GET)


@permitted("tenants.add_document")
def paper_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a paper out of the vault's list."""
    rows = StartupDocument.objects.visible_to(request.actor).select_related("startup", "document")
    found = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        services.withdraw_document(found, by=request.actor)
        messages.success(request, _("The paper is out of the vault."))
        return to(request, "office:dossier", found.startup_id)
    effects = [_("It is no longer offered as evidence."), _("Claims that name it keep their copy.")]
    return confirm_page(request, found, _("Take out of the vault"), effects, danger=True)


def form_page(request: HttpRequest, form: object, startup: Startup, title: str, *, lead: str = "") -> HttpResponse:
    """A form about one startup, with the way back to its file."""
    refusal = refusal_of(form)
    if refusal and refusal.code == "stale":
        form.offer_again(Startup.objects.get(pk=startup.pk).version)
    cancel = link(request, "office:dossier", startup.pk)
    context = {"form": form, "title": title, "lead": lead, "startup": startup, "cancel": cancel}
    return render(request, "tenants/office/form.html", context, status=status_of(form))


def confirm_page(
    request: HttpRequest, record: object, title: str, effects: list[str], form: object = None, *, danger: bool = False
) -> HttpResponse:
    """What an act will do, before it is done."""
    cancel = link(request, "office:dossier", record.startup_id)
    return confirming.confirm_page(request, title, effects, cancel, form=form, lead=f"{record.startup} · {record}", danger=danger)
