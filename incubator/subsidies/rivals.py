"""What other applications of the same subject for the same cost hold: it counts against this one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Sum

from incubator.core.periods import Month
from incubator.subsidies.models import ApplicationLine, MonthKey, SubsidyApplication

NOTHING = Decimal("0.00")


def rivals(application: SubsidyApplication) -> Any:
    """Other applications of the same subject for the same kind of programme that count."""
    others = SubsidyApplication.objects.counting().filter(
        startup=application.startup_id, founder=application.founder_id, investor=application.investor_id,
        site=application.site_id, edition__programme__kind=application.kind
    )
    return others.exclude(pk=application.pk)


def months_taken(application: SubsidyApplication) -> list[str]:
    """Months of this subject and cost that another application holds."""
    held = MonthKey.objects.filter(
        freed_at=None,
        stacking_group=application.edition.stacking_group,
        subject=application.subject,
        cost_item=application.kind,
    ).exclude(application=application.pk)
    return sorted({str(Month.of(key.month)) for key in held})


def months_used(application: SubsidyApplication) -> int:
    """How many months were granted or are being decided in other applications."""
    return ApplicationLine.objects.filter(application__in=rivals(application), is_cut=False, assessed__gt=0).count()


def paid_before(application: SubsidyApplication) -> Decimal:
    """The yuan of those other applications."""
    total: Decimal | None = rivals(application).aggregate(total=Sum("assessed"))["total"]
    return total or NOTHING


def quarter_before(application: SubsidyApplication) -> dict[str, str]:
    """The yuan of other applications in the same quarter, by quarter."""
    total = rivals(application).filter(period=application.period).aggregate(total=Sum("assessed"))["total"]
    return {application.period: str(total)} if total else {}
