"""The smallest valid rows of `billing`. Call them inside an organisation's context."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from billing.models import BankSlip, CostKind, Fapiao
from tests.factories.tenants import a_uscc, numbers

SELLER = a_uscc(9_000_001)


def a_fapiao(startup: Any, recorded_by: Any, **fields: Any) -> Fapiao:
    """A rent invoice for January 2026 over 3,892.50 yuan; `startup` None: the organisation's own."""
    defaults = {
        "kind": CostKind.RENT,
        "number": f"2622{next(numbers):016d}",
        "seller_name": "长春净月物业有限公司",
        "seller_uscc": SELLER,
        "buyer_name": startup.name if startup else "本机构",
        "buyer_uscc": startup.uscc if startup else a_uscc(9_000_002),
        "issued_on": date(2026, 1, 5),
        "period_from": date(2026, 1, 1),
        "period_to": date(2026, 1, 1),
        "room": "A-301",
        "item": "房屋租赁",
        "amount": Decimal("3892.50"),
    }
    return Fapiao.objects.create(startup=startup, recorded_by=recorded_by, **defaults | fields)


def a_slip(fapiao: Fapiao, recorded_by: Any, **fields: Any) -> BankSlip:
    """The slip that pays the whole invoice."""
    defaults = {
        "bank": "中国工商银行",
        "reference": f"HD{next(numbers):010d}",
        "payer_name": fapiao.buyer_name,
        "payer_account_tail": "1234",
        "amount": fapiao.amount,
        "paid_on": date(2026, 1, 6),
    }
    return BankSlip.objects.create(fapiao=fapiao, recorded_by=recorded_by, **defaults | fields)
