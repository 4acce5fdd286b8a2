"""Tags of mentoring: the rooms of the office, links to pairings, bars of a score."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from rules import has_perm

from incubator.core.navigation import face_of
from incubator.core.templatetags.fuhua import moment
from mentors.words import BLOCKS, PARTS

register = template.Library()
ROOMS = (  # permission, name of the page, label
    ("mentors.read_mentors", "mentors", lambda: _("Mentor directory")),
    ("mentors.read_mentors", "needs", lambda: _("What startups need")),
    ("mentors.read_mentors", "pairings", lambda: _("Pairings")),
    ("mentors.read_mentors", "sessions", lambda: _("Mentoring sessions")),
    ("mentors.read_mentors", "runs", lambda: _("Matchings")),
    ("mentors.read_mentors", "ledger", lambda: _("Mentoring ledger")),
    ("mentors.read_honoraria", "statements", lambda: _("Honoraria")),
    ("mentors.read_mentors", "quality", lambda: _("Quality of mentoring")),
    ("mentors.read_courses", "training", lambda: _("Training")),
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


@register.simple_tag(takes_context=True)
def session_link(context: template.Context, session: Any) -> SafeString:
    """The moment of a session as a link to its page in the present face."""
    request = context["request"]
    url = reverse(f"{face_of(request)}:mentors:session", args=[request.organisation.slug, session.pk])
    return format_html('<a class="link" href="{}"><b>{}</b></a>', url, moment(session.starts_at))


@register.inclusion_tag("mentors/_bars.html")
def score_bars(score: dict[str, Any], weights: dict[str, int]) -> dict[str, Any]:
    """The parts of a score as bars, in hundredths of points."""
    parts = score.get("parts", {})
    bars = [{"label": PARTS[name], "width": parts[name] * 100 // weights[name] if weights[name] else 0, "text": f"{points(parts[name])} / {points(weights[name])}"} for name in PARTS if name in parts]
    return {"bars": bars, "total": points(score.get("total", 0)), "bonus": points(score["bonus"]) if score.get("bonus") else ""}


@register.filter
def points(hundredths: Any) -> str:
    """Hundredths of points as text: 7417 is 74.17."""
    whole = int(hundredths or 0)
    return f"{whole // 100}.{whole % 100:02d}"


@register.filter
def block_words(codes: Any) -> str:
    """Why a pair is not possible."""
    return " ".join(str(BLOCKS[code]) for code in codes)


@register.filter
def lookup(found: dict[Any, Any], key: Any) -> Any:
    """One entry of a dictionary."""
    return found.get(key, "")
