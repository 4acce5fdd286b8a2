"""How long the record of acts is kept."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from incubator.core.personal import keep
from incubator.journal.models import FormKey

FORM_LIFE = timedelta(days=30)  # longer than any web session: no page with an older key is still open


def forget_form_keys() -> int:
    """Delete the keys of forms that nobody can send again."""
    return FormKey.objects.filter(at__lt=timezone.now() - FORM_LIFE).delete()[0]


AUDIT = "audit: user, event, time, object, result"
keep("journal.Entry", "user", "subject_name", "note", "facts", basis=AUDIT, period="6 months at least", then="kept: append-only")
keep("journal.SecurityEvent", "user", "typed", "client_ip", "agent", basis=AUDIT, period="6 months at least", then="kept: append-only")
keep("journal.FormKey", "user", "location", basis="an act is done once", period="30 days", then="deleted", act=forget_form_keys)
