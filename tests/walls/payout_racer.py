"""What one process of a race for a decided amount does; started like those of tests/walls/racer.py."""

from __future__ import annotations

import time
from decimal import Decimal

from tests.walls.racer import meet, race  # first: it sets Django up in a new process

from django.db import connection, transaction  # noqa: E402, I001

from billing.models import Payout, PayoutDue  # noqa: E402
from billing.payoutfile import ResultRow  # noqa: E402
from billing.services import payout_files, payouts  # noqa: E402
from incubator.core.errors import BusinessError  # noqa: E402
from incubator.core.scoping import organisation_context  # noqa: E402
from incubator.documents.models import Document  # noqa: E402
from tests.factories.payouts import payee_of  # noqa: E402
from tests.walls.budget_racer import people  # noqa: E402


@race
def order(slug: str, email: str, dues: list[int], amount: str, way: str) -> list[str]:
    """Order a payment of each amount due, at once with all others; what is above the decision or the money is refused."""
    organisation, by = people(slug, email)
    answers = []
    for due in dues:
        meet()
        try:
            with organisation_context(organisation):
                owed = PayoutDue.objects.select_related("startup", "batch").get(pk=due)
                payouts.order_payout(owed, Decimal(amount), way, payee_of(owed.startup), by=by)
            answers.append("ordered")
        except BusinessError:
            answers.append("refused")
    return answers


@race
def insert(slug: str, email: str, payout: int, numbers: list[str]) -> list[str]:
    """Pass by the services: write rows straight into the table. Only the database stands in the way."""
    organisation, _by = people(slug, email)
    answers = []
    for number in numbers:
        meet()
        try:
            with organisation_context(organisation):
                row = Payout.objects.get(pk=payout)
                row.pk, row.number, row.part = None, number, int(number.rpartition("-")[2])
                row.save(force_insert=True)
            answers.append("written")
        except Exception as refused:  # noqa: BLE001 - whatever the database says
            answers.append("payout_within_decision" if "are above" in str(refused) else str(refused))
    return answers


@race
def result(slug: str, email: str, keys: list[str], document: int, day: object) -> list[str]:
    """Take the bank's answer for each key, at once with all others."""
    organisation, by = people(slug, email)
    answers = []
    for key in keys:
        meet()
        with organisation_context(organisation):
            row = ResultRow(1, key, Decimal("100.00"), True, day, "", "")
            with transaction.atomic():
                taken = payout_files.take_result(row, Document.objects.get(pk=document), by=by)
        answers.append("taken" if taken else "known")
    return answers


@race
def careless(amount: int, rounds: int) -> int:
    """The control: look what is left of the decision, then write the payout. Returns how often it thought it fits."""
    done = 0
    for _round in range(rounds):
        meet()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT decided - COALESCE((SELECT sum(amount) FROM payout_control), 0) FROM payout_control_due")
            if cursor.fetchone()[0] >= amount:
                time.sleep(0.005)  # the work between looking and writing
                cursor.execute("INSERT INTO payout_control VALUES (%s)", [amount])
                done += 1
    return done
