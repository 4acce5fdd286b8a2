"""Acts on erasures: ask, check, approve, refuse, carry out, print the receipt."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor, actor_for, outsider, system
from incubator.accounts.erasing import still_works_here
from incubator.accounts.models import Organisation, User
from incubator.accounts.roles import Role
from incubator.core.canonical import canonical
from incubator.core.errors import BusinessError, Conflict
from incubator.core.holdings import erase as erase_everywhere
from incubator.core.holdings import moment
from incubator.core.redaction import redacted
from incubator.documents.codes import new_verify_code
from incubator.documents.services import keep_paper
from incubator.journal.services import make_move, moving, next_number, record
from incubator.notices.services import notify, people_with
from incubator.subjects.copies import keys_of, subject_about
from incubator.subjects.models import Erasure, Ground
from incubator.subjects.papers import print_receipt
from incubator.subjects.states import ERASURE_MOVES

ASKED = gettext_noop("A person asks to have their data erased.")
WAITS = gettext_noop("An erasure of personal data waits for a second person.")


@transaction.atomic
def ask_erasure(about: dict[str, Any], *, by: Actor, ground: str, note: str = "") -> Erasure:
    """Write down that a person's data are to go. Raises Conflict while another request about the person runs."""
    people = {name: row for name, row in about.items() if row}
    if Erasure.objects.running().filter(**people).exists():
        raise Conflict(_("A request about this person is under way. Open that one."))
    asked = Erasure.objects.create(ground=ground, note=redacted(note), **about)
    record("ask_erasure", asked, by=by, ground=ground, **keys_of(about))
    return asked


@transaction.atomic
def ask_own_erasure(user: User, organisation: Organisation) -> Erasure:
    """A person asks for their own data to go; the owners hear of it. Inside the organisation's context."""
    by = actor_for(user, organisation) or outsider(user, organisation)
    asked = ask_erasure({"user": user, "founder": None, "startup": None}, by=by, ground=Ground.ASKED)
    notify(people_with(organisation, Role.OWNER), ASKED, key=f"erasure-asked-{asked.pk}", url=page_of(asked))
    return asked


@transaction.atomic
def check_erasure(erasure: Erasure, *, by: Actor) -> Erasure:
    """Write down what would go and what must stay, and ask for a second person.

    Raises Conflict while the person still holds a role here: first the work ends, then the data go."""
    refuse_while_working(erasure)
    with moving(erasure, ERASURE_MOVES, "check", by=by) as checked:
        checked.number = checked.number or erasure_number()
        checked.plan = plan_of(checked, really=False)
    others = [person for person in people_with(by.organisation, Role.OWNER, Role.MANAGER) if by.user is None or person.pk != by.user.pk]
    notify(others, WAITS, key=f"erasure-{checked.pk}-{timezone.now():%s}", url=page_of(checked))
    return checked


def page_of(erasure: Erasure) -> str:
    """Where the office sees it."""
    return reverse("office:subjects:erasure", args=[erasure.organisation.slug, erasure.pk])


def approve_erasure(erasure: Erasure, *, by: Actor) -> Erasure:
    """Agree as the second person. The job erases a moment later; nothing brings the data back."""
    from incubator.subjects.tasks import carry_out_erasure

    refuse_while_working(erasure)
    with transaction.atomic():
        approved = make_move(erasure, ERASURE_MOVES, "approve", by=by)
        carry_out_erasure.defer(organisation_id=approved.organisation_id, erasure_id=approved.pk)
    return approved


def refuse_erasure(erasure: Erasure, *, by: Actor, note: str) -> Erasure:
    """Refuse with the reason that the person is told."""
    if not note.strip():
        raise BusinessError(_("Say why the request is refused: the person is told."), field="note")
    return make_move(erasure, ERASURE_MOVES, "refuse", by=by, note=redacted(note))


@transaction.atomic
def carry_out(erasure: Erasure) -> Erasure:
    """Erase in every table, write the receipt, have it printed. A second run does nothing."""
    from incubator.subjects.tasks import print_erasure_receipt

    if erasure.state != "approved":
        return erasure
    with moving(erasure, ERASURE_MOVES, "erase", by=system(erasure.organisation)) as done:
        done.plan = plan_of(done, really=True)
        done.erased_at, done.note, done.verify_code = timezone.now(), "", new_verify_code()
        done.receipt_text = canonical(receipt_of(done))
        done.receipt_sha256 = sha256(done.receipt_text.encode()).hexdigest()
    print_erasure_receipt.defer(organisation_id=done.organisation_id, erasure_id=done.pk)
    return done


def keep_receipt(erasure: Erasure) -> Erasure:
    """Print the receipt and keep it. A second run prints nothing new."""
    if erasure.document_id or not erasure.receipt_text:
        return erasure
    body = print_receipt(json.loads(erasure.receipt_text), erasure.receipt_sha256, erasure.erased_at)
    title = f"{erasure.number} 个人信息删除回执"
    with transaction.atomic():
        erasure.document = keep_paper(body, title=title, name=f"{erasure.number}.pdf", by=system(erasure.organisation))
        Erasure.objects.filter(pk=erasure.pk, document=None).update(document=erasure.document)
    return erasure


def is_as_written(erasure: Erasure) -> bool:
    """Whether the stored receipt still has the digest that was printed."""
    return sha256(erasure.receipt_text.encode()).hexdigest() == erasure.receipt_sha256


def erasure_number() -> str:
    """SC-2026-000001 (删除): the number of the receipt, and the pseudonym in the place of the name."""
    year = timezone.localdate().year
    return f"SC-{year}-{next_number('SC', year=year):06d}"


def refuse_while_working(erasure: Erasure) -> None:
    subject = subject_about(erasure)
    if subject.user and still_works_here(subject.user):
        raise Conflict(_("This person still holds a role here. Set its last day under People first, then check again."))


def plan_of(erasure: Erasure, *, really: bool) -> list[dict[str, Any]]:
    """What goes and what stays, table by table; with `really` it is gone."""
    subject = subject_about(erasure, erasure.number)
    return [{"table": kept.model} | asdict(outcome) for kept, outcome in erase_everywhere(subject, really=really)]


def receipt_of(erasure: Erasure) -> dict[str, Any]:
    """Everything that the receipt says: schema fuhua.erasure.v1. No name, no number of the person."""
    with translation.override("zh-hans"):
        return {
            "schema": "fuhua.erasure.v1",
            "number": erasure.number,
            "organisation": erasure.organisation.name,
            "uscc": erasure.organisation.uscc,
            "watermark": "示例" if erasure.organisation.is_example else "",
            "ground": str(erasure.get_ground_display()),
            "asked_on": str(timezone.localdate(erasure.asked_at)),
            "erased_at": moment(erasure.erased_at),
            "checked_by": erasure.checker.name,
            "approved_by": erasure.approver.name,
            "gone": [{"table": table_name(row["table"]), "count": str(row["goes"])} for row in erasure.plan if row["goes"]],
            "stays": [
                {"table": table_name(row["table"]), "count": str(row["stays"]), "why": in_words(row["why"]), "basis": in_words(row["basis"]), "until": in_words(row["until"])}
                for row in erasure.plan
                if row["stays"]
            ],
            "verify": {"code": erasure.verify_code, "url": f"{settings.SITE_URL}/verify/{erasure.organisation.slug}/{erasure.verify_code}/"},
        }


def in_words(text: str) -> str:
    """A sentence of a plan in the reader's language; days stand as they are."""
    return _(text) if text else ""


def table_name(label: str) -> str:
    """What a table is called for people."""
    name = str(apps.get_model(label)._meta.verbose_name)
    return name[:1].upper() + name[1:]
