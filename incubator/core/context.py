"""What every template may rely on: organisation, actor, places, theme, languages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info

from incubator.core import navigation

THEMES = ("light", "dark")


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor. `nav` is built only when a shell draws it; error pages and fragments pay nothing."""
    theme = request.COOKIES.get("theme", "")
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "organisation": getattr(request, "organisation", None),
        "actor": getattr(request, "actor", None),
        "nav": SimpleLazyObject(lambda: navigation.items(request)),
        "foot": SimpleLazyObject(lambda: navigation.foot(request)),
        "nav_title": getattr(request, "nav_title", ""),
        "face": navigation.face_of(request),
        "theme": theme if theme in THEMES else "",
        "LANGUAGE_CODE": language,
        "other_languages": [get_language_info(code) for code, _name in settings.LANGUAGES if code != language],
        "is_demo": bool(getattr(settings, "DEMO", False)),
    }
