"""What a bank exports: find the heading row, read dates and amounts, and check that the balances run on.

Pure: rows of text in, movements or sentences out. Amounts are yuan, in positive, out negative."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.canonical import canonical
from incubator.core.characters import half_width
from incubator.core.tables import Row

FIELDS = {
    "day": gettext_lazy("Day of the movement"),
    "incoming": gettext_lazy("Money in"),
    "outgoing": gettext_lazy("Money out"),
    "amount": gettext_lazy("Amount (one column)"),
    "direction": gettext_lazy("In or out (one column)"),
    "payer": gettext_lazy("Name of the other party"),
    "payer_account": gettext_lazy("Account of the other party"),
    "summary": gettext_lazy("Summary"),
    "purpose": gettext_lazy("Purpose"),
    "balance": gettext_lazy("Balance"),
    "serial": gettext_lazy("Serial number of the bank"),
}
# Headings as banks print them; a heading belongs to the first field that knows it.
HEADINGS = {
    "day": ("交易日期", "记账日期", "入账日期", "交易时间", "记账时间", "日期"),
    "incoming": ("贷方发生额", "贷方金额", "收入金额", "转入金额", "收入", "存入", "贷方"),
    "outgoing": ("借方发生额", "借方金额", "支出金额", "转出金额", "支出", "支取", "借方"),
    "amount": ("交易金额", "发生额", "金额"),
    "direction": ("借贷标志", "借贷标识", "收支标志", "借/贷", "收/支", "交易方向"),
    "payer": ("对方户名", "对方账户名称", "对方单位名称", "对方名称", "对方单位", "付款人名称", "交易对手"),
    "payer_account": ("对方账号", "对方帐号", "对方账户", "付款人账号"),
    "summary": ("交易摘要", "摘要"),
    "purpose": ("附言", "用途", "交易附言", "备注"),
    "balance": ("账户余额", "交易后余额", "本次余额", "余额"),
    "serial": ("交易流水号", "银行流水号", "核心流水号", "流水号", "交易序号", "凭证号"),
}
INTO = frozenset({"贷", "收", "收入", "转入", "存入", "C", "CR", "+"})
OUT_OF = frozenset({"借", "付", "支", "支出", "转出", "支取", "D", "DR", "-"})
SEARCHED = 40  # rows in which the heading may stand
MOST_SENTENCES = 20
_DAY = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?(?:[ T].*|[0-9]{6})?")
OWN_HEADINGS = frozenset({"账号", "帐号", "本方账号", "本方帐号", "卡号"})
_OWN = re.compile(r"(本方|查询|客户|账户)?(账号|帐号|卡号)")
_NUMBER = re.compile(r"[0-9][0-9*]{7,29}")
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


@dataclass(frozen=True)
class Movement:
    """One line of the statement."""

    row: int
    day: date
    amount: Decimal
    payer: str = ""
    payer_account: str = ""
    summary: str = ""
    purpose: str = ""
    balance: Decimal | None = None
    serial: str = ""
    occurrence: int = 1  # the n-th line of this file that reads exactly the same

    @property
    def outgoing(self) -> Decimal:
        """What went out, in yuan."""
        return -self.amount

    def fingerprint(self) -> str:
        """What makes the line itself when the bank gives no serial number."""
        parts = [self.day.isoformat(), str(self.amount), self.payer, self.payer_account, self.summary, self.purpose, str(self.balance)]
        return sha256(canonical([unicodedata.normalize("NFKC", part) for part in parts]).encode()).hexdigest()


@dataclass(frozen=True)
class Parsed:
    """The movements in the order of time, the balances before and after, and what is wrong."""

    movements: tuple[Movement, ...] = ()
    opening: Decimal | None = None
    closing: Decimal | None = None
    problems: tuple[str, ...] = field(default=())


def find_heading(rows: Sequence[Row], columns: Mapping[str, str]) -> tuple[int, dict[str, int]] | None:
    """The row of headings and the place of each field: by the kept map of the account, else by what banks print.

    A heading row names a day and an amount; None: no row does."""
    for number, row in enumerate(rows[:SEARCHED]):
        heads = [_head(cell) for cell in row]
        places = _by_map(heads, columns) or _by_guess(heads)
        if "day" in places and ("amount" in places or "incoming" in places or "outgoing" in places):
            return number, places
    return None


def _head(cell: str) -> str:
    """A heading without blanks and units: 贷方发生额（元） → 贷方发生额."""
    return re.sub(r"[（(].*?[)）]|\s", "", unicodedata.normalize("NFKC", cell))


def _by_map(heads: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """The kept map, when every heading that it names stands in this row."""
    wanted = {name: _head(title) for name, title in columns.items() if title}
    return {name: heads.index(title) for name, title in wanted.items()} if wanted and all(title in heads for title in wanted.values()) else {}


def _by_guess(heads: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for name, known in HEADINGS.items():
        place = next((heads.index(title) for title in known if title in heads), None)
        if place is not None and place not in places.values():
            places[name] = place
    return places


def headings(rows: Sequence[Row], columns: Mapping[str, str]) -> list[str]:
    """The titles from which a person chooses: those of the heading row, else of the first row with most words in it."""
    found = find_heading(rows, columns)
    if found is not None:
        titles = rows[found[0]]
    else:
        titles = max(rows[:SEARCHED], key=lambda row: sum(bool(cell) and not any(sign.isdigit() for sign in cell) for cell in row), default=[])
    return list(dict.fromkeys(_head(cell) for cell in titles if _head(cell)))


def chosen_columns(rows: Sequence[Row], columns: Mapping[str, str]) -> dict[str, str]:
    """Field → heading as the file would be read now: by the kept map, else by what banks print."""
    found = find_heading(rows, columns)
    if found is None:
        return {}
    number, places = found
    return {name: _head(rows[number][place]) for name, place in places.items()}


def numbers_named(rows: Sequence[Row], columns: Mapping[str, str]) -> set[str]:
    """The accounts that the file says it is of: beside 账号 above the table, or in a column of that name. Digits, some *."""
    found = find_heading(rows, columns)
    if found is None:
        return set()
    number, _places = found
    named = {one for row in rows[:number] for place, cell in enumerate(row) if _OWN.match(_head(cell)) for one in _numbers(cell, *row[place + 1 : place + 2])}
    own = [place for place, cell in enumerate(rows[number]) if _head(cell) in OWN_HEADINGS]
    return named | {one for row in rows[number + 1 :] for place in own if place < len(row) for one in _numbers(row[place])}


def _numbers(*cells: str) -> list[str]:
    return [one for cell in cells for one in _NUMBER.findall(re.sub(r"[\s\-]", "", half_width(cell)))][:1]


def is_this_account(named: str, number: str) -> bool:
    """Whether a number as a file prints it, perhaps with stars, is this account's."""
    return re.fullmatch(re.sub(r"\*+", "[0-9]*", named), re.sub(r"[\s\-]", "", number)) is not None


def parse(rows: Sequence[Row], columns: Mapping[str, str]) -> Parsed:
    """Read the statement. All or nothing: with problems there are no movements."""
    found = find_heading(rows, columns)
    if found is None:
        return Parsed(problems=(_("No row of headings was found: one that names a day and an amount. Choose the columns by hand."),))
    number, places = found
    movements: list[Movement] = []
    problems: list[str] = []
    for place, row in enumerate(rows[number + 1 :], start=number + 2):
        try:
            movement = _movement(place, row, places)
        except ValueError as error:
            problems.append(_("Row %(row)d: %(problem)s") % {"row": place, "problem": error})
            continue
        if movement:
            movements.append(movement)
    if not movements and not problems:
        problems.append(_("The file holds headings but no movement."))
    ordered = _in_time(movements)
    problems += _breaks(ordered)
    if problems:
        return Parsed(problems=tuple(problems[:MOST_SENTENCES]))
    return Parsed(_counted(ordered), *_balances(ordered))


def _movement(place: int, row: Row, places: Mapping[str, int]) -> Movement | None:
    """One row; None for a row without a day, such as totals below the table."""
    cells = {name: row[at].strip() if at < len(row) else "" for name, at in places.items()}
    if not any(sign.isdigit() for sign in cells["day"]):
        return None
    day, amount = day_of(cells["day"]), _signed(cells)
    if amount is None:
        raise ValueError(_("there is neither money in nor money out."))
    balance = cells.get("balance", "")
    return Movement(
        place, day, amount, cells.get("payer", "")[:120], re.sub(r"\s", "", cells.get("payer_account", ""))[:40],
        cells.get("summary", "")[:200], cells.get("purpose", "")[:200], number_of(balance) if balance else None, cells.get("serial", "")[:60],
    )  # fmt: skip


def day_of(text: str) -> date:
    match = _DAY.fullmatch(half_width(text))
    try:
        return date(*(int(part) for part in match.groups())) if match else date(0, 0, 0)
    except ValueError:
        raise ValueError(_("“%(text)s” is not a day.") % {"text": text[:40]}) from None


def _signed(cells: Mapping[str, str]) -> Decimal | None:
    """The amount with its sign, from one column or from two; None when the row has none."""
    incoming, outgoing = (number_of(cells.get(name, "")) if _filled(cells.get(name, "")) else Decimal(0) for name in ("incoming", "outgoing"))
    if incoming and outgoing:
        raise ValueError(_("money in and money out stand in one row."))
    if incoming or outgoing:
        return incoming - outgoing
    text = cells.get("amount", "")
    if not _filled(text):
        return None
    amount, direction = number_of(text), unicodedata.normalize("NFKC", cells.get("direction", "")).strip().upper()
    if not direction:
        return amount or None
    if direction not in INTO | OUT_OF:
        raise ValueError(_("“%(text)s” says neither in nor out.") % {"text": direction[:20]})
    return abs(amount) if direction in INTO else -abs(amount)


def _filled(text: str) -> bool:
    return text.strip() not in {"", "-", "—", "--", "/"}


def number_of(text: str) -> Decimal:
    """1,200.50, ￥1200.5, -30, +30; raises ValueError with a sentence for everything else."""
    plain = re.sub(r"[,，\s¥￥]", "", half_width(text)).replace("−", "-")
    sign, digits = (-1, plain[1:]) if plain.startswith("-") else (1, plain.removeprefix("+"))
    if not _AMOUNT.fullmatch(digits):
        raise ValueError(_("“%(text)s” is not an amount.") % {"text": text[:40]})
    return sign * Decimal(digits).quantize(Decimal("0.01"))


def _in_time(movements: Sequence[Movement]) -> list[Movement]:
    """Oldest first; banks export either way. Days and then the balances say which way it is."""
    down = len(movements) > 1 and (
        movements[0].day > movements[-1].day or (movements[0].day == movements[-1].day and len(_breaks(movements)) > len(_breaks(movements[::-1])))
    )
    return list(movements[::-1] if down else movements)


def _breaks(movements: Sequence[Movement]) -> list[str]:
    """Where a balance is not the balance before plus the amount: the file was altered, or rows are missing."""
    found = []
    for before, after in pairwise(movements):
        if before.balance is None or after.balance is None or before.balance + after.amount == after.balance:
            continue
        values = {"row": after.row, "before": before.balance, "amount": after.amount, "balance": after.balance}
        found.append(_("Row %(row)d: the balance before was %(before)s, the movement %(amount)s, yet the balance says %(balance)s. Rows are missing or were changed.") % values)
    return found


def _balances(movements: Sequence[Movement]) -> tuple[Decimal | None, Decimal | None]:
    first, last = movements[0], movements[-1]
    return (None if first.balance is None else first.balance - first.amount), last.balance


def _counted(movements: Sequence[Movement]) -> tuple[Movement, ...]:
    """Each with its number among those that read the same: two equal payers on one day stay two."""
    seen: Counter[str] = Counter()
    counted = []
    for movement in movements:
        mark = movement.fingerprint()
        seen[mark] += 1
        counted.append(Movement(**{**movement.__dict__, "occurrence": seen[mark]}))
    return tuple(counted)
