"""The roles of lifecycles.md 1."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is in one organisation. One person may hold several roles."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    FINANCE = "finance", _("Finance")
    OFFICER = "officer", _("Case officer")
    EDITOR = "editor", _("Content editor")
    VIEWER = "viewer", _("Viewer")
    FOUNDER = "founder", _("Founder")
    MEMBER = "member", _("Team member")
    MENTOR = "mentor", _("Mentor")
    JUDGE = "judge", _("Judge")


OFFICE = frozenset({Role.OWNER, Role.MANAGER, Role.FINANCE, Role.OFFICER, Role.VIEWER})  # read the office
PORTAL = frozenset({Role.FOUNDER, Role.MEMBER})
EVERYBODY = frozenset(Role)
