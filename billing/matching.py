"""The match ladder: which open bills a bank line pays. Pure; the surest rung that fits wins (spaces-billing.md C7).

A rung proposes, a person decides. A reference alone is never enough: amount or payer must agree."""

from __future__ import annotations

import unicodedata
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

    @property
    def is_sure(self) -> bool:
        return self.rung == "reference"


def propose(amount: Decimal, payer: str, text: str, bills: Sequence[OpenBill], *, known: Iterable[int] = ()) -> Proposal | None:
    """The best proposal for money that came in, or None.

    `known`: startups for which this payer's account paid before."""
    named = [bill for bill in bills if bill.reference in references_in(text)]
    payers = {bill.startup for bill in bills if plain(bill.startup_name) == plain(payer)} | set(known)
    if named and len({bill.startup for bill in named}) == 1:
        parts = tuple((bill.pk, bill.open) for bill in named)
        if sum(bill.open for bill in named) == amount:
            return Proposal("reference", named[0].startup, parts)
        if named[0].startup in payers:
            return Proposal("other_amount", named[0].startup, spread(amount, named))
    if len(payers) == 1:
        startup = next(iter(payers))
        own = [bill for bill in bills if bill.startup == startup]
        equal = [bill for bill in own if bill.open == amount]
        if len(equal) == 1:
            return Proposal("payer", startup, ((equal[0].pk, amount),))
        summed = the_only_sum(amount, own)
        if summed:
            return Proposal("sum", startup, tuple((bill.pk, bill.open) for bill in summed))
    return None


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
