"""People who asked to be told of new events, contests and news. One click stops it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.contests.models.contests import secret_key
from incubator.core.encryption import EncryptedText
from incubator.core.scoping import OrganisationModel


class Follower(OrganisationModel):
    """An address that is told what is new. Nothing is sent before its owner has confirmed by the link in the mail."""

    email = EncryptedText(_("E-mail address"))
    email_index = models.CharField(max_length=64, editable=False)
    key = models.CharField(max_length=32, default=secret_key, editable=False)
    language = models.CharField(max_length=10, default="zh-hans", editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    told = models.JSONField(default=list, editable=False)  # what was sent already: each once

    class Meta:
        verbose_name = _("follower")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "email_index"], name="follower_once"),
            models.UniqueConstraint(fields=["organisation", "key"], name="follower_key_once"),
        ]

    def __str__(self) -> str:
        return self.email_index[:8]
