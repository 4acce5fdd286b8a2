"""What subsidies need to know of an edition: its measure, the words it rests on, the notice it orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from incubator.policy.models import Citation, PolicyDocument, Programme, ProgrammeEdition


@dataclass(frozen=True)
class NoticeRule:
    """A public notice that a measure orders: how many working days, and the words that say so."""

    working_days: int
    citation: Citation


def notice_rule_of(edition: ProgrammeEdition) -> NoticeRule | None:
    """The notice that the edition orders, or None."""
    if not edition.notice:
        return None
    return NoticeRule(int(edition.notice["working_days"]), Citation.objects.get(pk=edition.notice["citation"]))


def measure_of(edition: ProgrammeEdition) -> PolicyDocument:
    """The local measure whose clauses set the edition's figures."""
    set_here = edition.parameters.filter(certainty="local_setting", citation__isnull=False).select_related("citation__clause__document")
    row = set_here.order_by("pk").first()
    if row is None:
        raise LookupError(f"edition {edition.pk} ({edition}) has no figure that a measure sets")
    return row.citation.clause.document


def editions_under(measure: PolicyDocument, payee: str) -> Any:
    """This organisation's editions at one level whose figures a measure sets."""
    return ProgrammeEdition.objects.own().filter(payee=payee, parameters__citation__clause__document=measure).distinct()


def basis_citations(edition: ProgrammeEdition) -> list[Citation]:
    """The words that the edition rests on, the widest first: the province's clause, the measure's, the payee's."""
    shipped = Programme.objects.shared().filter(kind=edition.kind).select_related("citation__clause__document").first()
    found = [shipped.citation if shipped else None, edition.programme.citation, share_citation(edition), edition.payee_citation]
    kept: list[Citation] = []
    for citation in filter(None, found):
        if not any(citation.clause_id == one.clause_id and citation.quote in one.quote for one in kept):
            kept.append(citation)
    return kept


def share_citation(edition: ProgrammeEdition) -> Citation | None:
    """The words that set the share or the amount, the heart of the rule."""
    row = edition.parameters.filter(key__in=("share", "shares_by_year", "amount", "month_amount", "stages")).exclude(citation=None).select_related("citation__clause__document").first()
    return row.citation if row else None
