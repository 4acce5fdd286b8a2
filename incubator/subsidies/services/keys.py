"""Keys against double payment: reserve the months and invoices of an application, and free them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.encryption import blind_index
from incubator.core.errors import Conflict

if TYPE_CHECKING:
    from incubator.subsidies.models import SubsidyApplication

EVIDENCE_FALSE = "EVIDENCE_FALSE"


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


def _insert_keys(application: SubsidyApplication) -> None:
    from incubator.subsidies.kinds import kind_named
    from incubator.subsidies.models import ApplicationLine, BenefitKey, MonthKey

    common = {
        "application": application,
        "stacking_group": application.edition.stacking_group,
        "subject": application.subject,
        "level": application.edition.payee,
        "site": application.site,
        "cost_item": application.kind,
    }
    digests: dict[str, Any] = {}
    kind = kind_named(application.kind)
    lines = application.lines.select_related(*ApplicationLine.SOURCES).filter(is_cut=False)
    for line in lines.order_by("month", "fapiao__number", "position"):
        if line.month and line.fapiao_id:
            MonthKey.objects.create(month=line.month, **common)
        for digest in kind.once(application, line):
            digests.setdefault(digest, line)
    kept = set(application.benefit_keys.filter(freed_at=None).values_list("digest", flat=True))  # of false evidence
    for digest in sorted(set(digests) - kept):
        BenefitKey.objects.create(application=application, line=digests[digest], digest=digest)


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
        return Conflict(str(sentence), code=code)
    raise error


def free_keys(application: SubsidyApplication) -> None:
    """Give the months and invoices back, so that they can be claimed again. What was taken by false evidence, as the
    officer or the authority found, stays taken for good."""
    now = timezone.now()
    application.month_keys.filter(freed_at=None).update(freed_at=now)
    told_false = application.claim_lines.filter(reason__code=EVIDENCE_FALSE).exists()
    if EVIDENCE_FALSE not in application.reasons and not told_false:
        application.benefit_keys.filter(freed_at=None).update(freed_at=now)
