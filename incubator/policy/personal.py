"""How long contacts of objectors are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop

from incubator.core.personal import Outcome, Subject, keep
from incubator.policy.models import ContactCheck, Objection
from incubator.policy.services.contacts import contact_digest, forget_checks

RULED = gettext_noop("An objection and its ruling belong to the file of the notice.")
FILE = gettext_noop("supervision of public money (file of the public notice)")


def indexes(subject: Subject) -> list[str]:
    return [contact_digest(contact) for contact in (*subject.emails, *subject.phones)]


def objections_of(subject: Subject) -> Iterable[Objection]:
    """The objections that came from an address or number of the person."""
    return Objection.objects.filter(contact_index__in=indexes(subject)).order_by("pk")


def checks_of(subject: Subject) -> Iterable[ContactCheck]:
    return ContactCheck.objects.filter(contact_index__in=indexes(subject)).order_by("pk")


def keep_objections(subject: Subject, really: bool) -> Outcome:
    """Nothing of an objection goes: its ruling rests on it."""
    found = list(objections_of(subject))
    if not found:
        return Outcome()
    last = max(row.filed_at for row in found)
    return Outcome(stays=len(found), why=RULED, basis=FILE, until=f"{timezone.localtime(last).year + 30}-12-31")


def erase_checks(subject: Subject, really: bool) -> Outcome:
    """Codes and contacts of the last day."""
    rows = ContactCheck.objects.filter(contact_index__in=indexes(subject), created_at__gt=timezone.now() - timedelta(days=2))
    count = rows.count()
    if really:
        rows.delete()
    return Outcome(goes=count)


keep("policy.Objection", "name", "contact", "contact_index", "text", basis=FILE, period=gettext_noop("30 years after the year of the objection"),
     then=gettext_noop("kept: encrypted, read only by people without a part in the case"), find=objections_of, erase=keep_objections)  # fmt: skip
keep("policy.ContactCheck", "contact", "contact_index", "code", basis=gettext_noop("the check that a contact is one's own"),
     period=gettext_noop("one day"), then=gettext_noop("deleted"), act=forget_checks, find=checks_of, erase=erase_checks)  # fmt: skip
