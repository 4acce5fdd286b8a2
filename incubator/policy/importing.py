"""The import format: one YAML file with a document, its clauses, its programmes and their cited figures.

`data/example-measure.yaml` shows every part. What the file says is checked as if a person had typed it: quotes must
stand in their clauses, values must fit their keys. Editions arrive as drafts; people submit and approve them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor, system
from incubator.core.errors import BusinessError
from incubator.core.scoping import organisation_context
from incubator.journal.services import record
from incubator.policy.models import BudgetStatement, Citation, PolicyDocument, Programme, ProgrammeEdition
from incubator.policy.services.budgets import say_budget
from incubator.policy.services.editions import (
    approve_edition,
    draft_edition,
    set_parameter,
    submit_edition,
    take_effect,
)
from incubator.policy.services.texts import ClauseText, cite, load_document
from incubator.policy.states import EditionState

LARGEST = 2_000_000  # bytes
DOCUMENT_FIELDS = frozenset(
    (
        "slug", "number", "title", "issuer", "level", "issued_on", "effective_from",
        "effective_to", "clause_form", "is_example", "status", "preamble",
    )
)
EDITION_FIELDS = frozenset(
    (
        "name", "region", "effective_from", "effective_to", "calculator", "window", "evidence",
        "stacking_group", "decider", "partial_allowed",
    )
)


class MeasureFileError(BusinessError):
    """The file is not what the format asks for; says where."""


@dataclass
class Imported:
    """What one file made, or found made already."""

    document: PolicyDocument
    editions: list[ProgrammeEdition] = field(default_factory=list)


def import_document(path: str | Path, *, by: Actor) -> Imported:
    """Take a local measure in for the organisation of `by`: text, programmes and draft editions, all or nothing.

    Importing the same file again finds everything made. Raises MeasureFileError or another BusinessError with the place."""
    body = Path(path).read_bytes()
    if len(body) > LARGEST:
        raise MeasureFileError(_("The file is larger than 2 MB."))
    source = _part(_read(body), "file")
    try:
        with organisation_context(by.organisation), transaction.atomic():
            return _import(source, body, by)
    except KeyError as error:
        raise MeasureFileError(_("An entry of the file lacks “%(name)s”.") % {"name": error.args[0]}) from error


def _import(source: Mapping[str, Any], body: bytes, by: Actor) -> Imported:
    imported = Imported(_document(source, body, by))
    defaults = _part(source.get("defaults", {}), "defaults")
    for programme in _list(source, "programmes"):
        imported.editions.append(_programme(programme, defaults, imported, by))
    return imported


def _read(body: bytes) -> Any:
    try:
        return yaml.safe_load(body.decode())
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise MeasureFileError(_("The file is no YAML in UTF-8: %(error)s") % {"error": str(error)[:200]}) from error


def _document(source: Mapping[str, Any], body: bytes, by: Actor) -> PolicyDocument:
    given = dict(_part(source.get("document"), "document"))
    parent = given.pop("parent", None)
    _only(given, DOCUMENT_FIELDS, "document")
    clauses = [
        ClauseText(str(row["path"]), row.get("chapter", ""), row["title"], row["text"].strip())
        for row in _list(source, "clauses")
    ]
    slug = str(given.pop("slug"))
    known = PolicyDocument.objects.filter(slug=slug).exists()
    document = load_document(
        slug, clauses, text_sha256=sha256(body).hexdigest(), parent=PolicyDocument.objects.get(slug=parent) if parent else None,
        **given,
    )
    if not known:
        record("import_document", document, by=by, sha256=document.text_sha256)
    return document


def _programme(
    row: Mapping[str, Any], defaults: Mapping[str, Any], imported: Imported, by: Actor
) -> ProgrammeEdition:
    document = imported.document
    rows = Programme.objects.shared() if row.get("shared") else Programme.objects.own()
    programme = rows.filter(slug=row["slug"]).first()
    if programme is None:
        if row.get("shared"):
            raise MeasureFileError(_("There is no shipped programme “%(slug)s”.") % {"slug": row["slug"]})
        programme = Programme.objects.create(
            slug=row["slug"], kind=row["kind"], payee=row["payee"], name=row["name"], citation=_cited(document, row)
        )
    own = _part(row.get("edition"), "edition")
    figures = [*own.get("figures", ()), *defaults.get("figures", ())]
    return _edition(programme, {**defaults, **own, "figures": figures}, document, by)


def _edition(programme: Programme, given: Mapping[str, Any], document: PolicyDocument, by: Actor) -> ProgrammeEdition:
    found = ProgrammeEdition.objects.own().filter(programme=programme, name=given["name"]).first()
    if found is not None:
        return found
    fields = {name: value for name, value in given.items() if name in EDITION_FIELDS}
    edition = draft_edition(
        programme, by=by, payee=programme.payee, is_example=document.is_example, notice=_notice(document, given),
        payee_citation=_payee_citation(document, given), **fields,
    )
    for figure in given["figures"]:
        set_parameter(
            edition, figure["key"], str(figure["value"]), by=by, citation=_cited(document, figure),
            valid_from=figure.get("valid_from", edition.effective_from), valid_to=figure.get("valid_to"),
            scope=figure.get("scope"),
        )
    edition.refresh_from_db()
    return edition


def _notice(document: PolicyDocument, given: Mapping[str, Any]) -> dict[str, Any] | None:
    """How long results are shown in public, and the words that order it; None where the measure asks for none."""
    row = given.get("notice")
    if not row:
        return None
    return {
        "working_days": int(row["working_days"]), "day_kind": row.get("day_kind", "working"),
        "citation": _cited(document, row).pk,
    }


def _payee_citation(document: PolicyDocument, given: Mapping[str, Any]) -> Citation | None:
    if "payee_clause" not in given:
        return None
    return _cited(document, {"clause": given["payee_clause"], "quote": given["payee_quote"]})


def _cited(document: PolicyDocument, row: Mapping[str, Any]) -> Citation:
    """The words that a row rests on. `document` names another text by its address."""
    if "document" in row:
        document = PolicyDocument.objects.get(slug=row["document"])
    clause = document.clauses.filter(path=str(row["clause"])).first()
    if clause is None:
        raise MeasureFileError(_("“%(document)s” has no clause %(path)s.") % {"document": document, "path": row["clause"]})
    return cite(clause, str(row["quote"]))


def _part(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise MeasureFileError(_("The part “%(name)s” of the file is missing or no table.") % {"name": name})
    return value


def _list(source: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = source.get(name) or []
    if not isinstance(rows, list):
        raise MeasureFileError(_("The part “%(name)s” of the file is no list.") % {"name": name})
    return [_part(row, name) for row in rows]


def _only(given: Mapping[str, Any], known: frozenset[str], name: str) -> None:
    strange = sorted(set(given) - known)
    if strange:
        raise MeasureFileError(
            _("The part “%(name)s” of the file has unknown entries: %(entries)s.")
            % {"name": name, "entries": ", ".join(strange)}
        )


def put_in_force(imported: Imported, *, submitter: Actor, approver: Actor) -> list[ProgrammeEdition]:
    """Submit, approve and start every draft of an import, as two people would one by one on the policy desk."""
    with organisation_context(submitter.organisation):
        for place, edition in enumerate(imported.editions):
            if edition.state == EditionState.DRAFT:
                submitted = submit_edition(edition, by=submitter)
                approved = approve_edition(submitted, by=approver)
                say_budget(approved, BudgetStatement.Rule.NONE, by=approver)
                imported.editions[place] = take_effect(approved, by=system(submitter.organisation))
    return imported.editions
