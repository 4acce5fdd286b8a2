"""Which public notices the site shows, and for how long (policy.md h)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from incubator.journal.models import Entry
from incubator.policy.models import PublicNotice
from incubator.policy.models.records import NOTICE_RETENTION_DAYS as RETENTION_DAYS
from incubator.policy.states import NoticeState


def on_the_site(today: date) -> QuerySet[PublicNotice]:
    """Notices that everybody may read: open ones, and ended ones until their retention is over. The newest first."""
    kept = Q(last_day__gte=today - timedelta(days=RETENTION_DAYS))
    return PublicNotice.objects.public().filter(kept)


@dataclass(frozen=True)
class Withdrawal:
    """Why a notice was taken back, and when."""

    day: date
    reason: str


def find(code: str, today: date) -> tuple[PublicNotice, Withdrawal | None]:
    """The notice at this address. One that was withdrawn is shown by its reason only; others are gone: 404."""
    notice = on_the_site(today).select_related("citation__clause__document").filter(code=code).first()
    if notice is not None:
        return notice, None
    kept = Q(last_day__gte=today - timedelta(days=RETENTION_DAYS))
    taken_back = PublicNotice.objects.filter(kept, code=code, state=NoticeState.WITHDRAWN).first()
    entry = taken_back and Entry.objects.about(taken_back).filter(act="withdraw").first()
    if not entry:
        raise Http404
    return taken_back, Withdrawal(entry.at.date(), entry.note)


def rows_of(notice: PublicNotice) -> list[dict[str, Any]]:
    """The masked rows, every cell as text: whatever the payload holds, the page stands."""
    columns = ("name", "uscc", "programme", "kind", "amount", "rank")
    rows = notice.payload.get("rows", []) if isinstance(notice.payload, dict) else []
    return [{name: row.get(name, "") for name in columns} for row in rows if isinstance(row, dict)]
