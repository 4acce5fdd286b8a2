"""Where an application goes next, who takes the step, and by when: only what the edition promises, else no day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from billing.models import Payout
from incubator.subsidies.models import SubsidyApplication

YOU, OFFICER, MANAGER = gettext_noop("You"), gettext_noop("Case officer"), gettext_noop("Manager")
FINANCE, LEADER, AUTHORITY = gettext_noop("Finance"), gettext_noop("Owner or manager"), gettext_noop("Authority")
EVERYBODY = gettext_noop("Everybody")


@dataclass(frozen=True)
class NextStep:
    """One step to come: a phrase (English msgid) that follows "Next:", who takes it, and the last day, if promised."""

    phrase: str
    who: str
    until: date | None = None

    @property
    def text(self) -> str:
        """The phrase in the reader's language."""
        return gettext(self.phrase)

    @property
    def person(self) -> str:
        return gettext(self.who)

    def as_value(self) -> dict[str, str]:
        """How a message keeps it: msgid and day, so that each reader gets it in their own language."""
        return {"phrase": self.phrase, "until": str(self.until or "")}


def promised(application: SubsidyApplication, key: str, since: Any) -> date | None:
    """The last day of a service time that the edition sets, counted from a day or moment; None: no promise."""
    days = application.edition.reading(application.quarter.first_day).optional(key)
    if days is None or since is None:
        return None
    day = timezone.localdate(since) if hasattr(since, "hour") else since
    return day + timedelta(days=int(days))


def answer_until(application: SubsidyApplication) -> date | None:
    """The last day to answer a return, as the edition sets it; None where it promises no deadline."""
    return promised(application, "service.return_deadline", application.moved_at)


def appeal_until(application: SubsidyApplication) -> date | None:
    """The last day to appeal against the refusal that stands now; None where the edition sets none."""
    return promised(application, "service.appeal", application.moved_at)


def may_appeal(application: SubsidyApplication) -> bool:
    """Whether the applicant can still appeal: refused by the operator, not appealed before, in time."""
    if application.state != "refused" or application.appealed_at:
        return False
    until = appeal_until(application)
    return until is None or timezone.localdate() <= until


def next_step(application: SubsidyApplication) -> NextStep | None:
    """What comes next for this application; None when nothing does."""
    find = STEPS.get(application.state)
    return find(application) if find else None


def _refused(application: SubsidyApplication) -> NextStep | None:
    if not may_appeal(application):
        return None
    return NextStep(gettext_noop("if you do not agree, you may appeal once"), YOU, appeal_until(application))


def _claimed(application: SubsidyApplication) -> NextStep | None:
    line = application.claim_lines.filter(released_at=None).select_related("claim__notice").first()
    return of_claim(application, line.claim) if line else None


def of_claim(application: SubsidyApplication, claim: Any) -> NextStep | None:
    """The next step of the claim that the application is in."""
    if claim.state in {"confirmed", "paying", "paid", "closed"} and application.state == "refused_in_claim":
        return None
    return CLAIM_STEPS[claim.state](application, claim) if claim.state in CLAIM_STEPS else None


def _sent(_application: SubsidyApplication, _claim: Any) -> NextStep:
    return NextStep(gettext_noop("the claim of the quarter is sent to the authority"), FINANCE)


def _outside(application: SubsidyApplication, claim: Any) -> NextStep:
    since = claim.moved_at if claim.state == "filed" else None
    return NextStep(gettext_noop("the authority decides"), AUTHORITY, promised(application, "service.outside_decision", since))


def _payment(application: SubsidyApplication, claim: Any) -> NextStep | None:
    """While the claim is being paid: where the payment of this application stands."""
    payout = Payout.objects.about(application).standing().first()
    until = promised(application, "service.payment", claim.moved_at)
    if payout is None:
        return NextStep(gettext_noop("the money is paid out"), FINANCE, until)
    if payout.state == "bank_returned":
        return NextStep(gettext_noop("you correct your bank account, because the bank could not pay"), YOU)
    if payout.state == "paid":
        return _receipt(application)
    if payout.way == "authority":
        return NextStep(gettext_noop("the authority pays to your account"), AUTHORITY, until)
    return NextStep(gettext_noop("the bank pays to your account"), FINANCE if payout.state != "ordered" else LEADER, until)


def _receipt(application: SubsidyApplication) -> NextStep | None:
    """After the payment: the receiver confirms it; then nothing is left."""
    open_one = Payout.objects.about(application).paid().filter(receipt_at=None).exists()
    return NextStep(gettext_noop("you confirm that the money has come"), YOU) if open_one else None


CLAIM_STEPS: dict[str, Any] = {
    "assembling": _sent,
    "sealed": _sent,
    "returned": _sent,
    "filed": _outside,
    "accepted": _outside,
    "recorded": lambda _case, _claim: NextStep(
        gettext_noop("a second person compares the record with the authority's reply"), LEADER
    ),
    "decided": lambda _case, _claim: NextStep(gettext_noop("the result is put on public notice"), MANAGER),
    "noticed": lambda _case, claim: NextStep(
        gettext_noop("everybody may object while the notice stands"), EVERYBODY, claim.notice and claim.notice.last_day
    ),
    "paying": _payment,
    "paid": lambda case, _claim: _receipt(case),
    "closed": lambda case, _claim: _receipt(case),
    "confirmed": lambda case, claim: NextStep(
        gettext_noop("the money is paid out"), FINANCE, promised(case, "service.payment", claim.moved_at)
    ),
}


STEPS: dict[str, Any] = {
    "draft": lambda _case: NextStep(gettext_noop("you complete it and send it in"), YOU),
    "submitted": lambda case: NextStep(
        gettext_noop("a case officer takes your case and checks the papers"), OFFICER,
        promised(case, "service.first_review", case.submitted_at),
    ),
    "in_review": lambda _case: NextStep(gettext_noop("the case officer checks the papers and computes the amount"), OFFICER),
    "returned": lambda case: NextStep(gettext_noop("you correct it and send it again"), YOU, answer_until(case)),
    "recommended": lambda case: NextStep(
        gettext_noop("a manager checks it as the second person"), MANAGER, promised(case, "service.endorse", case.moved_at)
    ),
    "endorsed": lambda _case: NextStep(gettext_noop("it is put into the claim of the quarter"), FINANCE),
    "in_claim": _claimed,
    "approved": _claimed,
    "cut": _claimed,
    "refused_in_claim": _claimed,
    "refused": _refused,
    "appealed": lambda _case: NextStep(gettext_noop("a manager who did not handle the case answers your appeal in writing"), MANAGER),
}  # fmt: skip
