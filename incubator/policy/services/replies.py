"""Recording what an outside body answered."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError
from incubator.documents.models import Document
from incubator.journal.services import record
from incubator.policy.models import OfficialReply


@transaction.atomic
def record_reply(
    document: Document,
    *,
    body: str,
    dated_on: date,
    received_on: date,
    by: Actor,
    number: str = "",
    corrects: OfficialReply | None = None,
) -> OfficialReply:
    """Write down an official reply: the paper, who issued it under which number, and the two dates.

    Raises BusinessError when a date lies in the future or the reply came before it was written."""
    if received_on > timezone.localdate():
        raise BusinessError(_("The reply cannot have been received after today."), field="received_on")
    if dated_on > received_on:
        raise BusinessError(
            _("The document is dated %(dated)s, after the day it was received, %(received)s.")
            % {"dated": dated_on, "received": received_on},
            field="dated_on",
        )
    reply = OfficialReply.objects.create(
        document=document, body=body, number=number, dated_on=dated_on, received_on=received_on,
        recorded_by=by.user, corrects=corrects,
    )
    record("record_reply", reply, by=by, sha256=document.sha256)
    return reply
