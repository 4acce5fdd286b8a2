from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.core.columns import person
from incubator.core.scoping import AppendOnlyModel, walled


class FlagKind(models.TextChoices):
    """What two applications of different applicants have in common. A sign for a person, never a block."""

    ACCOUNT = "account", _("Same bank account")
    PHONE = "phone", _("Same telephone")
    ROOM = "room", _("Same room")
    REPRESENTATIVE = "representative", _("Same legal representative or founder")
    PAPER = "paper", _("Same file among the papers")


class FlagNote(AppendOnlyModel):
    """What an officer found about one sign between two applications: it is dismissed, with the reason."""

    application = models.ForeignKey("subsidies.SubsidyApplication", models.PROTECT, related_name="flag_notes")
    other = models.ForeignKey("subsidies.SubsidyApplication", models.PROTECT, related_name="+")
    kind = models.CharField(_("Sign"), max_length=14, choices=FlagKind.choices)
    note = models.CharField(_("What was found"), max_length=300)
    user = person()
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled()

    class Meta:
        verbose_name = _("note on a matching sign")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "application", "other", "kind"], name="flag_note_once"),
            models.CheckConstraint(condition=~Q(application=F("other")), name="flag_note_about_another"),
            models.CheckConstraint(condition=~Q(note=""), name="flag_note_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.note}"
