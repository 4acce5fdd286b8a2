"""What one process of a race for a budget line does; started like those of tests/walls/racer.py."""

from __future__ import annotations

import time
from decimal import Decimal

from tests.walls.racer import meet, race  # first: it sets Django up in a new process

from django.db import connection, transaction  # noqa: E402, I001

from incubator.accounts.actors import actor_for  # noqa: E402
from incubator.accounts.models import Organisation, User  # noqa: E402
from incubator.core.errors import Conflict, OutOfBudget  # noqa: E402
from incubator.core.scoping import organisation_context  # noqa: E402
from incubator.policy import services  # noqa: E402
from incubator.policy.models import BudgetLine, Decision  # noqa: E402
from tests.factories.budgets import Case  # noqa: E402


def people(slug: str, email: str):
    organisation = Organisation.objects.get(slug=slug)
    return organisation, actor_for(User.objects.get(email=email), organisation)


@race
def commit(slug: str, email: str, line: int, decisions: list[tuple[int, int]]) -> list[str]:
    """Commit a decided case in each round, at once with all others; what the line cannot carry is refused."""
    organisation, by = people(slug, email)
    answers = []
    for case, decision in decisions:
        meet()
        try:
            with organisation_context(organisation):
                decided = Decision.objects.get(pk=decision)
                need = services.Need(Case(case), decided, BudgetLine.objects.get(pk=line), decided.amount_after, f"decision:{decision}:commit")
                services.commit([need], by=by)
            answers.append("committed")
        except OutOfBudget:
            answers.append("refused")
    return answers


@race
def pay_once(slug: str, email: str, case: int, amount: str, rounds: int) -> list[str]:
    """Write the same payout as everybody else, in each round another one."""
    organisation, by = people(slug, email)
    answers = []
    for place in range(rounds):
        meet()
        try:
            with organisation_context(organisation):
                answers.append(str(services.disburse(Case(case), Decimal(amount), key=f"payout:{place}:1", by=by).pk))
        except Conflict as refused:
            answers.append(type(refused).__name__)
    return answers


@race
def careless(amount: int, rounds: int) -> int:
    """The control: read what is left, then write, without condition and CHECK. Returns how often it thought it fits."""
    done = 0
    for _round in range(rounds):
        meet()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT appropriated - committed FROM budget_control")
            if cursor.fetchone()[0] >= amount:
                time.sleep(0.005)  # the work between looking and writing
                cursor.execute("UPDATE budget_control SET committed = committed + %s", [amount])
                done += 1
    return done
