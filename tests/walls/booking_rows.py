"""The rows of bookings in the table of `tests.walls.policy`: who may open and do what."""

from __future__ import annotations

from typing import Any

READ = ("calendar", "list", "approvals", "closures", "permits", "resources")
RUN = ("search", "book", "week", "series", "closure-add", "permit-grant", "permit-suspend", "resource-door", "move", "cancel", "reject", "undo-release")
KEEP = ("resource-add", "resource-change", "resource-hours", "site-hours", "group-add", "policy-add", "policy-change", "tariff-add", "plan-add", "plan-join")
OWN = ("search", "mine", "book", "week", "series")


def booking_rows(page: Any, *, everybody: Any, readers: Any, desk: Any, keepers: Any, startup: Any) -> dict[str, Any]:
    """Every address of bookings. `desk`: who runs them for others; `page` is the record of one row."""
    return {
        "ical": page(everybody, 200, 200),
        **{f"office:bookings:{name}": page(readers, 200, 200) for name in READ},
        "office:bookings:booking": page(readers, 200, dict.fromkeys(desk, 409)),
        **{f"office:bookings:{name}": page(desk, 200, 200) for name in RUN},
        **{f"office:bookings:{name}": page(desk, 200, 302) for name in ("approve", "closure-lift")},
        **{f"office:bookings:{name}": page(keepers, 200, 200) for name in KEEP},
        "office:bookings:tariff-end": page(keepers, 200, 302),
        **{f"portal:bookings:{name}": page(startup, 200, 200) for name in OWN},
        "portal:bookings:door": page(startup, 200, {"founder": 409, "member": 409, "neighbour": 200}),  # theirs begins later; the neighbour has none here, and reads so
        "portal:bookings:feed": page(startup, 302, 302),
        "portal:bookings:booking": page(startup, 200, 409, own=True),
        "portal:bookings:move": page(startup, 200, 200, own=True),
        **{f"portal:bookings:{name}": page(startup, 200, 302, own=True) for name in ("cancel", "wait-leave")},
    }
