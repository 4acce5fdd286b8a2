"""What the pages of the policy library show: texts by chapter, figures by clause, what rests on a clause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import Q

from incubator.policy.models import Clause, Parameter, PolicyDocument, Programme, ProgrammeEdition
from incubator.policy.states import RULING, EditionState
from incubator.policy.typeset import Piece, paragraphs


@dataclass(frozen=True)
class SetClause:
    """A clause with its paragraphs as they are set."""

    clause: Clause
    paragraphs: list[list[Piece]]


@dataclass(frozen=True)
class Chapter:
    """A chapter with its clauses; `name` is empty where the text has none."""

    name: str
    clauses: list[SetClause]


@dataclass
class Right:
    """A programme that a text gives, with the words, and the edition that pays under it here, if any."""

    programme: Programme
    editions: list[ProgrammeEdition] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return bool(self.editions)


def chapters(document: PolicyDocument) -> list[Chapter]:
    """The whole text, by chapter."""
    clauses = list(document.clauses.order_by("ordinal"))
    for clause in clauses:
        clause.document = document
    return [
        Chapter(name, [SetClause(clause, paragraphs(clause)) for clause in group])
        for name, group in groupby(clauses, key=lambda clause: clause.chapter)
    ]


def figures(document: PolicyDocument) -> list[Parameter]:
    """What the text sets and what it leaves open, in the order of its clauses; each figure once."""
    rows = _public_figures().filter(citation__clause__document=document).order_by("citation__clause__ordinal", "pk")
    return _once(rows)


def figures_on(clause: Clause) -> list[Parameter]:
    """The figures that rest on one clause."""
    return _once(_public_figures().filter(citation__clause=clause).order_by("citation__char_from", "pk"))


def _public_figures() -> Any:
    """What everybody may read: figures of the texts, and those of editions that a second person has published."""
    published = Q(organisation=None) | Q(edition__state__in=RULING)
    return Parameter.objects.of_texts().with_source().filter(published)


def _once(rows: Iterable[Parameter]) -> list[Parameter]:
    """Several editions may set the same figure by the same words: it is told once."""
    return list({(row.key, row.value, row.citation_id): row for row in rows}.values())


def rights(document: PolicyDocument, clause: Clause | None = None) -> list[Right]:
    """The programmes whose words stand in the text (in one clause), with the editions in force here."""
    place = {"citation__clause": clause} if clause else {"citation__clause__document": document}
    programmes = Programme.objects.select_related("citation__clause__document").filter(**place)
    ordered = programmes.order_by("citation__clause__ordinal", "pk")
    found = {programme.pk: Right(programme) for programme in ordered}
    running = ProgrammeEdition.objects.own().filter(state=EditionState.EFFECTIVE, programme__in=found)
    for edition in running.order_by("pk"):
        found[edition.programme_id].editions.append(edition)
    return [right for right in found.values() if right.programme.organisation_id is None or right.is_open]


def local_measures(document: PolicyDocument) -> list[PolicyDocument]:
    """The local texts that carry this one out."""
    return list(PolicyDocument.objects.filter(parent=document).order_by("pk"))
