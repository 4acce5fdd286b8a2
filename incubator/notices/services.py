"""Acts of the post."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from incubator.accounts.models import User
from incubator.notices.models import Notice
from incubator.notices.tasks import mail_notice


def notify(people: Iterable[User], sentence: str, *, key: str, url: str = "", calendar: str = "", **values: Any) -> None:
    """Tell each person once per `key`, on the site and by mail. `sentence` is an English msgid with named places;
    `calendar` an iCalendar entry that goes beside the mail.

    Runs in the caller's transaction: if that is undone, nobody was told."""
    for person in people:
        notice, new = Notice.objects.get_or_create(
            person=person, key=key, defaults={"sentence": sentence, "values": values, "url": url, "calendar": calendar}
        )
        if new:
            mail_notice.defer(organisation_id=notice.organisation_id, notice_id=notice.pk)


def people_with(organisation: Any, *roles: str) -> list[User]:
    """The people who hold one of these roles today."""
    held = organisation.memberships.running().filter(role__in=roles).values("user")
    return list(User.objects.filter(pk__in=held, is_active=True))


def mark_read(notices: Any) -> int:
    """Note that the person has seen these messages. Returns how many were new."""
    return int(notices.filter(read_at=None).update(read_at=timezone.now()))
