"""The ledger of a budget line: commitment, release, disbursement, return, clawback (lifecycles.md 6).

Each act names a business key; the same act a second time is the entry that the first one wrote. Callers lock the case
first; the lines are locked after it, in the order of their ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError, Conflict, NotEligible, OutOfBudget
from incubator.core.money import yuan
from incubator.core.refusals import constraint_of
from incubator.core.scoping import current_organisation
from incubator.journal.services import record
from incubator.policy.models import (
    Bucket,
    BudgetEntry,
    BudgetLine,
    BudgetStatement,
    Decision,
    Holding,
    ProgrammeEdition,
)
from incubator.policy.models.budgets import NOTHING, WAYS, EntryKind

NO_BUDGET = "NO_BUDGET"


@transaction.atomic
def say_budget(
    edition: ProgrammeEdition, rule: str, *, by: Actor, waiting_order: bool = False, clawback_stays: bool = False
) -> BudgetStatement:
    """Say whether a budget line pays for an edition, or that no budget is stated. Said before it takes effect; what
    is said later holds for decisions from then on."""
    said = BudgetStatement.objects.create(
        edition=edition, rule=rule, waiting_order=waiting_order and rule == BudgetStatement.Rule.LINE,
        clawback_stays=clawback_stays and rule == BudgetStatement.Rule.LINE, said_by=by.user,
    )
    record("say_budget", edition, by=by, rule=rule, waiting_order=waiting_order)
    return said


def statement_of(edition: ProgrammeEdition) -> BudgetStatement | None:
    """What the edition says of its money now; None when it has never said anything."""
    return edition.budget_statements.order_by("-pk").first()


def require_budget(edition: ProgrammeEdition) -> None:
    """Raise NotEligible until somebody has said whether a budget line pays, and the line of its first year is open."""
    said = statement_of(edition)
    if said is None:
        raise NotEligible(
            _("“%(edition)s” does not say yet whether a budget line pays or no budget is stated. Finance says so under Budgets.")
            % {"edition": edition},
            code=NO_BUDGET,
        )
    year = edition.effective_from.year if edition.effective_from else 0
    if said.rule == BudgetStatement.Rule.LINE and not BudgetLine.objects.paying(edition, year).exists():
        raise NotEligible(
            _("A budget line pays for “%(edition)s”, but none is open for %(year)s. Finance opens it under Budgets.")
            % {"edition": edition, "year": year},
            code=NO_BUDGET,
        )


def line_paying(edition: ProgrammeEdition, on: date) -> BudgetLine | None:
    """The line from which a decision of this day is paid: the year of the day counts. None: no budget is stated.

    Raises OutOfBudget when a line is to pay and none is open for the year."""
    said = statement_of(edition)
    if said is None or said.rule == BudgetStatement.Rule.NONE:
        return None
    line: BudgetLine | None = BudgetLine.objects.paying(edition, on.year).first()
    if line is None:
        raise OutOfBudget(
            _("A budget line pays for “%(edition)s”, but none is open for %(year)s. Open it under Budgets and record its "
              "appropriation document, then confirm again.") % {"edition": edition, "year": on.year},
            code=NO_BUDGET,
        )
    return line


def post(entries: Sequence[BudgetEntry]) -> list[BudgetEntry]:
    """Write entries and move the figures of their lines, all or nothing; one conditional statement for each line.

    An entry whose key is written already stays as it is. Raises OutOfBudget when a line cannot carry its part, Conflict
    when the same key stands for another amount."""
    with transaction.atomic():
        written = {row.key: row for row in BudgetEntry.objects.filter(key__in=[entry.key for entry in entries])}
        fresh = sorted((entry for entry in entries if entry.key not in written), key=lambda entry: entry.key)
        for entry in entries:
            _same(entry, written.get(entry.key, entry))
        try:
            with transaction.atomic():
                BudgetEntry.objects.bulk_create(fresh)
        except IntegrityError as error:
            if constraint_of(error) != "budget_entry_once":
                raise
            return post(entries)  # another process wrote it a moment ago: now it can be read
        for line in sorted({entry.line_id for entry in fresh}):
            _move(line, [entry for entry in fresh if entry.line_id == line])
        _check_cases(fresh)
        return [written.get(entry.key, entry) for entry in entries]


def _same(entry: BudgetEntry, written: BudgetEntry) -> None:
    same = ("line_id", "kind", "source", "target", "amount", "subject_type", "subject_id")
    if any(getattr(entry, name) != getattr(written, name) for name in same):
        raise Conflict(
            _("“%(key)s” is already written in the budget ledger with %(amount)s yuan; nothing was written now. Reload the page.")
            % {"key": written.key, "amount": yuan(written.amount)}
        )


def _move(line: int, entries: Sequence[BudgetEntry]) -> None:
    """Move the figures of one line in one statement, if every bucket can bear it."""
    change = dict.fromkeys(Bucket.values, NOTHING)
    for entry in entries:
        change[entry.source] -= entry.amount
        change[entry.target] += entry.amount
    moved = BudgetLine.objects.filter(
        pk=line,
        appropriated__gte=F("committed") + F("paid") - change[Bucket.AVAILABLE],
        committed__gte=-change[Bucket.COMMITTED],
        paid__gte=-change[Bucket.PAID],
    ).update(
        appropriated=F("appropriated") - change[Bucket.OUTSIDE],
        committed=F("committed") + change[Bucket.COMMITTED],
        paid=F("paid") + change[Bucket.PAID],
    )
    if not moved:
        raise _refusal(BudgetLine.objects.get(pk=line), -change[Bucket.AVAILABLE])


def _refusal(line: BudgetLine, needed: Decimal) -> BusinessError:
    """The sentence for a line that cannot carry what is asked of it."""
    if line.available < needed:
        return OutOfBudget(
            _("The budget line “%(line)s” has %(available)s yuan left, but %(needed)s yuan are needed: %(missing)s yuan "
              "are missing. Record a further appropriation document under Budgets and have it confirmed, then confirm again.")
            % {"line": line, "available": yuan(line.available), "needed": yuan(needed), "missing": yuan(needed - line.available)},
            code=NO_BUDGET,
        )
    return Conflict(_("The budget line “%(line)s” holds less than that. Reload the page to see where it stands.") % {"line": line})


def _check_cases(entries: Iterable[BudgetEntry]) -> None:
    """A case never holds less than nothing, and by a commitment no more than was decided. The lines are locked by now."""
    cases = [entry for entry in entries if entry.subject_id is not None]
    rows = BudgetEntry.objects.filter(subject_type__in={entry.subject_type for entry in cases}, subject_id__in={entry.subject_id for entry in cases})
    held_by = rows.sums_by("subject_type", "subject_id")
    for entry in cases:
        held = held_by[entry.subject_type, entry.subject_id]
        if held["committed"] < 0 or held["paid"] < 0:
            raise Conflict(
                _("%(case)s does not hold %(amount)s yuan for “%(act)s”. Reload the page to see where it stands.")
                % {"case": entry.subject_name, "amount": yuan(entry.amount), "act": entry.get_kind_display()}
            )
        decided = (entry.decision.amount_after if entry.decision else None) or NOTHING
        if entry.kind == EntryKind.COMMITMENT and held["committed"] + held["paid"] > decided:
            raise Conflict(
                _("For %(case)s %(decided)s yuan were decided; no more can be committed.")
                % {"case": entry.subject_name, "decided": yuan(decided)}
            )


def holdings_of(subjects: Sequence[Any]) -> dict[int, Holding]:
    """What cases of one kind hold now, by their ids: committed and paid, and in which line. A case draws on one line only."""
    found = {subject.pk: Holding(None, NOTHING, NOTHING) for subject in subjects}
    kinds = {subject._meta.label_lower for subject in subjects}
    rows = BudgetEntry.objects.filter(subject_type__in=kinds, subject_id__in=list(found))
    for (pk, line), sums in rows.sums_by("subject_id", "line_id").items():
        found[pk] = Holding(line, Decimal(sums["committed"]), Decimal(sums["paid"]))
    return found


def holding_of(subject: Any) -> Holding:
    """What this case holds in the budget now, in yuan."""
    return holdings_of([subject])[subject.pk]


@dataclass(frozen=True)
class Need:
    """What a decided case needs from a line. `partial`: it may be committed in part, the rest waits."""

    subject: Any
    decision: Decision
    line: BudgetLine
    amount: Decimal
    key: str
    partial: bool = False


def commit(needs: Sequence[Need], *, by: Actor) -> list[BudgetEntry]:
    """Commit decided amounts, in the order given: all in full, where the edition allows it also in part.

    Raises OutOfBudget with NO_BUDGET when a line cannot carry what must be committed in full."""
    with transaction.atomic():
        amounts = _shares(needs)
        entries = [
            _entry(need.subject, need.line.pk, EntryKind.COMMITMENT, amount, key=need.key, decision=need.decision, by=by)
            for need, amount in zip(needs, amounts, strict=True)
            if amount > 0
        ]
        return post(entries)


def _shares(needs: Sequence[Need]) -> list[Decimal]:
    """How much of each need the lines can carry. Only where something may be committed in part do the lines decide."""
    if not any(need.partial for need in needs):
        return [need.amount for need in needs]
    lines = BudgetLine.objects.filter(pk__in={need.line.pk for need in needs}).order_by("pk").select_for_update(no_key=True)
    left = {line.pk: line.available for line in lines}
    for need in needs:
        if not need.partial:
            left[need.line.pk] -= need.amount  # in full or not at all: the ledger says so
    shares = []
    for need in needs:
        share = min(need.amount, max(left[need.line.pk], NOTHING)) if need.partial else need.amount
        left[need.line.pk] -= share if need.partial else NOTHING
        shares.append(share)
    return shares


@transaction.atomic
def adjust(subject: Any, decision: Decision, *, by: Actor, line: BudgetLine | None = None, partial: bool = False) -> list[BudgetEntry]:
    """Bring a case to a newer decision: less releases what is committed above it, more commits the difference.

    What is already paid above the new amount stays until it is clawed back."""
    held, target = holding_of(subject), decision.amount_after or NOTHING
    standing = held.committed + held.paid
    key = f"decision:{decision.pk}:adjust"
    if target < standing and held.committed:
        return [release(subject, min(held.committed, standing - target), key=key, by=by, decision=decision)]
    own = BudgetLine.objects.filter(pk=held.line_id).first() or line
    if target > standing and own is not None:
        return commit([Need(subject, decision, own, target - standing, key, partial)], by=by)
    return []


def release(subject: Any, amount: Decimal, *, key: str, by: Actor, decision: Decision | None = None, note: str = "") -> BudgetEntry:
    """Give back what is committed for a case and will not be paid: a cut or refusal on revision, a cancelled payout."""
    return _act(subject, EntryKind.RELEASE, amount, key=key, by=by, decision=decision, note=note)


def disburse(subject: Any, amount: Decimal, *, key: str, by: Actor, note: str = "") -> BudgetEntry:
    """Note that committed money was paid. `key` names the payout and its attempt."""
    return _act(subject, EntryKind.DISBURSEMENT, amount, key=key, by=by, note=note)


def give_back(subject: Any, amount: Decimal, *, key: str, by: Actor, note: str = "") -> BudgetEntry:
    """Note that the bank sent paid money back: it is committed again, for the next attempt."""
    return _act(subject, EntryKind.RETURN, amount, key=key, by=by, note=note)


def claw_back(subject: Any, amount: Decimal, *, key: str, by: Actor, note: str = "") -> BudgetEntry:
    """Note that paid money was demanded back and received. It leaves the line, or stays in it where the edition says so."""
    decision = _last_decision(subject)
    said = statement_of(decision.edition) if decision and decision.edition else None
    kind = EntryKind.CLAWBACK_KEPT if said and said.clawback_stays else EntryKind.CLAWBACK
    return _act(subject, kind, amount, key=key, by=by, decision=decision, note=note)


def _act(subject: Any, kind: str, amount: Decimal, *, key: str, by: Actor, decision: Decision | None = None, note: str = "") -> BudgetEntry:
    """One entry of a case on the line that its commitment took."""
    if amount <= 0:
        raise BusinessError(_("An amount in the budget ledger lies above 0 yuan."), field="amount")
    held, ground = holding_of(subject), decision or _last_decision(subject)
    if held.line_id is None or ground is None:
        raise Conflict(_("Nothing is committed for %(case)s in a budget line.") % {"case": subject})
    return post([_entry(subject, held.line_id, kind, amount, key=key, decision=ground, by=by, note=note)])[0]


def _last_decision(subject: Any) -> Decision | None:
    entry = BudgetEntry.objects.about(subject).select_related("decision__edition").last()
    return entry.decision if entry else None


def _entry(
    subject: Any, line: int, kind: str, amount: Decimal, *, key: str, decision: Decision, by: Actor, note: str = ""
) -> BudgetEntry:
    source, target = WAYS[EntryKind(kind)]
    return BudgetEntry(
        organisation=current_organisation(), line_id=line, kind=kind, source=source, target=target, amount=amount, key=key,
        decision=decision, subject_type=subject._meta.label_lower, subject_id=subject.pk, subject_name=str(subject)[:200],
        note=note[:300], user=by.user,
    )
