"""People, activities, bases, investments: random cases against a second calculation in whole fen, which uses no helper
of the product, and what must always hold."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incubator.core.exact import BadValueError
from incubator.core.formulas import compute, recompute, trace
from incubator.subsidies import formulas  # noqa: F401  (registers)

CASES = settings(max_examples=150, deadline=None)


def yuan(top):
    return st.integers(0, top * 100).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")


SHARE = st.sampled_from(["0", "0.01", "0.3", "0.5", "1/3", "0.8", "1"])
DAY = st.dates(date(2025, 1, 1), date(2027, 6, 30))
MONTH = st.tuples(st.integers(2025, 2027), st.integers(1, 12)).map(lambda pair: f"{pair[0]}-{pair[1]:02d}")


def fen(text):
    return int(Fraction(text) * 100)


def rounded(value):
    """Half up to a whole fen."""
    twice = value * 2
    return (twice.numerator // twice.denominator + 1) // 2


def days_of(month):
    day, days = date.fromisoformat(f"{month}-01"), []
    while f"{day:%Y-%m}" == month:
        days.append(day)
        day += timedelta(days=1)
    return days


@st.composite
def people(draw):
    rows = []
    for place in range(draw(st.integers(0, 3))):
        starts = draw(DAY)
        ends = draw(st.none() | st.integers(0, 700).map(lambda more, first=starts: first + timedelta(days=more)))
        rows.append({
            "key": f"P{place}", "starts_on": str(starts), "ends_on": str(ends) if ends else None, "monthly": draw(yuan(3000)),
            "graduated_on": draw(st.none() | DAY.map(str) | st.just(str(starts))),
            "months": draw(st.lists(MONTH, max_size=5, unique=True)), "months_already": draw(st.lists(MONTH, max_size=2)),
            "months_used": draw(st.integers(0, 5)),
        })  # fmt: skip
    return rows


def covered(person, month):
    last = person["ends_on"] or "2999-12-31"
    return sum(person["starts_on"] <= str(day) <= last for day in days_of(month))


def months_again(people, most, shut, pay):
    """Person by person, month by month, in whole fen."""
    lines = []
    for person in people:
        used, out = person["months_used"], shut(person)
        for month in sorted(person["months"]):
            amount, reason = 0, out
            if reason is None and month in person["months_already"]:
                reason = "DUP_MONTH"
            if reason is None and not covered(person, month):
                reason = "PERIOD_MISMATCH"
            if reason is None and most is not None and used >= most:
                reason = "TERM_EXHAUSTED"
            if reason is None:
                amount, reason = pay(person, month)
            used += amount > 0
            lines.append([person["key"], month, amount, reason])
    return lines


def whole_months(first, last):
    """Count the months that are full on the day, one by one."""
    count = 0
    while True:
        year, month = divmod(first.year * 12 + first.month - 1 + count + 1, 12)
        length = len(days_of(f"{year}-{month + 1:02d}"))
        if date(year, month + 1, min(first.day, length)) > last:
            return count
        count += 1


def check(name, terms, facts, expected, *keys):
    result = compute(name, terms=terms, facts=facts)
    told = result.as_json()
    assert [[*(line[key] for key in keys), fen(line["amount"]), line["reason"]] for line in told["lines"]] == expected
    assert fen(told["amount"]) == sum(line[-2] for line in expected)
    assert recompute(trace(result, terms=terms, facts=facts, name=name))


@CASES
@given(people(), SHARE, st.none() | yuan(2000), st.integers(0, 24), st.integers(1, 14))
def test_insurance_agrees_with_the_second_calculation(people, share, cap, least, most):
    terms = {"share": share, "month_cap": cap, "contract_min_months": least, "max_months": most}

    def shut(person):
        if person["graduated_on"] is None or person["graduated_on"][:4] != person["starts_on"][:4]:
            return "NOT_GRADUATE"
        first = date.fromisoformat(person["starts_on"])
        if person["ends_on"] and whole_months(first, date.fromisoformat(person["ends_on"]) + timedelta(days=1)) < least:
            return "CONTRACT_SHORT"
        return None if fen(person["monthly"]) else "NO_INSURED"

    def pay(person, _month):
        full = rounded(Fraction(person["monthly"]) * 100 * Fraction(share))
        amount = full if cap is None else min(full, fen(cap))
        return amount, "CAP_REACHED" if full and not amount else None

    check("insurance_subsidy", terms, {"persons": people}, months_again(people, most, shut, pay), "person", "month")


def part(amount, rule):
    def pay(person, month):
        days, length = covered(person, month), len(days_of(month))
        if days == length or rule == "whole":
            return fen(amount), None
        if rule == "none":
            return 0, "PART_MONTH"
        return rounded(Fraction(amount) * 100 * days / length), None

    return pay


@CASES
@given(people(), yuan(3000), st.none() | yuan(4000), SHARE, st.sampled_from(["whole", "days", "none"]), st.integers(1, 9),
       st.integers(0, 6), st.integers(0, 6))  # fmt: skip
def test_internships_agree_with_the_second_calculation(people, amount, raised, least, rule, most, ended, kept):
    kept = min(kept, ended)
    terms = {"month_amount": amount, "raised_amount": raised, "retention_min": least, "part_months": rule, "max_months": most}
    enough = raised is not None and ended > 0 and Fraction(kept, ended) >= Fraction(least)
    expected = months_again(people, most, lambda _person: None, part(raised if enough else amount, rule))
    check("internship_subsidy", terms, {"persons": people, "ended": ended, "kept": kept}, expected, "person", "month")


@CASES
@given(people(), yuan(2000), st.sampled_from(["whole", "days", "none"]), st.none() | st.integers(0, 9))
def test_stipends_agree_with_the_second_calculation(people, amount, rule, most):
    terms = {"month_amount": amount, "part_months": rule, "max_months": most}
    check("instructor_stipend", terms, {"persons": people}, months_again(people, most, lambda _person: None, part(amount, rule)), "person", "month")


@st.composite
def activities(draw):
    rows = [{"key": f"A{draw(st.integers(0, 4))}", "spend": draw(yuan(90000)), "participants": draw(st.integers(0, 90))} for _ in range(draw(st.integers(0, 4)))]
    return {"activities": rows, "already": draw(st.lists(st.sampled_from(["A0", "A4"]), max_size=1)), "paid_before": draw(yuan(60000))}


@CASES
@given(activities(), SHARE, st.none() | yuan(30000), st.none() | yuan(60000), st.none() | st.integers(0, 60))
def test_activities_agree_with_the_second_calculation(facts, share, cap, period, least):
    terms = {"share": share, "activity_cap": cap, "period_cap": period, "min_participants": least}
    known, paid, lines = set(facts["already"]), fen(facts["paid_before"]), []
    for row in facts["activities"]:
        amount, reason = 0, None
        if row["key"] in known:
            reason = "DUP_ITEM"
        elif least is not None and row["participants"] < least:
            reason = "FEW_PARTICIPANTS"
        else:
            amount = full = rounded(Fraction(row["spend"]) * 100 * Fraction(share))
            amount = amount if cap is None else min(amount, fen(cap))
            amount = amount if period is None else min(amount, max(0, fen(period) - paid))
            reason = "CAP_REACHED" if full and not amount else None
        known.add(row["key"])
        paid += amount
        lines.append([row["key"], amount, reason])
    check("activity_grant", terms, facts, lines, "activity")


@st.composite
def bases(draw):
    stages = [
        {"stage": draw(st.integers(1, 4)), "grade": draw(st.none() | st.sampled_from(["优秀", "良好", "合格"])), "evaluated_on": draw(st.none() | DAY.map(str))}
        for _ in range(draw(st.integers(0, 4)))
    ]
    return {"recognised_on": draw(st.none() | DAY.map(str)), "stages": stages, "already": draw(st.lists(st.integers(1, 3), max_size=2))}


@CASES
@given(bases(), st.lists(yuan(200000), min_size=1, max_size=3), st.none() | st.integers(0, 14))
def test_bases_agree_with_the_second_calculation(facts, stages, gap):
    granted, lines = set(facts["already"]), []
    for row in sorted(facts["stages"], key=lambda one: one["stage"]):
        number, amount = row["stage"], 0
        if facts["recognised_on"] is None:
            reason = "NOT_RECOGNISED"
        elif number > len(stages):
            reason = "TERM_EXHAUSTED"
        elif number in granted:
            reason = "DUP_ITEM"
        elif number > 1 and number - 1 not in granted:
            reason = "STAGE_ORDER"
        elif number > 1 and (row["grade"] is None or row["evaluated_on"] is None):
            reason = "NO_EVALUATION"
        elif number > 1 and row["grade"] == "合格":
            reason = "GRADE_TOO_LOW"
        elif number > 1 and too_early(facts["recognised_on"], row["evaluated_on"], (gap or 0) * (number - 1)):
            reason = "TOO_EARLY"
        else:
            reason, amount = None, fen(stages[number - 1])
            granted.add(number)
        lines.append([number, amount, reason])
    check("base_grant", {"stages": stages, "grades": ["优秀", "良好"], "stage_months": gap}, facts, lines, "stage")


def too_early(recognised, evaluated, months):
    first, day = date.fromisoformat(recognised), date.fromisoformat(evaluated)
    return day < first or whole_months(first, day) < months


@st.composite
def investments(draw):
    rows = [
        {"key": f"T{draw(st.integers(0, 4))}", "amount": draw(yuan(3_000_000)), "invested_on": str(draw(DAY)), "is_new": draw(st.booleans()), "real_economy": draw(st.booleans())}
        for _ in range(draw(st.integers(0, 5)))
    ]
    return {"investments": rows, "already": draw(st.lists(st.just("T0"), max_size=1)), "year_before": draw(st.dictionaries(st.sampled_from(["2025", "2026"]), yuan(90000)))}


@CASES
@given(investments(), SHARE, st.none() | yuan(900_000), st.none() | yuan(60000), st.none() | yuan(120_000))
def test_rewards_agree_with_the_second_calculation(facts, share, least, cap, yearly):
    years = {year: fen(amount) for year, amount in facts["year_before"].items()}
    known, lines = set(facts["already"]), []
    for row in facts["investments"]:
        year, amount, reason = row["invested_on"][:4], 0, None
        if row["key"] in known:
            reason = "DUP_ITEM"
        elif not row["is_new"]:
            reason = "NOT_NEW"
        elif not row["real_economy"]:
            reason = "NOT_REAL_ECONOMY"
        elif fen(row["amount"]) < fen(least or "0"):
            reason = "BELOW_MINIMUM"
        else:
            amount = full = rounded(Fraction(row["amount"]) * 100 * Fraction(share))
            amount = amount if cap is None else min(amount, fen(cap))
            amount = amount if yearly is None else min(amount, max(0, fen(yearly) - years.get(year, 0)))
            reason = "CAP_REACHED" if full and not amount else None
        known.add(row["key"])
        years[year] = years.get(year, 0) + amount
        lines.append([row["key"], amount, reason])
    check("investor_reward", {"share": share, "min_amount": least, "investment_cap": cap, "year_cap": yearly}, facts, lines, "investment")


@CASES
@given(people(), SHARE, yuan(2000), yuan(500), st.integers(1, 14))
def test_raising_the_cap_of_a_month_never_lowers_the_insurance(people, share, cap, more, most):
    terms = {"share": share, "month_cap": cap, "contract_min_months": 0, "max_months": 99}
    before = compute("insurance_subsidy", terms=terms, facts={"persons": people}).amount
    raised = terms | {"month_cap": str(Decimal(cap) + Decimal(more))}
    assert compute("insurance_subsidy", terms=raised, facts={"persons": people}).amount >= before


@pytest.mark.parametrize(
    ("name", "terms", "facts", "words"),
    [
        ("insurance_subsidy", {"share": "1", "contract_min_months": 12, "max_months": 12}, {"persons": [{"key": "A", "starts_on": "2026-01-01", "months": []}] * 2}, "twice"),
        ("insurance_subsidy", {"share": "1", "contract_min_months": 12}, {"persons": []}, "max_months"),
        ("instructor_stipend", {"month_amount": "1", "part_months": "half"}, {"persons": []}, "part_months"),
        ("instructor_stipend", {"month_amount": "1", "part_months": "none"}, {"persons": [{"key": "A", "starts_on": "2026-02-01", "ends_on": "2026-01-01", "months": []}]}, "ends_on"),
        ("internship_subsidy", {"month_amount": "1", "raised_amount": "2", "part_months": "days", "max_months": 6}, {"persons": [], "ended": 0, "kept": 0}, "retention_min"),
        ("internship_subsidy", {"month_amount": "1", "part_months": "days", "max_months": 6}, {"persons": [], "ended": 1, "kept": 2}, "kept"),
        ("base_grant", {"stages": ["1", "2"]}, {"recognised_on": None, "stages": []}, "grades"),
        ("base_grant", {"stages": []}, {"recognised_on": None, "stages": []}, "stages"),
        ("investor_reward", {"share": "1"}, {"investments": [], "year_before": {"26": "1.00"}}, "26"),
        ("activity_grant", {"share": "2"}, {"activities": []}, "share"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_name(name, terms, facts, words):
    with pytest.raises(BadValueError, match=words):
        compute(name, terms=terms, facts=facts)
