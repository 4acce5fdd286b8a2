"""Paying what was decided: claim, budget and payout move together (lifecycles.md 2.2, 6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.models import Payout, PayoutDue, PayoutResult, Way
from billing.services import payouts as billing
from billing.services.payouts import Decided, Payee, Proof
from incubator.accounts.actors import Actor, system
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict, NotEligible
from incubator.core.money import yuan
from incubator.journal.services import lock, make_move, moving
from incubator.notices.services import notify, people_with
from incubator.policy.models import BudgetLine, Decider, Decision
from incubator.policy.services import Need, claw_back, commit, disburse, give_back, holding_of, release
from incubator.subsidies.kinds import kind_named
from incubator.subsidies.models import Claim, ClaimLine, Clawback, SubsidyApplication
from incubator.subsidies.payees import payee_of
from incubator.subsidies.services.applications import tell_applicant
from incubator.subsidies.services.claims import claim_url, standing
from incubator.subsidies.states import CLAIM_MOVES, CLAWBACK_MOVES, DEMANDED, GRANTED, ClaimState

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Payable:
    """A line of a claim that can be ordered now: what is left of it, to whom, and what stands in the way."""

    line: ClaimLine
    left: Decimal
    payee: Payee
    offsets: Sequence[Clawback]

    @property
    def masked(self) -> str:
        """The account as lists show it."""
        return f"**** {self.payee.number[-4:]}" if self.payee.number else ""

    @property
    def is_ready(self) -> bool:
        try:
            self.payee.check()
        except BusinessError:
            return False
        return True


def payee_for(application: SubsidyApplication) -> Payee:
    """Who is paid under an application, with the account as it stands now."""
    party = payee_of(application)
    startup = None if application.founder_id or application.investor_id else application.startup
    return Payee(party.name, party.bank, party.number, party.verified, startup)


def decided_line(claim: Claim, line: ClaimLine) -> Decided:
    """What billing is told of a decided line."""
    application: Any = line.application
    if line.decision is None:
        raise Conflict(_("Line %(line)s is not decided.") % {"line": line.position})
    payee = payee_for(application)
    return Decided(
        claim, application, application.number, str(kind_named(application.kind).item), line.decision, payee.name, payee.startup,
        is_own=not (application.startup_id or application.founder_id or application.investor_id),
    )  # fmt: skip


def application_of(payout: Payout) -> SubsidyApplication:
    """The application that a payout is for."""
    application: SubsidyApplication = SubsidyApplication.objects.for_pages().get(pk=payout.due.about.rpartition(":")[2])
    return application


def claim_of(payout: Payout) -> Claim:
    return Claim.objects.get(pk=payout.due.batch.about.rpartition(":")[2])


def left_of(line: ClaimLine) -> Decimal:
    """What of a decided line is not ordered yet, in yuan."""
    if line.application.state not in GRANTED or not line.decided:
        return NOTHING
    left: Decimal = line.decided - Payout.objects.about(line.application).standing().total()
    return max(left, NOTHING)


def payables(claim: Claim) -> list[Payable]:
    """The lines of a claim that can be ordered now."""
    rows = []
    for line in standing(claim):
        left = left_of(line)
        if left:
            rows.append(Payable(line, left, payee_for(line.application), offsets_for(line.application, left)))
    return rows


def offsets_for(application: SubsidyApplication, most: Decimal) -> list[Clawback]:
    """Demands against the same payee that fit into this payout and are not set off or repaid elsewhere. Something is
    left to send: a payment of nothing has no slip and no bank line to show for it."""
    if application.startup_id is None:
        return []
    return list(Clawback.objects.filter(
        application__startup=application.startup_id, state__in=DEMANDED, payout=None, recorder=None, amount__lt=most
    ).exclude(application=application).order_by("pk"))  # fmt: skip


@transaction.atomic
def order_payouts(claim: Claim, lines: Iterable[ClaimLine], way: str, *, offsets: Iterable[Clawback] = (), by: Actor) -> list[Payout]:
    """Finance orders what is left of these lines, each to its verified account; chosen clawbacks are set off.

    Raises Conflict for an account that is not verified, BusinessError above what was decided or received."""
    paying = make_move(claim, CLAIM_MOVES, "order_payouts", by=by)
    chosen, wanted = [line for line in standing(paying) if line in set(lines)], list(offsets)
    if not chosen:
        raise BusinessError(_("Choose at least one line that is to be paid."), field="lines")
    made = []
    for line in chosen:
        _check_way(line.application, way)
        mine = next((one for one in wanted if one.application.startup_id == line.application.startup_id), None)
        made.append(_order_line(paying, line, way, mine, by=by))
        if mine is not None:
            wanted.remove(mine)
    if way != Way.AUTHORITY:
        _tell(paying, gettext_noop("Payouts of %(number)s are ordered. Compare them with the decision and approve them."), f"ordered:{made[-1].pk}", by)
    return made


def _check_way(application: SubsidyApplication, way: str) -> None:
    own = application.edition.decider == Decider.OPERATOR
    if own != (way == Way.OWN):
        raise BusinessError(
            _("“%(edition)s” is paid by the operator itself.") % {"edition": application.edition} if own
            else _("“%(edition)s” is paid from the authority's money, not from our own.") % {"edition": application.edition},
            field="way",
        )  # fmt: skip
    if way == Way.PASS_THROUGH and not (application.startup_id or application.founder_id or application.investor_id):
        raise BusinessError(_("The organisation is the payee itself: record the authority's payment, nothing is passed on."), field="way")


def _order_line(claim: Claim, line: ClaimLine, way: str, offset: Clawback | None, *, by: Actor) -> Payout:
    application: Any = line.application
    due = billing.due_for(decided_line(claim, line))
    amount = _covered(due, line, by=by)
    if offset is not None:
        offset = lock(offset)
        if offset.state not in DEMANDED or offset.payout_id or offset.recorder_id or offset.amount >= amount:
            raise Conflict(_("%(number)s cannot be set off any more. Reload the page.") % {"number": offset}, field="offsets")
    payout = billing.order_payout(due, amount, way, payee_for(application), offset=offset.amount if offset else NOTHING, by=by)
    if offset is not None:
        offset.payout = payout
        offset.save(update_fields=["payout"])
    tell_applicant(application, gettext_noop("%(number)s is being paid: %(amount)s yuan to the account ending %(tail)s."), key=f"payout:{payout.pk}:1",
                   amount=yuan(payout.net), tail=payout.account_tail)  # fmt: skip
    return payout


def _covered(due: PayoutDue, line: ClaimLine, *, by: Actor) -> Decimal:
    """What can be ordered now: what is left of the decision, as far as the budget holds it. What a cancelled order
    released is committed again."""
    application: Any = line.application
    left, held = left_of(line), holding_of(application)
    if held.line_id is None:
        return left
    free = held.committed - due.payouts.still_open().total()
    if free < left and line.decision is not None:
        need = Need(application, line.decision, BudgetLine.objects.get(pk=held.line_id), left - free, f"payout:{due.pk}:{due.payouts.count()}:again", application.edition.partial_allowed)
        free += sum((entry.amount for entry in commit([need], by=by)), NOTHING)
    if free <= 0:
        raise Conflict(_("The budget holds nothing for %(number)s yet. Commit what waits under Budgets first.") % {"number": application.number})
    return Decimal(min(left, free))


def approve_payout(payout: Payout, *, by: Actor) -> Payout:
    """A leader approves a payment of ours; the account is compared with the verified one again."""
    return billing.approve_payout(payout, payee_for(application_of(payout)), by=by)


@transaction.atomic
def cancel_payout(payout: Payout, *, note: str, by: Actor) -> Payout:
    """A leader cancels an order; its commitment is released, what was to be set off is demanded as before."""
    cancelled = billing.cancel_payout(payout, note=note, by=by)
    application = application_of(cancelled)
    if holding_of(application).line_id:
        release(application, cancelled.amount, key=f"payout:{cancelled.number}:release", by=by, note=note)
    Clawback.objects.filter(payout=cancelled, state__in=DEMANDED).update(payout=None)
    tell_applicant(application, gettext_noop("A payment for %(number)s was cancelled: %(note)s"), key=f"payout:{cancelled.pk}:cancelled", note=note)
    complete_if_done(claim_of(cancelled), by=by)
    return cancelled


def note_payment(payout: Payout, proof: Proof, *, by: Actor) -> Payout:
    """Finance records the authority's own payment; managers are asked to compare it."""
    noted = billing.note_payment(payout, proof, by=by)
    _tell(claim_of(noted), gettext_noop("A payment of the authority for %(number)s is recorded. Compare it with its slip and confirm it."), f"noted:{noted.pk}:{noted.paid_on}", by)
    return noted


@transaction.atomic
def record_paid(payout: Payout, *, amount: Decimal, by: Actor) -> Payout:
    """The second person confirms the authority's payment: budget, claim and applicant follow at once."""
    paid = billing.record_paid(payout, amount=amount, by=by)
    after_result(paid, paid.results.latest("pk"), by=by)
    return paid


def after_result(payout: Payout, result: PayoutResult, *, by: Actor) -> None:
    """What follows from a payment, or from one that came back, in the transaction that writes it down."""
    application, claim = application_of(payout), claim_of(payout)
    if result.result == "paid":
        _paid(payout, application, by=by)
        complete_if_done(claim, by=by)
    else:
        _came_back(payout, result, application, claim, by=by)


def _paid(payout: Payout, application: SubsidyApplication, *, by: Actor) -> None:
    if holding_of(application).line_id:
        disburse(application, payout.amount, key=f"payout:{payout.key}:paid", by=by, note=payout.number)
    demand = Clawback.objects.filter(payout=payout, state__in=DEMANDED).first()
    if demand is not None:
        make_move(demand, CLAWBACK_MOVES, "offset", by=system(by.organisation), note=payout.number)
        claw(demand, by=by)
    tell_applicant(
        application, gettext_noop("%(amount)s yuan for %(number)s were paid to the account ending %(tail)s. Confirm the receipt when the money has come."),
        key=f"payout:{payout.pk}:{payout.attempt}:paid", amount=yuan(payout.net), tail=payout.account_tail,
    )  # fmt: skip


def claw(demand: Clawback, *, by: Actor) -> None:
    """Note in the budget that demanded money came back; nothing where no line ever paid."""
    if holding_of(demand.application).line_id:
        claw_back(demand.application, demand.amount, key=f"clawback:{demand.pk}", by=by, note=demand.number)


def _came_back(payout: Payout, result: PayoutResult, application: SubsidyApplication, claim: Claim, *, by: Actor) -> None:
    was_paid = payout.results.filter(attempt=result.attempt, result="paid").exists()
    if was_paid and holding_of(application).line_id:
        give_back(application, payout.amount, key=f"payout:{payout.number}-{result.attempt}:back", by=by, note=result.reason)
    if claim.state in {ClaimState.PAID, ClaimState.CLOSED}:
        make_move(claim, CLAIM_MOVES, "reopen_payment", by=system(by.organisation), note=f"{payout.number} {result.reason}")
    _tell(claim, gettext_noop("A payment of %(number)s came back from the bank. The account is corrected first."), f"back:{result.pk}", by, Role.FINANCE, Role.OFFICER)
    tell_applicant(
        application, gettext_noop("The bank could not pay %(number)s: %(reason)s Correct your bank account; then it is sent again."),
        key=f"payout:{payout.pk}:{result.attempt}:back", reason=result.reason,
    )  # fmt: skip


def complete_if_done(claim: Claim, *, by: Actor) -> Claim:
    """When nothing of the claim is left to pay, it is paid."""
    locked = lock(claim)
    if locked.state != ClaimState.PAYING or Payout.objects.of_batch(locked).still_open().exists():
        return locked
    for line in standing(locked):
        mine = Payout.objects.about(line.application)
        if line.decided and line.application.state in GRANTED and mine.paid().total() + mine.filter(state="cancelled").total() < line.decided:
            return locked
    return make_move(locked, CLAIM_MOVES, "complete", by=system(by.organisation))


@transaction.atomic
def close_claim(claim: Claim, *, by: Actor) -> Claim:
    """A manager who did not order closes a paid claim: what came for it was passed on, and every receiver said so."""
    with moving(claim, CLAIM_MOVES, "close", by=by) as closed:
        sums = billing.totals_of(closed)
        if sums["received"] != sums["passed"]:
            raise NotEligible(
                _("%(received)s yuan have come from the authority for this claim, but %(passed)s yuan were passed on. Pass the rest on first.")
                % {"received": yuan(sums["received"]), "passed": yuan(sums["passed"])}
            )
        waiting = Payout.objects.of_batch(closed).paid().filter(way=Way.PASS_THROUGH, receipt_at=None).exclude(due__startup=None)
        if waiting:
            names = "、".join(payout.payee_name for payout in waiting)
            raise NotEligible(_("These have not confirmed the receipt yet: %(names)s. They do it in their portal, under “Our money”.") % {"names": names})
    return closed


def reorder_payout(payout: Payout, *, by: Actor) -> Payout:
    """Order a returned payment again to the account that was corrected and verified meanwhile."""
    application = application_of(payout)
    again = billing.reorder(payout, payee_for(application), by=by)
    tell_applicant(application, gettext_noop("Your corrected account for %(number)s is verified. The payment is sent again."), key=f"payout:{again.pk}:{again.attempt}")
    if again.way != Way.AUTHORITY:
        _tell(claim_of(again), gettext_noop("A returned payout of %(number)s goes out again. Approve it."), f"again:{again.pk}:{again.attempt}", by)
    return again


def follow_decision(claim: Claim, line: ClaimLine, decision: Decision, *, by: Actor) -> None:
    """A newer decision on a line whose payment has begun: what is owed follows it; more than was ordered opens the
    payment again, less than was paid is proposed to the officers for a clawback."""
    if claim.state not in {ClaimState.PAYING, ClaimState.PAID, ClaimState.CLOSED}:
        return
    due = billing.due_for(decided_line(claim, line))
    if due.decided > billing.ordered_of(due) and claim.state != ClaimState.PAYING:
        make_move(claim, CLAIM_MOVES, "reopen_payment", by=system(by.organisation), note=line.application.number)
    if due.decided < due.payouts.paid().total():
        _tell(claim, gettext_noop("More was paid under %(number)s than a new decision grants. Look at the proposed clawbacks."), f"overpaid:{decision.pk}", by, Role.OFFICER)


def _tell(claim: Claim, sentence: str, key: str, by: Actor, *roles: str) -> None:
    people = people_with(claim.organisation, *(roles or (Role.MANAGER, Role.OWNER)))
    notify(
        [person for person in people if by.user is None or person.pk != by.user.pk], sentence, key=f"claim:{claim.pk}:{key}",
        url=claim_url(claim), number=claim.number,
    )  # fmt: skip
