"""What happened to a lease, in the reader's words: the labels of its timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incubator.journal.timeline import labels_of
from spaces.states import BOOKING_MOVES, LEASE_MOVES, REPAIR_MOVES, WAITING_MOVES

ACT_LABELS = labels_of("spaces.lease", LEASE_MOVES, draft=_("Lease drafted"), change=_("Draft changed"))
REPAIR_LABELS = labels_of("spaces.repair", REPAIR_MOVES)
BOOKING_LABELS = labels_of(
    "spaces.booking", BOOKING_MOVES, hold=_("Time held"), book=_("Booking made"), set_guests=_("Guest list saved"),
)  # fmt: skip
WAITING_LABELS = labels_of("spaces.waiting", WAITING_MOVES, join_waiting=_("Joined the waiting list"))
BOOKING_SETTING_LABELS = {
    ("spaces.bookingseries", "book_series"): _("Series booked"),
    ("spaces.resource", "save_resource"): _("Resource saved"),
    ("spaces.resource", "set_hours"): _("Opening hours set"),
    ("spaces.site", "set_hours"): _("Opening hours set"),
    ("spaces.resourceclass", "add_group"): _("Class of resources added"),
    ("spaces.bookingpolicy", "save_policy"): _("Rules of booking saved"),
    ("spaces.tariff", "add_tariff"): _("Price added"),
    ("spaces.tariff", "end_tariff"): _("Price ended"),
    ("spaces.plan", "add_plan"): _("Plan added"),
    ("spaces.planmembership", "join_plan"): _("Plan given to a startup"),
    ("spaces.closure", "close"): _("Closed for a time"),
    ("spaces.closure", "lift"): _("Opened again"),
    ("spaces.machinepermit", "grant_permit"): _("Machine permit granted"),
    ("spaces.machinepermit", "suspend_permit"): _("Machine permit suspended"),
    ("spaces.calendarfeed", "make_feed"): _("Calendar address made"),
    ("spaces.calendarfeed", "withdraw_feed"): _("Calendar address withdrawn"),
}
