"""Acts of the ledger: post an entry once, reverse one, close a month.

The database keeps the books: it refuses an entry that does not balance, a line added later, a change, a closed month
(migration 0003). These functions only say so earlier and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models.ledger import LedgerEntry, LedgerLine, PeriodClose
from billing.states import CLOSE_MOVES, CloseState
from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError, Conflict
from incubator.core.periods import Month
from incubator.core.refusals import clash
from incubator.core.templatetags.fuhua import month as month_text
from incubator.journal.services import make_move, moving, record
from incubator.tenants.models import Startup

BATCH = 1_000  # rows in one statement


@dataclass(frozen=True)
class Side:
    """One side of an entry before it is posted. Yuan; debit positive, credit negative."""

    account: str
    amount: Decimal
    startup: Startup | None = None
    document: str = ""


def debit(account: str, amount: Decimal, startup: Startup | None = None, document: str = "") -> Side:
    """So many yuan on the debit side."""
    return Side(account, amount, startup, document)


def credit(account: str, amount: Decimal, startup: Startup | None = None, document: str = "") -> Side:
    """So many yuan on the credit side."""
    return Side(account, -amount, startup, document)


def post(
    kind: str, sides: Sequence[Side], *, key: str, text: str, by: Actor, day: date | None = None, about: str = "",
    reverses: LedgerEntry | None = None,
) -> LedgerEntry:  # fmt: skip
    """Write an entry; sides of 0.00 are left out. Posting the same `key` again returns the first entry and adds nothing.

    A day in a closed month is posted today, with the month that it belongs to. Call it inside the act's transaction.
    Raises ValueError when the sides do not add up: a defect of the caller, never a person's mistake."""
    sides = _balanced(sides, key)
    entry = _entry(Posting(kind, sides, key, text, day, about), last_closed(), by=by)
    entry.reverses = reverses
    try:
        with clash("ledger_entry_once", "posted before"):
            entry.save()
    except Conflict:
        return LedgerEntry.objects.get(key=key)
    LedgerLine.objects.bulk_create(_lines(entry, sides))
    return entry


@dataclass(frozen=True)
class Posting:
    """One entry before it is written. The day None: today."""

    kind: str
    sides: Sequence[Side]
    key: str
    text: str
    day: date | None = None
    about: str = ""


def post_all(postings: Sequence[Posting], *, by: Actor) -> None:
    """Write many entries in a few statements. Unlike `post`, no key may be posted already: the caller has seen to it.

    The database asks every entry the same questions as one that comes alone."""
    closed, entries, lines = last_closed(), [], []
    for posting in postings:
        entry = _entry(posting, closed, by=by)
        entry.organisation = by.organisation
        entries.append(entry)
    LedgerEntry.objects.bulk_create(entries, batch_size=BATCH)
    for entry, posting in zip(entries, postings, strict=True):
        lines += _lines(entry, _balanced(posting.sides, posting.key))
    LedgerLine.objects.bulk_create(lines, batch_size=BATCH)


def _balanced(sides: Sequence[Side], key: str) -> list[Side]:
    sides = [side for side in sides if side.amount]
    if sum(side.amount for side in sides) != 0 or len(sides) < 2:
        raise ValueError(f"{key}: {[(side.account, str(side.amount)) for side in sides]} do not balance")
    return sides


def _entry(posting: Posting, closed: date | None, *, by: Actor) -> LedgerEntry:
    day = posting.day or timezone.localdate()
    late = closed is not None and Month.of(day).first <= closed
    return LedgerEntry(
        day=timezone.localdate() if late else day, kind=posting.kind, key=posting.key, text=posting.text[:200], about=posting.about,
        about_period=Month.of(day).first if late else None, posted_by=by.user,
    )  # fmt: skip


def _lines(entry: LedgerEntry, sides: Sequence[Side]) -> list[LedgerLine]:
    return [
        LedgerLine(organisation_id=entry.organisation_id, entry=entry, account=side.account, amount=side.amount, startup=side.startup, document=side.document)
        for side in sides
    ]


def reverse(entry: LedgerEntry, *, key: str, text: str, by: Actor, day: date | None = None) -> LedgerEntry:
    """Take an entry back by its mirror image. An entry is reversed once."""
    sides = [Side(line.account, -line.amount, line.startup, line.document) for line in entry.lines.select_related("startup")]
    return post(f"{entry.kind}.reversed", sides, key=key, text=text, by=by, day=day, about=entry.about, reverses=entry)


def last_closed() -> date | None:
    """The first day of the latest month whose books are closed; every month before it is closed with it."""
    closed: date | None = PeriodClose.objects.filter(state=CloseState.CLOSED).aggregate(last=Max("month"))["last"]
    return closed


def is_closed(day: date) -> bool:
    """Whether the books are closed for this day: its month, or a later one, was closed."""
    closed = last_closed()
    return closed is not None and Month.of(day).first <= closed


@transaction.atomic
def propose_close(month: Month, *, by: Actor, note: str = "") -> PeriodClose:
    """Finance proposes to close a month that is over; another person closes it."""
    if month.last >= timezone.localdate():
        raise BusinessError(_("%(month)s is not over yet. Close it after its last day.") % {"month": month_text(month.first)}, field="month")
    if is_closed(month.first):
        raise Conflict(_("The books are closed up to a later month already."), field="month")
    close = PeriodClose(month=month.first, proposer=by.user, note=note)
    with clash("period_close_once", _("Closing this month is proposed already."), field="month"):
        close.save()
    record("propose_close", close, by=by, note=note)
    return close


def close_period(close: PeriodClose, *, by: Actor) -> PeriodClose:
    """The second person closes the month; its balances are kept as they stand. There is no way back."""
    with moving(close, CLOSE_MOVES, "close", by=by) as closed:
        with connection.cursor() as cursor:  # wait for entries that are being written, and let no other begin
            cursor.execute("SELECT ledger_turnstile(%s, true)", [closed.organisation_id])
        closed.balances = {account: str(sums["closing"]) for account, sums in balances_on(closed.month).items()}
    return closed


def drop_close(close: PeriodClose, *, by: Actor, note: str = "") -> PeriodClose:
    """Give the proposal up; nothing was closed."""
    return make_move(close, CLOSE_MOVES, "drop", by=by, note=note)


def balances_on(first: date) -> dict[str, dict[str, Decimal]]:
    """Opening, debit, credit and closing of every account in a month."""
    found: dict[str, dict[str, Decimal]] = LedgerLine.objects.balances(first, Month.of(first).last)
    return found
