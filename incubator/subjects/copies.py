"""Acts on copies: ask, build, take, forget."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor, outsider
from incubator.accounts.models import User
from incubator.core.errors import Conflict
from incubator.core.personal import Outcome, Subject
from incubator.core.scoping import organisation_context
from incubator.documents.services import drop_with_file
from incubator.journal.services import record
from incubator.subjects.building import copy_for_office, copy_for_person
from incubator.subjects.models import OwnCopy, SubjectCopy
from incubator.tenants.knowing import subject_of


@transaction.atomic
def ask_own_copy(user: User) -> OwnCopy:
    """The person asks for a copy of everything. One at a time: a second asking shows the one that is there."""
    from incubator.subjects.tasks import build_own_copy

    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    there = OwnCopy.objects.filter(user=user, expires_at__gt=timezone.now(), taken=0).first()
    if there:
        raise Conflict(_("A copy is being made, or waits to be taken. Take that one first."))
    made = OwnCopy.objects.create(user=user)
    build_own_copy.defer(copy_id=made.pk)
    return made


def build_own(copy: OwnCopy) -> None:
    """Write the file, once, and tell the journal of every organisation that gave something to it."""
    if copy.ready_at:
        return
    body, holders = copy_for_person(copy.user)
    with transaction.atomic():
        put_file(copy, body)
    for organisation in holders:
        with organisation_context(organisation):
            record("copy_own", copy, by=outsider(copy.user, organisation), sha256=copy.sha256)


@transaction.atomic
def ask_copy(about: dict[str, Any], *, by: Actor) -> SubjectCopy:
    """An owner asks for a copy of what this organisation holds about a person."""
    from incubator.subjects.tasks import build_copy

    made = SubjectCopy.objects.create(made_by=by.user, **about)
    record("copy_person", made, by=by, **keys_of(about))
    build_copy.defer(organisation_id=made.organisation_id, copy_id=made.pk)
    return made


def build(copy: SubjectCopy) -> None:
    """Write the file, once."""
    if copy.ready_at:
        return
    put_file(copy, copy_for_office(subject_about(copy), copy.organisation))


def put_file(copy: Any, body: bytes) -> None:
    copy.file.save("copy", ContentFile(body), save=False)
    copy.size, copy.sha256, copy.ready_at = len(body), sha256(body).hexdigest(), timezone.now()
    copy.save()


def note_taken(copy: Any) -> None:
    """Count a download."""
    type(copy)._default_manager.filter(pk=copy.pk).update(taken=F("taken") + 1)


def subject_about(record: Any, pseudonym: str = "") -> Subject:
    """The person that a copy or an erasure is about, as this organisation knows them."""
    return subject_of(user=record.user, founder=record.founder, contact=record.startup, pseudonym=pseudonym)


def keys_of(about: dict[str, Any]) -> dict[str, int]:
    """Whom it is about, by key only: the journal keeps no name."""
    return {name: row.pk for name, row in about.items() if row}


def forget_copies(model: Any) -> int:
    """Delete copies past their week."""
    return drop_copies(model.objects.filter(expires_at__lt=timezone.now()))


def drop_copies(found: Any) -> int:
    """Delete copies with their files."""
    gone = list(found)
    for copy in gone:
        drop_with_file(copy)
    return len(gone)


def copies_about(subject: Subject) -> Any:
    """Copies that an owner made of this person, whichever of their entries was chosen for it."""
    wanted = Q(founder__in=subject.of("tenants.Founder")) | Q(startup__in=subject.of("tenants.Startup"))
    if subject.user:
        wanted |= Q(user=subject.user)
    return SubjectCopy.objects.filter(wanted).order_by("pk")


def erase_copies(subject: Subject, really: bool) -> Outcome:
    """They go with the person."""
    found = copies_about(subject)
    return Outcome(goes=drop_copies(found) if really else found.count())
