"""Tables that come into the house as CSV or XLSX: read as text, within limits, with a sentence for what cannot be read.

What a spreadsheet calculates is taken as the value that it shows; nothing is ever calculated here."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from incubator.core.errors import BusinessError

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_UNPACKED = 80 * 1024 * 1024
MOST_PARTS = 200
LONGEST_CELL = 2_000
ZIP_MARK = b"PK\x03\x04"

type Row = list[str]


class BadTable(BusinessError):
    """A file that is no table we can read; the sentence stands at the field `file`."""

    def __init__(self, message: object) -> None:
        super().__init__(message, field="file")


def read_table(body: bytes) -> list[Row]:
    """Every row as text, blank rows left out; the first sheet of a workbook. The content decides what the file is.

    Raises BadTable: too large, too many rows, not a table, a broken or hostile workbook."""
    if len(body) > MOST_BYTES:
        raise BadTable(_("The file has more than %(most)d MB. Export a shorter period and import each part.") % {"most": MOST_BYTES // 1024 // 1024})
    rows = list(_within_limits(_workbook(body) if body.startswith(ZIP_MARK) else _text(body)))
    if not rows:
        raise BadTable(_("The file holds no rows. Open it in a spreadsheet to see what was exported."))
    return rows


def _within_limits(rows: Iterable[Iterable[Any]]) -> Iterator[Row]:
    """The rows that hold something, as trimmed text; counts every row that it sees, also the blank ones."""
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise BadTable(_("The file has more than %(most)s rows. Export a shorter period and import each part.") % {"most": f"{MOST_ROWS:,}"})
        cells = [as_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise BadTable(_("Row %(row)d has more than %(most)d columns. This is not a table that a bank or an office exports.") % {"row": number, "most": MOST_COLUMNS})
        if cells:
            yield cells


def as_text(value: Any) -> str:
    """A cell as a person would type it: dates as 2026-03-05, numbers without a tail of zeros or an exponent."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    text = str(value).replace("\0", " ").strip()
    if len(text) > LONGEST_CELL:
        raise BadTable(_("A cell holds more than %(most)d characters. Shorten it in the spreadsheet.") % {"most": LONGEST_CELL})
    return text


def _text(body: bytes) -> Iterator[Iterable[Any]]:
    """CSV, separated by comma, tab or semicolon, in the encodings that banks and offices use."""
    text = decoded(body)
    head = "\n".join(text.splitlines()[:20])
    mark = max((",", "\t", ";"), key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=False)
    except csv.Error as error:
        raise BadTable(_("The file cannot be read as a table. Export it again as CSV or XLSX.")) from error


def decoded(body: bytes) -> str:
    """UTF-8 (with or without mark), UTF-16 with mark, else GB18030; raises BadTable when it is none of them."""
    marked = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadTable(_("This is not a table: neither a workbook (XLSX) nor text (CSV). An old XLS file must be saved as XLSX first."))


def _workbook(body: bytes) -> Iterator[Iterable[Any]]:
    """The first sheet of an XLSX workbook, row by row, after a look at what it would unpack to."""
    from openpyxl import load_workbook  # heavy: only where a table is read

    try:
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            infos = parts.infolist()
    except zipfile.BadZipFile as error:
        raise _broken() from error
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise BadTable(_("The workbook unpacks to more than %(most)d MB. Copy the rows that you need into a new workbook.") % {"most": MOST_UNPACKED // 1024 // 1024})
    try:
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a sheet says of its size may be wrong
            yield from sheet.iter_rows(values_only=True)
        finally:
            book.close()
    except BusinessError:
        raise
    except Exception as error:  # openpyxl raises whatever its parser met
        raise _broken() from error


def _broken() -> BadTable:
    return BadTable(_("The workbook cannot be read. Open it in a spreadsheet and save it again as XLSX."))
