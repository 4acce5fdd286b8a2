"""Taking a file of the import format in: text, programmes and draft editions, all or nothing.

What the file says is checked as if a person had typed it: quotes must stand in their clauses, values must fit their
keys. Editions arrive as drafts and the text unconfirmed; people confirm, submit and approve them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor, system
from incubator.accounts.models import User
from incubator.core.errors import BusinessError
from incubator.core.scoping import organisation_context
from incubator.journal.services import record
from incubator.policy import exchange
from incubator.policy.measurefile import MeasureFile, Words, read_measure
from incubator.policy.models import (
    BudgetStatement,
    Citation,
    Level,
    MeasureDraft,
    PolicyDocument,
    Programme,
    ProgrammeEdition,
)
from incubator.policy.quotes import QuoteNotFoundError
from incubator.policy.services.budgets import say_budget, statement_of
from incubator.policy.services.editions import (
    approve_edition,
    change_edition,
    draft_edition,
    fill_gaps,
    set_parameter,
    submit_edition,
    take_effect,
)
from incubator.policy.services.measures import clause_texts, confirm_text, draft_measure, text_digest
from incubator.policy.services.texts import cite, load_document
from incubator.policy.states import EditionState
from incubator.policy.yamlfile import MeasureFileError, wrong

__all__ = [
    "Imported", "MeasureFileError", "import_document", "load_programmes", "put_in_force", "rehearse", "take_in",
]  # fmt: skip


@dataclass
class Imported:
    """What one file made, or found made already."""

    document: PolicyDocument
    editions: list[ProgrammeEdition] = field(default_factory=list)


def import_document(path: str | Path, *, by: Actor) -> Imported:
    """Take a local measure in for the organisation of `by`. Importing the same file again finds everything made.

    Raises MeasureFileError or another BusinessError with the place."""
    file = read_measure(Path(path).read_bytes())
    with organisation_context(by.organisation), transaction.atomic():
        return _load(file, by)


def rehearse(file: MeasureFile, *, by: Actor) -> None:
    """Try the whole import and undo it. Raises MeasureFileError with the line where it would fail; writes nothing."""
    with transaction.atomic():
        _load(file, by)
        transaction.set_rollback(True)


@transaction.atomic
def take_in(body: bytes, *, by: Actor) -> Imported | MeasureDraft:
    """What the second click on the diff screen does. A new text becomes a draft that a second person compares with the
    paper, its programmes follow then; for a text on file, its draft editions are made or brought up to the file."""
    file = read_measure(body)
    document = PolicyDocument.objects.own().filter(slug=file.document["slug"]).first()
    if document is not None:
        return _load(file, by)
    rehearse(file, by=by)
    given = {name: value for name, value in file.document.items() if name not in {"line", "parent", "supersedes"}}
    linked = {name: _linked(file, name) for name in ("parent", "supersedes")}
    clauses = [{name: row[name] for name in ("path", "chapter", "title", "text")} for row in file.clauses]
    return draft_measure(by=by, clauses=clauses, source=body.decode("utf-8-sig") if file.programmes else "", **given, **linked)


def load_programmes(source: str, document: PolicyDocument, *, drafter: User, by: Actor) -> Imported:
    """The programmes of a file whose text a second person has just filed. Its editions are drafts of who imported it."""
    return _load(read_measure(source.encode()), by, document=document, drafter=drafter)


def _load(file: MeasureFile, by: Actor, *, document: PolicyDocument | None = None, drafter: User | None = None) -> Imported:
    imported = Imported(document or _document(file, by))
    for row in file.programmes:
        with at_line(row["line"]):
            programme = _programme(row, imported.document)
        for edition in row["editions"]:
            with at_line(edition["line"]):
                imported.editions.append(_edition(programme, edition, imported.document, by, drafter))
    return imported


@contextmanager
def at_line(line: int) -> Iterator[None]:
    """Say where in the file a refusal has its cause."""
    try:
        yield
    except MeasureFileError:
        raise
    except BusinessError as error:
        raise wrong(line, error.message) from error


def _document(file: MeasureFile, by: Actor) -> PolicyDocument:
    given = {name: value for name, value in file.document.items() if name not in {"line", "slug", "parent", "supersedes"}}
    slug, clauses = file.document["slug"], clause_texts(file.clauses)
    known = PolicyDocument.objects.filter(slug=slug).exists()
    with at_line(file.document["line"]):
        document = load_document(
            slug, clauses, text_sha256=text_digest(given["preamble"], clauses), level=Level.LOCAL, entered_by=by.user,
            parent=_linked(file, "parent"), supersedes=_linked(file, "supersedes"), **given,
        )
    if not known:
        record("import_document", document, by=by, sha256=document.text_sha256)
    return document


def _linked(file: MeasureFile, name: str) -> PolicyDocument | None:
    slug = file.document[name]
    found = PolicyDocument.objects.filter(slug=slug).first() if slug else None
    if slug and found is None:
        raise wrong(file.document["line"], _("there is no text with the address “%(slug)s”.") % {"slug": slug})
    return found


def _programme(row: dict[str, Any], document: PolicyDocument) -> Programme:
    rows = Programme.objects.shared() if row["shared"] else Programme.objects.own()
    programme = rows.filter(slug=row["slug"]).first()
    if programme is None and row["shared"]:
        raise wrong(row["line"], _("There is no shipped programme “%(slug)s”.") % {"slug": row["slug"]})
    if programme is None:
        return Programme.objects.create(
            slug=row["slug"], kind=row["kind"], payee=row["payee"], name=row["name"], citation=cited(document, row["words"])
        )
    return programme


def _edition(
    programme: Programme, given: dict[str, Any], document: PolicyDocument, by: Actor, drafter: User | None
) -> ProgrammeEdition:
    found = exchange.find_edition(programme, given)
    if found is not None and not exchange.differences_of(found, given, document):
        return found
    if found is not None and found.state != EditionState.DRAFT:
        raise wrong(
            given["line"],
            _("“%(edition)s” is %(state)s and differs from the file. Give the edition in the file another name to make "
              "it a new draft.") % {"edition": found, "state": found.get_state_display()},
        )  # fmt: skip
    fields = _fields(programme, given, document)
    if found is None:
        found = draft_edition(
            programme, by=by, is_example=document.is_example, drafter=drafter or by.user, **fields,
        )  # fmt: skip
    else:
        found = change_edition(found, by=by, **fields)
        found.parameters.all().delete()
        fill_gaps(found)
    _figures(found, given, document, by)
    found.refresh_from_db()
    return found


def _fields(programme: Programme, given: dict[str, Any], document: PolicyDocument) -> dict[str, Any]:
    wanted = exchange.filled(given, programme)
    return {name: wanted[name] for name in (*exchange.PLAIN, "payee", "stacking_group", "evidence")} | {
        "payee_citation": cited(document, given["payee_words"]) if given["payee_words"] else None,
        "notice": _notice(document, given["notice"]),
    }


def _notice(document: PolicyDocument, row: dict[str, Any] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"working_days": row["working_days"], "day_kind": row["day_kind"], "citation": cited(document, row["words"]).pk}


def _figures(edition: ProgrammeEdition, given: dict[str, Any], document: PolicyDocument, by: Actor) -> None:
    for row in given["figures"]:
        if row["value"] is None:
            continue
        with at_line(row["line"]):
            set_parameter(
                edition, row["key"], row["value"], by=by, citation=cited(document, row["words"]) if row["words"] else None,
                valid_from=row["valid_from"], valid_to=row["valid_to"], scope=row["scope"],
                certainty=row["certainty"] or None, source=row["source"],
            )  # fmt: skip


def cited(document: PolicyDocument, given: Words) -> Citation:
    """The words that a row rests on. Raises MeasureFileError with the line where text, clause or words do not exist."""
    if given.document:
        other = PolicyDocument.objects.filter(slug=given.document).first()
        if other is None:
            raise wrong(given.line, _("there is no text with the address “%(slug)s”.") % {"slug": given.document})
        document = other
    clause = document.clauses.filter(path=given.clause).first()
    if clause is None:
        raise wrong(given.line, _("“%(document)s” has no clause %(path)s.") % {"document": document, "path": given.clause})
    try:
        return cite(clause, given.quote)
    except QuoteNotFoundError as error:
        raise wrong(given.line, error.message) from error


def put_in_force(imported: Imported, *, submitter: Actor, approver: Actor) -> list[ProgrammeEdition]:
    """Confirm the text, then submit, approve and start every draft, as two people would one by one on the policy desk."""
    with organisation_context(submitter.organisation):
        if not imported.document.is_confirmed:
            imported.document = confirm_text(imported.document, by=approver)
        for place, edition in enumerate(imported.editions):
            if edition.state == EditionState.DRAFT:
                submitted = submit_edition(edition, by=submitter)
                approved = approve_edition(submitted, by=approver)
                if statement_of(approved) is None:
                    say_budget(approved, BudgetStatement.Rule.NONE, by=approver)
                imported.editions[place] = take_effect(approved, by=system(submitter.organisation))
    return imported.editions
