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


def reserve_keys(application: SubsidyApplication) -> None:
    """Take the months and invoices of the application's lines, all or none.

    Raises Conflict: the database says that a month or an invoice is taken. Of another organisation's use it tells
    nothing but that there is one."""
    try:
        with transaction.atomic():
            _insert_keys(application)
    except IntegrityError as error:
        raise clash(error) from error


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
    digests: dict[str, Any] = {}
    for line in application.lines.select_related("fapiao").filter(is_cut=False).order_by("month", "fapiao__number"):
        if line.month:
            MonthKey.objects.create(month=line.month, **common)
        digests.setdefault(invoice_digest(line.fapiao), line)
    for digest in sorted(digests):
        BenefitKey.objects.create(application=application, line=digests[digest], digest=digest)


def clash(error: IntegrityError) -> Conflict:
    """The sentence for the key that refused."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    if name == "month_once":
        return Conflict(_("A month of this application was claimed a moment ago. Reload the page and leave it out."), code="DUP_MONTH")
    if name == "month_one_level":
        return Conflict(
            _("The same cost of this site and month is already claimed at the other level. Only one of the two can be claimed."),
            code="DUP_MONTH",
        )
    if name == "benefit_once":
        return Conflict(
            _("An invoice of this application is already used elsewhere. Leave it out, or contact the authority."), code="DUP_INVOICE"
        )
    raise error


def free_keys(application: SubsidyApplication) -> None:
    """Give the months and invoices back, so that they can be claimed again. Invoices of false evidence stay taken."""
    now = timezone.now()
    application.month_keys.filter(freed_at=None).update(freed_at=now)
    if EVIDENCE_FALSE not in application.reasons:
        application.benefit_keys.filter(freed_at=None).update(freed_at=now)
