"""The register of keys: what each figure is called, its unit, the day that decides which value holds, who reads it.

A figure that a formula needs and that nobody has set counts as "authorised, amount not set" (policy.md d, g).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext

from incubator.core import exact
from incubator.core.characters import half_width
from incubator.core.errors import BusinessError
from incubator.core.money import yuan

SERVICE_MONTH = "service_month"
CONTRACT_DAY = "contract_day"
APPLICATION_DAY = "application_day"
GRADUATION_DAY = "graduation_day"

REFERENCE_DAYS = {
    SERVICE_MONTH: gettext_lazy("the first day of the period"),
    CONTRACT_DAY: gettext_lazy("the day of the contract"),
    APPLICATION_DAY: gettext_lazy("the day of the application"),
    GRADUATION_DAY: gettext_lazy("the day of graduation"),
}


@dataclass(frozen=True)
class Key:
    """One figure that a formula reads. Keys with the same `group` stand in for one another; one of them is needed."""

    name: str
    label: Any
    unit: str
    reference: str = SERVICE_MONTH
    required: bool = False
    group: str = ""
    many: bool = False
    choices: tuple[str, ...] = ()


_SHARE = Key("share", gettext_lazy("Share of the cost"), "ratio", required=True, group="share")
_MAX_MONTHS = Key("max_months", gettext_lazy("Most months for one applicant"), "month")

RENT = (
    _SHARE,
    Key("shares_by_year", gettext_lazy("Share by year of incubation"), "ratio", required=True, group="share", many=True),
    Key("unit_cap", gettext_lazy("Highest rent per square metre and month"), "CNY/m2/month"),
    Key("area_cap", gettext_lazy("Largest area counted"), "m2"),
    Key("month_cap", gettext_lazy("Cap per month"), "CNY"),
    Key("quarter_cap", gettext_lazy("Cap per quarter"), "CNY"),
    Key("total_cap", gettext_lazy("Cap in all"), "CNY"),
    _MAX_MONTHS,
    Key("basis", gettext_lazy("Rent with or without tax"), "choice", choices=("gross", "net")),
    Key("vat_rate", gettext_lazy("Tax rate taken out"), "ratio"),
)
BROADBAND = (_SHARE, Key("month_cap", gettext_lazy("Cap per month"), "CNY"), _MAX_MONTHS)
SOFTWARE = (_SHARE, Key("period_cap", gettext_lazy("Cap per period"), "CNY"))
GRANT = (
    Key("amount", gettext_lazy("Amount"), "CNY", APPLICATION_DAY, required=True),
    Key("categories", gettext_lazy("Categories entitled"), "text", APPLICATION_DAY, required=True, many=True),
    Key("min_operating_months", gettext_lazy("Least months in business"), "month", APPLICATION_DAY),
    Key("certificate_valid_months", gettext_lazy("Months a training certificate counts"), "month", APPLICATION_DAY),
)
_PART_MONTHS = Key(
    "part_months", gettext_lazy("A month that is covered in part counts"), "choice", required=True, choices=("whole", "days", "none")
)
_MONTH_AMOUNT = Key("month_amount", gettext_lazy("Amount per person and month"), "CNY", required=True)
_PERSON_MONTHS = Key("max_months", gettext_lazy("Most months for one person"), "month", required=True)
INSURANCE = (
    Key("share", gettext_lazy("Share of the employer's contributions"), "ratio", required=True),
    Key("contract_min_months", gettext_lazy("Least months of the labour contract"), "month", required=True),
    _PERSON_MONTHS,
    Key("month_cap", gettext_lazy("Cap per person and month"), "CNY"),
)
INTERNSHIP = (
    _MONTH_AMOUNT,
    Key("raised_amount", gettext_lazy("Raised amount per person and month"), "CNY"),
    Key("retention_min", gettext_lazy("Share of interns kept that raises the amount"), "ratio"),
    _PART_MONTHS,
    _PERSON_MONTHS,
)
STIPEND = (_MONTH_AMOUNT, _PART_MONTHS, Key("max_months", gettext_lazy("Most months for one person"), "month"))
ACTIVITY = (
    _SHARE,
    Key("activity_cap", gettext_lazy("Cap per activity"), "CNY"),
    Key("period_cap", gettext_lazy("Cap per period"), "CNY"),
    Key("min_participants", gettext_lazy("Least number of participants"), "person"),
)
BASE = (
    Key("stages", gettext_lazy("Amount of each stage"), "CNY", required=True, many=True),
    Key("grades", gettext_lazy("Grades that open the next stage"), "text", many=True),
    Key("stage_months", gettext_lazy("Months from one stage to the next"), "month"),
)
REWARD = (
    Key("share", gettext_lazy("Share of the new investment"), "ratio", required=True),
    Key("min_amount", gettext_lazy("Least investment"), "CNY"),
    Key("investment_cap", gettext_lazy("Cap per investment"), "CNY"),
    Key("year_cap", gettext_lazy("Cap per investor and year"), "CNY"),
)
FORMULA_KEYS = {
    "rent_subsidy": RENT,
    "broadband_subsidy": BROADBAND,
    "software_subsidy": SOFTWARE,
    "startup_grant": GRANT,
    "insurance_subsidy": INSURANCE,
    "internship_subsidy": INTERNSHIP,
    "instructor_stipend": STIPEND,
    "activity_grant": ACTIVITY,
    "base_grant": BASE,
    "investor_reward": REWARD,
}

# Read by the pages and acts around the formula, not by the formula itself.
WINDOW_DAYS = Key(
    "window.days_after_period", gettext_lazy("Days to file after the end of the period"), "day", required=True
)
PASS_THROUGH_RATIO = Key("pass_through.ratio", gettext_lazy("Share of the subsidy to be passed on to tenants"), "ratio")
PASS_THROUGH_DAYS = Key("pass_through.days", gettext_lazy("Days to pass the subsidy on"), "day")
RETURN_DAYS = Key("service.return_deadline", gettext_lazy("Days to answer a return"), "day", APPLICATION_DAY)
APPEAL_DAYS = Key("service.appeal", gettext_lazy("Days to appeal against a refusal"), "day", APPLICATION_DAY)
FIRST_REVIEW_DAYS = Key("service.first_review", gettext_lazy("Days until a case officer begins"), "day", APPLICATION_DAY)
ENDORSE_DAYS = Key("service.endorse", gettext_lazy("Days until a manager endorses"), "day", APPLICATION_DAY)
OUTSIDE_DAYS = Key("service.outside_decision", gettext_lazy("Days until the authority decides"), "day", APPLICATION_DAY)
OBJECTION_DAYS = Key("service.objection", gettext_lazy("Days until an objection is ruled on"), "day", APPLICATION_DAY)
PAYMENT_DAYS = Key("service.payment", gettext_lazy("Days from the confirmed result to the payment"), "day", APPLICATION_DAY)
REFUSAL_SHARE = Key("check.refusal_share", gettext_lazy("Share of refusals that a second officer checks"), "ratio", APPLICATION_DAY)
COMMON = (
    WINDOW_DAYS, PASS_THROUGH_RATIO, PASS_THROUGH_DAYS, RETURN_DAYS, APPEAL_DAYS, FIRST_REVIEW_DAYS, ENDORSE_DAYS,
    OUTSIDE_DAYS, OBJECTION_DAYS, PAYMENT_DAYS, REFUSAL_SHARE,
)  # fmt: skip

# Figures of the policy texts themselves (policy.md b, c).
TEXT_KEYS = {
    "guarantee.risk_comp.rate": gettext_lazy("Risk compensation for guarantors, rate"),
    "keepjobs.firm_types": gettext_lazy("Kinds of firms with a keep-jobs subsidy"),
    "registration.certs_merged": gettext_lazy("Certificates merged into one licence"),
    "space.rent.subsidy": gettext_lazy("Rent subsidy for maker spaces"),
    "space.broadband.subsidy": gettext_lazy("Broadband subsidy for maker spaces"),
    "space.software.subsidy": gettext_lazy("Subsidy for public software of maker spaces"),
    "base.provincial_grant": gettext_lazy("Provincial grant for startup bases"),
    "equity_investor.reward": gettext_lazy("Reward for equity investors"),
    "loan.cap.individual": gettext_lazy("Loan cap, individual"),
    "loan.cap.graduate": gettext_lazy("Loan cap, graduate"),
    "loan.graduate.window": gettext_lazy("Years after graduation that count"),
    "loan.cap.enterprise": gettext_lazy("Loan cap, enterprise"),
    "loan.enterprise.hire_ratio": gettext_lazy("Share of eligible staff, enterprise loan"),
    "loan.rate.float_cap": gettext_lazy("Highest surcharge over the benchmark rate"),
    "loan.rate.ceiling": gettext_lazy("Highest surcharge over the base rate"),
    "loan.subsidy.share": gettext_lazy("Interest subsidy, share"),
    "loan.subsidy.share_individual": gettext_lazy("Interest subsidy, individual"),
    "loan.subsidy.share_enterprise": gettext_lazy("Interest subsidy, enterprise"),
    "loan.term": gettext_lazy("Longest term of a loan"),
    "loan.extension": gettext_lazy("Longest extension of a loan"),
    "guarantee.incubator_allowed": gettext_lazy("Bases may guarantee for their tenants"),
    "guarantee.writeoff_rule": gettext_lazy("Write-off rule of the guarantee fund"),
    "fund.multiple.raise_if": gettext_lazy("Repayment rate that allows a higher multiple"),
    "fund.risk_share.min": gettext_lazy("Least share of the risk"),
    "tax.hire.unemployed_min": gettext_lazy("Tax relief for hiring: time unemployed"),
    "tax.hire.registered_min": gettext_lazy("Tax relief for hiring: time registered"),
    "leave_to_startup.keep_post": gettext_lazy("Post kept for founders on leave"),
    "rural.sectors": gettext_lazy("Sectors open to rural founders"),
    "farm_instructor.stipend": gettext_lazy("Subsidy for farm instructors"),
    "contest.activity_grant": gettext_lazy("Grant for contests and camps"),
    "startup.oneoff.amount": gettext_lazy("One-off startup subsidy"),
    "startup.oneoff.times": gettext_lazy("One-off startup subsidy, times per person"),
    "startup_city.grant_times": gettext_lazy("Grant for startup cities, times"),
    "hire.graduate.contract_min": gettext_lazy("Hiring graduates: least contract"),
    "hire.graduate.si_subsidy": gettext_lazy("Hiring graduates: insurance subsidy"),
    "internship.retention": gettext_lazy("Interns kept that raise the subsidy"),
    "graduate_fund.use": gettext_lazy("Use of the graduates' startup fund"),
    "hardship.subsidy_term": gettext_lazy("People in difficulty: longest subsidy"),
    "hardship.extend_if": gettext_lazy("People in difficulty: longer if retirement is nearer than"),
    "zero_job_family.min": gettext_lazy("Jobs for a family without work"),
    "rural.service_circle": gettext_lazy("Rural employment service within"),
    "service.tiers": gettext_lazy("Levels of employment services"),
    "staff.teams": gettext_lazy("Teams of service staff"),
}

_WORDS = {
    "gross": lambda: _("with tax"),
    "net": lambda: _("without tax"),
    "true": lambda: _("yes"),
    "required": lambda: _("required"),
    "whole": lambda: _("as a whole month"),
    "days": lambda: _("by its days"),
    "none": lambda: _("not at all"),
    "graduate": lambda: _("University graduate"),
    "registered_unemployed": lambda: _("Registered unemployed"),
    "returning_migrant": lambda: _("Migrant worker who returned home"),
    "veteran": lambda: _("Veteran"),
    "disabled": lambda: _("Disabled person"),
    "left_post_researcher": lambda: _("Researcher on leave to start up"),
    "hardship": lambda: _("Person with difficulty in finding work"),
}
_COUNTED = frozenset({"month", "day", "working_day", "person"})
_SHOWN_UNITS = {
    "pct_point": gettext_lazy("percentage points"),
    "bp": gettext_lazy("basis points"),
    "m2": gettext_lazy("㎡"),
}


def keys_of(formula: str) -> tuple[Key, ...]:
    """Every key of an edition with this formula: the formula's own, then the common ones."""
    return (*FORMULA_KEYS.get(formula, ()), *COMMON)


def place_of(formula: str, name: str) -> int:
    """Where a figure stands in the order of the register; strangers come last."""
    names = [key.name for key in keys_of(formula)]
    return names.index(name) if name in names else len(names)


def find_key(formula: str, name: str) -> Key | None:
    return next((key for key in keys_of(formula) if key.name == name), None)


def stand_ins(formula: str, key: Key) -> list[str]:
    """The names of the keys that say the same in another way, itself included."""
    return [other.name for other in keys_of(formula) if other.name == key.name or (key.group and other.group == key.group)]


def label_of(name: str) -> Any:
    """What people call the figure; a key nobody named stays as it is."""
    if name in TEXT_KEYS:
        return TEXT_KEYS[name]
    every = (*(key for keys in FORMULA_KEYS.values() for key in keys), *COMMON)
    return next((key.label for key in every if key.name == name), name)


def check_value(key: Key, text: str) -> str:
    """The value as it is stored: plain digits, shares as 0.5. Raises BusinessError with the sentence for the field."""
    clean = half_width(text).strip().replace(" ", "")
    parts = [part for part in re.split(r"[,;，；、]", clean) if part] if key.many else [clean]
    if not parts or not parts[0]:
        raise BusinessError(_("“%(label)s” is empty. Enter a value, or take the figure out.") % {"label": key.label},
                            field="value")
    return ",".join(_checked(key, part) for part in parts)


def _checked(key: Key, part: str) -> str:
    if key.choices and part not in key.choices:
        raise BusinessError(
            _("“%(value)s” is not possible for “%(label)s”. Choose one of: %(choices)s.")
            % {"value": part[:40], "label": key.label, "choices": "、".join(key.choices)},
            field="value",
        )
    if key.unit in {"choice", "text"}:
        return part
    try:
        if key.unit == "ratio":
            return exact.exact_text(exact.ratio(_as_ratio(part)))
        if key.unit in _COUNTED:
            return str(exact.count(part))
        return str(exact.money(part)) if key.unit.startswith("CNY") else exact.exact_text(exact.number(part))
    except (ValueError, ZeroDivisionError):
        raise BusinessError(_wrong(key, part), field="value") from None


def _as_ratio(part: str) -> str:
    """Read 50 % as 0.5."""
    if re.fullmatch(r"\d{1,3}(\.\d{1,4})?%", part):
        return exact.exact_text(Fraction(part[:-1]) / 100)
    return part


def _wrong(key: Key, part: str) -> str:
    given = {"value": part[:40], "label": key.label}
    if key.unit == "ratio":
        return _("“%(value)s” is no share for “%(label)s”. Write a number from 0 to 1, for example 0.5, or 50 %%.") % given
    if key.unit in _COUNTED:
        return _("“%(value)s” is no whole number for “%(label)s”. Write a number from 0 to 9999.") % given
    if key.unit.startswith("CNY"):
        return _("“%(value)s” is no amount for “%(label)s”. Write yuan with at most two decimals, for example 1200.50.") % given
    return _("“%(value)s” is no number for “%(label)s”.") % given


def written_with(op: str, value: str | None, unit: str) -> str:
    """A figure with its comparison: "at most 100,000 yuan"."""
    text = written(value, unit)
    forms = {"<=": _("at most %(value)s"), ">=": _("at least %(value)s"), "<": _("less than %(value)s")}
    return forms[op] % {"value": text} if text and op in forms else text


def written(value: str | None, unit: str) -> str:
    """A figure as people write it: 50 %, 20,000.00 yuan, 36 months. Values the register cannot read stay as they are."""
    if value is None:
        return ""
    parts = [_written(part, unit) for part in value.split(",")]
    return " / ".join(parts)


def _written(part: str, unit: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+)?(/\d+)?", part):
        return _WORDS[part]() if part in _WORDS else part
    number = Fraction(part)
    if unit == "ratio":
        return f"{exact.exact_text(number * 100)} %" if exact.terminates(number) else part
    if unit == "CNY":
        return _("%(amount)s yuan") % {"amount": _money(part)}
    if unit == "CNY/m2/month":
        return _("%(amount)s yuan per ㎡ and month") % {"amount": _money(part)}
    if unit == "percent":
        return f"{part} %"
    return _with_unit(part, unit)


def _money(part: str) -> str:
    text = yuan(Decimal(part))
    return text.removesuffix(".00")


def _with_unit(part: str, unit: str) -> str:
    if unit in _SHOWN_UNITS:
        return f"{part} {_SHOWN_UNITS[unit]}"
    number = Fraction(part)
    count = int(number) if number.denominator == 1 else 2
    words = {
        "year": npgettext("span", "%(n)s year", "%(n)s years", count),
        "month": npgettext("span", "%(n)s month", "%(n)s months", count),
        "day": npgettext("span", "%(n)s day", "%(n)s days", count),
        "working_day": npgettext("span", "%(n)s working day", "%(n)s working days", count),
        "person": npgettext("span", "%(n)s person", "%(n)s people", count),
        "hour": npgettext("span", "%(n)s hour", "%(n)s hours", count),
        "time": npgettext("how often", "once", "%(n)s times", count),
    }
    return words[unit] % {"n": part} if unit in words else part


def missing_keys(formula: str, present: Iterable[str]) -> list[Key]:
    """The keys that this formula needs and nobody has set; of a group, one is enough."""
    here = set(present)
    groups = {key.group for key in keys_of(formula) if key.group and key.name in here}
    return [
        key
        for key in keys_of(formula)
        if key.required and key.name not in here and key.group not in groups and not _stands_in(formula, key)
    ]


def _stands_in(formula: str, key: Key) -> bool:
    """Whether an earlier key of the same group already says what is missing."""
    if not key.group:
        return False
    first = next(other for other in keys_of(formula) if other.group == key.group)
    return first.name != key.name
