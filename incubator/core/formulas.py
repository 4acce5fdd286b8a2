"""What every formula is made of: its result, its steps, the register, and the stored trace.

A formula is a pure function of frozen terms and facts. Apps register theirs in their own
``formulas.py``; ``manage.py formula`` finds them there. Three without an app stand at the end.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from .calendar import WorkingCalendar
from .canonical import canonical
from .exact import BadValueError, count_from_1, day, exact_text, list_of, money, text
from .given import Given, NoTerms, Source, Terms, citations
from .identifiers import (
    Problem,
    normalise_identifier,
    resident_id_problem,
    resident_id_sum,
    uscc_problem,
    uscc_sum,
)
from .money import amount_in_words
from .periods import Month

type Json = bool | int | str | list[Json] | dict[str, Json] | None
SCHEMA = "fuhua.trace.v1"
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Step:
    """One row of "为什么是这个金额": what was computed, how, and under which clause."""

    number: int
    label_zh: str
    label_en: str
    expression: str
    result: str
    citation: str | None = None

    def as_json(self) -> dict[str, Json]:
        """Return the row as JSON; ``citation`` only when there is one."""
        row: dict[str, Json] = {
            "number": self.number,
            "label": {"zh": self.label_zh, "en": self.label_en},
            "expression": self.expression,
            "result": self.result,
        }
        return row | ({"citation": self.citation} if self.citation else {})


class Steps(list[Step]):
    """The steps so far; ``add`` numbers them from 1."""

    def add(self, zh: str, en: str, expression: str, result: object, cited: str | None = None) -> None:
        """Append a step; amounts and numbers are written as text here."""
        shown = exact_text(result) if isinstance(result, Fraction) else str(result)
        self.append(Step(len(self) + 1, zh, en, expression, shown, cited))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a result: what it is for (month, invoice …), its amount, why it was refused.

    Formulas with other amounts per line (interest, eligible …) put them in ``values`` and leave
    ``amount`` None.
    """

    values: Mapping[str, object]
    amount: Decimal | None = None
    reason: str | None = None

    def as_json(self) -> dict[str, Json]:
        """Return the line flat: the values, then ``amount`` when there is one, then ``reason``."""
        amount = {} if self.amount is None else {"amount": self.amount}
        return plain_map({**self.values, **amount, "reason": self.reason})


@dataclass(frozen=True, slots=True)
class Result:
    """What a formula returns. ``reasons`` holds each code once; ``extra`` the keys of its own."""

    amount: Decimal | None = None
    lines: tuple[Line, ...] = ()
    steps: tuple[Step, ...] = ()
    reasons: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of_lines(cls, lines: Sequence[Line], steps: Steps, **extra: object) -> Self:
        """Add the lines up: the amount is their sum, with a last step that says so."""
        total = sum((line.amount for line in lines if line.amount), NOTHING)
        parts = " + ".join(str(line.amount) for line in lines if line.amount) or "0"
        steps.add("合计", "Total", parts, total)
        reasons = dict.fromkeys(line.reason for line in lines if line.reason)
        return cls(total, tuple(lines), tuple(steps), tuple(reasons), extra)

    def as_json(self) -> dict[str, Json]:
        """Return the result as JSON with amounts as strings."""
        return {
            "amount": plain(self.amount),
            "lines": [line.as_json() for line in self.lines],
            "steps": [step.as_json() for step in self.steps],
            "reasons": list(self.reasons),
            **plain_map(self.extra),
        }


@dataclass(frozen=True, slots=True)
class Formula:
    """A registered formula: its name, version, titles, and the way from JSON to a result."""

    name: str
    version: str
    title_zh: str
    title_en: str
    terms: type[Terms]
    facts: type[Given]
    calculate: Callable[[Any, Any], Result]

    def read(self, terms: object, facts: object) -> tuple[Terms, Given]:
        """Return typed terms and facts, whether they come as mappings or typed already."""
        return (
            terms if isinstance(terms, self.terms) else self.terms.from_dict(terms),
            facts if isinstance(facts, self.facts) else self.facts.from_dict(facts),
        )


_REGISTER: dict[str, Formula] = {}


def formula[T: Terms, F: Given](
    name: str, *, terms: type[T], facts: type[F], zh: str, en: str, version: str = "1"
) -> Callable[[Callable[[T, F], Result]], Callable[[T, F], Result]]:
    """Register a pure function under a name; a name may be taken once."""

    def register(calculate: Callable[[T, F], Result]) -> Callable[[T, F], Result]:
        if name in _REGISTER:
            raise RuntimeError(f"the formula {name} is registered twice")
        _REGISTER[name] = Formula(name, version, zh, en, terms, facts, calculate)
        return calculate

    return register


def formulas() -> tuple[Formula, ...]:
    """Return the registered formulas by name."""
    return tuple(_REGISTER[name] for name in sorted(_REGISTER))


def get_formula(name: str) -> Formula:
    """Return a formula; raises BadValueError for a name nobody registered."""
    if name not in _REGISTER:
        raise BadValueError(f'formula is "{name}": no formula has this name; see --list')
    return _REGISTER[name]


def compute(name: str, *, terms: object, facts: object) -> Result:
    """Compute by name from mappings or typed values; one path for the command and the product."""
    chosen = get_formula(name)
    return chosen.calculate(*chosen.read(terms, facts))


def plain(value: object) -> Json:
    """Return a value as JSON: amounts, numbers, dates and months as strings."""
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, Fraction):
        return exact_text(value)
    if isinstance(value, Decimal | Month | date):
        return str(value)
    if is_dataclass(value):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return plain_map(value)
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    raise TypeError(f"{value!r} has no form in JSON")


def plain_map(values: Mapping[str, object]) -> dict[str, Json]:
    """Return a mapping as a JSON object."""
    return {str(key): plain(item) for key, item in values.items()}


def trace(
    result: Result,
    *,
    terms: object,
    facts: object,
    name: str,
    version: str = "",
    edition: Mapping[str, object] | None = None,
) -> dict[str, Json]:
    """Return the ``fuhua.trace.v1`` record of a computation, to be stored with the amount.

    ``version`` is the version of the product (engine); ``edition`` may name the programme edition
    and its parameter ids. The same inputs give the same ``sha256``.
    """
    chosen = get_formula(name)
    typed_terms, typed_facts = chosen.read(terms, facts)
    record: dict[str, Json] = {
        "schema": SCHEMA,
        "formula": f"{chosen.name}@{chosen.version}",
        "engine": version,
        "edition": plain(edition),
        "terms": plain(typed_terms),
        "facts": plain(typed_facts),
        "result": result.as_json(),
    }
    return record | {"sha256": trace_hash(record)}


def trace_hash(record: Mapping[str, Json]) -> str:
    """Return the SHA-256 of a trace over canonical JSON, its own ``sha256`` left out."""
    body = {key: value for key, value in record.items() if key != "sha256"}
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def recompute(record: Mapping[str, Json]) -> bool:
    """Say whether a stored trace is unchanged and its terms and facts still give its result."""
    name = str(record["formula"]).partition("@")[0]
    result = compute(name, terms=record["terms"], facts=record["facts"])
    return record["sha256"] == trace_hash(record) and record["result"] == result.as_json()


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsFacts(Given):
    """An amount from 0.00 to 999,999,999,999.99 yuan."""

    amount: Decimal

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``amount``."""
        return cls(amount=source.required("amount", money))


@formula("amount_in_words", terms=NoTerms, facts=WordsFacts, zh="金额大写", en="Amount in capitals")
def words_of_amount(_: NoTerms, facts: WordsFacts) -> Result:
    """Write an amount in capitals. Output also ``words``."""
    words = amount_in_words(facts.amount)
    steps = Steps()
    steps.add("金额大写", "Amount in capitals", str(facts.amount), words)
    return Result(facts.amount, steps=tuple(steps), extra={"words": words})


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierFacts(Given):
    """A credit code, an identity number, or both."""

    uscc: str | None = None
    resident_id: str | None = None

    def __post_init__(self) -> None:
        """Ask for one at least."""
        if self.uscc is None and self.resident_id is None:
            raise BadValueError("facts.uscc is missing and so is facts.resident_id: give either")

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``uscc`` and ``resident_id``."""
        return cls(uscc=source.optional("uscc", text), resident_id=source.optional("resident_id", text))


@formula("identifiers", terms=NoTerms, facts=IdentifierFacts, zh="证件号码校验", en="Check of identifiers")
def check_identifiers(_: NoTerms, facts: IdentifierFacts) -> Result:
    """Check a credit code and an identity number. Output also ``valid``, ``reason``."""
    steps, lines, problems = Steps(), list[Line](), list[Problem]()
    for key, given in (("uscc", facts.uscc), ("resident_id", facts.resident_id)):
        if given is not None:
            problem = _checked(key, normalise_identifier(given), steps)
            lines.append(Line({"key": key, "valid": problem is None}, None, problem.code if problem else None))
            problems += [problem] if problem else []
    extra = {
        "valid": not problems,
        "reason": "; ".join(problem.en for problem in problems) or None,
        "reason_zh": "；".join(problem.zh for problem in problems) or None,
    }
    reasons = tuple(dict.fromkeys(problem.code for problem in problems))
    return Result(None, tuple(lines), tuple(steps), reasons, extra)


def _checked(key: str, number: str, steps: Steps) -> Problem | None:
    """Check one identifier and write its steps."""
    if key == "uscc":
        problem, total, base = uscc_problem(number), uscc_sum, 31
        zh, en, source = "统一社会信用代码", "Credit code", "GB 32100-2015"
    else:
        problem, total, base = resident_id_problem(number), resident_id_sum, 11
        zh, en, source = "公民身份号码", "Identity number", "GB 11643-1999"
    if problem is None or problem.code == "CHECK_CHARACTER":
        weighted = total(number[:-1])
        steps.add(f"{zh}：加权和", f"{en}: weighted sum", f"{weighted} mod {base}", weighted % base, source)
    shown = (f"无效：{problem.zh}", f"invalid: {problem.en}") if problem else ("有效", "valid")
    steps.add(f"{zh}：结论", f"{en}: verdict", shown[1], shown[0], source)
    return problem


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTerms(Terms):
    """How many working days a public notice stays up."""

    working_days: int
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``working_days``."""
        return cls(working_days=source.required("working_days", count_from_1), citations=citations(source))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts(Given):
    """The day of publication and the official calendar around it."""

    published_on: date
    holidays: tuple[date, ...]
    extra_workdays: tuple[date, ...]

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read ``published_on``, ``holidays``, ``extra_workdays``."""
        return cls(
            published_on=source.required("published_on", day),
            holidays=source.required("holidays", list_of(day)),
            extra_workdays=source.required("extra_workdays", list_of(day)),
        )


@formula("notice_period", terms=NoticeTerms, facts=NoticeFacts, zh="公示期", en="Public notice period")
def notice_period(terms: NoticeTerms, facts: NoticeFacts) -> Result:
    """Find the last day of a public notice. Output also ``last_day``, ``confirm_from``.

    The day after publication is the first that can count.
    """
    calendar = WorkingCalendar(frozenset(facts.holidays), frozenset(facts.extra_workdays))
    days = calendar.after(facts.published_on)
    counted = [next(days) for _ in range(terms.working_days)]
    last_day, confirm_from = counted[-1], next(days)
    steps = Steps()
    cited = terms.cited("working_days")
    steps.add("公示首日", "First day counted", f"{facts.published_on} + 1", counted[0], cited)
    steps.add("公示末日", "Last day", f"{terms.working_days} × {counted[0]} …", last_day, cited)
    steps.add("可确认结果之日", "Result can be confirmed from", f"{last_day} + 1", confirm_from, cited)
    lines = tuple(Line({"number": place, "day": on}) for place, on in enumerate(counted, 1))
    return Result(None, lines, tuple(steps), (), {"last_day": last_day, "confirm_from": confirm_from})
