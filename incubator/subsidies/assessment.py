"""From rows to an amount: gather the facts of an application, run its edition's formula, keep the trace.

The arithmetic itself stands in formulas.py; this module only reads rows and writes the result back to lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from incubator.core.canonical import canonical
from incubator.core.formulas import Result, compute, trace
from incubator.subsidies.case import Case
from incubator.subsidies.gather import case_of, lines_with_sources
from incubator.subsidies.kinds import kind_named
from incubator.subsidies.models import ApplicationLine, SubsidyApplication
from incubator.subsidies.models.applications import Quarter

ENGINE = "fuhua-1"
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Assessment:
    """An amount with its reasons: the formula's result, the trace that is stored, and the sources of its terms."""

    result: Result
    record: dict[str, Any]

    @property
    def amount(self) -> Decimal:
        return self.result.amount or NOTHING

    @property
    def sha256(self) -> str:
        return str(self.record["sha256"])


def assess(application: SubsidyApplication, lines: Sequence[ApplicationLine] | None = None) -> Assessment:
    """Compute the application as its rows stand now. Lines that the officer cut are left out of the formula."""
    lines = list(lines_with_sources(application)) if lines is None else lines
    kept = [line for line in lines if not line.is_cut]
    cut = [{"line": line.key, "reason": line.reason.code} for line in lines if line.is_cut and line.reason]
    return assess_case(case_of(application, kept), cut)


def assess_case(case: Case, cut: Sequence[dict[str, str]] = ()) -> Assessment:
    """Compute a case, whoever stated it. Raises NotEligible where a figure of the edition is not set, BadValueError
    for facts that the formula refuses."""
    edition = case.edition
    values, sources = terms_of(edition, case.period.first_day)
    name = edition.formula_name
    facts = kind_named(case.kind).facts_of(case)
    result = compute(name, terms=values, facts=facts)
    source = {"id": edition.pk, "name": edition.name, "hash": edition.edition_hash, "sources": sources, "cut": list(cut)}
    return Assessment(result, trace(result, terms=values, facts=facts, name=name, version=ENGINE, edition=source))


def terms_of(edition: Any, day: date) -> tuple[dict[str, Any], dict[str, Any]]:
    """The terms of the edition's formula on a day, and its sources: citation text to document, clause, quote, address.

    Each term cites its source by that text, so that a step of the trace can be read without the database."""
    values, cited = edition.terms(day)
    texts = {key: cite(source) for key, source in cited.items()}
    return {**values, "citations": texts}, {texts[key]: source for key, source in cited.items()}


def cite(source: dict[str, Any]) -> str:
    """The source as a step names it: 吉政发〔2015〕28号（九）「words」."""
    return f"{source['text']}「{source['quote']}」"


def write_amounts(application: SubsidyApplication, outcome: Assessment, *, field: str) -> None:
    """Put the amount of each line of the result (`claimed` or `assessed`) on the row that it belongs to.

    The sum of the rows is the amount: the caller stores it, a test adds it up."""
    amounts = {line_key(line.values): line.amount or NOTHING for line in outcome.result.lines}
    lines = list(application.lines.select_related(*ApplicationLine.SOURCES))
    for line in lines:
        setattr(line, field, NOTHING if line.is_cut else amounts[line.key])
    ApplicationLine.objects.bulk_update(lines, [field])


def line_key(values: Any) -> str:
    """How a line of the result is named: all that it is for (month, invoice number, person and month …)."""
    return " ".join(str(value) for name, value in values.items() if name not in {"amount", "reason"})


def evidence_digest(application: SubsidyApplication) -> str:
    """What the officer looked at, in one SHA-256: papers with their findings, and lines with their invoices."""
    papers = sorted((e.item, e.document.sha256, e.verdict) for e in application.evidence.select_related("document"))
    lines = [
        (line.key, line.proof, str(line.paid), line.is_cut, line.reason_id or 0)
        for line in application.lines.select_related(*ApplicationLine.SOURCES)
    ]
    return sha256(canonical([papers, lines, application.facts]).encode()).hexdigest()


def why(application: SubsidyApplication) -> list[dict[str, Any]]:
    """The rows of "为什么是这个金额" for pages and papers: the stored steps, each with the source that it names."""
    return why_in(application.trace)


def why_in(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The same of any trace, stored or not."""
    sources = (record.get("edition") or {}).get("sources", {})
    steps = record.get("result", {}).get("steps", [])
    return [step | {"source": source_of(step.get("citation", ""), sources)} for step in steps]


def source_of(citation: str, sources: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Where a step's words stand. A step may rest on several terms: their clauses and quotes are joined."""
    found = [source for text, source in sources.items() if text in citation]
    if not found:
        return {"text": "", "quote": "", "url": ""}
    joined = {name: "；".join(dict.fromkeys(source[name] for source in found)) for name in ("text", "quote")}
    return {**joined, "url": found[0]["url"]}


def last_quarters(day: date, count: int = 4) -> list[Quarter]:
    """The whole quarters before this day, the latest first."""
    quarters = [Quarter.before(day)]
    while len(quarters) < count:
        quarters.append(Quarter.before(quarters[-1].first_day))
    return quarters


