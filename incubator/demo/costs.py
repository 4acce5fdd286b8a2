"""What the startups and the organisation pay each month or quarter: the bills behind every invoice and slip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from incubator.core.money import round_fen
from incubator.core.periods import Month
from incubator.demo.days import Days
from incubator.demo.numbers import account, credit_code, digits, invoice_number
from incubator.demo.organisations import Home, House
from incubator.demo.startups import LINE_SELLER, SOFTWARE_SELLER, Tenant

RATES = {"rent": Decimal("1.05"), "broadband": Decimal("1.06"), "software": Decimal("1.13"), "activity": Decimal("1.06")}
EVENT_SELLER = "长春会展时光会务服务有限公司"
MONTHLY_FROM = Decimal("299.00")  # dearer lines are billed each month, cheaper ones each quarter


@dataclass(frozen=True)
class Bill:
    """One invoice that was paid by one transfer. `tenant` None: a cost of the organisation itself."""

    tenant: str | None
    kind: str
    seller: str
    buyer: str
    buyer_uscc: str
    first: Month
    last: Month
    issued_on: date
    item: str
    amount: Decimal
    bank: str
    room: str = ""

    @property
    def seller_uscc(self) -> str:
        return credit_code(self.seller)

    @property
    def number(self) -> str:
        place = digits(f"{self.buyer} {self.kind} {self.first}", 8)
        return invoice_number(self.seller, self.issued_on.year, int(place))

    @property
    def tax(self) -> Decimal:
        return self.amount - round_fen(self.amount / RATES[self.kind])

    @property
    def paid_on(self) -> date:
        return self.issued_on + timedelta(days=2)

    @property
    def reference(self) -> str:
        return f"HD{self.paid_on:%Y%m%d}{digits(self.number, 6)}"

    @property
    def payer_account(self) -> str:
        return account(self.buyer)

    @property
    def span(self) -> str:
        """2026年7月, or 2026年7月至9月."""
        first = f"{self.first.year}年{self.first.month}月"
        return first if self.first == self.last else f"{first}至{self.last.month}月"


def bills(house: House, days: Days) -> list[Bill]:
    """Every bill that was paid by the last day of the story, the oldest first."""
    found = [bill for tenant in house.tenants for bill in _bills_of(tenant, house, days)]
    found += [bill for home in house.homes for bill in _site_bills(home, house, days)]
    if house.slug == "jingyue":
        found.append(_contest_bill(house, days))
    return sorted((bill for bill in found if bill.paid_on <= days.today), key=lambda bill: (bill.paid_on, bill.number))


def _bills_of(tenant: Tenant, house: House, days: Days) -> Iterator[Bill]:
    """A startup's rent each month, its line each month or quarter, its licence each quarter."""
    start = days.opening.plus(tenant.lease_after)
    end = start.plus(tenant.lease_months - 1)
    payer = {"tenant": tenant.key, "buyer": tenant.name, "buyer_uscc": uscc_of(tenant), "bank": bank_of(tenant)}
    for month in days.months:
        if not start <= month <= end:
            continue
        rent = round_fen(tenant.area * tenant.unit_rent)
        yield Bill(kind="rent", seller=house.name, first=month, last=month, issued_on=month.first + timedelta(days=2),
                   item="*不动产租赁*房屋租金", amount=rent, room=tenant.room, **payer)  # fmt: skip
        if tenant.broadband:
            yield from _line_bills(tenant.broadband, month, start, payer)
        if tenant.software and starts_quarter(month):
            yield Bill(kind="software", seller=SOFTWARE_SELLER, first=month, last=month.plus(2),
                       issued_on=month.first + timedelta(days=9), item=f"*软件产品*{tenant.software.product}",
                       amount=tenant.software.quarterly, **payer)  # fmt: skip


def _line_bills(fee: Decimal, month: Month, start: Month, payer: dict[str, str]) -> Iterator[Bill]:
    common = {"kind": "broadband", "seller": LINE_SELLER, "item": "*电信服务*互联网专线接入费", **payer}
    if fee >= MONTHLY_FROM:
        yield Bill(first=month, last=month, issued_on=month.first + timedelta(days=6), amount=fee, **common)  # type: ignore[arg-type]
    elif starts_quarter(month) and month >= start:
        yield Bill(first=month, last=month.plus(2), issued_on=month.first + timedelta(days=6), amount=fee * 3, **common)  # type: ignore[arg-type]


def _site_bills(home: Home, house: House, days: Days) -> Iterator[Bill]:
    """What the organisation pays for a site that it rents itself."""
    if home.landlord is None:
        return
    payer = {"tenant": None, "buyer": house.name, "buyer_uscc": house.uscc, "bank": house.bank}
    for month in days.months:
        rent = round_fen(home.landlord.area * home.landlord.unit_rent)
        yield Bill(kind="rent", seller=home.landlord.name, first=month, last=month, issued_on=month.first + timedelta(days=1),
                   item="*不动产租赁*房屋租金", amount=rent, room=home.name, **payer)  # fmt: skip
        if home.broadband:
            yield Bill(kind="broadband", seller=LINE_SELLER, first=month, last=month, issued_on=month.first + timedelta(days=6),
                       item="*电信服务*互联网专线接入费", amount=home.broadband, **payer)  # fmt: skip
        if home.software and starts_quarter(month):
            yield Bill(kind="software", seller=SOFTWARE_SELLER, first=month, last=month.plus(2),
                       issued_on=month.first + timedelta(days=9), item=f"*软件产品*{home.software.product}",
                       amount=home.software.quarterly, **payer)  # fmt: skip


def _contest_bill(house: House, days: Days) -> Bill:
    """What the contest of the claimed quarter cost."""
    month = days.quarter.months[2]
    return Bill(
        tenant=None, kind="activity", seller=EVENT_SELLER, buyer=house.name, buyer_uscc=house.uscc, bank=house.bank, first=month,
        last=month, issued_on=month.first + timedelta(days=20), item="*会展服务*创业大赛场地和评审服务", amount=Decimal("46800.00"),
    )  # fmt: skip


def starts_quarter(month: Month) -> bool:
    return month.month % 3 == 1


def uscc_of(tenant: Tenant) -> str:
    """Companies begin with 91, one-person businesses with 92."""
    return credit_code(tenant.name, kind="92" if tenant.kind == "individual_business" else "91")


def bank_of(tenant: Tenant) -> str:
    """Where the startup has its account."""
    banks = (
        "中国工商银行长春南湖支行",
        "吉林银行长春净月支行",
        "中国建设银行长春西安大路支行",
        "长春农村商业银行净月支行",
    )
    return banks[int(digits(tenant.name, 2)) % len(banks)]
