"""Keys against double payment: reserve the months and invoices of an application, and free them again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.encryption import blind_index
from incubator.core.errors import Conflict
from incubator.journal.models import Entry
from incubator.journal.services import record

if TYPE_CHECKING:
    from incubator.subsidies.models import SubsidyApplication

EVIDENCE_FALSE = "EVIDENCE_FALSE"
ELSEWHERE = "used elsewhere"  # the act in the journal; nothing of the other use is written down
MOST_ATTEMPTS = 5  # refused sendings of one applicant in a day: nobody learns by trying which invoices others used
MOST_OF_ALL = 40  # of the whole organisation in a day


def invoice_digest(fapiao: Any) -> str:
    """The keyed digest of an invoice: number and seller. Equal in every organisation, readable in none."""
    return blind_index(f"{fapiao.number}|{fapiao.seller_uscc}", purpose="invoice")


def once_digest(purpose: str, *parts: Any) -> str:
    """The keyed digest of something that is granted once: a person's number, a licence, a stage, with what it is for."""
    return blind_index("|".join(str(part) for part in parts), purpose=f"once {purpose}")


def taken_elsewhere(application: SubsidyApplication, digests: list[str]) -> set[str]:
    """Which of these digests another application holds, in whatever organisation. Only that, and nothing of it."""
    from incubator.subsidies.models import BenefitKey

    held = BenefitKey.objects.filter(digest__in=digests, freed_at=None).exclude(application=application.pk)
    return set(held.values_list("digest", flat=True))


def reserve_keys(application: SubsidyApplication) -> None:
    """Take the months and invoices of the application's lines, all or none.

    Raises Conflict: the database says that a month or an invoice is taken. Of another organisation's use it tells
    nothing but that there is one."""
    try:
        with transaction.atomic():
            _insert_keys(application)
    except IntegrityError as error:
        raise clash(error, application) from error


def check_attempts(application: SubsidyApplication) -> None:
    """Refuse to try once more after too many refusals of the last 24 hours."""
    since = timezone.now() - timedelta(hours=24)
    tried = Entry.objects.filter(act=ELSEWHERE, at__gte=since)
    own = [entry for entry in tried if entry.facts.get("holder") == application.subject]
    if len(own) >= MOST_ATTEMPTS or len(tried) >= MOST_OF_ALL:
        raise Conflict(
            _("Something of this application was used elsewhere, and it was sent too often today. Contact the authority, or send it again tomorrow."),
            code="TOO_MANY_ATTEMPTS",
        )


def note_attempt(application: SubsidyApplication, refusal: Conflict, *, by: Actor) -> None:
    """Write down that a sending met something used elsewhere. Call it after the refused transaction: it must stay."""
    record(ELSEWHERE, application, by=by, code=refusal.code, holder=application.subject)


def _insert_keys(application: SubsidyApplication) -> None:
    from incubator.subsidies.models import BenefitKey, MonthKey

    common = {
        "application": application,
        "stacking_group": application.edition.stacking_group,
        "subject": application.subject,
        "level": application.edition.payee,
        "site": application.site,
        "cost_item": application.kind,
    }
    for line in _lines(application):
        if line.month and line.fapiao_id:
            MonthKey.objects.create(month=line.month, **common)
    digests = _digests(application)
    kept = set(application.benefit_keys.filter(freed_at=None).values_list("digest", flat=True))  # of false evidence
    for digest in sorted(set(digests) - kept):
        BenefitKey.objects.create(application=application, line=digests[digest], digest=digest)


def _lines(application: SubsidyApplication) -> Any:
    from incubator.subsidies.models import ApplicationLine

    lines = application.lines.select_related(*ApplicationLine.SOURCES).filter(is_cut=False)
    return lines.order_by("month", "fapiao__number", "position")


def _digests(application: SubsidyApplication) -> dict[str, Any]:
    """Every digest that the application takes, with the first line that takes it."""
    from incubator.subsidies.kinds import kind_named

    digests: dict[str, Any] = {}
    kind = kind_named(application.kind)
    for line in _lines(application):
        for digest in kind.once(application, line):
            digests.setdefault(digest, line)
    return digests


def clash(error: IntegrityError, application: SubsidyApplication) -> Conflict:
    """The sentence for the key that refused."""
    from incubator.subsidies.kinds import kind_named

    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    if name == "month_once":
        return Conflict(_("A month of this application was claimed a moment ago. Reload the page and leave it out."), code="DUP_MONTH")
    if name == "month_one_level":
        return Conflict(
            _("The same cost of this site and month is already claimed at the other level. Only one of the two can be claimed."),
            code="DUP_MONTH",
        )
    if name == "benefit_once":
        code, sentence = kind_named(application.kind).taken
        taken = Conflict(str(sentence), code=code)
        taken.used_elsewhere = not taken_elsewhere(application, list(_digests(application)))
        return taken
    raise error


def free_keys(application: SubsidyApplication) -> None:
    """Give the months and invoices back, so that they can be claimed again. What was taken by false evidence, as the
    officer or the authority found, stays taken for good."""
    now = timezone.now()
    application.month_keys.filter(freed_at=None).update(freed_at=now)
    told_false = application.claim_lines.filter(reason__code=EVIDENCE_FALSE).exists()
    told_false |= application.clawbacks.filter(trigger="evidence_false").exclude(state__in=["open", "dropped"]).exists()
    if EVIDENCE_FALSE not in application.reasons and not told_false:
        application.benefit_keys.filter(freed_at=None).update(freed_at=now)
