"""The settings about people: who holds which role here, who is invited, and what each role may do."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts import services
from incubator.accounts.factor import DEVICES
from incubator.accounts.forms import EndForm, InvitationForm, ResetForm, RoleForm
from incubator.accounts.models import Invitation, Membership, User
from incubator.accounts.powers import groups
from incubator.accounts.proof import proved_again
from incubator.accounts.roles import Role
from incubator.core.confirming import confirm_page
from incubator.core.refusals import attempt, status_of
from incubator.core.views import link, permitted, to


@permitted("accounts.manage_people")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who holds a role here, who held one, and who is invited."""
    rows = Membership.objects.filter(organisation=request.organisation).select_related("user")
    context = {
        "running": rows.exclude(pk__in=rows.past()).office_first(),
        "with_factor": set(Authenticator.objects.filter(type__in=DEVICES, user__in=rows.values("user")).values_list("user", flat=True)),
        "past": rows.past().order_by("-until", "user__name")[:200],
        "invitations": Invitation.objects.waiting().filter(organisation=request.organisation).order_by("-sent_at"),
    }
    return render(request, "accounts/office/people.html", context)


@permitted("accounts.manage_people")
@proved_again
def role_give(request: HttpRequest) -> HttpResponse:
    """Give a member a further role."""
    form = RoleForm(request.POST or None, organisation=request.organisation)
    if form.is_valid():
        given = form.cleaned_data
        made = attempt(form, services.add_role, given["user"], given["role"], until=given["until"], by=request.actor)
        if made:
            messages.success(request, _("%(name)s now is: %(role)s.") % {"name": made.user, "role": made.get_role_display()})
            return to(request, "office:accounts:people")
    return form_page(request, form, _("Give a role"))


@permitted("accounts.manage_people")
@proved_again
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the last day of a role."""
    rows = Membership.objects.filter(organisation=request.organisation).select_related("user")
    held = get_object_or_404(rows.exclude(pk__in=rows.past()), pk=pk)
    form = EndForm(request.POST or None, initial={"until": timezone.localdate()})
    if form.is_valid() and attempt(form, services.end_role, held, form.cleaned_data["until"], by=request.actor):
        messages.success(request, _("The role has its last day."))
        return to(request, "office:accounts:people")
    lead = f"{held.user} · {held.get_role_display()}"
    return form_page(request, form, _("End the role"), lead=lead)


@permitted("accounts.manage_people")
@proved_again
def factor_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the lost second factor of a colleague."""
    members = Membership.objects.running().filter(organisation=request.organisation).values("user")
    user = get_object_or_404(User.objects.filter(pk__in=members), pk=pk)
    form = ResetForm(request.POST or None)
    if form.is_valid() and attempt(form, services.reset_factor, user, form.cleaned_data["reason"], by=request.actor):
        messages.success(request, _("The second factor of %(name)s is reset. A mail tells them.") % {"name": user})
        return to(request, "office:accounts:people")
    lead = _("%(name)s: devices, passkeys and recovery codes are forgotten, and all sessions end. The office then asks for a new device.") % {"name": user}
    return form_page(request, form, _("Reset the second factor"), lead=lead, submit=_("Reset"))


@permitted("accounts.manage_people")
@proved_again
def invitation_make(request: HttpRequest) -> HttpResponse:
    """Invite somebody by e-mail."""
    form = InvitationForm(request.POST or None)
    if form.is_valid() and attempt(form, services.invite, by=request.actor, **form.cleaned_data):
        messages.success(request, _("The invitation goes out by mail. Its link works for seven days."))
        return to(request, "office:accounts:people")
    return form_page(request, form, _("Invite somebody"), submit=_("Send the invitation"))


@permitted("accounts.manage_people")
@proved_again
def invitation_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation again, with a new link."""
    invitation = get_object_or_404(Invitation.objects.waiting(), pk=pk, organisation=request.organisation)
    if request.method == "POST":
        services.send_again(invitation, by=request.actor)
        messages.success(request, _("The invitation goes out by mail. Its link works for seven days."))
        return to(request, "office:accounts:people")
    effects = [_("A new link goes to this address and works for seven days."), _("The link sent before ends at once.")]
    return confirm_page(request, _("Send again"), effects, link(request, "office:accounts:people"), lead=invitation)


@permitted("accounts.manage_people")
@proved_again
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(Invitation.objects.waiting(), pk=pk, organisation=request.organisation)
    if request.method == "POST":
        services.withdraw(invitation, by=request.actor)
        messages.success(request, _("The invitation is withdrawn."))
        return to(request, "office:accounts:people")
    return confirm_page(request, _("Withdraw the invitation"), [_("Its link ends at once.")], link(request, "office:accounts:people"), lead=invitation, danger=True)


@permitted("accounts.read_roles")
def roles(request: HttpRequest) -> HttpResponse:
    """Who may do what."""
    return render(request, "accounts/office/roles.html", {"groups": groups(), "roles": list(Role)})


def form_page(request: HttpRequest, form: Any, title: str, *, lead: str = "", submit: str = "") -> HttpResponse:
    """A form about people, with the way back to their list."""
    context = {"form": form, "title": title, "lead": lead, "submit": submit or _("Save"), "cancel": link(request, "office:accounts:people")}
    return render(request, "accounts/office/form.html", context, status=status_of(form))

