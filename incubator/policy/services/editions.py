"""Acts on programme editions (lifecycles.md 2.1)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor, actor_for
from incubator.accounts.models import User
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed, NotEligible
from incubator.journal.services import lock, make_move, record
from incubator.policy.evidence import default_evidence
from incubator.policy.guards import require_publishable
from incubator.policy.keys import FORMULA_KEYS, check_value, find_key, label_of, stand_ins
from incubator.policy.models import Certainty, Citation, Level, Parameter, Programme, ProgrammeEdition, Verification
from incubator.policy.services.budgets import require_budget
from incubator.policy.services.decisions import record_decision
from incubator.policy.states import EDITION_MOVES, RULING, EditionState

LOOK_AGAIN_DAYS = 365  # a figure from a secondary source is looked at again after a year at the latest


@transaction.atomic
def draft_edition(programme: Programme, *, by: Actor, template: ProgrammeEdition | None = None, **fields: Any) -> ProgrammeEdition:
    """Begin an edition of a programme for this organisation, from a shipped template if one is given.

    Each figure that the formula needs begins as "authorised, amount not set", resting on the programme's words."""
    given = {"name": programme.name, "payee": programme.payee, "calculator": template.calculator if template else ""}
    values = given | fields
    values.setdefault("evidence", default_evidence(programme.kind, values["payee"]))
    values.setdefault("stacking_group", programme.kind)
    values.setdefault("drafter", by.user)
    edition = ProgrammeEdition.objects.create(programme=programme, **values)
    fill_gaps(edition)
    record("draft_edition", edition, by=by)
    return edition


def fill_gaps(edition: ProgrammeEdition) -> None:
    """Put "authorised, amount not set" where a draft lacks a figure that its formula needs."""
    there = set(edition.parameters.values_list("key", flat=True))
    for key in FORMULA_KEYS.get(edition.formula_name, ()):
        if key.required and key.name == (key.group or key.name) and there.isdisjoint(stand_ins(edition.formula_name, key)):
            Parameter.objects.create(
                edition=edition, key=key.name, unit=key.unit, value=None, certainty=Certainty.PLACEHOLDER,
                citation=edition.programme.citation,
            )


@transaction.atomic
def draft_from(edition: ProgrammeEdition, *, by: Actor) -> ProgrammeEdition:
    """Begin a draft from a shipped template, or a new edition from one of this organisation's own with its figures."""
    if edition.organisation_id is None:
        return draft_edition(edition.programme, by=by, template=edition, region=edition.region)
    kept = (
        "payee", "payee_citation", "region", "calculator", "window", "evidence", "stacking_group", "decider", "notice",
        "partial_allowed", "rounding", "rate_ceiling_mode", "is_example",
    )  # fmt: skip
    name = _("%(name)s (new)") % {"name": edition.name}
    draft = ProgrammeEdition.objects.create(
        programme=edition.programme, drafter=by.user, name=name[:160], **{field: getattr(edition, field) for field in kept}
    )
    for row in edition.parameters.all():
        row.pk, row._state.adding, row.edition = None, True, draft
        row.valid_from = row.valid_to = None
        row.save()
    record("draft_edition", draft, by=by, copied_from=edition.pk)
    return draft


@transaction.atomic
def set_parameter(
    edition: ProgrammeEdition,
    key: str,
    value: str,
    *,
    by: Actor,
    citation: Citation | None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    scope: dict[str, str] | None = None,
    certainty: str | None = None,
    source: str = "",
    version: int | None = None,
) -> Parameter:
    """Set one figure of a draft, with the words that set it. A row of the same key, scope and first day is replaced.

    Without `certainty` the cited text decides: words of a local measure are its setting, those of another text are
    verbatim. A derived figure names its `source` and needs no citation yet; a person verifies it later.

    `version` is the edition's version that the person saw. Raises BusinessError (field value) for a value that the
    key does not take, Conflict when the draft has changed since, or the days overlap with another row."""
    known = find_key(edition.formula_name, key)
    if known is None:
        raise BusinessError(_("This edition does not use “%(figure)s”.") % {"figure": label_of(key)}, field="key")
    stored = check_value(known, value)
    locked = change_draft(edition, version)
    scope = scope or {}
    rows = locked.parameters.filter(key=key, scope=scope)
    locked.parameters.not_set().filter(key__in=stand_ins(edition.formula_name, known)).delete()
    row = rows.filter(valid_from=valid_from).first() or Parameter(edition=locked, key=key, scope=scope, valid_from=valid_from)
    row.value, row.unit, row.valid_to, row.citation = stored, known.unit, valid_to, citation
    row.certainty, row.condition = certainty or certainty_of(citation, known.label), source
    row.verified_by = row.last_verified_on = row.look_again_on = None  # what somebody verified was another value
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise _overlap(known.label) from error
    record("set_parameter", locked, by=by, key=key, value=stored, citation=citation.pk if citation else None)
    return row


def certainty_of(citation: Citation | None, label: Any) -> str:
    """How sure a figure is, by the text whose words set it. Raises BusinessError where no words are given."""
    if citation is None:
        raise BusinessError(_("“%(figure)s” has no citation.") % {"figure": label}, field="quote")
    return Certainty.LOCAL_SETTING if citation.clause.document.level == Level.LOCAL else Certainty.VERBATIM


def _overlap(label: Any) -> Conflict:
    return Conflict(
        _("Another value of “%(figure)s” already holds on some of these days. Set where it ends first.") % {"figure": label},
        field="valid_from",
    )


@transaction.atomic
def remove_parameter(parameter: Parameter, *, by: Actor) -> None:
    """Take a figure out of a draft. One that the formula needs goes back to "authorised, amount not set"."""
    edition = change_draft(parameter.edition)
    record("remove_parameter", edition, by=by, key=parameter.key, value=parameter.value)
    parameter.delete()
    fill_gaps(edition)


@transaction.atomic
def verify_parameter(
    parameter: Parameter, *, by: Actor, citation: Citation, look_again_on: date | None = None, note: str = ""
) -> Parameter:
    """Say that a derived figure stands in the issuing body's own text, with the words, and when to look again.

    In a draft the figure itself is signed. In a published edition its row is locked: the look is added beside it."""
    if parameter.certainty != Certainty.DERIVED:
        raise IllegalMove(_("“%(figure)s” does not come from a secondary source.") % {"figure": parameter.label})
    today = timezone.localdate()
    if look_again_on is not None and look_again_on <= today:
        raise BusinessError(_("Choose a day after today."), field="look_again_on")
    again = look_again_on or today + timedelta(days=LOOK_AGAIN_DAYS)
    if parameter.edition.state == EditionState.DRAFT:
        change_draft(parameter.edition)
        parameter.citation, parameter.verified_by, parameter.last_verified_on = citation, by.user, today
        parameter.look_again_on = again
        parameter.save()
    elif parameter.edition.state in RULING:
        Verification.objects.create(
            parameter=parameter, citation=citation, verified_by=by.user, verified_on=today, look_again_on=again, note=note
        )
    else:
        raise IllegalMove(
            _("“%(edition)s” is %(state)s; its figures are locked. Start a new edition to change them.")
            % {"edition": parameter.edition, "state": parameter.edition.get_state_display()}
        )
    record("verify_parameter", parameter.edition, by=by, key=parameter.key, citation=citation.pk)
    return parameter


@transaction.atomic
def change_edition(edition: ProgrammeEdition, *, by: Actor, version: int | None = None, **fields: Any) -> ProgrammeEdition:
    """Change name, days, payee, papers or window of a draft."""
    locked = change_draft(edition, version)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.save()
    record("change_edition", locked, by=by, fields=sorted(fields))
    return locked


def change_draft(edition: ProgrammeEdition, version: int | None = None) -> ProgrammeEdition:
    """The draft, locked, its version raised. Raises IllegalMove when it is no draft, Conflict when it has changed."""
    locked = lock(edition)
    if locked.state != EditionState.DRAFT:
        raise IllegalMove(
            _("“%(edition)s” is %(state)s; its figures are locked. Start a new edition to change them.")
            % {"edition": locked, "state": locked.get_state_display()}
        )
    if version is not None and version != locked.version:
        raise Conflict(_("Somebody else has changed this draft since you opened it. Reload the page and enter it again."), code="stale")
    ProgrammeEdition.objects.filter(pk=locked.pk).update(version=F("version") + 1)
    locked.refresh_from_db(fields=["version"])
    return locked


@transaction.atomic
def submit_edition(edition: ProgrammeEdition, *, by: Actor) -> ProgrammeEdition:
    """Hand a draft in for review: from here its figures are locked.

    Raises NotEligible with everything that is missing: unset or unverified figures, citations, payee, papers."""
    require_publishable(edition)
    return make_move(edition, EDITION_MOVES, "submit", by=by, version=edition.version + 1)


@transaction.atomic
def approve_edition(edition: ProgrammeEdition, *, by: Actor) -> ProgrammeEdition:
    """Publish an edition that another person drafted and submitted. It takes effect on its first day."""
    require_publishable(edition)
    digest = edition_hash(edition)
    moved = make_move(edition, EDITION_MOVES, "approve", by=by, edition_hash=digest, version=edition.version + 1)
    record_decision(moved, "publish_edition", by=by, edition=moved, trace_sha256=digest)
    return moved


@transaction.atomic
def return_edition(edition: ProgrammeEdition, *, by: Actor, note: str) -> ProgrammeEdition:
    """Send an edition back to its drafter, and say why."""
    _need_note(note)
    return make_move(edition, EDITION_MOVES, "return", by=by, note=note, version=edition.version + 1)


@transaction.atomic
def take_effect(edition: ProgrammeEdition, *, by: Actor, on: date | None = None) -> ProgrammeEdition:
    """Let a published edition apply, on its first day or later. Raises Conflict while another one is in force."""
    on = on or timezone.localdate()
    if edition.effective_from is None or on < edition.effective_from:
        raise NotEligible(_("“%(edition)s” applies from %(day)s.") % {"edition": edition, "day": edition.effective_from})
    require_budget(edition)
    try:
        with transaction.atomic():
            return make_move(edition, EDITION_MOVES, "take_effect", by=by)
    except IntegrityError as error:
        raise Conflict(
            _("Another edition of this programme is in force on the same days. Replace it first.")
        ) from error


@transaction.atomic
def supersede_edition(edition: ProgrammeEdition, successor: ProgrammeEdition, *, by: Actor) -> ProgrammeEdition:
    """End an edition on the day before its published successor begins. Applications filed before keep it."""
    if successor.state != EditionState.PUBLISHED or successor.programme_id != edition.programme_id:
        raise IllegalMove(_("The successor must be a published edition of the same programme."))
    if by.user is not None and by.user.pk == successor.drafter_id:
        raise NotAllowed(_("You drafted the successor, so another person must replace the edition in force (four eyes)."))
    last_day = successor.effective_from - timedelta(days=1)
    if last_day < edition.effective_from:
        raise BusinessError(_("The successor would begin before the edition in force did."))
    return make_move(edition, EDITION_MOVES, "supersede", by=by, effective_to=last_day)


@transaction.atomic
def plan_succession(edition: ProgrammeEdition, successor: ProgrammeEdition, *, by: Actor) -> ProgrammeEdition:
    """Let an edition end on the day before its published successor begins: at once when that day has passed, else by
    the clock, so that no day is without a rule. Raises NotAllowed for who drafted the successor."""
    first = successor.effective_from
    if first is None or first <= timezone.localdate():
        return supersede_edition(edition, successor, by=by)
    with transaction.atomic():  # the same guards; the state stays until the day has come
        supersede_edition(edition, successor, by=by)
        transaction.set_rollback(True)
    locked = lock(edition)
    locked.effective_to = first - timedelta(days=1)
    locked.save(update_fields=["effective_to"])
    record("plan_succession", locked, by=by, successor=successor.pk, last_day=str(locked.effective_to))
    return locked


@transaction.atomic
def expire_edition(edition: ProgrammeEdition, *, by: Actor, on: date | None = None) -> ProgrammeEdition:
    """Close an edition whose last day has passed."""
    if edition.effective_to is None or (on or timezone.localdate()) <= edition.effective_to:
        raise NotEligible(_("“%(edition)s” has not reached its last day.") % {"edition": edition})
    return make_move(edition, EDITION_MOVES, "expire", by=by)


@transaction.atomic
def withdraw_edition(edition: ProgrammeEdition, *, by: Actor, manager: User, note: str) -> ProgrammeEdition:
    """Take a published edition back: an owner, together with a manager. Only while nobody has applied under it."""
    _need_note(note)
    second = actor_for(manager, by.organisation)
    if second is None or Role.MANAGER not in second.roles or (by.user and manager.pk == by.user.pk):
        raise NotAllowed(_("An edition is withdrawn by an owner together with a manager who is another person."))
    if is_used(edition):
        raise IllegalMove(_("Somebody has applied under this edition, so it cannot be withdrawn. Let a successor replace it."))
    moved = make_move(edition, EDITION_MOVES, "withdraw", by=by, note=note)
    record_decision(moved, "withdraw_edition", by=by, edition=moved, note=f"{note} ({manager})")
    return moved


def is_used(edition: ProgrammeEdition) -> bool:
    """Whether anything but its own figures and decisions rests on the edition, in whichever app."""
    return any(
        relation.related_model.objects.filter(**{relation.field.name: edition}).exists()
        for relation in edition._meta.related_objects
        if relation.related_model._meta.app_label != "policy"
    )


def edition_hash(edition: ProgrammeEdition) -> str:
    """SHA-256 over everything that an edition rules, figures and the words they rest on included."""
    rows = edition.parameters.with_source().order_by("key", "scope_key", "valid_from")
    content = {
        name: getattr(edition, name)
        for name in (
            "name", "region", "payee", "payee_citation_id", "calculator", "window", "evidence", "stacking_group",
            "decider", "notice", "partial_allowed", "rounding", "rate_ceiling_mode", "effective_from",
        )
    } | {
        "programme": edition.programme.slug,
        "figures": [
            [row.key, row.scope_key, row.value, row.unit, row.op, row.valid_from, row.valid_to,
             row.citation.clause.text_sha256 if row.citation else None, row.citation.quote if row.citation else None]
            for row in rows
        ],
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _need_note(note: str) -> None:
    if not note.strip():
        raise BusinessError(_("Say why: the person who drafted it must know what to change."), field="note")
