"""Files between us and the bank: the payment list that goes out, the list of results that comes back.

Each row carries the key of its payout's attempt; the bank sends it back, and only by it a result is taken."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from billing.bankfile import day_of, number_of
from incubator.core.tables import BadTable, Row

HEADINGS = {
    "key": ("付款编号", "业务编号", "企业流水号", "用途编号", "key", "payment key"),
    "amount": ("金额", "付款金额", "交易金额", "amount"),
    "result": ("处理结果", "交易状态", "结果", "状态", "result", "status"),
    "day": ("处理日期", "交易日期", "日期", "day", "date"),
    "reason": ("失败原因", "退回原因", "原因", "备注", "reason"),
    "reference": ("银行流水号", "流水号", "回单编号", "reference"),
}
NEEDED = ("key", "amount", "result")
PAID = frozenset({"成功", "已支付", "支付成功", "交易成功", "已付", "paid", "success"})
RETURNED = frozenset({"失败", "退回", "退票", "支付失败", "交易失败", "returned", "failed", "failure"})
KEY = re.compile(r"BF-\d{4}-\d{6,}-\d{1,4}")


@dataclass(frozen=True)
class ResultRow:
    """One row of the bank's answer, read."""

    row: int
    key: str
    amount: Decimal
    paid: bool
    day: date
    reason: str
    reference: str


@dataclass(frozen=True)
class Refused:
    """A row that was not taken, with the sentence that says why and what to do."""

    row: int
    key: str
    sentence: str


def payment_heading() -> list[str]:
    """The heading of the file for the bank. Chinese: it is read by Chinese banks."""
    return ["付款编号", "收款人户名", "收款账号", "收款银行", "金额", "用途"]


def payment_row(payout: Any) -> list[Any]:
    """One payment as the bank reads it. The only place where the full account number leaves the house."""
    return [payout.key, payout.payee_name, payout.account, payout.bank_name, payout.net, f"创业补贴 {payout.due.title}"]


def read_results(rows: Sequence[Row]) -> tuple[list[ResultRow], list[Refused]]:
    """The rows of the bank's answer, and those that cannot be read. Raises BadTable where there is no heading."""
    start, places = _heading(rows)
    taken: list[ResultRow] = []
    refused: list[Refused] = []
    for place, row in enumerate(rows[start + 1 :], start + 2):
        cells = {name: row[at] if at < len(row) else "" for name, at in places.items()}
        if not any(cells.values()):
            continue
        try:
            taken.append(_result(place, cells))
        except ValueError as problem:
            refused.append(Refused(place, cells.get("key", "")[:40], str(problem)))
    return taken, refused


def _heading(rows: Sequence[Row]) -> tuple[int, dict[str, int]]:
    for place, row in enumerate(rows[:20]):
        heads = [re.sub(r"[\s*：:（(].*$", "", cell.strip()).lower() for cell in row]
        found = {name: heads.index(word) for name, words in HEADINGS.items() for word in words[::-1] if word in heads}
        if all(name in found for name in NEEDED):
            return place, found
    raise BadTable(
        _("No row names the columns %(columns)s. Use the file for the bank with a column for the result added.") % {"columns": "付款编号、金额、处理结果"}
    )


def _result(place: int, cells: Mapping[str, str]) -> ResultRow:
    key = cells["key"].strip().upper()
    if not KEY.fullmatch(key):
        raise ValueError(_("“%(text)s” is no payment key of ours. It reads like BF-2026-000012-1.") % {"text": cells["key"][:40]})
    word = cells["result"].strip().lower()
    if word not in PAID | RETURNED:
        raise ValueError(_("“%(text)s” says neither paid nor returned. Write 成功 or 退回.") % {"text": cells["result"][:20]})
    day = day_of(cells["day"]) if cells.get("day", "").strip() else timezone.localdate()
    if day > timezone.localdate():
        raise ValueError(_("%(day)s lies in the future.") % {"day": day})
    return ResultRow(place, key, number_of(cells["amount"]), word in PAID, day, cells.get("reason", "")[:200], cells.get("reference", "")[:60])
