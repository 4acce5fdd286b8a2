"""The month's bills: our way, each contract drafted, taxed, numbered, issued and posted by its act, beside one set-based
statement that writes the same bills, lines, entries and ledger lines without a rule, a lock or a wall."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from billing.models import Bill, BillLine, LedgerLine, TaxRule
from billing.services.bills import Charge, draft_bill, issue_bill
from incubator.bench.frame import Outcome, exponent, scratch_database, settle, side_by_side
from incubator.bench.world import World, grow, make_world
from incubator.core.periods import Month
from incubator.core.scoping import organisation_context
from incubator.tenants.models import Startup

RATE, RENT = Decimal("0.09"), Decimal("4960.00")
TABLES = ("billing_bill", "billing_billline", "billing_ledgerentry", "billing_ledgerline")
BY_HAND = """
WITH contract AS (SELECT id, organisation_id, row_number() OVER (ORDER BY id) AS place FROM tenants_startup WHERE id = ANY(%(startups)s)),
amounts AS (SELECT *, 4960.00::numeric AS gross, round(4960.00 / 1.09, 2) AS net FROM contract),
bill AS (INSERT INTO hand_bill (id, organisation_id, startup_id, contract_key, month, due_on, number, reference, issued_on, total, net, tax, state)
    SELECT place, organisation_id, id, 'lease:' || id, '2026-10-01', '2026-10-15', 'ZD-2026-' || lpad(place::text, 6, '0'), 'FH' || lpad(place::text, 6, '0'), '2026-10-01', gross, net, gross - net, 'issued'
    FROM amounts RETURNING id),
line AS (INSERT INTO hand_billline (id, organisation_id, bill_id, position, kind, source_key, text, amount, net, tax)
    SELECT place, organisation_id, place, 1, 'rent', 'rent:' || id, 'rent', gross, net, gross - net FROM amounts RETURNING id),
entry AS (INSERT INTO hand_ledgerentry (id, organisation_id, day, kind, key, text)
    SELECT place, organisation_id, '2026-10-01', 'bill.issued', 'bill:' || place, 'issued' FROM amounts RETURNING id)
INSERT INTO hand_ledgerline (id, organisation_id, entry_id, account, amount, startup_id)
SELECT place * 3 + side.n, organisation_id, place, side.account, CASE side.n WHEN 0 THEN gross WHEN 1 THEN -net ELSE net - gross END, id
FROM amounts CROSS JOIN (VALUES (0, 'receivable'), (1, 'income_taxable'), (2, 'output_tax')) AS side (n, account)
"""


def billing(size: int, say: Callable[[str], None]) -> list[Outcome]:
    """Three sizes for the exponent. The goal stands in docs/performance.md."""
    with scratch_database():
        world, points, outcome = make_world(), [], None
        for count in sorted({max(size // 4, 1), max(size // 2, 1), size}):
            say(f"{count} contracts")
            grow(world, count)
            settle()
            with organisation_context(world.organisation):
                outcome = _of(world, count)
            points.append((count, outcome.sides[1]["median_s"]))
    if outcome is None:
        return []
    outcome.exponent = exponent(points)
    outcome.facts |= {"exponent_goal": 1.1, "statements_goal": f"10 + {size} / 5000"}
    return [outcome]


class Undone(Exception):
    """Takes a round back, so that the next one writes the same bills."""


def _of(world: World, count: int) -> Outcome:
    startups = list(Startup.objects.order_by("pk")[:count])
    finance = world.actor("finance")
    if not TaxRule.objects.exists():
        TaxRule.objects.create(kind="rent", method="general", rate=RATE, valid_from=date(2026, 1, 1), legal_note="bench", drafter=world.people["finance"], verifier=world.people["manager"])

    def ours() -> tuple[Any, ...]:
        return _undone(lambda: [_bill(one, finance) for one in startups] and (_sum(Bill, "total"), BillLine.objects.count(), LedgerLine.objects.count()))

    def by_hand() -> tuple[Any, ...]:
        return _undone(lambda: _written([one.pk for one in startups]))

    outcome = side_by_side("bill a month: draft, tax, number, issue, post", count, ("one set-based INSERT … SELECT", by_hand), ("an act for each contract", ours), goal=2, same=lambda one, other: one == other, rounds=1)
    outcome.facts["statements_per_bill"] = round(outcome.sides[1]["statements"] / count, 1)
    outcome.facts["bills_per_second"] = round(count / outcome.sides[1]["median_s"])
    return outcome


def _bill(startup: Startup, finance: Any) -> None:
    charge = Charge("rent", f"rent:{startup.pk}", "房租 2026-10", date(2026, 10, 1), date(2026, 10, 31), RENT, RENT)
    issue_bill(draft_bill(startup, f"lease:{startup.pk}", Month(2026, 10), [charge], due_on=date(2026, 10, 15), by=finance), by=finance, issued_on=date(2026, 10, 1))


def _undone(run: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
    """Run, ask the deferred constraints, take it back."""
    found: tuple[Any, ...] = ()
    try:
        with transaction.atomic():
            found = run()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            raise Undone  # noqa: TRY301 - the block is left by it, and what it wrote goes
    except Undone:
        return found


def _written(startups: list[int]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"CREATE TEMP TABLE hand_{table.removeprefix('billing_')} ON COMMIT DROP AS SELECT * FROM {table} LIMIT 0")  # noqa: S608 - names of ours
        cursor.execute(BY_HAND, {"startups": startups})
        cursor.execute("SELECT (SELECT sum(total) FROM hand_bill), (SELECT count(*) FROM hand_billline), (SELECT count(*) FROM hand_ledgerline)")
        return tuple(cursor.fetchone())


def _sum(model: Any, field: str) -> Decimal:
    from django.db.models import Sum

    return Decimal(model.objects.aggregate(sum=Sum(field))["sum"])
