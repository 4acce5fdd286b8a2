"""Acts on late bills: the ladder of reminders, letters, slips of startups, late fees by dated terms.

The ladder tells and never locks anybody out. It stays still while a slip is looked at and while no bank file has come for
five working days: what was paid and not imported is not dunned."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.formulas import LateFeeFacts, LateFeeTerms, late_fee
from billing.models.bank import Statement
from billing.models.bills import Bill, ChargeKind
from billing.models.dunning import DunningLetter, DunningStep, LateFee, LateFeeRule, TransferSlip
from billing.services.bills import Charge, draft_bill
from billing.states import LATE_FEE_MOVES
from incubator.accounts.actors import Actor
from incubator.accounts.roles import Role
from incubator.core.calendar import WorkingCalendar
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.money import yuan
from incubator.core.periods import Month
from incubator.core.refusals import clash
from incubator.documents.models import DocumentKind
from incubator.documents.services import attach_upload
from incubator.journal.services import lock, make_move, moving, next_number, record
from incubator.notices.services import notify, people_with
from incubator.tenants.models import Founder, Startup

LADDER = (-7, 0, 3, 10, 20, 30)  # days after the due day
QUIET = 5  # working days without reminders after a slip, or without a bank file
TO_PAY = timedelta(days=7)  # of a letter
SENTENCES = {
    -7: gettext_noop("Bill %(bill)s over %(amount)s yuan is due on %(due)s."),
    0: gettext_noop("Bill %(bill)s over %(amount)s yuan is due today."),
    3: gettext_noop("Bill %(bill)s is overdue: %(amount)s yuan. Transfer with the reference %(reference)s, or upload the slip if you have paid."),
    10: gettext_noop("Bill %(bill)s has been overdue for ten days: %(amount)s yuan, reference %(reference)s. Please pay or speak with the finance office."),
    20: gettext_noop("Bill %(bill)s has been overdue for twenty days: %(amount)s yuan, reference %(reference)s. A dunning letter follows."),
    30: gettext_noop("Bill %(bill)s has been overdue for thirty days: %(amount)s yuan. The incubator decides how to go on; please speak with it."),
}
OFFICE = {
    10: ((Role.FINANCE,), gettext_noop("%(startup)s: bill %(bill)s is ten days overdue, %(amount)s yuan. Call the owner.")),
    20: ((Role.OFFICER, Role.FINANCE), gettext_noop("%(startup)s: bill %(bill)s is twenty days overdue, %(amount)s yuan. Print the dunning letter.")),
    30: ((Role.OWNER, Role.MANAGER), gettext_noop("%(startup)s: bill %(bill)s is thirty days overdue, %(amount)s yuan. Decide: instalments, set-off with consent, or termination.")),
}


def working_days_since(day: date, today: date) -> int:
    """How many Mondays to Fridays have begun since a day, the day itself not counted."""
    calendar, count = WorkingCalendar(), 0
    while day < today:
        day += timedelta(days=1)
        count += calendar.works(day)
    return count


def pause_of(bill: Bill, today: date, last_import: date | None) -> str:
    """Why a late bill is not dunned now; empty when it is."""
    slip = bill.slips.order_by("-at").first()
    if slip is not None and working_days_since(timezone.localdate(slip.at), today) < QUIET:
        return _("A slip of %(day)s is looked at.") % {"day": timezone.localdate(slip.at)}
    if last_import is None or working_days_since(last_import, today) >= QUIET:
        return _("No bank file has been imported for five working days.")
    return ""


def last_import() -> date | None:
    """The day on which a bank file was last taken in."""
    found = Statement.objects.filter(state="imported").order_by("-moved_at").first()
    return timezone.localdate(found.moved_at) if found else None


@transaction.atomic
def remind(today: date, *, by: Actor) -> int:
    """Tell startups and our own people what the ladder says today; returns how many steps were taken. Each step once.

    Of steps that were missed only the last is told."""
    imported, count = last_import(), 0
    for bill in Bill.objects.open().filter(due_on__lte=today + timedelta(days=7)).select_related("startup").prefetch_related("dunning"):
        reached = [days for days in LADDER if bill.due_on + timedelta(days=days) <= today]
        told = {step.days for step in bill.dunning.all()}
        if reached[-1] in told or (reached[-1] > 0 and pause_of(bill, today, imported)):
            continue
        DunningStep.objects.create(bill=bill, days=reached[-1])
        record("remind", bill, by=by, days=reached[-1])
        _tell(bill, reached[-1])
        count += 1
    return count


def _tell(bill: Bill, days: int) -> None:
    """The founders read it in any case, our own people from the tenth day on."""
    slug = bill.organisation.slug
    values = {"bill": bill.number, "amount": yuan(bill.open_amount), "due": str(bill.due_on), "reference": bill.reference, "startup": str(bill.startup)}
    founders = [one.user for one in Founder.objects.filter(startup=bill.startup, user__isnull=False).select_related("user")]
    notify(founders, SENTENCES[days], key=f"dunning:{bill.pk}:{days}", url=f"/portal/{slug}/bills/{bill.pk}/", **values)
    if days in OFFICE:
        roles, sentence = OFFICE[days]
        notify(people_with(bill.organisation, *roles), sentence, key=f"dunning:{bill.pk}:{days}", url=f"/office/{slug}/bills/dunning/", **values)


@transaction.atomic
def issue_letter(startup: Startup, *, by: Actor) -> DunningLetter:
    """Write a letter over everything of a startup that is overdue today. Raises Conflict when nothing is."""
    today = timezone.localdate()
    late = list(Bill.objects.overdue(today).filter(startup=startup).order_by("due_on", "pk"))
    if not late:
        raise Conflict(_("%(startup)s has no overdue bill today.") % {"startup": startup})
    rows = [{"number": one.number, "due_on": str(one.due_on), "open": str(one.open_amount), "days": (today - one.due_on).days, "reference": one.reference} for one in late]
    letter = DunningLetter.objects.create(
        number=f"CJ-{today.year}-{next_number('CJ', year=today.year):06d}", startup=startup, issued_on=today, pay_by=today + TO_PAY,
        total=sum((one.open_amount for one in late), Decimal(0)), bills=rows, issuer=by.user,
    )  # fmt: skip
    record("issue_letter", letter, by=by, total=str(letter.total))
    return letter


@transaction.atomic
def send_slip(bill: Bill, upload: UploadedFile, *, amount: Decimal, paid_on: date, by: Actor) -> TransferSlip:
    """A startup shows the slip of its transfer: reminders stop for five working days, finance looks for the money.

    Raises Conflict when nothing is open, BadUpload at `file`."""
    if not bill.open_amount:
        raise Conflict(_("Nothing is open on bill %(number)s any more. Reload the page to see where it stands.") % {"number": bill})
    if paid_on > timezone.localdate():
        raise BusinessError(_("The day of the transfer lies in the future."), field="paid_on")
    kept = attach_upload(upload, kind=DocumentKind.BANK_SLIP, by=by, title=f"{bill.number} 汇款凭证")
    slip = TransferSlip.objects.create(bill=bill, amount=amount, paid_on=paid_on, document=kept, uploader=by.user)
    record("send_slip", bill, by=by, amount=str(amount), slip=slip.pk)
    sentence = gettext_noop("%(startup)s sent the slip of a transfer of %(amount)s yuan for bill %(bill)s. Look for the money on the page Bank.")
    url = f"/office/{bill.organisation.slug}/bills/{bill.pk}/"
    notify(people_with(bill.organisation, Role.FINANCE), sentence, key=f"slip:{slip.pk}", url=url, startup=str(bill.startup), amount=yuan(amount), bill=bill.number)
    return slip


# --- late fees


@transaction.atomic
def draft_fee_rule(*, by: Actor, **fields: Any) -> LateFeeRule:
    """Write the terms of the late fee down; they count once another person has verified them."""
    if fields.get("valid_to") and fields["valid_to"] < fields["valid_from"]:
        raise BusinessError(_("The last day lies before the first. Change one of them."), field="valid_to")
    rule = LateFeeRule.objects.create(drafter=by.user, **fields)
    record("draft_fee_rule", rule, by=by)
    return rule


@transaction.atomic
def verify_fee_rule(rule: LateFeeRule, *, by: Actor) -> LateFeeRule:
    """The second person has compared the terms with the contracts. An open rule ends on the day before."""
    locked = lock(rule)
    if locked.verifier_id is not None:
        raise Conflict(_("This rule is verified already."))
    if by.user is None or locked.drafter_id == by.user.pk:
        raise NotAllowed(_("You drafted this rule, so another person must verify it (four eyes)."))
    for before in LateFeeRule.objects.filter(verifier__isnull=False, valid_to=None, valid_from__lt=locked.valid_from):
        before.valid_to = locked.valid_from - timedelta(days=1)
        before.save(update_fields=["valid_to"])
    locked.verifier = by.user
    with clash("late_fee_rule_no_overlap", _("Another verified rule covers some of these days. Change the days of this one.")):
        locked.save()
    record("verify_fee_rule", locked, by=by)
    return locked


def rule_on(day: date) -> LateFeeRule | None:
    """The terms that hold for a bill due on this day; none: no fee."""
    rows = LateFeeRule.objects.filter(verifier__isnull=False, valid_from__lte=day).exclude(valid_to__lt=day)
    found: LateFeeRule | None = rows.first()
    return found


@transaction.atomic
def find_late_fees(*, by: Actor) -> list[LateFee]:
    """Compute the fee of each bill that was paid late and has none yet, by the terms of its due day."""
    made = []
    rows = Bill.objects.filter(state="paid", paid__gt=0, late_fees=None).exclude(lines__kind=ChargeKind.LATE_FEE).select_related("startup").order_by("pk")
    for bill in rows:
        rule = rule_on(bill.due_on)
        results = _fees_of(bill, rule) if rule else []
        total = sum((one.amount for one in results), Decimal(0))
        if rule and total > 0:
            days, why = max(one.extra["days"] for one in results), [step.as_json() for one in results for step in one.steps]
            fee = LateFee.objects.create(bill=bill, rule=rule, days=days, amount=total, why=why)
            record("find_late_fee", fee, by=by, amount=str(fee.amount))
            made.append(fee)
    return made


def _fees_of(bill: Bill, rule: LateFeeRule) -> list[Any]:
    """The fee of each part of a bill that came after its due day, by the days that this part was late."""
    terms = LateFeeTerms.from_dict({"daily_rate": str(rule.daily_rate), "grace_days": rule.grace_days, "cap_ratio": str(rule.cap_ratio)})
    late = bill.allocations.filter(amount__gt=0, reversed_by=None, receipt__received_on__gt=bill.due_on).select_related("receipt").order_by("receipt__received_on", "pk")
    facts = ({"amount": str(one.amount), "due_on": str(bill.due_on), "paid_on": str(one.receipt.received_on)} for one in late)
    return [late_fee(terms, LateFeeFacts.from_dict(one)) for one in facts]


@transaction.atomic
def bill_late_fee(fee: LateFee, *, by: Actor) -> LateFee:
    """Finance asks for the fee: a draft bill of its own, to be issued like any other."""
    today = timezone.localdate()
    charge = Charge(
        kind=ChargeKind.LATE_FEE, source_key=f"late:{fee.bill_id}", text=f"{fee.bill.number} 逾期 {fee.days} 天违约金", first_day=fee.bill.due_on, last_day=today,
        amount=fee.amount, price=fee.amount, why=fee.why,
    )  # fmt: skip
    with moving(fee, LATE_FEE_MOVES, "bill", by=by) as billed:
        billed.fee_bill = draft_bill(fee.bill.startup, f"late:{fee.bill_id}", Month.of(today), [charge], due_on=today + TO_PAY, by=by)
    return billed


def waive_late_fee(fee: LateFee, *, reason: str, by: Actor) -> LateFee:
    """A leader gives the fee up, with the reason."""
    if not reason.strip():
        raise BusinessError(_("Say why the fee is waived."), field="reason")
    return make_move(fee, LATE_FEE_MOVES, "waive", by=by, note=reason.strip())
