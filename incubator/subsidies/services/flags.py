"""The officer's word on a matching sign."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError, Conflict
from incubator.core.refusals import clash
from incubator.journal.services import record
from incubator.subsidies.flags import flags_of
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.models.flags import FlagNote


@transaction.atomic
def dismiss_flag(application: SubsidyApplication, kind: str, other: SubsidyApplication, *, note: str, by: Actor) -> FlagNote:
    """Note why a sign says nothing against the application. It stays readable with the officer's name."""
    if not note.strip():
        raise BusinessError(_("Say what you found."), field="note")
    if not any(flag.kind == kind and flag.other.pk == other.pk for flag in flags_of(application)):
        raise Conflict(_("The two applications do not share this any more. Reload the page."))
    with clash("flag_note_once", _("Somebody has already looked at this. Reload the page to read what was found.")):
        made = FlagNote.objects.create(application=application, kind=kind, other=other, note=note, user=by.user)
    record("dismiss_flag", application, by=by, note=note, kind=kind, other=other.pk)
    return made
