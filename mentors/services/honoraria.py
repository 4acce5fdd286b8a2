"""Acts on honoraria: rates by two people, statements from doubly confirmed minutes, payment through the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.models.ledger import Account
from billing.services.ledger import credit, debit, post
from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.formulas import compute, trace
from incubator.core.money import yuan
from incubator.core.periods import Month
from incubator.core.refusals import clash
from incubator.core.templatetags.fuhua import month as month_text
from incubator.documents.codes import new_verify_code
from incubator.journal.services import lock, make_move, moving, next_number, record
from incubator.notices.services import notify
from mentors.models import Honorarium, HonorariumLine, HonorariumRate, Mentor, Session
from mentors.states import HONORARIUM_MOVES, RATE_MOVES

ZERO = Decimal("0.00")


@transaction.atomic
def draft_rate(*, by: Actor, **fields: Any) -> HonorariumRate:
    """Write down what an hour is worth from a day on, and what is withheld. It counts once a second person verified it."""
    with clash("honorarium_rate_day_once", _("A rate begins on this day already."), field="valid_from"):
        rate = HonorariumRate.objects.create(author=by.user, **fields)
    record("draft_rate", rate, by=by)
    return rate


def verify_rate(rate: HonorariumRate, *, by: Actor) -> HonorariumRate:
    """A second person has compared the rate and the bands with their basis."""
    return make_move(rate, RATE_MOVES, "verify", by=by)


def terms_of(rate: HonorariumRate) -> dict[str, Any]:
    """The terms of the formula `honorarium`."""
    base = {"rate": str(rate.rate), "round_to": rate.round_to, "least": rate.least, "month_cap": rate.month_cap}
    return base | {name: value for name, value in rate.withholding.items() if value not in (None, "", [])}


def owed_sessions(mentor: Mentor, month: Month) -> list[Session]:
    """The sessions of the month that can be paid: confirmed by both, not odd or cleared, on no statement yet."""
    return list(Session.objects.confirmed_in(month).payable().filter(mentor=mentor, paid=None).with_names())


@transaction.atomic
def draft_honorarium(mentor: Mentor, month: Month, *, by: Actor) -> Honorarium:
    """Draft the statement of a mentor's month. Its sessions are taken: no other statement can pay the same time.

    Raises Conflict without a verified rate, without minutes, and when time was paid already, here or elsewhere."""
    locked = lock(mentor)
    rate = HonorariumRate.objects.on(month.last)
    if rate is None:
        raise Conflict(_("No verified rate holds for %(month)s. Write one down and let a second person verify it.") % {"month": month_text(month.first)}, field="month")
    if locked.user_id is None:
        raise Conflict(_("%(name)s does not sign in, so nothing can be agreed.") % {"name": locked})
    sessions = owed_sessions(locked, month)
    terms, facts = terms_of(rate), {"sessions": [session.minutes for session in sessions]}
    result = compute("honorarium", terms=terms, facts=facts)
    gross, withheld = result.amount or ZERO, result.extra["withheld"]
    if not gross:
        raise Conflict(_("%(name)s has no minutes in %(month)s that can be paid.") % {"name": locked, "month": month_text(month.first)})
    made = Honorarium(
        number=f"LW-{month.first.year}-{next_number('LW', year=month.first.year):06d}", mentor=locked, month=month.first, rate=rate, minutes=result.extra["minutes"],
        gross=gross, withheld=withheld, net=result.extra["net"], trace=trace(result, terms=terms, facts=facts, name="honorarium"), verify_code=new_verify_code(), preparer=by.user,
    )  # fmt: skip
    with clash("honorarium_month_once", _("There is a statement of this month already.")):
        made.save()
    write_lines(made, sessions, result.lines)
    record("draft_honorarium", made, by=by, gross=str(gross))
    notify([locked.user], gettext_noop("Your statement for %(month)s is ready: %(net)s yuan net. Please look and agree."), key=f"honorarium:{made.pk}:drafted",
           url=f"/portal/{made.organisation.slug}/mentoring/statements/{made.pk}/", month=str(month), net=yuan(made.net))  # fmt: skip
    return made


def write_lines(made: Honorarium, sessions: list[Session], lines: Any) -> None:
    """One line for each session that is paid; the database refuses time that was paid already."""
    elsewhere = _("Part of this time is already used elsewhere. Contact the authority.")
    for session, line in zip(sessions, lines, strict=True):
        if not line.amount:
            continue
        with clash("session_paid_once", _("A session stands on another statement.")), clash("paid_time_once", elsewhere):
            HonorariumLine.objects.create(
                honorarium=made, session=session, user_id=made.mentor.user_id, starts_at=session.starts_at, ends_at=session.ends_at,
                minutes=line.values["paid_minutes"], amount=line.amount,
            )  # fmt: skip


@transaction.atomic
def draft_month(month: Month, *, by: Actor) -> list[Honorarium]:
    """Draft the statements of every mentor who has minutes to be paid in a month."""
    with_minutes = Mentor.objects.filter(sessions__in=Session.objects.confirmed_in(month).payable().filter(paid=None).order_by(), user__isnull=False).distinct().order_by("pk")
    made = []
    for mentor in with_minutes:
        if not Honorarium.objects.filter(mentor=mentor, month=month.first).exclude(state="dropped").exists():
            try:
                made.append(draft_honorarium(mentor, month, by=by))
            except Conflict as refusal:
                if refusal.field == "month":
                    raise
    if not made:
        raise Conflict(_("Nothing is to be paid for %(month)s.") % {"month": month_text(month.first)}, field="month")
    return made


def agree_honorarium(honorarium: Honorarium, *, by: Actor) -> Honorarium:
    """The mentor agrees with the statement."""
    if by.user is None or honorarium.mentor.user_id != by.user.pk:
        raise NotAllowed(_("Only the mentor agrees with this statement."))
    return make_move(honorarium, HONORARIUM_MOVES, "agree", by=by)


def approve_honorarium(honorarium: Honorarium, *, by: Actor) -> Honorarium:
    """A manager who did not prepare it approves; the account must have been verified by a second person."""
    with moving(honorarium, HONORARIUM_MOVES, "approve", by=by) as approved:
        mentor = approved.mentor
        if mentor.account_verified_by_id is None:
            raise Conflict(_("The account of %(name)s is not verified. A second person compares it with the bank's paper first.") % {"name": mentor})
        approved.account_tail, approved.account_index = mentor.bank_account_tail, mentor.account_index
    return approved


def pay_honorarium(honorarium: Honorarium, *, paid_on: date, reference: str, by: Actor) -> Honorarium:
    """Finance records the payment; the ledger has gross, net and the tax that is owed to the tax office.

    Raises Conflict when the account was changed after the approval."""
    with moving(honorarium, HONORARIUM_MOVES, "pay", by=by) as paid:
        if paid.mentor.account_index != paid.account_index:
            raise Conflict(_("The account was changed after the approval. Drop nothing: verify it, then ask the manager."), code="account_changed")
        paid.paid_on, paid.reference = paid_on, reference
        sides = [debit(Account.HONORARIA, paid.gross), credit(Account.BANK, paid.net), credit(Account.TRANSIT, paid.withheld)]
        post("honorarium", sides, key=f"honorarium:{paid.pk}:pay", text=f"{paid.number} {paid.mentor}", by=by, day=paid_on, about=f"mentors.honorarium:{paid.pk}")
    notify([paid.mentor.user], gettext_noop("Your honorarium %(number)s is paid: %(net)s yuan."), key=f"honorarium:{paid.pk}:paid",
           url=f"/portal/{paid.organisation.slug}/mentoring/statements/{paid.pk}/", number=paid.number, net=yuan(paid.net))  # fmt: skip
    return paid


def close_honorarium(honorarium: Honorarium, *, paid_on: date, by: Actor) -> Honorarium:
    """Finance records that the tax was handed over to the tax office."""
    with moving(honorarium, HONORARIUM_MOVES, "close", by=by) as closed:
        if paid_on < closed.paid_on:
            raise BusinessError(_("The tax is handed over after the payment of %(day)s.") % {"day": closed.paid_on}, field="paid_on")
        if closed.withheld:
            sides = [debit(Account.TRANSIT, closed.withheld), credit(Account.BANK, closed.withheld)]
            post("honorarium_tax", sides, key=f"honorarium:{closed.pk}:tax", text=f"{closed.number} {closed.mentor}", by=by, day=paid_on, about=f"mentors.honorarium:{closed.pk}")
    return closed


@transaction.atomic
def drop_honorarium(honorarium: Honorarium, *, note: str, by: Actor) -> Honorarium:
    """Drop a statement that is not approved; its sessions can stand on another one."""
    dropped = make_move(honorarium, HONORARIUM_MOVES, "drop", by=by, note=note)
    dropped.lines.all().delete()
    return dropped
