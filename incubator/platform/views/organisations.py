"""Which organisations work on this deployment, and opening another one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from incubator.accounts.models import Invitation, Membership, Organisation, OrganisationQuerySet
from incubator.accounts.proof import proved_again
from incubator.accounts.roles import Role
from incubator.core.refusals import attempt, status_of
from incubator.core.views import platform
from incubator.platform import services
from incubator.platform.forms import OpeningForm, OwnerForm


@platform
def home(request: HttpRequest) -> HttpResponse:
    """Every organisation with the number of people who hold a role there today. Nothing of its work is shown."""
    return render(request, "platform/home.html", {"organisations": with_owners().order_by("created_at", "pk")})


def with_owners() -> OrganisationQuerySet:
    """Organisations with their people, and whether an owner has come, or is invited, or neither."""
    here = OuterRef("pk")
    invited = Invitation.objects.usable().filter(organisation=here, role=Role.OWNER)
    return Organisation.objects.with_people().annotate(
        has_owner=Exists(Membership.objects.lasting_owners().filter(organisation=here)), is_invited=Exists(invited)
    )


@platform
@proved_again
def organisation_open(request: HttpRequest) -> HttpResponse:
    """Open an organisation: its names, its address, and who leads it."""
    form = OpeningForm(request.POST or None)
    if form.is_valid():
        given = dict(form.cleaned_data)
        opened = attempt(form, services.open_organisation, given.pop("owner_email"), by=request.user, **given)
        if opened:
            messages.success(request, _("%(name)s is open. Its first owner gets an invitation by mail.") % {"name": opened})
            return redirect("platform:home")
    context = {"form": form, "cancel": reverse("platform:home")}
    return render(request, "platform/organisation_open.html", context, status=status_of(form))


@platform
@proved_again
def owner_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite an owner again, as long as nobody has come."""
    organisation = get_object_or_404(Organisation, pk=pk)
    form = OwnerForm(request.POST or None)
    if form.is_valid():
        invited = attempt(form, services.invite_owner, organisation, form.cleaned_data["owner_email"], by=request.user)
        if invited:
            messages.success(request, _("%(email)s gets a new invitation. Earlier ones have ended.") % {"email": invited.email})
            return redirect("platform:home")
    context = {"form": form, "cancel": reverse("platform:home"), "one": organisation}
    return render(request, "platform/owner_invite.html", context, status=status_of(form))
