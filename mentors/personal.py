"""How long the data of mentors and of people in training are kept."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop

from incubator.core.holdings import fields_of
from incubator.core.personal import Outcome, Subject, keep
from mentors.models import Mentor, SessionNote

CONTRACT = gettext_noop("engagement of the mentor; consent for the public page")
WHILE = gettext_noop("while the mentor serves and statements are kept")
ACCOUNTING = gettext_noop("accounting record")
TAKEN_BACK = gettext_noop("contact, account and public page go with an erasure; name and hours stay with the statements")


def mentors_about(subject: Subject) -> Any:
    """The profiles of a person: by account or by address."""
    if subject.user:
        return Mentor.objects.filter(user=subject.user) | Mentor.objects.filter(email__in=subject.emails)
    return Mentor.objects.filter(email__in=subject.emails)


def mentor_in_words(mentor: Any, _subject: Subject) -> dict[str, Any]:
    return fields_of(mentor, ("name", "email", "phone", "employer", "title", "bio", "city", "bank_name", "bank_account"))


def erase_mentors(subject: Subject, really: bool) -> Outcome:
    """Contact, account, text and consent go. A profile whose service ended takes the pseudonym, unless statements name it."""
    rows = list(mentors_about(subject))
    gone = [row for row in rows if row.state in ("applied", "reviewed", "refused", "ended")]
    if really:
        for row in gone:
            row.phone = row.bank_account = row.bank_name = row.bio = row.employer = row.title = row.city = ""
            row.public_fields, row.email = [], f"{subject.pseudonym.lower()}-{row.pk}@erased.invalid"
            row.name = subject.pseudonym if not row.honoraria.exists() else row.name
            row.save()
    stays = len(rows) - len(gone)
    return Outcome(goes=len(gone), stays=stays, why=gettext_noop("the mentor still serves; the service ends first") if stays else "", basis=CONTRACT if stays else "", until=WHILE if stays else "")


def erase_notes(subject: Subject, really: bool) -> Outcome:
    """Private notes go."""
    rows = SessionNote.objects.filter(author=subject.user) if subject.user else SessionNote.objects.none()
    count = rows.count()
    if really:
        rows.delete()
    return Outcome(goes=count)


keep("mentors.Mentor", "name", "email", "phone", "employer", "title", "bio", "bank_name", "bank_account", "bank_account_tail", "user",
     basis=CONTRACT, period=WHILE, then=TAKEN_BACK, find=mentors_about, show=mentor_in_words, erase=erase_mentors)  # fmt: skip
keep("mentors.Honorarium", "account_tail", "account_index", basis=ACCOUNTING, period=gettext_noop("30 years"),
     then=gettext_noop("kept: four digits and a keyed digest of an account"), nobody="accounting records stay; the mentor is found by the profile")  # fmt: skip
keep("mentors.HonorariumLine", "user", basis=ACCOUNTING, period=gettext_noop("30 years"), then=gettext_noop("kept: which time of a person was paid, so that it is never paid twice"))
keep("mentors.SessionNote", "text", "author", basis=gettext_noop("consent of the author"), period=gettext_noop("as long as the author keeps it"),
     then=gettext_noop("deleted"), find=lambda subject: SessionNote.objects.filter(author=subject.user) if subject.user else SessionNote.objects.none(), erase=erase_notes)  # fmt: skip
keep("mentors.Certificate", "snapshot", basis=gettext_noop("proof of training"), period=gettext_noop("while the certificate can be verified"),
     then=gettext_noop("kept: the paper names its holder; everybody who verifies it sees the name masked"), nobody="found by the enrolment, which names the founder")  # fmt: skip
