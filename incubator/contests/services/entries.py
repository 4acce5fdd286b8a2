"""Acts of a team on its entry, and of an officer who screens it."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor, system
from incubator.contests.models import Contest, Entry, EntryMember
from incubator.contests.models.entries import BLIND
from incubator.contests.services.blind import make_blind_copy
from incubator.contests.states import ENTRY_MOVES, EntryState
from incubator.core.canonical import canonical
from incubator.core.encryption import blind_index
from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed
from incubator.core.refusals import clash
from incubator.documents.services import attach_upload
from incubator.documents.uploads import OwnPrint
from incubator.journal.services import lock, make_move, record

REASONS = {  # why an entry is returned or put out
    "INCOMPLETE": ("参赛材料不完整", "The entry is not complete"),
    "NAMES": ("评审材料中出现了团队、企业或学校名称", "Names stand in what judges read"),
    "TRACK": ("所报赛道不符", "The entry belongs into another track"),
    "NOT_ENTITLED": ("不符合参赛条件", "The team may not enter by the rules"),
    "DUPLICATE": ("同一项目重复报名", "The same project was entered before"),
    "RIGHTS": ("权属不清或侵犯他人权利", "The rights in the project are not clear"),
    "FALSE": ("材料不实", "What was handed in is not true"),
}
MOST_ENTRIES = 2_000  # of one contest


def contact_digest(email: str) -> str:
    """By which a contact is found again without being readable."""
    return blind_index(email, purpose="contests")


@transaction.atomic
def start_entry(contest: Contest, *, startup: Any = None, **fields: Any) -> Entry:
    """Begin an entry: team, track, contact. Its link goes to the contact by mail. Raises Conflict when registration is not
    open, or when this contact or company has entered already."""
    if not contest.takes_entries:
        raise Conflict(_("This contest takes no entries now."))
    if contest.entries.count() >= MOST_ENTRIES:
        raise Conflict(_("This contest is full. Ask the organiser."))
    index = contact_digest(fields["email"])
    with (
        clash("entry_contact_once", _("With this address an entry was begun already. Its link is in your mail; look there."), field="email"),
        clash("entry_company_once", _("This company has entered already."), field="uscc"),
        clash("entry_in_time", _("This contest takes no entries now.")),
    ):
        entry = Entry.objects.create(contest=contest, email_index=index, startup=startup, language=get_language() or "zh-hans", **fields)
    record("start_entry", entry, by=system(contest.organisation))
    mail_link(entry)
    return entry


def mail_link(entry: Entry) -> None:
    """Let the queue send the link of the entry to its contact."""
    from incubator.contests.tasks import mail_entry_link

    mail_entry_link.defer(organisation_id=entry.organisation_id, entry_id=entry.pk)


def changeable(entry: Entry) -> Entry:
    """The locked entry, if the team may still change it."""
    locked = lock(entry)
    if not locked.may_change:
        raise IllegalMove(_("This entry can no longer be changed."))
    return locked


@transaction.atomic
def save_team(entry: Entry, members: Iterable[dict[str, Any]], **fields: Any) -> Entry:
    """Write down team, contact and members; each member agrees for themself."""
    locked = changeable(entry)
    people = [row for row in members if row["name"].strip()]
    if len(people) > locked.contest.team_most:
        raise BusinessError(_("A team has at most %(most)d people.") % {"most": locked.contest.team_most})
    if len({row["name"].strip() for row in people}) < len(people):
        raise BusinessError(_("Each person stands once in a team."))
    for name, value in fields.items():
        setattr(locked, name, value)
    with clash("entry_company_once", _("This company has entered already."), field="uscc"):
        locked.save()
    locked.members.all().delete()
    for place, row in enumerate(people):
        EntryMember.objects.create(entry=locked, ordinal=place, name=row["name"].strip(), part=row["part"], consents=row["consents"])
    reseal(locked)
    return locked


@transaction.atomic
def save_project(entry: Entry, *, deck: UploadedFile | None = None, **fields: Any) -> Entry:
    """Write down what judges read, and take the deck (PDF). Of the deck a copy without names of its makers is made."""
    locked = changeable(entry)
    for name, value in fields.items():
        setattr(locked, name, value)
    if deck:
        by = system(locked.organisation)
        locked.deck = attach_upload(deck, kind="other", by=by)
        if locked.deck.content_type != "application/pdf":
            raise BusinessError(_("The deck must be a PDF: print it to a PDF and upload that."), field="deck")
        own = isinstance(deck, OwnPrint)
        locked.blind_deck, locked.deck_pages = make_blind_copy(locked.deck.read(), locked.code, by=by, apart=not own)
        locked.blind_checker = None
    locked.save()
    reseal(locked)
    return locked


def reseal(entry: Entry) -> None:
    """After a change of an entry that was handed in: its hash says what stands there now."""
    if entry.state == EntryState.SUBMITTED:
        entry.sha256 = digest_of(entry)
        entry.save(update_fields=["sha256"])


def digest_of(entry: Entry) -> str:
    """The hash of all that counts of an entry."""
    said = {
        "track": entry.track_id, "team": entry.team, "deck": entry.deck.sha256 if entry.deck else "",
        **{name: getattr(entry, name) for name in BLIND}, "members": list(entry.members.values_list("name", "part", "consents")),
    }  # fmt: skip
    return sha256(canonical(said).encode()).hexdigest()


def missing_in(entry: Entry) -> list[str]:
    """What stands in the way of handing the entry in, as sentences."""
    members = list(entry.members.all())
    silent = "、".join(member.name for member in members if not member.consents)
    found = [
        (bool(entry.missing), _("Fill in the whole description of the project.")),
        (not members, _("Name at least one member of the team.")),
        (bool(silent), _("These people have not agreed yet: %(names)s.") % {"names": silent}),
    ]
    return [sentence for wrong, sentence in found if wrong]


@transaction.atomic
def submit_entry(entry: Entry) -> Entry:
    """Hand the entry in. Raises BusinessError with everything that is missing."""
    locked = changeable(entry)
    missing = missing_in(locked)
    if missing:
        raise BusinessError(" ".join(missing))
    again = locked.state == EntryState.RETURNED
    moved = make_move(
        locked, ENTRY_MOVES, "submit", by=system(entry.organisation), accepts_rules=True, submitted_at=timezone.now(), sha256=digest_of(locked),
        corrected=locked.corrected or again,
    )  # fmt: skip
    mail_state(moved)
    return moved


@transaction.atomic
def withdraw_entry(entry: Entry) -> Entry:
    """Take the entry back, until the scores are frozen."""
    moved = make_move(entry, ENTRY_MOVES, "withdraw", by=system(entry.organisation))
    if moved.contest.state not in ("registration", "screening", "judging"):
        raise IllegalMove(_("The scores are frozen, so the entry can no longer be withdrawn."))
    return moved


def refuse_own(entry: Entry, by: Actor) -> None:
    """Raise NotAllowed for a person of the team or its startup."""
    person = by.user
    if person and contact_digest(person.email) == entry.email_index:
        raise NotAllowed(_("This is your own entry, so another person must decide on it."), code="CONFLICT")


@transaction.atomic
def screen_entry(entry: Entry, act: str, *, by: Actor, reason: str = "", note: str = "") -> Entry:
    """`pass`, `return` or `exclude` an entry. A return gives one round of correction; both need a coded reason."""
    refuse_own(entry, by)
    if act != "pass" and reason not in REASONS:
        raise BusinessError(_("Choose a reason."), field="reason")
    if act != "pass" and not note.strip():
        raise BusinessError(_("Write what is wrong; the team will read it."), field="note")
    if act == "return" and entry.corrected:
        raise BusinessError(_("The entry was returned once already. Decide now."))
    if Contest.objects.get(pk=entry.contest_id).state != "screening":
        raise IllegalMove(_("Entries are screened when registration has closed."))
    moved = make_move(entry, ENTRY_MOVES, act, by=by, note=note, reason=reason)
    moved.note = note.strip()
    moved.save(update_fields=["note"])
    mail_state(moved)
    return moved


@transaction.atomic
def check_blind(entry: Entry, *, by: Actor) -> Entry:
    """Sign that one has looked through all pages of the blind copy and found no name, face or logo of the team."""
    locked = lock(entry)
    locked.blind_checker = by.user
    locked.save(update_fields=["blind_checker"])
    record("check_blind", locked, by=by)
    return locked


@transaction.atomic
def disqualify_entry(entry: Entry, *, by: Actor, reason: str, note: str) -> Entry:
    """Put an entry out of the contest with a coded reason and the evidence in words."""
    if reason not in REASONS or not note.strip():
        raise BusinessError(_("Choose a reason and say what it rests on."), field="note")
    if Contest.objects.get(pk=entry.contest_id).state not in ("judging", "frozen"):
        raise IllegalMove(_("An entry is put out while judging runs, or after an upheld objection."))
    moved = make_move(entry, ENTRY_MOVES, "disqualify", by=by, note=note, reason=reason)
    mail_state(moved)
    return moved


def mail_state(entry: Entry) -> None:
    """Let the queue tell the team where its entry stands."""
    from incubator.contests.tasks import mail_entry_state

    mail_entry_state.defer(organisation_id=entry.organisation_id, entry_id=entry.pk)
