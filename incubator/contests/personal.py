"""How long people of contests and events are kept: contacts a year after the end, results and certificates for good."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from incubator.contests.models import Attendee, Certificate, Entry, EntryMember, Follower
from incubator.contests.services.entries import contact_digest
from incubator.core.encryption import blind_index
from incubator.core.personal import Outcome, Subject, keep

YEAR = timedelta(days=365)
ENDED = ("awarded", "cancelled")
CONTEST = gettext_noop("taking part in a contest by its rules, with consent")
EVENT = gettext_noop("registration for an event")
A_YEAR_AFTER = gettext_noop("one year after the end")
RESULT = gettext_noop("the result of the contest and its certificates can be checked")
EMPTY = {"email": "", "phone": "", "contact_name": ""}


def of_contact(subject: Subject) -> list[str]:
    return [contact_digest(email) for email in subject.emails]


def entries_of(subject: Subject) -> Iterable[Entry]:
    return Entry.objects.filter(email_index__in=of_contact(subject)).order_by("pk")


def members_of(subject: Subject) -> Iterable[EntryMember]:
    return EntryMember.objects.filter(entry__in=entries_of(subject), name=subject.name).order_by("pk")


def attendees_of(subject: Subject) -> Iterable[Attendee]:
    return Attendee.objects.filter(email_index__in=of_contact(subject)).order_by("pk")


def followers_of(subject: Subject) -> Iterable[Follower]:
    return Follower.objects.filter(email_index__in=[blind_index(email, purpose="followers") for email in subject.emails])


def certificates_of(subject: Subject) -> Iterable[Certificate]:
    return Certificate.objects.filter(entry__in=entries_of(subject)).filter(Q(holder=subject.name) | Q(is_team=True)).order_by("pk")


def forget_contacts() -> int:
    """Empty the contacts of entries whose contest ended a year ago."""
    old = Entry.objects.filter(contest__state__in=ENDED, contest__moved_at__lt=timezone.now() - YEAR).exclude(contact_name="")
    return sum(_empty(entry) for entry in old)


def _empty(entry: Entry) -> int:
    for name, value in EMPTY.items():
        setattr(entry, name, value)
    entry.email_index = f"gone-{entry.pk}"
    entry.save(update_fields=[*EMPTY, "email_index"])
    return 1


def forget_attendees() -> int:
    """Make nameless who came to an event a year ago; how many came stays."""
    old = Attendee.objects.filter(event__ends_at__lt=timezone.now() - YEAR).exclude(name="")
    return sum(_nameless(attendee) for attendee in old)


def _nameless(attendee: Attendee) -> int:
    attendee.name = attendee.employer = attendee.phone_tail = attendee.email_index = ""
    attendee.email = ""
    attendee.save(update_fields=["name", "employer", "phone_tail", "email_index", "email"])
    return 1


def forget_unconfirmed() -> int:
    """Forget addresses that nobody confirmed within a week."""
    return Follower.objects.filter(confirmed_at=None, asked_at__lt=timezone.now() - timedelta(days=7)).delete()[0]


def erase_entries(subject: Subject, really: bool) -> Outcome:
    """Contacts of ended contests go; while a contest runs they are needed for it."""
    rows = list(entries_of(subject))
    going = [row for row in rows if row.contest.state in ENDED or row.state in ("draft", "lapsed", "withdrawn", "ineligible")]
    if really:
        for row in going:
            _empty(row)
    stays = len(rows) - len(going)
    return Outcome(goes=len(going), stays=stays, why=gettext_noop("The contest still runs: its contact is needed.") if stays else "", basis=CONTEST, until=A_YEAR_AFTER if stays else "")


def erase_attendees(subject: Subject, really: bool) -> Outcome:
    rows = list(attendees_of(subject))
    if really:
        for row in rows:
            _nameless(row)
    return Outcome(goes=len(rows))


def erase_followers(subject: Subject, really: bool) -> Outcome:
    rows: Any = followers_of(subject)
    count = rows.count()
    if really:
        rows.delete()
    return Outcome(goes=count)


keep("contests.Entry", "contact_name", "email", "email_index", "phone", "school", basis=CONTEST, period=A_YEAR_AFTER, then=gettext_noop("contacts emptied; team, project and result stay"),
     act=forget_contacts, find=entries_of, erase=erase_entries)  # fmt: skip
keep("contests.EntryMember", "name", basis=RESULT, period=gettext_noop("while the certificate can be checked"), then=gettext_noop("kept: shown on the certificate only"), find=members_of)
keep("contests.Certificate", "holder", "said", basis=RESULT, period=gettext_noop("while the certificate can be checked"), then=gettext_noop("kept: the public check masks the name"), find=certificates_of)
keep("contests.Attendee", "name", "employer", "email", "email_index", "phone_tail", basis=EVENT, period=A_YEAR_AFTER, then=gettext_noop("made nameless; the count stays"),
     act=forget_attendees, find=attendees_of, erase=erase_attendees)  # fmt: skip
keep("contests.Follower", "email", "email_index", basis=gettext_noop("asked to be told what is new"), period=gettext_noop("until one click ends it; unconfirmed: 7 days"), then=gettext_noop("deleted"),
     act=forget_unconfirmed, find=followers_of, erase=erase_followers)  # fmt: skip
keep("contests.JudgeSeat", "user", "employer", basis=RESULT, period=gettext_noop("while the organisation is a customer"), then=gettext_noop("kept: who judged belongs to the result"))
keep("contests.LeakHit", "term", "excerpt", basis=gettext_noop("blind judging"), period=gettext_noop("while the entry stands"), then=gettext_noop("kept with the entry"), nobody="words of an entry, found with it")
