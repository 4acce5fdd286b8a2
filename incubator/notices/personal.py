"""How long messages are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.core.holdings import moment
from incubator.core.personal import Outcome, Subject, keep
from incubator.notices.models import Notice

READ, UNREAD = timedelta(days=365), timedelta(days=730)


def forget_old_notices() -> int:
    """Delete messages that were read a year ago, or written two years ago. What they told of stands in the journal."""
    now = timezone.now()
    return Notice.objects.filter(Q(read_at__lt=now - READ) | Q(at__lt=now - UNREAD)).delete()[0]


def notices_to(subject: Subject) -> Any:
    return Notice.objects.filter(person=subject.user).order_by("pk") if subject.user else Notice.objects.none()


def notice_in_words(notice: Notice, subject: Subject) -> dict[str, Any]:
    said = {_("Time"): moment(notice.at), _("Text"): notice.text}
    return said | ({_("Read at"): moment(notice.read_at)} if notice.read_at else {})


def erase_notices(subject: Subject, really: bool) -> Outcome:
    """Messages to the person go; in messages to others the name gives way to the pseudonym."""
    found = notices_to(subject)
    naming = Notice.objects.filter(values__icontains=subject.name).exclude(pk__in=found.values("pk"))
    count = found.count() + naming.count()
    if really:
        for notice in naming:
            notice.values = {key: value.replace(subject.name, subject.pseudonym) if isinstance(value, str) else value for key, value in notice.values.items()}
            notice.save(update_fields=["values"])
        found.delete()
    return Outcome(goes=count)


keep(
    "notices.Notice", "values", basis=gettext_noop("information of the person"), period=gettext_noop("1 year after reading, 2 years at most"),
    then=gettext_noop("deleted"), act=forget_old_notices, find=notices_to, show=notice_in_words, erase=erase_notices,
)  # fmt: skip
