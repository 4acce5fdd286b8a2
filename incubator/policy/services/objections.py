"""Acts on objections (lifecycles.md 2.2): file, admit or refuse, withdraw, rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor, system
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.refusals import clash
from incubator.documents.models import Document
from incubator.journal.services import lock, make_move, next_number, record
from incubator.notices.services import notify, people_with
from incubator.policy.models import ContactCheck, Objection, OfficialReply, PublicNotice, ReasonCode
from incubator.policy.services.contacts import contact_digest, use_up
from incubator.policy.states import OBJECTION_MOVES

OPEN_OF_ONE = 3  # unanswered objections of one contact against one notice


@dataclass(frozen=True)
class Complaint:
    """What somebody objects to and why. `row` counts the lines of the list from 1; None: the list as a whole."""

    name: str
    contact: str
    text: str
    row: int | None = None
    document: Document | None = None


@transaction.atomic
def file_objection(notice: PublicNotice, said: Complaint, *, check: ContactCheck) -> Objection:
    """File an objection on the site, with a contact that was checked. Raises Conflict when objections are over."""
    if check.notice_id != notice.pk or not use_up(check):
        raise Conflict(_("This code was already used. If you want to object once more, ask for a new one."))
    return _file(notice, said, channel="web", received_on=timezone.localdate(), by=system(notice.organisation))


@transaction.atomic
def record_objection(notice: PublicNotice, said: Complaint, *, received_on: date, by: Actor) -> Objection:
    """Write down an objection that came on paper before the end of the notice."""
    if Role.OFFICER not in by.roles:
        raise NotAllowed(_("Only a case officer writes down objections on paper."))
    if received_on > timezone.localdate():
        raise BusinessError(_("It cannot have been received after today."), field="received_on")
    return _file(notice, said, channel="paper", received_on=received_on, by=by)


def _file(notice: PublicNotice, said: Complaint, *, channel: str, received_on: date, by: Actor) -> Objection:
    rows = notice.payload.get("rows", [])
    if said.row is not None and not 1 <= said.row <= len(rows):
        raise BusinessError(_("This line is not on the list. Choose one of the list."), field="row")
    index = contact_digest(said.contact)
    if notice.objections.unanswered().filter(contact_index=index).count() >= OPEN_OF_ONE:
        raise BusinessError(_("Three of your objections against this notice are not answered yet. Wait for the answers."))
    over = _("The time for objections against this notice is over: its last day was %(day)s.") % {"day": notice.last_day}
    with clash("objection_in_time", over):
        objection = Objection.objects.create(
            notice=notice, channel=channel, row=said.row, row_name=str(rows[said.row - 1].get("name", ""))[:200] if said.row else "",
            number=f"YY-{timezone.localdate().year}-{next_number('objection'):04d}", name=said.name, contact=said.contact,
            contact_index=index, text=said.text, text_sha256=sha256(said.text.encode()).hexdigest(), document=said.document,
            received_on=received_on, language=get_language() or settings.LANGUAGE_CODE, registrar=by.user,
        )
    record("file", objection, by=by, about=notice.about, channel=channel, sha256=objection.text_sha256)
    _tell_objector(objection)
    _tell_office(objection, gettext_noop("Objection %(number)s against “%(notice)s” was filed. Admit it or refuse it with a reason."), Role.OFFICER)
    return objection


def parties_of(objection: Objection) -> set[int]:
    """The persons who had a part in what the objection is about: they neither examine nor rule."""
    parties: Any = objection.notice.parties
    found = parties.get("rows", {}).get(str(objection.row), []) if objection.row else parties.get("list", [])
    return set(found)


def refuse_party(objection: Objection, by: Actor) -> None:
    """Raise NotAllowed for a person with a part in the line."""
    if by.user is not None and by.user.pk in parties_of(objection):
        raise NotAllowed(_("You had a part in what this objection is about, so another person must handle it."), code="CONFLICT")


@transaction.atomic
def admit_objection(objection: Objection, *, by: Actor) -> Objection:
    """Take an objection for examination. From now on this officer answers for it."""
    refuse_party(objection, by)
    moved = make_move(objection, OBJECTION_MOVES, "admit", by=by)
    _tell_objector(moved)
    _tell_office(moved, gettext_noop("Objection %(number)s against “%(notice)s” is being examined. A manager without a part in it rules on it."), Role.MANAGER)
    return moved


@transaction.atomic
def refuse_objection(objection: Objection, *, codes: list[ReasonCode], note: str, by: Actor) -> Objection:
    """Refuse an objection as inadmissible, with coded reasons that the objector reads."""
    refuse_party(objection, by)
    if not codes:
        raise BusinessError(_("Choose at least one reason."), field="codes")
    if not note.strip():
        raise BusinessError(_("Write the reason; the objector will read it."), field="note")
    moved = make_move(objection, OBJECTION_MOVES, "refuse", by=by, note=note, codes=[code.code for code in codes], ruling=note)
    _tell_objector(moved)
    return moved


@transaction.atomic
def withdraw_objection(objection: Objection, *, by: Actor, note: str = "") -> Objection:
    """Note that the objector takes it back: by the page of the receipt (`by` the system), or in writing to an officer."""
    if by.user is not None and not note.strip():
        raise BusinessError(_("Say how the objector took it back."), field="note")
    moved = make_move(objection, OBJECTION_MOVES, "withdraw", by=by, note=note)
    _tell_objector(moved)
    return moved


@transaction.atomic
def record_ruling(objection: Objection, reply: OfficialReply, *, proposed: str, note: str, by: Actor) -> Objection:
    """Write down the authority's ruling. It counts when a manager has confirmed it by ruling the same."""
    if not note.strip():
        raise BusinessError(_("Write the authority's reasons in its own words."), field="note")
    return make_move(objection, OBJECTION_MOVES, "record_ruling", by=by, note=note, reply=reply, proposed=proposed, ruling=note)


@transaction.atomic
def rule_objection(objection: Objection, act: str, *, note: str, by: Actor) -> Objection:
    """`uphold` or `dismiss`, with written reasons that the objector is sent. Where the authority ruled, this confirms
    its recorded ruling."""
    locked = lock(objection)
    result = {"uphold": "upheld", "dismiss": "dismissed"}[act]
    if locked.proposed and locked.proposed != result:
        raise Conflict(
            _("The authority's ruling was recorded as “%(ruling)s”. Confirm that one, or let finance record it anew.")
            % {"ruling": locked.get_proposed_display()}
        )
    if not locked.recorder_id:
        refuse_party(locked, by)
    reasons = note.strip() or locked.ruling
    if not reasons:
        raise BusinessError(_("Write the reasons; the objector will read them."), field="note")
    moved = make_move(objection, OBJECTION_MOVES, act, by=by, note=reasons, ruling=reasons)
    _tell_objector(moved)
    if result == "upheld":
        _tell_office(moved, gettext_noop("Objection %(number)s against “%(notice)s” was upheld. Record the new decision on the line."), Role.FINANCE)
    return moved


@transaction.atomic
def remedy_objection(objection: Objection, *, by: Actor) -> Objection:
    """Note that the new decision which the upheld objection asked for was confirmed. Call it with that decision."""
    locked = lock(objection)
    if locked.state != "upheld":
        raise Conflict(_("Only an upheld objection leads to a new decision."))
    if locked.remedied_at is None:
        locked.remedied_at = timezone.now()
        locked.save(update_fields=["remedied_at"])
        record("remedied", locked, by=by)
    return locked


def _tell_objector(objection: Objection) -> None:
    """Let the queue tell the objector what became of it: number, state, reasons."""
    from incubator.policy.tasks import tell_objector

    tell_objector.defer(organisation_id=objection.organisation_id, objection_id=objection.pk)


def _tell_office(objection: Objection, sentence: str, role: str) -> None:
    parties = parties_of(objection)
    able = [person for person in people_with(objection.organisation, role) if role == Role.FINANCE or person.pk not in parties]
    notify(
        able or people_with(objection.organisation, role),
        sentence,
        key=f"objection:{objection.pk}:{objection.state}",
        url=f"/office/{objection.organisation.slug}/policy/objections/{objection.pk}/",
        number=objection.number,
        notice=str(objection.notice),
    )
