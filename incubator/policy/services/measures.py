"""Acts on local measures: enter, correct, attach the scan, hand in; a second person compares and files (policy.md d)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed, NotEligible
from incubator.core.refusals import clash
from incubator.documents.models import DocumentKind
from incubator.documents.services import attach_upload
from incubator.journal.services import lock, make_move, moving, record
from incubator.policy.models import DocumentStatus, Level, MeasureDraft, PolicyDocument
from incubator.policy.quotes import digest
from incubator.policy.services.texts import ClauseText, load_document
from incubator.policy.splitting import LONGEST_CLAUSE, MOST_CLAUSES, split_text
from incubator.policy.states import MEASURE_MOVES, MeasureState


@transaction.atomic
def draft_measure(*, by: Actor, body: str = "", scan: UploadedFile | None = None, **fields: Any) -> MeasureDraft:
    """Begin a local measure from its whole text, split into clauses by the numbers that it uses itself.

    Raises BusinessError (field slug) when the address is taken, BadUpload for a scan that is none."""
    if "clauses" not in fields:
        found = split_text(body)
        fields |= {"preamble": found.preamble, "clause_form": found.clause_form}
        fields["clauses"] = [piece.as_row() for piece in found.clauses]
    _check_clauses(fields["clauses"])
    _check_slug(fields["slug"])
    with clash("measure_draft_once", _taken(fields["slug"]), field="slug"):
        draft = MeasureDraft.objects.create(drafter=by.user, **fields)
    if scan is not None:
        draft = attach_scan(draft, scan, by=by)
    record("draft_measure", draft, by=by, clauses=len(draft.clauses))
    return draft


@transaction.atomic
def change_measure(draft: MeasureDraft, *, by: Actor, version: int | None = None, **fields: Any) -> MeasureDraft:
    """Correct title, dates or the split of a draft. Raises Conflict when somebody else changed it meanwhile."""
    locked = _change(draft, version)
    if "clauses" in fields:
        _check_clauses(fields["clauses"])
    if fields.get("slug", locked.slug) != locked.slug:
        _check_slug(fields["slug"])
    for name, value in fields.items():
        setattr(locked, name, value)
    with clash("measure_draft_once", _taken(locked.slug), field="slug"):
        locked.save()
    record("change_measure", locked, by=by, fields=sorted(fields))
    return locked


@transaction.atomic
def attach_scan(draft: MeasureDraft, upload: UploadedFile, *, by: Actor, version: int | None = None) -> MeasureDraft:
    """Keep the scan of the signed paper with the draft: private, by its SHA-256. A later one replaces it."""
    locked = _change(draft, version)
    locked.scan = attach_upload(upload, kind=DocumentKind.MEASURE, by=by, title=locked.title)
    locked.save()
    return locked


@transaction.atomic
def submit_measure(draft: MeasureDraft, *, by: Actor) -> MeasureDraft:
    """Hand a measure in: from here it is locked, and another person compares it with the paper.

    Raises NotEligible with everything that is missing."""
    missing = missing_of(draft)
    if missing:
        raise NotEligible(_("“%(title)s” cannot be handed in yet. %(list)s") % {"title": draft, "list": " ".join(missing)})
    return make_move(draft, MEASURE_MOVES, "submit", by=by, note="", version=draft.version + 1)


def missing_of(draft: MeasureDraft) -> list[str]:
    """What keeps a draft from being handed in, each a sentence."""
    said = [] if draft.clauses else [_("It has no clause.")]
    if draft.effective_from is None:
        said.append(_("The day from which it is in force is not set."))
    if draft.scan_id is None:
        said.append(_("The scan of the paper is not attached: the second person compares with it."))
    if draft.supersedes_id and draft.supersedes and draft.supersedes.status == DocumentStatus.ENDED:
        said.append(_("“%(title)s”, which it replaces, is no longer in force.") % {"title": draft.supersedes})
    twice = [row["path"] for row in draft.clauses]
    said += [_("Clause %(path)s stands twice.") % {"path": path} for path in sorted({p for p in twice if twice.count(p) > 1})]
    return said


@transaction.atomic
def file_measure(draft: MeasureDraft, *, by: Actor) -> MeasureDraft:
    """Confirm, as the second person, that the words are those of the paper, and file them: nobody changes them again.

    The measure that it replaces ends the day before. Programmes of an imported file begin as drafts of who imported it."""
    with moving(draft, MEASURE_MOVES, "file", by=by) as locked:
        document = _as_document(locked, by)
        locked.document, locked.version = document, locked.version + 1
        if locked.supersedes:
            end_document(locked.supersedes, successor=document, by=by)
    if locked.source:
        from incubator.policy.importing import load_programmes

        load_programmes(locked.source, document, drafter=locked.drafter, by=by)
    record("file_measure", document, by=by, sha256=document.text_sha256, clauses=len(locked.clauses))
    return locked


def _as_document(draft: MeasureDraft, by: Actor) -> PolicyDocument:
    kept = ("number", "title", "issuer", "issued_on", "effective_from", "effective_to", "parent", "supersedes",
            "is_example", "preamble", "clause_form", "scan")  # fmt: skip
    clauses = clause_texts(draft.clauses)
    return load_document(
        draft.slug, clauses, text_sha256=text_digest(draft.preamble, clauses), level=Level.LOCAL,
        status=DocumentStatus.IN_FORCE, entered_by=draft.drafter, confirmed_by=by.user,
        **{name: getattr(draft, name) for name in kept},
    )  # fmt: skip


@transaction.atomic
def return_measure(draft: MeasureDraft, *, by: Actor, note: str) -> MeasureDraft:
    """Send a measure back to who entered it, and say what does not agree with the paper."""
    if not note.strip():
        raise BusinessError(_("Say why: the person who drafted it must know what to change."), field="note")
    return make_move(draft, MEASURE_MOVES, "return", by=by, note=note, version=draft.version + 1)


@transaction.atomic
def drop_measure(draft: MeasureDraft, *, by: Actor) -> MeasureDraft:
    """Give up a draft. Its record stays; its address is free again."""
    return make_move(draft, MEASURE_MOVES, "drop", by=by, version=draft.version + 1)


@transaction.atomic
def confirm_text(document: PolicyDocument, *, by: Actor) -> PolicyDocument:
    """Say, as the second person, that a text which came by import is that of the paper. From then on it is in force.

    Raises NotAllowed for the person who imported it."""
    locked = lock(document)
    if locked.is_confirmed:
        raise IllegalMove(_("“%(title)s” is confirmed already.") % {"title": locked})
    if by.user is None or by.user.pk == locked.entered_by_id:
        raise NotAllowed(_("You entered this text, so another person must confirm it (four eyes)."))
    locked.confirmed_by, locked.status = by.user, DocumentStatus.IN_FORCE
    locked.save(update_fields=["confirmed_by", "status"])
    record("confirm_text", locked, by=by, sha256=locked.text_sha256)
    return locked


@transaction.atomic
def end_document(document: PolicyDocument, *, by: Actor, successor: PolicyDocument | None = None) -> PolicyDocument:
    """End an own measure: on the day before its successor begins, or, by the clock, after its last day."""
    locked = lock(document)
    today = timezone.localdate()
    if successor is not None and successor.effective_from is not None:
        last = successor.effective_from - timedelta(days=1)
        locked.effective_to = max(last, locked.effective_from) if locked.effective_from else last
    if locked.effective_to is not None and locked.effective_to < today:
        locked.status = DocumentStatus.ENDED
    locked.save(update_fields=["effective_to", "status"])
    record("end_document", locked, by=by, last_day=str(locked.effective_to))
    return locked


def clause_texts(rows: Iterable[dict[str, str]]) -> list[ClauseText]:
    return [ClauseText(row["path"], row["chapter"], row["title"], row["text"]) for row in rows]


def text_digest(preamble: str, clauses: Iterable[ClauseText]) -> str:
    """SHA-256 over opening words and clauses: the same words give the same digest, whatever file they came in."""
    parts = [preamble, *([clause.path, clause.chapter, clause.title, clause.text] for clause in clauses)]
    return digest(json.dumps(parts, ensure_ascii=False, separators=(",", ":")))


def _change(draft: MeasureDraft, version: int | None) -> MeasureDraft:
    locked = lock(draft)
    if locked.state != MeasureState.DRAFT:
        raise IllegalMove(
            _("“%(title)s” is %(state)s and can no longer be changed.")
            % {"title": locked, "state": locked.get_state_display()}
        )
    if version is not None and version != locked.version:
        raise Conflict(_("Somebody else has changed this draft since you opened it. Reload the page and enter it again."))
    MeasureDraft.objects.filter(pk=locked.pk).update(version=F("version") + 1)
    locked.refresh_from_db(fields=["version"])
    return locked


def _check_clauses(rows: Sequence[dict[str, str]]) -> None:
    if not rows:
        raise BusinessError(_("The text is empty. Paste the whole measure, with the numbers of its clauses."), field="body")
    if len(rows) > MOST_CLAUSES:
        raise BusinessError(
            _("The text falls into %(count)s clauses; at most %(most)s are taken. Is it one measure?")
            % {"count": len(rows), "most": MOST_CLAUSES}, field="body",
        )  # fmt: skip
    for row in rows:
        if not row["text"].strip():
            raise BusinessError(_("Clause %(path)s has no words. Write them, or join it to the clause above.") % row, field="body")
        if len(row["text"]) > LONGEST_CLAUSE:
            raise BusinessError(
                _("Clause %(path)s has more than %(most)s characters. Split it.") % {"path": row["path"], "most": LONGEST_CLAUSE},
                field="body",
            )


def _check_slug(slug: str) -> None:
    if PolicyDocument.objects.filter(slug=slug).exists():
        raise BusinessError(_taken(slug), field="slug")


def _taken(slug: str) -> str:
    return _("The address “%(slug)s” is taken by another text. Choose another one, for example with the year.") % {"slug": slug}


