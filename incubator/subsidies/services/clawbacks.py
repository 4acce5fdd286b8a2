"""Acts on clawbacks 追缴: open, decide or drop, take the repayment, refer, waive (lifecycles.md 2.2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.models import Account, PayoutDue, Way
from billing.querysets import reference
from billing.services import credit, debit, post
from billing.services.payouts import Proof
from billing.states import LINE_MOVES
from incubator.accounts.actors import Actor, system
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.money import yuan
from incubator.core.refusals import clash
from incubator.documents.codes import new_verify_code
from incubator.documents.services import keep_paper
from incubator.journal.services import lock, make_move, moving, next_number, record
from incubator.notices.services import notify, people_with
from incubator.policy.models import OfficialReply
from incubator.policy.services import record_decision
from incubator.subsidies.clawback_paper import clawback_snapshot, print_clawback_pdf
from incubator.subsidies.models import Clawback, SubsidyApplication
from incubator.subsidies.recompute import recomputed, settled_at
from incubator.subsidies.services.applications import tell_applicant
from incubator.subsidies.services.payouts import claw
from incubator.subsidies.snapshots import snapshot_digest
from incubator.subsidies.states import CLAWBACK_MOVES
from incubator.subsidies.tasks import print_clawback

TOO_MUCH = gettext_noop("Under %(number)s %(paid)s yuan were paid, and what is demanded already counts. Demand at most what is left of it.")


@transaction.atomic
def open_clawback(
    application: SubsidyApplication, trigger: str, amount: Decimal, *, note: str, by: Actor, reply: OfficialReply | None = None
) -> Clawback:
    """An officer opens the case with its reason and the recomputation; nothing is demanded before a manager decides.

    Raises BusinessError above what was paid, Conflict when nothing was paid or the same case is open."""
    if Role.OFFICER not in by.roles:
        raise NotAllowed(_("Only a case officer opens a clawback."))
    if not note.strip():
        raise BusinessError(_("Write the reasons; the payee will read them."), field="note")
    if trigger == Clawback.Trigger.AUTHORITY and reply is None:
        raise BusinessError(_("Attach the order of the authority."), field="file")
    due = PayoutDue.objects.about(application).first()
    if due is None or not due.payouts.paid().exists():
        raise Conflict(_("Nothing was paid under %(number)s, so nothing can be demanded back.") % {"number": application.number})
    year = timezone.localdate().year
    demand = Clawback(
        application=application, due=due, trigger=trigger, amount=amount, note=note.strip(), reply=reply, officer=by.user,
        trace=settled_at(recomputed(application, trigger), amount), number=f"{application.organisation.claim_prefix}补追〔{year}〕{next_number('clawback', year=year)}号",
    )  # fmt: skip
    with within_paid(application, due), clash("clawback_open_once", _("A clawback for this reason is open already.")):
        demand.save()
    record("open", demand, by=by, note=note, amount=str(amount), trigger=trigger)
    _tell(demand, gettext_noop("A clawback of %(number)s is opened: %(amount)s yuan. Decide it or drop it."), "open", Role.MANAGER)
    return demand


def within_paid(application: SubsidyApplication, due: PayoutDue) -> Any:
    """The refusal of the database in words: never more is demanded than was paid."""
    words = {"number": application.number, "paid": yuan(due.payouts.paid().total())}
    return clash("clawback_within_paid", _(TOO_MUCH) % words, field="amount")


@transaction.atomic
def decide_clawback(demand: Clawback, *, pay_until: date, note: str, by: Actor) -> Clawback:
    """A manager who did not open it decides: the letter with the right to appeal is printed, the payee is told."""
    if pay_until <= timezone.localdate():
        raise BusinessError(_("Leave time to pay: choose a later day."), field="pay_until")
    with within_paid(demand.application, demand.due), moving(demand, CLAWBACK_MOVES, "decide", by=by, note=note) as decided:
        paid = decided.due.payouts.paid().total()
        decided.decision = record_decision(
            decided, "clawback", by=by, edition=decided.application.edition, trace_sha256=snapshot_digest(decided.trace),
            reasons=["EVIDENCE_FALSE"] if decided.trigger == Clawback.Trigger.EVIDENCE_FALSE else (), before=paid, after=decided.amount,
            reply=decided.reply, official_on=decided.reply.dated_on if decided.reply else None, note=note or decided.note,
        )  # fmt: skip
        decided.pay_until, decided.letter_at, decided.verify_code = pay_until, timezone.now(), new_verify_code()
        decided.snapshot = clawback_snapshot(decided)
        decided.snapshot_sha256 = snapshot_digest(decided.snapshot)
    print_clawback.defer(organisation_id=decided.organisation_id, clawback_id=decided.pk)
    tell_applicant(
        decided.application, gettext_noop("%(amount)s yuan of %(number)s are demanded back by %(day)s: %(note)s Read the letter; you may appeal."),
        key=f"clawback:{decided.pk}", amount=yuan(decided.amount), day=str(pay_until), note=decided.note,
    )  # fmt: skip
    _tell(decided, gettext_noop("%(number)s: %(amount)s yuan are demanded back. Record the repayment, or set it off with the next payout."), "decided", Role.FINANCE)
    return decided


def keep_letter(demand: Clawback) -> Clawback:
    """Print the letter and keep it. A second run prints nothing new."""
    if demand.document_id or not demand.snapshot:
        return demand
    body = print_clawback_pdf(demand)
    with transaction.atomic():
        locked = lock(demand)
        if locked.document_id is None:
            title = f"{demand.number} 追缴决定书"
            locked.document = keep_paper(body, title=title, name=f"{demand.number}.pdf", by=system(demand.organisation), issued_on=timezone.localdate(demand.letter_at))
            locked.save(update_fields=["document"])
    return locked


def drop_clawback(demand: Clawback, *, note: str, by: Actor) -> Clawback:
    """A manager drops a case that is none."""
    if not note.strip():
        raise BusinessError(_("Say why nothing is demanded back."), field="note")
    return make_move(demand, CLAWBACK_MOVES, "drop", by=by, note=note)


@transaction.atomic
def note_repayment(demand: Clawback, proof: Proof, *, by: Actor) -> Clawback:
    """Finance records that the money came back, by the bank line or its slip. A second person confirms it."""
    if (proof.slip is None) == (proof.line is None):
        raise BusinessError(_("Give the slip of the repayment, or choose the line of our bank statement."), field="slip")
    with clash("clawback_bank_line_once", _("This bank line already stands for another repayment."), field="line"), \
            moving(demand, CLAWBACK_MOVES, "note_repayment", by=by) as noted:  # fmt: skip
        if noted.payout_id:
            raise Conflict(_("It is being set off with payout %(number)s. Cancel that payout first.") % {"number": noted.payout})
        if proof.line is not None:
            if proof.line.amount != (-noted.amount if noted.due.is_own else noted.amount):
                raise BusinessError(
                    _("The bank line is over %(line)s yuan, the demand over %(amount)s yuan.") % {"line": yuan(proof.line.amount), "amount": yuan(noted.amount)}, field="line"
                )
            make_move(proof.line, LINE_MOVES, "ask", by=by, plan={"for": reference(noted)})
        noted.bank_line, noted.slip, noted.repaid_on = proof.line, proof.slip, proof.paid_on
    return noted


@transaction.atomic
def repay_clawback(demand: Clawback, *, amount: Decimal, by: Actor) -> Clawback:
    """The second person types the amount from the slip: budget and books follow."""
    with within_paid(demand.application, demand.due), moving(demand, CLAWBACK_MOVES, "repay", by=by) as repaid:
        if repaid.recorder_id is None:
            raise Conflict(_("No repayment is recorded yet. Finance records it first."))
        if amount != repaid.amount:
            raise BusinessError(_("%(due)s yuan are demanded, not %(amount)s.") % {"due": yuan(repaid.amount), "amount": yuan(amount)}, field="amount")
        if repaid.bank_line:
            make_move(repaid.bank_line, LINE_MOVES, "confirm", by=by, about=reference(repaid))
    claw(repaid, by=by)
    _post(repaid, by=by)
    tell_applicant(repaid.application, gettext_noop("Your repayment for %(number)s has come: %(amount)s yuan. Nothing is demanded any more."),
                   key=f"clawback:{repaid.pk}:repaid", amount=yuan(repaid.amount))  # fmt: skip
    return repaid


def _post(demand: Clawback, *, by: Actor) -> None:
    """What came back lies with us and belongs to the authority, or to our own funds. What we were paid ourselves leaves
    our bank, and was no income of ours."""
    way = demand.due.payouts.paid().values_list("way", flat=True).first()
    where, startup, about = Account.SUSPENSE if demand.bank_line_id else Account.TRANSIT, demand.due.startup, reference(demand)
    if demand.due.is_own:
        sides = [debit(Account.SUBSIDY_INCOME, demand.amount, None, about), credit(where, demand.amount, None, about)]
    else:
        purse = Account.SUBSIDY_PAID if way == Way.OWN else Account.PASS_THROUGH
        sides = [debit(where, demand.amount, startup, about), credit(purse, demand.amount, startup, about)]
    post("clawback", sides, key=f"{about}:{'out' if demand.due.is_own else 'in'}", text=demand.number, by=by, day=demand.repaid_on, about=about)


@transaction.atomic
def reject_repayment(demand: Clawback, *, note: str, by: Actor) -> Clawback:
    """The record does not agree with its paper: finance records it anew."""
    if not note.strip():
        raise BusinessError(_("Say what does not agree with the paper."), field="note")
    with moving(demand, CLAWBACK_MOVES, "reject_repayment", by=by, note=note) as rejected:
        if rejected.recorder_id is None:
            raise Conflict(_("No repayment is recorded."))
        if rejected.bank_line:
            make_move(rejected.bank_line, LINE_MOVES, "reject", by=by, plan={}, matcher=None)
        rejected.recorder = rejected.bank_line = rejected.slip = rejected.repaid_on = None
    return rejected


@transaction.atomic
def refer_clawback(demand: Clawback, *, by: Actor) -> Clawback:
    """An owner refers it for enforcement once its day has passed."""
    with moving(demand, CLAWBACK_MOVES, "refer", by=by) as referred:
        if referred.pay_until and timezone.localdate() <= referred.pay_until:
            raise Conflict(_("It can be paid until %(day)s. Refer it after that day.") % {"day": referred.pay_until})
    tell_applicant(referred.application, gettext_noop("The demand under %(number)s was not paid in time and is referred for enforcement."), key=f"clawback:{referred.pk}:referred")
    return referred


@transaction.atomic
def note_waiver(demand: Clawback, reply: OfficialReply, *, by: Actor) -> Clawback:
    """Finance records the authority's waiver; an owner confirms it."""
    return make_move(demand, CLAWBACK_MOVES, "note_waiver", by=by, waiver=reply)


@transaction.atomic
def waive_clawback(demand: Clawback, *, by: Actor) -> Clawback:
    """The owner confirms the authority's waiver: nothing is demanded any more."""
    with moving(demand, CLAWBACK_MOVES, "waive", by=by) as waived:
        if waived.waiver_id is None:
            raise Conflict(_("No waiver of the authority is recorded. Finance records its paper first."))
        if waived.payout_id or waived.recorder_id:
            raise Conflict(_("A repayment or a set-off is under way. Finish or undo it first."))
    tell_applicant(waived.application, gettext_noop("The authority has waived the demand under %(number)s."), key=f"clawback:{waived.pk}:waived")
    return waived


def _tell(demand: Clawback, sentence: str, key: str, *roles: str) -> None:
    notify(
        people_with(demand.organisation, *roles), sentence, key=f"clawback:{demand.pk}:{key}", number=demand.number, amount=yuan(demand.amount),
        url=f"/office/{demand.organisation.slug}/subsidies/clawbacks/{demand.pk}/",
    )  # fmt: skip
