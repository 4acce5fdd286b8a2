"""Bank files as banks write them, and as people alter them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.bankfile import find_heading, parse
from incubator.core.tables import read_table

TWO = """对账单,,,,,,
户名：,长春净月创客空间,,,,,
交易日期,借方发生额（元）,贷方发生额（元）,余额,对方户名,附言,交易流水号
2026-10-08,,"3,892.50","13,892.50",长春云杉科技有限公司,房租FH0000014,T1
20261009,500.00,,13392.50,电业局,电费,T2
合计,500.00,"3,892.50",,,,
"""


def rows(text):
    return read_table(text.encode())


def test_two_columns_titles_above_and_totals_below():
    got = parse(rows(TWO), {})
    assert got.problems == ()
    assert [(m.day, m.amount, m.payer, m.serial) for m in got.movements] == [
        (date(2026, 10, 8), Decimal("3892.50"), "长春云杉科技有限公司", "T1"),
        (date(2026, 10, 9), Decimal("-500.00"), "电业局", "T2"),
    ]
    assert (got.opening, got.closing) == (Decimal("10000.00"), Decimal("13392.50"))


def test_the_newest_first_is_turned_round():
    lines = TWO.splitlines()
    turned = "\n".join([*lines[:3], lines[4], lines[3]])
    assert parse(rows(turned), {}).movements == tuple(m.__class__(**{**m.__dict__, "row": row}) for m, row in zip(parse(rows(TWO), {}).movements, (5, 4), strict=True))


def test_one_column_with_a_direction():
    got = parse(rows("日期,借贷标志,金额,对方户名\n2026/10/8,贷,１２０.5,甲\n2026年10月9日,借,20,乙"), {})
    assert [m.amount for m in got.movements] == [Decimal("120.50"), Decimal("-20.00")]


def test_a_kept_map_wins_over_the_guess():
    text = "日期,记账日期,收入,金额,说明\n2026-10-01,2026-10-02,5,7,x"
    head = find_heading(rows(text), {"day": "记账日期", "incoming": "金额", "purpose": "说明"})
    assert head == (0, {"day": 1, "incoming": 3, "purpose": 4})
    assert parse(rows(text), {"day": "记账日期", "incoming": "金额"}).movements[0].amount == Decimal("7.00")


def test_two_equal_payers_on_one_day_stay_two():
    text = "日期,收入,对方户名\n2026-10-08,100,甲\n2026-10-08,100,甲\n2026-10-08,100,乙"
    got = parse(rows(text), {}).movements
    assert [m.occurrence for m in got] == [1, 2, 1] and got[0].fingerprint() == got[1].fingerprint() != got[2].fingerprint()


BAD = {
    "no headings": ("a,b\n1,2", "headings"),
    "an altered balance": (TWO.replace("13392.50", "13392.51"), "5"),
    "no amount": ("日期,收入\n2026-10-08,\n2026-10-09,5", "2"),
    "words for an amount": ("日期,收入\n2026-10-08,五元", "五元"),
    "three decimals": ("日期,收入\n2026-10-08,5.001", "5.001"),
    "both ways": ("日期,收入,支出\n2026-10-08,5,6", "2"),
    "a day that is none": ("日期,收入\n2026-02-30,5", "2026-02-30"),
    "no direction": ("日期,借贷标志,金额\n2026-10-08,？,5", "2"),
    "headings only": ("日期,收入", ""),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gives_sentences_and_no_movement(name):
    text, names = BAD[name]
    got = parse(rows(text), {})
    assert got.movements == () and got.problems and (names in got.problems[0] or names == "headings")
