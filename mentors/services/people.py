"""Acts on mentors: application, approval, profile, account, conflicts of interest; and what startups need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor, system
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.refusals import clash
from incubator.journal.services import lock, make_move, record
from incubator.notices.services import notify, people_with
from incubator.tenants.models import Startup
from mentors.joining import invite_mentor
from mentors.models import Expertise, Interest, Mentor, Need, OfficeHour
from mentors.states import MENTOR_MOVES, MentorState


@dataclass(frozen=True)
class Offer:
    """What a mentor offers beside the plain fields: topic → (level, proof), and half days of the week."""

    topics: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    windows: Sequence[str] = ()


@transaction.atomic
def apply_as_mentor(offer: Offer, *, by: Actor, **fields: Any) -> Mentor:
    """Somebody applies, on the public page or on paper by an officer's hand. Raises Conflict at `email` for a second time."""
    if not offer.topics:
        raise BusinessError(_("Name at least one topic in which you can help."), field="topics")
    mentor = Mentor(**fields | {"email": fields["email"].lower()})
    with clash("mentor_email_once", _("There is an application or a profile with this address already."), field="email"):
        mentor.save()
    write_offer(mentor, offer)
    record("apply_mentor", mentor, by=by)
    tell(people_with(by.organisation, Role.OFFICER, Role.MANAGER), gettext_noop("%(name)s applies as a mentor."), mentor, "applied", name=mentor.name)
    return mentor


def tell(people: Any, sentence: str, mentor: Mentor, key: str, **values: Any) -> None:
    """A message that leads to the mentor's page in the office."""
    url = f"/office/{mentor.organisation.slug}/mentors/{mentor.pk}/"
    notify(people, sentence, key=f"mentor:{mentor.pk}:{key}", url=url, **values)


def write_offer(mentor: Mentor, offer: Offer) -> None:
    """Write topics and half days in the place of the earlier ones."""
    mentor.expertise.all().delete()
    mentor.office_hours.all().delete()
    for topic, (level, proof) in offer.topics.items():
        Expertise.objects.create(mentor=mentor, topic=topic, level=level, proof=proof)
    for window in offer.windows:
        OfficeHour.objects.create(mentor=mentor, window=window)


@transaction.atomic
def change_profile(mentor: Mentor, offer: Offer, *, version: int, by: Actor, **fields: Any) -> Mentor:
    """Mentor or office change the profile. Raises Conflict when somebody saved in between, or below the open pairs."""
    locked = lock(mentor)
    if locked.version != version:
        raise Conflict(_("Somebody has changed this profile since you opened it. Compare and save again."), code="stale")
    if fields["max_pairs"] < locked.open_pairs:
        raise Conflict(
            _("%(name)s works with %(count)d startups now. Enter at least this number, or end pairings first.") % {"name": locked, "count": locked.open_pairs}, field="max_pairs"
        )
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.version += 1
    with clash("mentor_email_once", _("There is an application or a profile with this address already."), field="email"):
        locked.save()
    write_offer(locked, offer)
    record("change_mentor", locked, by=by, version=locked.version)
    return locked


def review_mentor(mentor: Mentor, *, by: Actor, note: str = "") -> Mentor:
    """An officer has looked at the application and recommends it."""
    reviewed = make_move(mentor, MENTOR_MOVES, "review", by=by, note=note)
    tell(people_with(by.organisation, Role.MANAGER, Role.OWNER), gettext_noop("%(name)s is recommended as a mentor and waits for approval."), reviewed, "reviewed", name=reviewed.name)
    return reviewed


@transaction.atomic
def approve_mentor(mentor: Mentor, *, term_from: date, term_to: date, by: Actor) -> Mentor:
    """A second person approves the mentor for a term; the invitation to the portal goes out with it."""
    check_term(term_from, term_to)
    approved = make_move(mentor, MENTOR_MOVES, "approve", by=by, term_from=term_from, term_to=term_to)
    if approved.user_id is None:
        invite_mentor(approved, by=by)
    return approved


def renew_mentor(mentor: Mentor, *, term_to: date, by: Actor, note: str = "") -> Mentor:
    """Let the term run on to another day."""
    if mentor.term_to is None or term_to <= mentor.term_to:
        raise BusinessError(_("The term runs until %(day)s already. Choose a later day.") % {"day": mentor.term_to}, field="term_to")
    return make_move(mentor, MENTOR_MOVES, "renew", by=by, note=note, term_to=term_to)


def check_term(term_from: date, term_to: date) -> None:
    if term_to < term_from:
        raise BusinessError(_("The last day lies before the first. Change one of them."), field="term_to")


def refuse_mentor(mentor: Mentor, *, note: str, by: Actor) -> Mentor:
    """Refuse an application with its reason."""
    return make_move(mentor, MENTOR_MOVES, "refuse", by=by, note=note)


def move_mentor(mentor: Mentor, act: str, *, note: str = "", by: Actor) -> Mentor:
    """Pause, resume or end. A mentor pauses and resumes only their own service.

    Raises Conflict on ending while pairings are open."""
    if not by.in_office and (by.user is None or mentor.user_id != by.user.pk):
        raise NotAllowed(_("You may only pause your own service."))
    if act == "end" and mentor.pairings.open().exists():
        raise Conflict(_("%(name)s still works with startups. End those pairings first.") % {"name": mentor})
    return make_move(mentor, MENTOR_MOVES, act, by=by, note=note)


@transaction.atomic
def enter_account(mentor: Mentor, *, bank_name: str, bank_account: str, by: Actor) -> Mentor:
    """Enter where honoraria go. Another person compares it with the bank's paper before anything is paid."""
    locked = lock(mentor)
    locked.bank_name, locked.bank_account = bank_name, bank_account
    locked.account_entered_by, locked.account_verified_by = by.user, None
    locked.save()
    record("enter_mentor_account", locked, by=by)
    return locked


@transaction.atomic
def verify_account(mentor: Mentor, *, tail: str, by: Actor) -> Mentor:
    """A second person has compared the account; the last four digits of the bank's paper are typed as proof."""
    locked = lock(mentor)
    if not locked.bank_account:
        raise Conflict(_("No account is entered yet."))
    if by.user is None or locked.account_entered_by_id == by.user.pk:
        raise NotAllowed(_("You entered this account, so another person must verify it (four eyes)."))
    if tail != locked.bank_account_tail:
        raise BusinessError(_("The account ends with other digits than those on the paper. Ask the mentor."), field="tail")
    locked.account_verified_by = by.user
    locked.save()
    record("verify_mentor_account", locked, by=by)
    return locked


@transaction.atomic
def declare_interest(mentor: Mentor, startup: Startup, *, by: Actor, **fields: Any) -> Interest:
    """Declare a conflict of interest. Raises Conflict while the two are paired: end the pairing first."""
    if mentor.pairings.open().filter(startup=startup).exists():
        raise Conflict(_("The two are paired now. End the pairing first."), field="startup")
    made = Interest.objects.create(mentor=mentor, startup=startup, declared_by=by.user, **fields)
    record("declare_interest", made, by=by)
    return made


@transaction.atomic
def end_interest(interest: Interest, *, until: date, note: str, by: Actor) -> Interest:
    """The fact has ended; from the day after it the pair is possible again."""
    locked = lock(interest)
    if until < locked.since or until > timezone.localdate():
        raise BusinessError(_("Enter a day between the beginning of the fact and today."), field="until")
    locked.until = until
    locked.save()
    record("end_interest", locked, by=by, note=note)
    return locked


@transaction.atomic
def state_need(startup: Startup, *, by: Actor, **fields: Any) -> Need:
    """A founder says, or confirms anew, what the startup needs."""
    if not fields["topics"]:
        raise BusinessError(_("Choose at least one topic."), field="topics")
    need = Need.objects.select_for_update(no_key=True).filter(startup=startup).first() or Need(startup=startup)
    for name, value in fields.items():
        setattr(need, name, value)
    need.confirmed_on = timezone.localdate()
    with clash("need_once", _("Somebody of your startup saved at the same time. Reload the page.")):
        need.save()
    record("state_need", need, by=by)
    return need


def end_terms(day: date) -> int:
    """The clock: a term that is over ends the service of a mentor without open pairings. Returns how many ended."""
    over = Mentor.objects.filter(state__in=[MentorState.ACTIVE, MentorState.PAUSED], term_to__lt=day, open_pairs=0)
    for mentor in over:
        make_move(mentor, MENTOR_MOVES, "end", by=system(mentor.organisation))
    return len(over)
