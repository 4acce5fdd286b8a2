"""What must be true of funds and guarantees at any time."""

from decimal import Decimal

from django.db.models import DecimalField, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from incubator.core.invariants import invariant
from incubator.guarantees.models import Fund, Guarantee
from incubator.journal.series import numbered

ZERO = Decimal("0.00")


@invariant("guarantees.fund_balance", _("A guarantee fund holds what was confirmed, and guarantees what its cases hold"))
def funds_with_other_figures() -> int:
    """Funds whose balance or outstanding differs from their confirmed money and the exposures of their cases."""
    money = {row["fund"]: row["sum"] for row in Fund.objects.values(fund=F("pk")).annotate(
        sum=Coalesce(Sum("orders__amount", filter=Q(orders__state="confirmed")), ZERO, output_field=DecimalField()))}  # fmt: skip
    held = {row["fund"]: row["sum"] for row in Guarantee.objects.exclude(fund=None).values("fund").annotate(sum=Sum("exposure"))}
    return sum(fund.balance != money[fund.pk] or fund.outstanding != held.get(fund.pk, ZERO) for fund in Fund.objects.all())


numbered("DB", lambda: Guarantee.objects.exclude(number="").values_list("number", flat=True))
