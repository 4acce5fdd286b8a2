"""Where a person lands after signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor, actor_for
from incubator.accounts.models import Organisation
from incubator.accounts.roles import Role
from incubator.core.views import signed_in


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Straight to the one place where the person works, or a choice of places."""
    actors = [actor_for(request.user, found) for found in Organisation.objects.of(request.user).order_by("name")]
    places = [place for actor in actors if actor for place in places_of(actor)]
    if request.user.is_superuser:
        places.append({"face": "platform", "url": reverse("platform:home"), "organisation": _("This deployment"), "roles": ""})
    if len(places) == 1:
        return redirect(places[0]["url"])
    return render(request, "accounts/home.html", {"places": places})


def places_of(actor: Actor) -> list[dict[str, str]]:
    """The office, the portal and the public site's editor of one organisation, as far as this person's roles reach."""
    doors = {
        "office": (actor.in_office, reverse("office:home", args=[actor.organisation.slug])),
        "portal": (actor.in_portal, reverse("portal:home", args=[actor.organisation.slug])),
        "mentoring": (Role.MENTOR in actor.roles and not actor.in_portal, reverse("portal:mentors:home", args=[actor.organisation.slug])),
        "judging": (Role.JUDGE in actor.roles and not actor.in_portal, reverse("portal:judging:desk", args=[actor.organisation.slug])),
        "site": (Role.EDITOR in actor.roles, reverse("wagtailadmin_home")),
    }
    return [
        {
            "face": face,
            "url": url,
            "organisation": actor.organisation.name,
            "roles": actor.role_label,
        }
        for face, (inside, url) in doors.items()
        if inside
    ]
