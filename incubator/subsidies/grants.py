"""The one-off startup grant (一次性创业补贴, clause 十五). Its amount is a term, never a constant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Self

from incubator.core.exact import count, day, flag, list_of, money, text
from incubator.core.formulas import NOTHING, Line, Result, Steps, formula
from incubator.core.given import Given, Source, Terms, citations
from incubator.core.periods import add_months, whole_months


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantTerms(Terms):
    """The rule of the one-off startup grant.

    ``amount`` (yuan), the eligible ``categories`` of persons; when set: ``min_operating_months``
    of the firm and ``certificate_valid_months`` of the training certificate.
    """

    amount: Decimal
    categories: tuple[str, ...]
    min_operating_months: int | None = None
    certificate_valid_months: int | None = None
    citations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the rule."""
        return cls(
            amount=source.required("amount", money),
            min_operating_months=source.optional("min_operating_months", count),
            categories=source.required("categories", list_of(text)),
            certificate_valid_months=source.optional("certificate_valid_months", count),
            citations=citations(source),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFacts(Given):
    """The person and the firm on the day of the application.

    ``category`` and ``category_valid_to`` may be null (no category; no end), ``trained_on`` too
    (no training).
    """

    category: str | None
    category_valid_to: date | None
    trained_on: date | None
    registered_on: date
    applied_on: date
    first_firm: bool
    granted_before: bool

    @classmethod
    def read(cls, source: Source) -> Self:
        """Read the keys of the application."""
        return cls(
            category=source.nullable("category", text),
            category_valid_to=source.nullable("category_valid_to", day),
            trained_on=source.nullable("trained_on", day),
            registered_on=source.required("registered_on", day),
            applied_on=source.required("applied_on", day),
            first_firm=source.required("first_firm", flag),
            granted_before=source.required("granted_before", flag),
        )


@formula("startup_grant", terms=GrantTerms, facts=GrantFacts, zh="一次性创业补贴", en="One-off startup grant")
def startup_grant(terms: GrantTerms, facts: GrantFacts) -> Result:
    """Return the grant in yuan, or 0 with every condition that fails in ``reasons``.

    Source: 吉政发〔2015〕28号 (十五) 「创业培训合格后初次创办企业的符合条件人员」.
    """
    steps, reasons = Steps(), list[str]()
    for code, zh, en, shown, failed, key in _conditions(terms, facts):
        result = f"不符合 {code}" if failed else "符合"
        steps.add(zh, en, shown, result, terms.cited(key))
        reasons += [code] if failed else []
    amount = NOTHING if reasons else terms.amount
    steps.add("补贴金额", "Grant", f"{terms.amount} × {int(not reasons)}", amount, terms.cited("amount"))
    line = Line({}, amount, reasons[0] if reasons else None)
    return Result(amount, (line,), tuple(steps), tuple(reasons))


type _Condition = tuple[str, str, str, str, bool, str]


def _conditions(terms: GrantTerms, facts: GrantFacts) -> tuple[_Condition, ...]:
    """List the conditions: code, labels, what is compared, whether it fails, the term behind it."""
    return _conditions_of_the_person(terms, facts) + _conditions_of_the_firm(terms, facts)


def _conditions_of_the_person(terms: GrantTerms, facts: GrantFacts) -> tuple[_Condition, ...]:
    ends, applied = facts.category_valid_to, facts.applied_on
    return (
        (
            "CATEGORY_NOT_ELIGIBLE",
            "人员类别",
            "Category",
            f"category ∈ {'、'.join(terms.categories)}",
            facts.category not in terms.categories,
            "categories",
        ),
        (
            "CATEGORY_EXPIRED",
            "类别有效期",
            "Category valid to",
            f"{ends or '–'} ≥ {applied}",
            ends is not None and ends < applied,
            "categories",
        ),
        (
            "NO_TRAINING",
            "创业培训",
            "Training",
            _training_shown(terms, facts),
            _training_fails(terms, facts),
            "certificate_valid_months",
        ),
    )


def _conditions_of_the_firm(terms: GrantTerms, facts: GrantFacts) -> tuple[_Condition, ...]:
    worked = whole_months(facts.registered_on, facts.applied_on)
    least = terms.min_operating_months or 0
    return (
        (
            "NOT_FIRST_FIRM",
            "初次创办企业",
            "First firm",
            f"first_firm = {facts.first_firm}",
            not facts.first_firm,
            "amount",
        ),
        (
            "TOO_EARLY",
            "经营满月数",
            "Whole months in business",
            f"{worked} ≥ {least}",
            worked < least,
            "min_operating_months",
        ),
        (
            "ONCE_ONLY",
            "一次性",
            "Once only",
            f"granted_before = {facts.granted_before}",
            facts.granted_before,
            "amount",
        ),
    )


def _training_shown(terms: GrantTerms, facts: GrantFacts) -> str:
    """Write the span in which the training counts."""
    valid = terms.certificate_valid_months
    limit = "" if valid is None else f" ≤ {facts.trained_on or '–'} + {valid} months"
    return f"{facts.trained_on or '–'} ≤ {facts.applied_on}{limit}"


def _training_fails(terms: GrantTerms, facts: GrantFacts) -> bool:
    """Say whether training is missing, later than the application, or older than its validity."""
    trained, valid = facts.trained_on, terms.certificate_valid_months
    if trained is None or trained > facts.applied_on:
        return True
    return valid is not None and add_months(trained, valid) < facts.applied_on
