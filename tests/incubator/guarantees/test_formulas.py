"""Loans and guarantees: the worked cases of the design, and what is refused."""

import pytest

from incubator.core.exact import BadValueError
from incubator.core.formulas import compute, recompute, trace
from incubator.guarantees import formulas  # noqa: F401  (registers)

EDITION = {"individual": "100000", "graduate": "150000", "graduate_window_years": 2, "enterprise": "4000000", "hire_ratio_small": "0.25", "hire_ratio_large": "0.15", "large_above": 100}
CAPS = {"editions": [{"from": "2015-01-01", **EDITION}, {"from": "2018-11-16", **EDITION, "individual": "150000", "graduate": None}]}
YEAR = {"ceiling_points": "3", "mode": "clip", "subsidy": {"kind": "share", "share": "1"}, "day_count": "actual/360"}
LOAN = {"principal": "100000", "rate": "7.35", "base_rate": "4.35", "disbursed_on": "2025-01-01", "settle_on": ["2025-12-27"]}


@pytest.mark.parametrize(("on", "cap"), [("2018-11-15", "100000.00"), ("2018-11-16", "150000.00")])
def test_the_cap_is_that_of_the_day_of_the_contract(on, cap):
    assert str(compute("loan_cap", terms=CAPS, facts={"kind": "individual", "contract_on": on}).amount) == cap


@pytest.mark.parametrize(("on", "cap"), [("2026-06-30", "150000.00"), ("2026-07-01", "100000.00")])
def test_the_graduate_cap_holds_to_the_same_day_of_its_last_year(on, cap):
    terms = {"editions": [{"from": "2015-01-01", **EDITION}]}
    facts = {"kind": "individual", "contract_on": on, "graduated_on": "2024-06-30"}
    assert str(compute("loan_cap", terms=terms, facts=facts).amount) == cap


@pytest.mark.parametrize(("graduated", "on", "cap"), [("2024-02-29", "2026-02-28", "150000.00"), ("2024-02-29", "2026-03-01", "100000.00")])
def test_a_graduation_on_29_february_counts_to_the_28th(graduated, on, cap):
    terms = {"editions": [{"from": "2015-01-01", **EDITION}]}
    assert str(compute("loan_cap", terms=terms, facts={"kind": "individual", "contract_on": on, "graduated_on": graduated}).amount) == cap


@pytest.mark.parametrize(
    ("staff", "hires", "cap", "reasons"),
    [(100, 25, "4000000.00", ()), (100, 24, "0.00", ("HIRE_RATIO",)), (101, 16, "4000000.00", ()), (101, 15, "0.00", ("HIRE_RATIO",))],
)
def test_a_firm_reaches_the_share_of_its_size(staff, hires, cap, reasons):
    result = compute("loan_cap", terms=CAPS, facts={"kind": "enterprise", "contract_on": "2026-01-01", "staff": staff, "eligible_hires": hires})
    assert (str(result.amount), result.reasons) == (cap, reasons)


def test_before_the_first_edition_there_is_no_cap():
    with pytest.raises(BadValueError, match="no edition"):
        compute("loan_cap", terms=CAPS, facts={"kind": "individual", "contract_on": "2014-12-31"})


@pytest.mark.parametrize(
    ("rate", "mode", "amount", "reasons"),
    [("7.35", "clip", "7350.00", ()), ("8.35", "clip", "7350.00", ()), ("8.35", "gate", "0.00", ("RATE_ABOVE_CEILING",))],
)
def test_above_the_ceiling_the_gate_gives_nothing_and_the_clip_the_ceiling(rate, mode, amount, reasons):
    result = compute("interest_subsidy", terms=YEAR | {"mode": mode}, facts=LOAN | {"rate": rate})
    assert (str(result.amount), result.reasons) == (amount, reasons)


def test_the_state_pays_what_lies_over_the_borrowers_points():
    terms = YEAR | {"subsidy": {"kind": "over_borrower", "borrower_points": "-1.5"}, "day_count": "actual/365"}
    facts = LOAN | {"rate": "5.15", "base_rate": "3.65", "settle_on": ["2026-01-01"]}
    (line,) = compute("interest_subsidy", terms=terms, facts=facts).as_json()["lines"]
    assert (line["interest"], line["subsidy"], line["borrower"]) == ("5150.00", "3000.00", "2150.00")


def test_four_quarters_of_thirty_days_with_repayments():
    terms = YEAR | {"subsidy": {"kind": "share", "share": "0.5"}, "day_count": "30/360"}
    days = ["2025-04-01", "2025-07-01", "2025-10-01", "2026-01-01"]
    facts = {"principal": "300000", "rate": "4.50", "base_rate": "3.5", "disbursed_on": "2025-01-01", "settle_on": days,
             "repayments": [{"on": on, "principal": "25000"} for on in days]}
    result = compute("interest_subsidy", terms=terms, facts=facts)
    assert [str(line.amount) for line in result.lines] == ["1687.50", "1546.88", "1406.25", "1265.63"]
    assert str(result.amount) == "5906.26"
    last = compute("interest_subsidy", terms=terms, facts=facts | {"claim_from": "2025-10-01"})
    assert [str(line.amount) for line in last.lines] == ["1265.63"]


def test_nothing_is_given_from_the_first_day_overdue_or_extended_or_beyond_the_longest_term():
    for stop in ({"overdue_from": "2025-07-01"}, {"extended_from": "2025-07-01"}):
        assert str(compute("interest_subsidy", terms=YEAR, facts=LOAN | stop).amount) == "3695.42"  # 181 days
    assert str(compute("interest_subsidy", terms=YEAR | {"max_months": 6}, facts=LOAN).amount) == "3695.42"


def test_compensation_freezes_the_fund_when_it_guarantees_more_than_it_may():
    terms, facts = {"fund_share": "0.8", "multiple": "5"}, {"principal": "120000", "interest": "2430.50", "fund_balance": "2000000", "outstanding": "9750000"}
    told = compute("compensation", terms=terms, facts=facts).as_json()
    assert (told["fund_pays"], told["bank_bears"], told["fund_after"]) == ("97944.40", "24486.10", "1902055.60")
    assert (told["capacity_after"], told["outstanding_after"], told["frozen"]) == ("9510278.00", "9630000.00", True)


def test_a_recovery_pays_its_costs_first():
    told = compute("recovery", terms={"fund_share": "0.8"}, facts={"recovered": "50000", "cost": "4000.01"}).as_json()
    assert (told["net"], told["fund"], told["bank"]) == ("45999.99", "36799.99", "9200.00")
    with pytest.raises(BadValueError, match="more than what came back"):
        compute("recovery", terms={"fund_share": "0.8"}, facts={"recovered": "100", "cost": "100.01"})


def test_a_guarantee_is_never_granted_in_part():
    terms, facts = {"multiple": "5", "borrower_cap": "4000000"}, {"fund_balance": "2000000", "outstanding": "9750000", "borrower_outstanding": "0"}
    told = compute("exposure", terms=terms, facts=facts | {"requested": "300000"}).as_json()
    assert (told["room"], told["allowed"], told["reasons"]) == ("250000.00", False, ["CAP_EXPOSURE"])
    assert compute("exposure", terms=terms, facts=facts | {"requested": "250000"}).extra["allowed"]


@pytest.mark.parametrize(
    ("name", "terms", "facts", "key"),
    [
        ("interest_subsidy", YEAR | {"subsidy": {"kind": "share", "share": "1", "shares": ["1"]}}, LOAN, "subsidy"),
        ("interest_subsidy", YEAR, LOAN | {"settle_on": ["2025-01-01"]}, "settle_on"),
        ("interest_subsidy", YEAR, LOAN | {"repayments": [{"on": "2025-02-01", "principal": "100000.01"}]}, "repayments"),
        ("interest_subsidy", YEAR | {"day_count": "actual/366"}, LOAN, "day_count"),
        ("loan_cap", {"editions": [*reversed(CAPS["editions"])]}, {"kind": "individual", "contract_on": "2026-01-01"}, "editions"),
        ("loan_cap", CAPS, {"kind": "enterprise", "contract_on": "2026-01-01", "staff": 0, "eligible_hires": 0}, "staff"),
        ("loan_cap", CAPS, {"kind": "enterprise", "contract_on": "2026-01-01", "staff": 2, "eligible_hires": 3}, "eligible_hires"),
        ("compensation", {"fund_share": "1.1", "multiple": "5"}, {}, "fund_share"),
        ("exposure", {"multiple": "0", "borrower_cap": "1"}, {}, "multiple"),
        ("average_balance", {}, {"segments": [{"balance": "1", "days": 0}]}, "segments"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(name, terms, facts, key):
    with pytest.raises(BadValueError, match=key):
        compute(name, terms=terms, facts=facts)


@pytest.mark.parametrize(
    ("name", "terms", "facts"),
    [("loan_cap", CAPS, {"kind": "individual", "contract_on": "2026-01-01"}), ("interest_subsidy", YEAR, LOAN),
     ("average_balance", {}, {"segments": [{"balance": "10.01", "days": 3}]})],
)
def test_a_stored_trace_recomputes(name, terms, facts):
    assert recompute(trace(compute(name, terms=terms, facts=facts), terms=terms, facts=facts, name=name))
