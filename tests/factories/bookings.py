"""The smallest valid rows of bookings. Call them inside an organisation's context."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from spaces.models import BookingPolicy, CreditLot, Resource, ResourceClass, Seat, Tariff
from spaces.services.bookings import Ask
from tests.factories.spaces import a_site
from tests.factories.tenants import numbers

SHANGHAI = ZoneInfo("Asia/Shanghai")
TOMORROW = date(2026, 11, 25)  # a Wednesday; the tests run on 24 November 2026 at 10:00


def a_policy(**fields: Any) -> BookingPolicy:
    return BookingPolicy.objects.create(**{"name": f"规则 {next(numbers)}"} | fields)


def a_group(**fields: Any) -> ResourceClass:
    return ResourceClass.objects.create(**{"name": f"会议室 {next(numbers)}"} | fields)


def a_resource(site: Any = None, *, seats: int = 1, rules: dict[str, Any] | None = None, **fields: Any) -> Resource:
    """A meeting room for eight, with one seat unless told otherwise."""
    given = {"name": f"会议室 {next(numbers)}", "kind": "room", "capacity": 8} | fields
    given.setdefault("group", None)
    given["group"] = given["group"] or a_group()
    given.setdefault("policy", a_policy(**rules or {}))
    resource = Resource.objects.create(site=site or a_site(), **given)
    for number in range(1, seats + 1):
        Seat.objects.create(resource=resource, number=number, label=f"{resource.name} {number}")
    return resource


def a_price(resource: Resource, by: Any, hourly: str = "80.00", **fields: Any) -> Tariff:
    return Tariff.objects.create(**{"resource": resource, "price": Decimal(hourly), "valid_from": date(2026, 1, 1), "entered_by": by} | fields)


def a_lot(startup: Any, group: ResourceClass, minutes: int, **fields: Any) -> CreditLot:
    defaults = {"granted": minutes, "valid_from": date(2026, 11, 1), "valid_to": date(2026, 11, 30), "key": f"test:{next(numbers)}"}
    return CreditLot.objects.create(startup=startup, group=group, **defaults | fields)


def at(hour: int, minute: int = 0, day: date = TOMORROW, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.combine(day, time(hour, minute), zone)


def an_ask(resource: Resource, startup: Any, start: datetime | None = None, minutes: int = 60, quantity: int = 1, **fields: Any) -> Ask:
    """An hour tomorrow at two in the afternoon."""
    start = start or at(14)
    found = Resource.objects.select_related("site", "policy", "group").get(pk=resource.pk)
    return Ask([(found, quantity)], start, start + timedelta(minutes=minutes), startup, **{"title": "周会"} | fields)
