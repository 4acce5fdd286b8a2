"""Tables that people bring: every encoding and form that banks and offices export, and nothing that hurts."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from incubator.core.exports import xlsx_answer
from incubator.core.tables import MOST_ROWS, BadTable, as_text, read_table

TEXT = "日期,对方户名,金额\r\n2026-03-05,长春云杉科技有限公司,\"1,200.50\"\r\n\r\n"
WANTED = [["日期", "对方户名", "金额"], ["2026-03-05", "长春云杉科技有限公司", "1,200.50"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_encodings_of_banks(encoding):
    assert read_table(TEXT.encode(encoding)) == WANTED


@pytest.mark.parametrize("mark", ["\t", ";"])
def test_other_separators_are_seen(mark):
    assert read_table(f"a{mark}b{mark}c\n1{mark}2,5{mark}3".encode()) == [["a", "b", "c"], ["1", "2,5", "3"]]


def workbook(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    page = io.BytesIO()
    book.save(page)
    return page.getvalue()


def test_a_workbook_is_read_as_a_person_would_type_it():
    body = workbook(["日期", "金额", "编号"], [date(2026, 3, 5), 1200.5, 3], [None], [datetime(2026, 3, 5, 8, 30), 0.1, "007"])
    assert read_table(body) == [["日期", "金额", "编号"], ["2026-03-05", "1200.5", "3"], ["2026-03-05 08:30:00", "0.1", "007"]]


@pytest.mark.parametrize(("value", "text"), [(1e16, "10000000000000000"), (1e-7, "0.0000001"), (3.0, "3"), (True, "True"), (None, "")])
def test_numbers_have_no_exponent(value, text):
    assert as_text(value) == text


def test_a_formula_is_never_calculated():
    assert read_table(workbook(["a", "=1+1"], ["b", "c"])) == [["a"], ["b", "c"]]


def too_many_parts() -> bytes:
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w") as parts:
        for number in range(300):
            parts.writestr(f"part{number}", "")
    return page.getvalue()


def bomb() -> bytes:
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 90_000_000)
    return page.getvalue()


BAD = {
    "nothing": b"",
    "blank": b"\n\n , ,\n",
    "too many rows": b"1\n" * (MOST_ROWS + 1),
    "blank rows without end": b"\n" * (MOST_ROWS + 2),
    "too many columns": b",".join([b"1"] * 200),
    "a long cell": b"x" * 3000,
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00",
    "an old XLS": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500,
    "a broken workbook": b"PK\x03\x04" + b"\x00" * 100,
    "a zip that is no workbook": too_many_parts(),
    "a bomb": bomb(),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_table_gets_a_sentence(name):
    with pytest.raises(BadTable) as refused:
        read_table(BAD[name])
    assert refused.value.field == "file" and len(str(refused.value.message)) > 10


def test_a_workbook_that_leaves_keeps_numbers_and_holds_no_formula():
    answer = xlsx_answer("bills", ["名称", "金额", "日期"], [["=HYPERLINK(1)", Decimal("1200.50"), date(2026, 3, 5)], ["a\x01b", Decimal("0.01"), None]], title="账单/一")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1][0] == "=HYPERLINK(1)" and sheet["A2"].data_type != "f"
    assert rows[1][1] == 1200.5 and sheet["B2"].number_format == "#,##0.00" and rows[1][2].date() == date(2026, 3, 5)
    assert answer["Content-Disposition"] == 'attachment; filename="bills.xlsx"'
