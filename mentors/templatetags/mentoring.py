"""Tags of mentoring: the rooms of the office, links to pairings, bars of a score."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from incubator.core.navigation import face_of
from rules import has_perm

register = template.Library()
ROOMS = (  # permission, name of the page, label
    ("mentors.read_mentors", "mentors", lambda: _("Mentors")),
)


@register.inclusion_tag("mentors/_tabs.html", takes_context=True)
def mentoring_tabs(context: template.Context) -> dict[str, Any]:
    """The rooms of mentoring, the present one marked."""
    request = context["request"]
    slug, here = request.organisation.slug, request.resolver_match.url_name
    tabs = [
        {"label": label(), "url": reverse(f"office:mentors:{name}", args=[slug]), "current": here == name}
        for permission, name, label in ROOMS
        if has_perm(permission, request.actor)
    ]
    return {"tabs": tabs}


@register.simple_tag(takes_context=True)
def pairing_link(context: template.Context, pairing: Any, text: Any = "") -> SafeString:
    """The name of a pairing as a link to its page in the present face."""
    request = context["request"]
    url = reverse(f"{face_of(request)}:mentors:pairing", args=[request.organisation.slug, pairing.pk])
    return format_html('<a class="link" href="{}"><b>{}</b></a>', url, text or pairing)
