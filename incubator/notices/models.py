from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from incubator.core.scoping import OrganisationModel, walled
from incubator.core.templatetags.fuhua import day


class NoticeQuerySet(models.QuerySet["Notice"]):
    def inbox(self, user: Any) -> NoticeQuerySet:
        """What this person was told, the newest first."""
        return self.filter(person=user).order_by("-at", "-pk")

    def unread(self, user: Any) -> NoticeQuerySet:
        return self.inbox(user).filter(read_at=None)


def spelled(name: str, value: Any) -> Any:
    """A value as the reader gets it: `…_label` is a msgid, `…_day` a day in ISO form, everything else stays."""
    if name.endswith("_label"):
        return gettext(value)
    return day(date.fromisoformat(value)) if name.endswith("_day") and value else value


def next_words(following: dict[str, str]) -> str:
    """What happens next, and by when if a day is promised: `phrase` is a msgid, `until` a day in ISO form or empty."""
    phrase, until = gettext(following["phrase"]), following.get("until")
    if not until:
        return gettext("Next: %(phrase)s.") % {"phrase": phrase}
    return gettext("Next: %(phrase)s, by %(day)s at the latest.") % {"phrase": phrase, "day": day(date.fromisoformat(until))}


class Notice(OrganisationModel):
    """One message to one person. The sentence is kept as its English msgid with its values, so that each reader
    sees it in their own language."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    sentence = models.TextField()
    values = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=120)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    calendar = models.TextField(blank=True)  # an iCalendar entry that goes beside the mail

    objects = walled(NoticeQuerySet)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "person", "key"], name="notice_once")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The message in the language that is active now, with the next step if the message names one."""
        told = gettext(self.sentence) % {name: spelled(name, value) for name, value in self.values.items()}
        following = self.values.get("next")
        return f"{told} {next_words(following)}" if following else told
