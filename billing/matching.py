"""The match ladder: which open bills a bank line pays. Pure; the surest rung that fits wins (spaces-billing.md C7).

A rung proposes, a person decides. A reference alone is never enough: amount or payer must agree."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.references import references_in

MOST_BILLS = 12  # for the sum of several bills


@dataclass(frozen=True)
class OpenBill:
    """A bill as the ladder sees it. Yuan."""

    pk: int
    startup: int
    startup_name: str
    reference: str
    open: Decimal


@dataclass(frozen=True)
class Proposal:
    """What the ladder found: the rung, the startup, and how much of the line each bill takes."""

    rung: str  # reference, other_amount, payer, sum
    startup: int
    parts: tuple[tuple[int, Decimal], ...]


class OpenBills:
    """The open bills, found by reference, by the name of their startup and by startup. Built once for many lines, so that
    a long statement costs its own length and not its length times the bills."""

    def __init__(self, bills: Iterable[OpenBill]) -> None:
        self.places: dict[str, tuple[int, OpenBill]] = {}
        self.named: dict[str, set[int]] = defaultdict(set)
        self.owed: dict[int, list[OpenBill]] = defaultdict(list)
        for place, bill in enumerate(bills):
            self.places[bill.reference] = place, bill
            self.named[plain(bill.startup_name)].add(bill.startup)
            self.owed[bill.startup].append(bill)

    def mentioned(self, text: str) -> list[OpenBill]:
        """The bills whose references stand in the text, in the order of the bills."""
        found = [self.places[one] for one in references_in(text) if one in self.places]
        return [bill for _place, bill in sorted(found, key=lambda pair: pair[0])]

    def payers(self, payer: str) -> set[int]:
        """The startups of this name that have an open bill."""
        return self.named.get(plain(payer), set())


def propose(amount: Decimal, payer: str, text: str, bills: OpenBills | Sequence[OpenBill], *, known: Iterable[int] = ()) -> Proposal | None:
    """The best proposal for money that came in, or None.

    `known`: startups for which this payer's account paid before."""
    desk = bills if isinstance(bills, OpenBills) else OpenBills(bills)
    named, payers = desk.mentioned(text), desk.payers(payer) | set(known)
    if named and len({bill.startup for bill in named}) == 1:
        parts = tuple((bill.pk, bill.open) for bill in named)
        if sum(bill.open for bill in named) == amount:
            return Proposal("reference", named[0].startup, parts)
        if named[0].startup in payers:
            return Proposal("other_amount", named[0].startup, spread(amount, named))
    return _by_payer(amount, next(iter(payers)), desk) if len(payers) == 1 else None


def _by_payer(amount: Decimal, startup: int, desk: OpenBills) -> Proposal | None:
    """A known payer without a reference: one open bill of just this amount, or the only sum of several."""
    own = desk.owed.get(startup, [])
    equal = [bill for bill in own if bill.open == amount]
    if len(equal) == 1:
        return Proposal("payer", startup, ((equal[0].pk, amount),))
    summed = the_only_sum(amount, own)
    return Proposal("sum", startup, tuple((bill.pk, bill.open) for bill in summed)) if summed else None


def plain(name: str) -> str:
    """A firm's name without the differences that banks make: width, blanks, brackets."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).upper() if sign.isalnum())


def spread(amount: Decimal, bills: Sequence[OpenBill]) -> tuple[tuple[int, Decimal], ...]:
    """Use the money for the bills in their order, as far as it goes."""
    parts, rest = [], amount
    for bill in bills:
        part = min(rest, bill.open)
        if part > 0:
            parts.append((bill.pk, part))
        rest -= part
    return tuple(parts)


def the_only_sum(amount: Decimal, bills: Sequence[OpenBill]) -> list[OpenBill]:
    """The one set of open bills that adds up to the amount; nothing when there is none, or more than one."""
    if not 1 < len(bills) <= MOST_BILLS:
        return []
    sets: dict[Decimal, list[tuple[OpenBill, ...]]] = {Decimal(0): [()]}
    for bill in bills:
        grown = {}
        for total, found in sets.items():
            reached = total + bill.open
            if reached <= amount:
                grown[reached] = [(*one, bill) for one in found]
        for total, found in grown.items():
            sets[total] = (sets.get(total, []) + found)[:2]
    found = sets.get(amount, [])
    return list(found[0]) if len(found) == 1 else []
