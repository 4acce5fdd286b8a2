"""Reading what is shipped: the provincial text, its figures, the later series, reason codes, the working calendar.

Everything is checked before it is stored: the text by its SHA-256, each clause by its own, each quote by its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from django.db import transaction

from incubator.policy.models import (
    Certainty,
    Citation,
    Clause,
    Holiday,
    Level,
    Parameter,
    PolicyDocument,
    Programme,
    ProgrammeEdition,
    ReasonCode,
)
from incubator.policy.quotes import digest
from incubator.policy.services.texts import ClauseText, cite, load_document

DATA = Path(__file__).parent / "data"
SLUG = "jilin-2015-28"
TEXT_SHA256 = "c81b81b09df05edbb7da600f797e147ac37a5113d24a14e7a8843011ae5c20ad"
CHAPTER = re.compile(r"^　　([一二三四五六])、(.+)$")
CLAUSE = re.compile(r"^　　（([一二三四五六七八九十]+)）(.+)$")


class PolicyTextError(RuntimeError):
    """A shipped file is not what it should be; says which and how."""


@dataclass(frozen=True)
class ParsedText:
    """A text in its parts: title, number, the words before the first chapter, the clauses."""

    title: str
    number: str
    preamble: str
    clauses: tuple[ClauseText, ...]


@dataclass(frozen=True)
class Loaded:
    """How much of each thing now stands in the database."""

    clauses: int
    citations: int
    figures: int
    placeholders: int
    reason_codes: int
    days: int


@transaction.atomic
def load_everything(path: Path | None = None) -> Loaded:
    """Load all that is shipped. Can be run again: what stands stays, what differs is refused. Outside any context."""
    document = load_text(path or DATA / f"{SLUG}.txt")
    load_numbers(document)
    load_series(document)
    figures = Parameter.objects.shared()
    return Loaded(
        clauses=document.clauses.count(),
        citations=Citation.objects.shared().count(),
        figures=figures.count(),
        placeholders=figures.not_set().count(),
        reason_codes=load_reason_codes(),
        days=load_holidays(),
    )


def load_text(path: Path) -> PolicyDocument:
    """The text with its 33 clauses. Raises PolicyTextError when the file or a clause is not the known one."""
    body = path.read_bytes()
    found = sha256(body).hexdigest()
    if found != TEXT_SHA256:
        raise PolicyTextError(f"{path}: SHA-256 {found} is not that of 吉政发〔2015〕28号 ({TEXT_SHA256})")
    parsed = parse_text(body.decode())
    check_clauses(parsed.clauses)
    return load_document(
        SLUG, parsed.clauses, text_sha256=found, number=parsed.number, title=parsed.title, preamble=parsed.preamble,
        issuer="吉林省人民政府", level=Level.PROVINCIAL,
    )


def parse_text(body: str) -> ParsedText:
    """Take the text apart. A paragraph without number belongs to the clause above it."""
    lines = [line for line in body.splitlines() if line.strip()]
    opening, clauses, chapter = list[str](), list[list[str]](), ""
    for line in lines:
        if CHAPTER.match(line):
            chapter = line.strip()
        elif found := CLAUSE.match(line):
            clauses.append([found[1], chapter, found[2].rstrip()])
        elif clauses:
            clauses[-1].append(line.strip())
        else:
            opening.append(line.strip())
    return ParsedText(
        title="".join(opening[:2]),
        number=opening[2],
        preamble="\n".join(opening[3:]),
        clauses=tuple(
            ClauseText(path, above, paragraphs[0].partition("。")[0], "\n".join(paragraphs))
            for path, above, *paragraphs in clauses
        ),
    )


def check_clauses(clauses: tuple[ClauseText, ...]) -> None:
    """Compare each clause with the committed list of hashes."""
    known = dict(line.split() for line in _lines("jilin-2015-28.sha256"))
    if [clause.path for clause in clauses] != list(known):
        raise PolicyTextError(f"found {len(clauses)} clauses where {len(known)} are known")
    for clause in clauses:
        if digest(clause.text) != known[clause.path]:
            raise PolicyTextError(f"clause {clause.path} is not the known one: SHA-256 {digest(clause.text)}")


@dataclass(frozen=True)
class NumberRow:
    """One row of the number table. `value` None: the document sets no number."""

    clause: str
    key: str
    value: str | None
    unit: str
    op: str
    condition: str
    quote: str


def read_numbers() -> Iterator[NumberRow]:
    """The number table (policy.md b): brackets stripped, `(same quote)` and `same` filled in, new values only."""
    before: NumberRow | None = None
    for line in _lines("jilin-2015-28-numbers.txt"):
        clause, key, value, unit, op, condition, quote = line.split("|")
        if before and quote == "(same quote)":
            quote = before.quote
        if before and condition == "same":
            condition = before.condition
        new = None if value == "null" else value.partition("->")[2] or value
        before = NumberRow(clause, key, new, unit, op, condition, quote.strip("「」"))
        yield before


def load_numbers(document: PolicyDocument) -> None:
    """The figures of the text, each with the words it stands in; those it leaves open as placeholders."""
    clauses = {clause.path: clause for clause in document.clauses.all()}
    templates = _Templates()
    for row in read_numbers():
        citation = cite(clauses[row.clause], row.quote)
        certainty = Certainty.PLACEHOLDER if row.value is None else Certainty.VERBATIM
        _keep(
            templates.edition_for(row.key, citation), row.key, None, {},
            value=row.value, unit=row.unit, op=row.op, condition=row.condition, citation=citation, certainty=certainty,
        )


def load_series(document: PolicyDocument) -> None:
    """Later figures for loans: derived and verified by nobody, so no edition can be published with them."""
    programme = Programme.objects.shared().get(slug="loan-interest")
    for line in _lines("loan-series.txt"):
        source, valid_from, key, scope, value, unit, op, note = line.split("|")
        edition = _template(programme, f"{source}（待核实）", "interest_subsidy@1")
        restricted = dict([scope.split("=")]) if scope else {}
        first = None if valid_from == "?" else date.fromisoformat(valid_from)
        _keep(edition, key, first, restricted, value=value, unit=unit, op=op, condition=note,
              certainty=Certainty.DERIVED)


def _keep(
    edition: ProgrammeEdition | None, key: str, valid_from: date | None, scope: dict[str, str], **fields: object
) -> None:
    """Store a figure unless it stands already. Raises PolicyTextError when it stands with another value."""
    stored = Parameter.objects.shared().filter(edition=edition, key=key, valid_from=valid_from, scope=scope).first()
    if stored is None:
        Parameter.objects.create(edition=edition, key=key, valid_from=valid_from, scope=scope, **fields)
    elif stored.value != fields["value"]:
        raise PolicyTextError(f"{key}: {stored.value} is stored, the file says {fields['value']}")


class _Templates:
    """The shipped programmes and their template editions, made when the first figure of each is read."""

    def __init__(self) -> None:
        self.rows = [line.split("|") for line in _lines("programmes.txt")]

    def edition_for(self, key: str, citation: Citation) -> ProgrammeEdition | None:
        """The template that the figure belongs to; None for a figure of no programme."""
        found = next((row for row in self.rows if key.startswith(row[5])), None)
        if found is None:
            return None
        slug, kind, payee, name, formula, _beginning = found
        programme = Programme.objects.shared().filter(slug=slug).first() or Programme.objects.create(
            slug=slug, kind=kind, payee=payee, name=name, citation=citation
        )
        return _template(programme, f"{name}（模板）", formula)


def _template(programme: Programme, name: str, formula: str) -> ProgrammeEdition:
    rows = ProgrammeEdition.objects.templates().filter(programme=programme, name=name)
    return rows.first() or ProgrammeEdition.objects.create(
        programme=programme, name=name, payee=programme.payee, calculator=formula, region="吉林省"
    )


def load_reason_codes() -> int:
    """The codes with which something is returned, cut or refused; wording may be corrected, rows stay."""
    for place, line in enumerate(_lines("reason-codes.txt"), 1):
        code, zh, en, who_zh, who = line.split("|")
        values = {"zh": zh, "en": en, "who_fixes": who, "who_fixes_zh": who_zh, "ordinal": place}
        ReasonCode.objects.update_or_create(code=code, defaults=values)
    return ReasonCode.objects.count()


def load_holidays() -> int:
    """The state's calendar as far as it is published. A year without rows is not known."""
    source = ""
    for line in (DATA / "holidays.txt").read_text().splitlines():
        if line.startswith("# source:"):
            source = line.removeprefix("# source:").strip()
        elif line and not line.startswith("#"):
            days, kind, name = line.split("|")
            for day in _days(days):
                Holiday.objects.update_or_create(day=day, defaults={"kind": kind, "name": name, "source": source})
    return Holiday.objects.count()


def _days(text: str) -> list[date]:
    first, _dots, last = text.partition("..")
    start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


def _lines(name: str) -> list[str]:
    """The lines of a data file without its comments."""
    return [line for line in (DATA / name).read_text().splitlines() if line and not line.startswith("#")]


def clause_of(path: str) -> Clause:
    """A clause of the provincial text by its number ("九")."""
    return Clause.objects.shared().get(document__slug=SLUG, path=path)
