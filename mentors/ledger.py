"""The monthly mentoring ledger 辅导台账: every session that both sides confirmed, with both confirmations and the totals."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.periods import Month
from mentors.models import Session


def entries(month: Month, *, mentor: int | None = None, startup: int | None = None) -> list[Session]:
    """The confirmed sessions of a month, of everybody, one mentor or one startup."""
    rows = Session.objects.confirmed_in(month).with_names().select_related("logger", "confirmer")
    rows = rows.filter(mentor=mentor) if mentor else rows
    return list(rows.filter(startup=startup) if startup else rows)


def header() -> list[str]:
    """The columns of the table."""
    return [_("Day"), _("Begins at"), _("Minutes"), _("Mentor"), _("Startup"), _("Way to meet"), _("Topics"), _("What was solved"), _("Next step"), _("Logged"), _("Confirmed")]


def row(session: Session) -> list[Any]:
    """One session as a row of the table."""
    begins = timezone.localtime(session.starts_at)
    logged, confirmed = timezone.localtime(session.logged_at), timezone.localtime(session.confirmed_at)
    return [
        begins.date(), f"{begins:%H:%M}", session.minutes, session.mentor.name, session.startup.name, str(session.get_mode_display()), session.topics_said, session.summary,
        session.next_step, f"{logged:%Y-%m-%d %H:%M} {session.logger}", f"{confirmed:%Y-%m-%d %H:%M} {session.confirmer}",
    ]  # fmt: skip
