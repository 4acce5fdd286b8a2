from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from incubator.core.scoping import OrganisationModel, walled


class NoticeQuerySet(models.QuerySet["Notice"]):
    def inbox(self, user: Any) -> NoticeQuerySet:
        """What this person was told, the newest first."""
        return self.filter(person=user).order_by("-at", "-pk")

    def unread(self, user: Any) -> NoticeQuerySet:
        return self.inbox(user).filter(read_at=None)


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

    objects = walled(NoticeQuerySet)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "person", "key"], name="notice_once")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The message in the language that is active now. Coded values (`…_code`) are looked up as msgids."""
        values = {name: gettext(value) if name.endswith("_label") else value for name, value in self.values.items()}
        return gettext(self.sentence) % values
