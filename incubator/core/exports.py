"""Tables that leave the house as CSV or XLSX: read by spreadsheets, whose formulas must not come from what people typed."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from incubator.core.errors import BusinessError

MOST_ROWS = 20_000
FORMULA = ("=", "+", "-", "@")  # what a spreadsheet takes for the beginning of a formula, also in full width
SHEET_SIGNS = re.compile(r"[\[\]:*?/\\]")  # signs that the name of a sheet must not hold
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # signs that a workbook must not hold
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it Excel reads Chinese as something else


def cell(value: Any) -> str:
    """The text of one cell; what a spreadsheet would calculate gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if unicodedata.normalize("NFKC", text.lstrip()[:20]).lstrip().startswith(FORMULA) else text


def csv_answer(name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The table as a file of this name. It is written within the request: rows are read inside its context."""
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow([cell(value) for value in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    return _file(f"{name}.csv", "text/csv; charset=utf-8", BYTE_ORDER_MARK + page.getvalue())


def xlsx_answer(name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]], *, title: str = "") -> HttpResponse:
    """The table as a workbook of this name: amounts stay numbers, days stay days, typed text never becomes a formula."""
    from openpyxl import Workbook  # heavy: only where a workbook is written
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET_SIGNS.sub(" ", title or name)[:31])
    sheet.freeze_panes = "A2"

    def written(value: Any) -> Any:
        if not isinstance(value, (int, float, Decimal, date)) or isinstance(value, bool):
            one = WriteOnlyCell(sheet, ILLEGAL.sub(" ", "" if value is None else str(value)))
            one.data_type = "s"  # also when it begins with =
            return one
        one = WriteOnlyCell(sheet, value)
        one.number_format = "#,##0.00" if isinstance(value, Decimal) else "yyyy-mm-dd" if isinstance(value, date) else "General"
        return one

    for row in (header, *rows):
        sheet.append([written(value) for value in row])
    page = io.BytesIO()
    book.save(page)
    return _file(f"{name}.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", page.getvalue())


def _file(name: str, content_type: str, body: str | bytes) -> HttpResponse:
    """A table to be saved; nobody keeps it on the way."""
    answer = HttpResponse(body, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def check_size(count: int) -> None:
    """Refuse what is too long for one answer."""
    if count > MOST_ROWS:
        raise BusinessError(
            _("That would be %(count)s rows; one file holds at most %(most)s. Choose a shorter period, then export each part.")
            % {"count": f"{count:,}", "most": f"{MOST_ROWS:,}"}
        )
