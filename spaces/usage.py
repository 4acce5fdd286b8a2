"""What a startup used by the hour, as charges of its bill: bookings that are over, with the price the server computed then."""

from __future__ import annotations

from datetime import timedelta

from billing.models import ChargeKind
from billing.services.bills import Charge
from incubator.core.periods import Month
from incubator.tenants.models import Startup
from spaces.availability import HOME_ZONE, zone_for, zone_of
from spaces.models import Booking, BookingItem
from spaces.querysets_bookings import month_span
from spaces.states import BILLABLE

MONTHS_BACK = 12  # so late a use may still come onto a bill


def usage_charges(startup: Startup, month: Month) -> list[Charge]:
    """Every use up to the end of this month that costs something, also of earlier months: what stands on a bill already is left
    out there, by its key. A use belongs to the local month of its start."""
    begins, ends = month_span(month.plus(-MONTHS_BACK).first, month.last, zone_of(HOME_ZONE))
    items = BookingItem.objects.filter(booking__in=Booking.objects.billable(startup, begins, ends), due__gt=0)
    return [_charge(item) for item in items.select_related("booking", "resource__site").order_by("booking__starts_at", "pk")]


def startups_with_usage(month: Month) -> list[Startup]:
    """The startups that used something by the hour up to the end of this month."""
    begins, ends = month_span(month.plus(-MONTHS_BACK).first, month.last, zone_of(HOME_ZONE))
    rows = BookingItem.objects.filter(booking__state__in=BILLABLE, booking__starts_at__gte=begins, booking__starts_at__lt=ends, due__gt=0)
    return list(Startup.objects.filter(pk__in=rows.values("booking__startup")).order_by("pk"))


def _charge(item: BookingItem) -> Charge:
    """One line. The text is Chinese: a bill is a Chinese paper."""
    booking, zone = item.booking, zone_for(item.resource)
    start, end = booking.starts_at.astimezone(zone), booking.ends_at.astimezone(zone)
    what = {"cancelled": "（逾期取消）", "no_show": "（未到场）"}.get(booking.state, "")
    listed = item.due if booking.state == "cancelled" else item.price
    last = (end - timedelta(microseconds=1)).date()
    return Charge(
        kind=ChargeKind.BOOKING, source_key=f"use:{item.pk}", text=f"{item} {start:%Y-%m-%d %H:%M}–{end:%H:%M}{what} {booking}", first_day=start.date(), last_day=last,
        amount=item.due, price=listed, relief=listed - item.due, unit="次", why=item.why,
    )  # fmt: skip
