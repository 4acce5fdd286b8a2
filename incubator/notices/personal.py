"""How long messages are kept."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from incubator.core.personal import keep
from incubator.notices.models import Notice

READ, UNREAD = timedelta(days=365), timedelta(days=730)


def forget_old_notices() -> int:
    """Delete messages that were read a year ago, or written two years ago. What they told of stands in the journal."""
    now = timezone.now()
    return Notice.objects.filter(Q(read_at__lt=now - READ) | Q(at__lt=now - UNREAD)).delete()[0]


keep(
    "notices.Notice", "values", basis="information of the person", period="1 year after reading, 2 years at most",
    then="deleted", act=forget_old_notices,
)  # fmt: skip
