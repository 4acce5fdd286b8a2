"""How long the record of acts is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.erasing import with_account
from incubator.accounts.roles import Role
from incubator.core.holdings import moment
from incubator.core.personal import Subject, keep
from incubator.journal.models import FormKey, SecurityEvent

FORM_LIFE = timedelta(days=30)  # longer than any web session: no page with an older key is still open


def forget_form_keys() -> int:
    """Delete the keys of forms that nobody can send again."""
    return FormKey.objects.filter(at__lt=timezone.now() - FORM_LIFE).delete()[0]


def entry_in_words(entry: Any, subject: Subject) -> dict[str, Any]:
    """What the person did, when, to what. Notes and facts of a case may be about other people."""
    roles = "、".join(str(Role(role).label) for role in entry.role.split(",") if role in Role.values)
    said = {_("Time"): moment(entry.at), _("Act"): entry.act.replace("_", " "), _("Record"): f"{kind_of(entry.subject_type)} {entry.subject_id}", _("Role"): roles}
    return {name: value for name, value in said.items() if value}


def kind_of(kind: str) -> str:
    """What kind of record it was; the kind of an old entry whose table is gone keeps its name."""
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind


def events_of(subject: Subject) -> Any:
    return SecurityEvent.objects.filter(user=subject.user).order_by("pk") if subject.user else []


def event_in_words(event: Any, subject: Subject) -> dict[str, Any]:
    said = {
        _("Time"): moment(event.at), _("Event"): str(event.get_what_display()), _("Address"): event.address,
        _("From where"): event.client_ip, _("Browser"): event.agent,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


AUDIT = gettext_noop("audit: user, event, time, object, result (Cybersecurity Law, article 21)")
SIX_MONTHS, KEPT_AS_IT_IS = gettext_noop("6 months at least"), gettext_noop("kept: append-only")
keep("journal.Entry", "user", "subject_name", "note", "facts", basis=AUDIT, period=SIX_MONTHS, then=KEPT_AS_IT_IS, show=entry_in_words)
keep("journal.SecurityEvent", "user", "typed", "client_ip", "agent", basis=AUDIT, period=SIX_MONTHS, then=KEPT_AS_IT_IS,
     find=events_of, show=event_in_words)  # fmt: skip
keep("journal.FormKey", "user", "location", basis=gettext_noop("an act is done once"), period=gettext_noop("30 days"), then=gettext_noop("deleted"),
     act=forget_form_keys, erase=with_account("journal.FormKey", lambda subject: FormKey.objects.filter(user=subject.user)))  # fmt: skip
