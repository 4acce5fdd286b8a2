"""The places of the platform's face."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from incubator.core.navigation import Item


def places(request: Any) -> list[Item]:
    """What a person who runs the deployment looks after."""
    if not request.user.is_superuser:
        return []
    return [
        Item(_("Organisations"), reverse("platform:home"), "building"),
        Item(_("At the door"), reverse("platform:security"), "shield"),
        Item(_("Jobs"), reverse("platform:jobs"), "clock"),
        Item(_("Health"), reverse("platform:health"), "check-circle"),
    ]
