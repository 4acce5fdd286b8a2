"""How long copies and erasures are kept."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop

from incubator.accounts.erasing import with_account
from incubator.core.holdings import fields_of
from incubator.core.personal import Subject, keep
from incubator.subjects.copies import copies_about, drop_copies, erase_copies, forget_copies
from incubator.subjects.models import OwnCopy, SubjectCopy

RIGHT = gettext_noop("right of access (Personal Information Protection Law, article 45)")
WEEK, DELETED = gettext_noop("7 days"), gettext_noop("deleted")


def forget_own_copies() -> int:
    """Delete copies that people asked for a week ago."""
    return forget_copies(OwnCopy)


def forget_office_copies() -> int:
    """Delete copies that an owner made a week ago."""
    return forget_copies(SubjectCopy)


def copy_in_words(copy: Any, subject: Subject) -> dict[str, Any]:
    return fields_of(copy, ("size",))


keep("subjects.OwnCopy", "file", "user", basis=RIGHT, period=WEEK, then=DELETED, act=forget_own_copies, show=copy_in_words,
     erase=with_account("subjects.OwnCopy", lambda subject: OwnCopy.objects.filter(user=subject.user), drop_copies))  # fmt: skip
keep("subjects.SubjectCopy", "file", "user", basis=RIGHT, period=WEEK, then=DELETED, act=forget_office_copies, show=copy_in_words,
     find=copies_about, erase=erase_copies)  # fmt: skip
keep("subjects.Erasure", "user", "note", basis=gettext_noop("proof that a request was answered"), period=gettext_noop("while the organisation is a customer"),
     then=gettext_noop("kept under the pseudonym; the note goes with the erasure"), nobody="the proof of the erasure itself")  # fmt: skip
