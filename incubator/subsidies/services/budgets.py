"""What a decided claim does to the budget, and who waits for money: in the order of filing (lifecycles.md 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from incubator.accounts.actors import Actor
from incubator.journal.services import record
from incubator.policy.models import BudgetLine, BudgetStatement, Decider, Decision, ProgrammeEdition, Source
from incubator.policy.services import Need, adjust, commit, holding_of, holdings_of, line_paying, statement_of
from incubator.subsidies.models import Claim, ClaimLine, SubsidyApplication
from incubator.subsidies.states import GRANTED, RUNNING

NOTHING = Decimal("0.00")


def commit_lines(claim: Claim, lines: Sequence[ClaimLine], *, by: Actor) -> None:
    """Commit what was decided, in the transaction that confirms it, from the line of the year of the reply.

    Raises OutOfBudget with NO_BUDGET when a line cannot carry it; editions that may be paid in part take what is left,
    in the order of filing, and the rest waits."""
    on = claim.reply.dated_on if claim.reply else timezone.localdate()
    needs = []
    for line in sorted(lines, key=lambda line: _filing(line.application)):
        edition = line.application.edition
        paying = line_paying(edition, on) if line.decided else None
        if paying is not None and line.decision is not None and line.decided:
            key = f"decision:{line.decision.pk}:commit"
            needs.append(Need(line.application, line.decision, paying, line.decided, key, edition.partial_allowed))
    if needs:
        commit(needs, by=by)


def _filing(application: SubsidyApplication) -> tuple[Any, int]:
    return application.submitted_at or application.created_at, application.pk


def adjust_line(application: SubsidyApplication, decision: Decision, *, on: date, by: Actor) -> None:
    """Bring the budget to a newer decision on an application: a refusal or cut releases, more is committed.

    Does nothing where no budget is stated and nothing was ever committed."""
    edition, held = application.edition, holding_of(application)
    line = None if held.line_id else line_paying(edition, on)
    if held.line_id or line is not None:
        adjust(application, decision, by=by, line=line, partial=edition.partial_allowed)


def held_by(application: SubsidyApplication) -> dict[str, Any] | None:
    """The line that pays for an application, with what is committed and paid; None before anything was committed."""
    held = holding_of(application)
    if held.line_id is None:
        return None
    line = BudgetLine.objects.with_programme().get(pk=held.line_id)
    return {"line": line, "committed": held.committed, "paid": held.paid}


@dataclass(frozen=True)
class Waiting:
    """An application that waits for money of a line: what it needs, what is needed up to it, whether that is there."""

    application: SubsidyApplication
    needed: Decimal
    upto: Decimal
    covered: bool
    decided: bool
    place: int


def editions_of(line: BudgetLine) -> Any:
    """The editions that this line pays for: same programme and region, decided by whose money it is."""
    decider = Decider.OPERATOR if line.source == Source.OWN else Decider.AUTHORITY
    mine = ProgrammeEdition.objects.own().filter(programme=line.programme_id, region=line.region, decider=decider)
    paid = [edition.pk for edition in mine if (said := statement_of(edition)) and said.rule == BudgetStatement.Rule.LINE]
    return mine.filter(pk__in=paid)


def waits_in_order(line: BudgetLine) -> bool:
    """Whether an edition that this line pays for demands the order of filing."""
    return any((said := statement_of(edition)) and said.waiting_order for edition in editions_of(line))


def waiting_for(line: BudgetLine) -> list[Waiting]:
    """Who waits for money of this line: decided rests and running applications, the first filed first.

    Running applications count against the line of the running year, from which they would be decided today."""
    rests = decided_rests(line)
    asked = {application.pk: (application, rest, True) for application, _decision, rest in rests}
    if line.year == timezone.localdate().year:
        running = SubsidyApplication.objects.filter(edition__in=editions_of(line), state__in=RUNNING).for_pages()
        asked |= {application.pk: (application, application.amount, False) for application in running if application.amount > 0}
    rows, upto = [], NOTHING
    for place, (application, needed, decided) in enumerate(sorted(asked.values(), key=lambda row: _filing(row[0])), 1):
        upto += needed
        rows.append(Waiting(application, needed, upto, upto <= line.available, decided, place))
    return rows


def decided_rests(line: BudgetLine) -> list[tuple[SubsidyApplication, Decision, Decimal]]:
    """Decided applications whose amount was committed only in part from this line, with the rest, in order of filing."""
    found = []
    lines = ClaimLine.objects.filter(
        released_at=None, decided__gt=0, decision__isnull=False, application__state__in=GRANTED,
        application__edition__in=editions_of(line),
    ).select_related("decision", "claim__reply")  # fmt: skip
    applications = {row.pk: row for row in SubsidyApplication.objects.filter(claim_lines__in=lines).for_pages()}
    held_by = holdings_of(list(applications.values()))
    for row in lines:
        application, held = applications[row.application_id], held_by[row.application_id]
        if not application.edition.partial_allowed:
            continue
        decision = Decision.objects.about(application).filter(pk__gte=row.decision_id).last() or row.decision
        year = row.claim.reply.dated_on.year if row.claim.reply else None
        said = statement_of(application.edition)
        if held.line_id != line.pk and not (held.line_id is None and year == line.year and said and said.said_at <= decision.at):
            continue
        rest = (decision.amount_after or NOTHING) - held.committed - held.paid
        if rest > 0:
            found.append((application, decision, rest))
    return sorted(found, key=lambda row: _filing(row[0]))


@transaction.atomic
def commit_waiting(line: BudgetLine, *, by: Actor) -> Decimal:
    """Commit what has become available to the decided rests, the first filed first. Returns how much."""
    locked = BudgetLine.objects.select_for_update(no_key=True).get(pk=line.pk)
    needs = []
    for application, decision, rest in decided_rests(locked):
        earlier = application_commitments(application)
        needs.append(Need(application, decision, locked, rest, f"decision:{decision.pk}:rest:{earlier}", True))
    total = sum((entry.amount for entry in commit(needs, by=by)), NOTHING)
    if total:
        record("commit_waiting", locked, by=by, amount=str(total))
    return total


def application_commitments(application: SubsidyApplication) -> int:
    from incubator.policy.models import BudgetEntry, EntryKind

    found: int = BudgetEntry.objects.about(application).filter(kind=EntryKind.COMMITMENT).count()
    return found
