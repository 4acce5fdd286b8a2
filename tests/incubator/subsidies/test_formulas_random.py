"""Rent: random cases against a second calculation, and what must always hold.

The second calculation counts days one by one and works in whole fen; it uses no product helper.
"""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from incubator.core.formulas import compute, get_formula, recompute, trace
from incubator.subsidies import formulas  # noqa: F401  (registers)


def decimals(top, places):
    return st.integers(0, top * 10**places).map(lambda units: f"{units // 10**places}.{units % 10**places:0{places}d}")


YUAN = decimals(30_000, 2)
SHARE = st.sampled_from(["0", "0.3", "0.5", "1/3", "2/3", "0.6", "1"])
DAY = st.dates(date(2024, 1, 1), date(2027, 12, 31)).map(str)
MONTH = st.tuples(st.integers(2025, 2026), st.integers(1, 12)).map(lambda pair: f"{pair[0]}-{pair[1]:02d}")
MAYBE_YUAN = st.none() | YUAN


@st.composite
def rent_cases(draw, max_months=st.none() | st.integers(0, 8)):
    start, end = sorted([draw(DAY), draw(DAY)])
    terms = {
        "unit_cap": draw(st.none() | decimals(60, 2)),
        "area_cap": draw(st.none() | decimals(300, 1)),
        "month_cap": draw(MAYBE_YUAN),
        "quarter_cap": draw(MAYBE_YUAN),
        "total_cap": draw(MAYBE_YUAN),
        "max_months": draw(max_months),
        "basis": draw(st.sampled_from([None, "gross", "net"])),
        "vat_rate": draw(st.sampled_from(["0.05", "0.09"])),
    }
    key = draw(st.sampled_from(["share", "shares_by_year"]))
    terms[key] = draw(SHARE if key == "share" else st.lists(SHARE, min_size=1, max_size=4))
    return terms, {
        "area": draw(decimals(400, 2)),
        "unit_rent": draw(decimals(80, 2)),
        "lease_start": start,
        "lease_end": end,
        "settled_on": draw(DAY | st.just("2024-02-29")),
        "months": draw(st.lists(MONTH, max_size=8, unique=True)),
        "months_already": draw(st.lists(MONTH, max_size=3)),
        "months_used": draw(st.integers(0, 4)),
        "paid_before": draw(MAYBE_YUAN),
        "quarter_before": draw(st.dictionaries(st.sampled_from(["2025-Q4", "2026-Q1", "2026-Q3"]), YUAN)),
    }


def fen_of(text):
    return int(Fraction(text) * 100)


def days_of_month(name):
    day = date.fromisoformat(f"{name}-01")
    days = []
    while f"{day:%Y-%m}" == name:
        days.append(day)
        day += timedelta(days=1)
    return days


def incubation_year(settled, day):
    """Count the anniversaries that have come, one by one."""
    year = 1
    while True:
        try:
            anniversary = date(settled.year + year, settled.month, settled.day)
        except ValueError:
            anniversary = date(settled.year + year, 2, 28)
        if anniversary > day:
            return year
        year += 1


def rent_again(terms, facts):
    """Compute rent lines in whole fen."""
    start, end, settled = (date.fromisoformat(facts[key]) for key in ("lease_start", "lease_end", "settled_on"))
    price = Fraction(facts["unit_rent"])
    if terms["basis"] == "net":
        price = price / (1 + Fraction(terms["vat_rate"]))
    if terms["unit_cap"] is not None and price > Fraction(terms["unit_cap"]):
        price = Fraction(terms["unit_cap"])
    area = Fraction(facts["area"])
    if terms["area_cap"] is not None and area > Fraction(terms["area_cap"]):
        area = Fraction(terms["area_cap"])
    used, paid = facts["months_used"], fen_of(facts["paid_before"] or "0")
    quarters = {name: fen_of(amount) for name, amount in facts["quarter_before"].items()}
    lines = []
    for name in sorted(facts["months"]):
        lines.append([name, 0, None])
        days = days_of_month(name)
        covered = [day for day in days if start <= day <= end]
        if name in facts["months_already"]:
            lines[-1][2] = "DUP_MONTH"
            continue
        if not covered:
            lines[-1][2] = "PERIOD_MISMATCH"
            continue
        share = terms.get("share")
        if share is None:
            year = incubation_year(settled, covered[0])
            if year > len(terms["shares_by_year"]):
                lines[-1][2] = "TERM_EXHAUSTED"
                continue
            share = terms["shares_by_year"][year - 1]
        if terms["max_months"] is not None and used >= terms["max_months"]:
            lines[-1][2] = "TERM_EXHAUSTED"
            continue
        twice = price * area * Fraction(share) * len(covered) * 200 / len(days)
        fen = full = (twice.numerator // twice.denominator + 1) // 2
        quarter = f"{name[:4]}-Q" + "111222333444"[int(name[5:]) - 1]
        limits = [(terms["month_cap"], 0), (terms["quarter_cap"], quarters.get(quarter, 0)), (terms["total_cap"], paid)]
        for cap, before in limits:
            if cap is not None and fen > fen_of(cap) - before:
                fen = max(0, fen_of(cap) - before)
        lines[-1][1:] = [fen, "CAP_REACHED" if full and not fen else None]
        used += 1 if fen else 0
        paid += fen
        quarters[quarter] = quarters.get(quarter, 0) + fen
    return lines


@settings(max_examples=200, deadline=None)
@given(rent_cases())
def test_rent_agrees_with_the_second_calculation(case):
    result = compute("rent_subsidy", terms=case[0], facts=case[1]).as_json()
    lines = [[line["month"], fen_of(line["amount"]), line["reason"]] for line in result["lines"]]
    assert lines == rent_again(*case)
    assert fen_of(result["amount"]) == sum(line[1] for line in lines)
    assert result["reasons"] == list(dict.fromkeys(line[2] for line in lines if line[2]))


CAPS = ["unit_cap", "area_cap", "month_cap", "quarter_cap", "total_cap"]


@settings(max_examples=150, deadline=None)
@given(rent_cases(max_months=st.none()), st.sampled_from(CAPS), decimals(5_000, 2))
def test_raising_a_cap_never_lowers_the_amount(case, cap, more):
    terms, facts = case
    raised = None if terms[cap] is None else str(Decimal(terms[cap]) + Decimal(more))
    before = compute("rent_subsidy", terms=terms, facts=facts).amount
    assert compute("rent_subsidy", terms=terms | {cap: raised}, facts=facts).amount >= before


@settings(max_examples=100, deadline=None)
@given(rent_cases(max_months=st.integers(0, 8)))
def test_raising_the_number_of_months_never_lowers_the_amount(case):
    terms, facts = case
    more = terms | {"max_months": terms["max_months"] + 1}
    assert (
        compute("rent_subsidy", terms=more, facts=facts).amount
        >= compute("rent_subsidy", terms=terms, facts=facts).amount
    )


@settings(max_examples=150, deadline=None)
@given(rent_cases(max_months=st.none()), st.integers(0, 60), st.integers(0, 60), st.integers(0, 8))
def test_a_narrower_period_never_raises_the_amount(case, later, earlier, dropped):
    terms, facts = case
    if "shares_by_year" in terms:
        terms["shares_by_year"].sort(key=Fraction, reverse=True)
    start = date.fromisoformat(facts["lease_start"]) + timedelta(days=later)
    end = date.fromisoformat(facts["lease_end"]) - timedelta(days=earlier)
    wide = compute("rent_subsidy", terms=terms, facts=facts).amount
    fewer = facts | {"months": facts["months"][dropped:]}
    assert compute("rent_subsidy", terms=terms, facts=fewer).amount <= wide
    if start <= end:
        narrow = facts | {"lease_start": str(start), "lease_end": str(end)}
        assert compute("rent_subsidy", terms=terms, facts=narrow).amount <= wide


@settings(max_examples=150, deadline=None)
@given(rent_cases())
def test_months_claimed_one_by_one_give_the_same_total(case):
    terms, facts = case
    whole = compute("rent_subsidy", terms=terms, facts=facts).amount
    used, paid, quarters = facts["months_used"], Decimal(facts["paid_before"] or 0), dict(facts["quarter_before"])
    total = Decimal(0)
    for month in sorted(facts["months"]):
        past = {"months": [month], "months_used": used, "paid_before": paid, "quarter_before": quarters}
        amount = compute("rent_subsidy", terms=terms, facts=facts | past).amount
        quarter = f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"
        quarters = quarters | {quarter: Decimal(quarters.get(quarter, 0)) + amount}
        used, paid, total = used + (amount > 0), paid + amount, total + amount
    assert total == whole


@settings(max_examples=60, deadline=None)
@given(rent_cases())
def test_a_stored_rent_trace_recomputes(case):
    terms, facts = get_formula("rent_subsidy").read(*case)
    result = compute("rent_subsidy", terms=terms, facts=facts)
    record = trace(result, terms=terms, facts=facts, name="rent_subsidy", version="0.1")
    assert recompute(record)
    assert record == trace(result, terms=case[0], facts=case[1], name="rent_subsidy", version="0.1")
