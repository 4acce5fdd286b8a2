"""Loans and guarantees: thousands of random cases against a second calculation that uses no helper of the product.

It counts interest day by day in whole ten-thousandths of a fen, and shares in whole fen."""

from datetime import date, timedelta
from fractions import Fraction
from random import Random

from incubator.core.formulas import compute
from incubator.guarantees import formulas  # noqa: F401  (registers)

MANY = 1500


def fen(value: Fraction) -> int:
    """Half up, for values not below nothing."""
    return int(value * 100 + Fraction(1, 2))


def told(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def yuan(random: Random, top: int) -> str:
    return told(random.randrange(top * 100))


def days_of(first: date, last: date, counting: str):
    """Each day of a span with what it weighs in a 30/360 or an actual year."""
    while first < last:
        weight = 1
        if counting == "30/360":
            following = first + timedelta(1)
            # day 30 stays day 30 on the 31st; the month's last day jumps to the first of the next
            weight = 30 * (following.month != first.month) + min(following.day, 30) - min(first.day, 30)
        yield first, weight
        first += timedelta(1)


def one_loan(random: Random):
    start = date(2023, 1, 1) + timedelta(random.randrange(800))
    settle, on = [], start
    for _ in range(random.randrange(1, 5)):
        on += timedelta(random.randrange(1, 130))
        settle.append(on)
    principal, left, repayments = random.randrange(1, 30_000_000), None, []
    left = principal
    for _ in range(random.randrange(4)):
        part = random.randrange(left + 1)
        left -= part
        repayments.append((start + timedelta(random.randrange(400)), part))
    rate, base, ceiling = (Fraction(random.randrange(top), 100) for top in (1200, 600, 400))
    kind = random.choice(["share", "over_borrower", "by_year"])
    share, shares = Fraction(random.randrange(11), 10), [Fraction(random.randrange(4), 3) for _ in range(random.randrange(1, 4))]
    points = Fraction(random.randrange(-200, 200), 100)
    stop = start + timedelta(random.randrange(500)) if random.random() < 0.4 else None
    return locals()


def second_calculation(loan) -> list[tuple[int, int, int]]:
    """Interest, eligible and subsidy of each period in fen."""
    counting = loan["counting"]
    year = 365 if counting == "actual/365" else 360
    ceiling = loan["base"] + loan["ceiling"]
    gated = loan["mode"] == "gate" and loan["rate"] > ceiling
    used = min(loan["rate"], ceiling)
    over = max(Fraction(0), used - loan["base"] - loan["points"])
    rows, first = [], loan["start"]
    for last in loan["settle"]:
        sums = [Fraction(0), Fraction(0)]
        by_year: dict[int, Fraction] = {}
        for on, weight in days_of(first, last, counting):
            owed = loan["principal"] - sum(part for day, part in loan["repayments"] if day <= on)
            step = Fraction(owed * weight, 100 * year * 100)
            sums[0] += step
            if loan["stop"] is None or on < loan["stop"]:
                sums[1] += step
                start = loan["start"]
                passed = on.year - start.year - ((on.month, on.day) < (start.month, 28 if (start.month, start.day) == (2, 29) and on.year % 4 else start.day))
                by_year[passed] = by_year.get(passed, Fraction(0)) + step
        interest, eligible = fen(sums[0] * loan["rate"]), fen(sums[1] * used)
        if gated:
            rows.append((interest, 0, 0))
        elif loan["kind"] == "share":
            rows.append((interest, eligible, fen(Fraction(eligible, 100) * loan["share"])))
        elif loan["kind"] == "over_borrower":
            rows.append((interest, eligible, fen(sums[1] * over)))
        else:
            shares = loan["shares"]
            given = sum(fen(Fraction(fen(part * used), 100) * shares[passed]) for passed, part in by_year.items() if passed < len(shares))
            rows.append((interest, eligible, given))
        first = last
    return rows


def test_interest_of_random_loans():
    random = Random(11)
    for _ in range(MANY):
        loan = one_loan(random) | {"counting": random.choice(["actual/360", "actual/365", "30/360"]), "mode": random.choice(["gate", "clip"])}
        rule = {"share": {"share": str(loan["share"])}, "over_borrower": {"borrower_points": str(float(loan["points"]))}, "by_year": {"shares": [str(one) for one in loan["shares"]]}}
        decimal = lambda value: f"{float(value):.2f}"  # noqa: E731
        terms = {"ceiling_points": decimal(loan["ceiling"]), "mode": loan["mode"], "day_count": loan["counting"], "subsidy": {"kind": loan["kind"], **rule[loan["kind"]]}}
        facts = {
            "principal": told(loan["principal"]), "rate": decimal(loan["rate"]), "base_rate": decimal(loan["base"]), "disbursed_on": str(loan["start"]),
            "settle_on": [str(on) for on in loan["settle"]], "overdue_from": str(loan["stop"]) if loan["stop"] else None,
            "repayments": [{"on": str(on), "principal": told(part)} for on, part in loan["repayments"]],
        }
        lines = compute("interest_subsidy", terms=terms, facts=facts).as_json()["lines"]
        wanted = [{"interest": told(a), "eligible": told(b), "subsidy": told(c)} for a, b, c in second_calculation(loan)]
        assert [{name: line[name] for name in ("interest", "eligible", "subsidy")} for line in lines] == wanted, (terms, facts)


def test_compensation_and_recovery_of_random_losses():
    random = Random(12)
    for _ in range(MANY):
        share, times = random.randrange(101), random.randrange(1, 1500)
        principal, interest = random.randrange(10**8), random.randrange(10**6)
        pays = ((principal + interest) * share + 50) // 100
        balance, outstanding = pays + random.randrange(10**9), principal + random.randrange(10**10)
        facts = {"principal": told(principal), "interest": told(interest), "fund_balance": told(balance), "outstanding": told(outstanding)}
        got = compute("compensation", terms={"fund_share": told(share), "multiple": told(times)}, facts=facts).as_json()
        capacity = ((balance - pays) * times + 50) // 100
        assert got["fund_pays"] == told(pays)
        assert got["bank_bears"] == told(principal + interest - pays)
        assert (got["fund_after"], got["capacity_after"]) == (told(balance - pays), told(capacity))
        assert (got["outstanding_after"], got["frozen"]) == (told(outstanding - principal), outstanding - principal > capacity)
        back = random.randrange(10**8)
        cost = random.randrange(back + 1)
        split = compute("recovery", terms={"fund_share": told(share)}, facts={"recovered": told(back), "cost": told(cost)}).as_json()
        to_fund = ((back - cost) * share + 50) // 100
        assert (split["net"], split["fund"], split["bank"]) == (told(back - cost), told(to_fund), told(back - cost - to_fund))


def test_exposure_and_average_of_random_balances():
    random = Random(13)
    for _ in range(MANY):
        balance, times, used, cap, own, asked = (random.randrange(1, top) for top in (10**9, 1500, 10**10, 10**9, 10**9, 10**9))
        room = max(0, min((balance * times + 50) // 100 - used, cap - own))
        terms = {"multiple": told(times), "borrower_cap": told(cap)}
        facts = {"fund_balance": told(balance), "outstanding": told(used), "borrower_outstanding": told(own), "requested": told(asked)}
        got = compute("exposure", terms=terms, facts=facts).as_json()
        assert (got["room"], got["allowed"]) == (told(room), asked <= room)
        rows = [(random.randrange(10**9), random.randrange(1, 400)) for _ in range(random.randrange(1, 7))]
        weight = sum(days for _amount, days in rows)
        mean = (2 * sum(amount * days for amount, days in rows) + weight) // (2 * weight)
        segments = [{"balance": told(amount), "days": days} for amount, days in rows]
        assert str(compute("average_balance", terms={}, facts={"segments": segments}).amount) == told(mean)


def test_caps_of_random_borrowers():
    random = Random(14)
    for _ in range(MANY):
        starts = sorted({date(2015, 1, 1) + timedelta(random.randrange(3000)) for _ in range(random.randrange(1, 5))})
        editions = [
            {"from": str(on), "individual": yuan(random, 400_000), "graduate": yuan(random, 400_000) if random.random() < 0.7 else None,
             "graduate_window_years": random.randrange(1, 6), "enterprise": yuan(random, 4_000_000), "hire_ratio_small": told(random.randrange(60)),
             "hire_ratio_large": told(random.randrange(60)), "large_above": random.randrange(200)}
            for on in starts
        ]
        on = starts[0] + timedelta(random.randrange(3500))
        held = next(row for row in reversed(editions) if date.fromisoformat(row["from"]) <= on)
        if random.random() < 0.5:
            staff = random.randrange(1, 300)
            hires = random.randrange(staff + 1)
            needed = held["hire_ratio_large" if staff > held["large_above"] else "hire_ratio_small"]
            facts, wanted = {"kind": "enterprise", "staff": staff, "eligible_hires": hires}, held["enterprise"] if hires * 100 >= staff * int(needed.replace(".", "")) else "0.00"
        else:
            graduated = on - timedelta(random.randrange(2200)) if random.random() < 0.6 else None
            facts, wanted = {"kind": "individual", "graduated_on": str(graduated) if graduated else None}, held["individual"]
            if graduated and held["graduate"]:
                year = graduated.year + held["graduate_window_years"]
                day = 28 if (graduated.month, graduated.day) == (2, 29) and year % 4 else graduated.day
                wanted = held["graduate"] if on <= date(year, graduated.month, day) else wanted
        got = compute("loan_cap", terms={"editions": editions}, facts=facts | {"contract_on": str(on)})
        assert (str(got.amount), str(got.extra["edition_from"])) == (wanted, held["from"])
