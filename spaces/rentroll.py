"""The rent-control grid 租控图: what each space is on a day, how much is let, and how that went month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models import Bill
from incubator.core.money import round_fen
from incubator.core.periods import Month
from spaces.models import Lease, LeaseLine, LineKind, Repair, Space
from spaces.states import HAS_RUN, HOLDING

ZERO = Decimal("0.00")
NOTICE_TIMES = (30, 60, 90)  # days before the end at which the tile changes
LET, RESERVED, FREE, OWN, CLOSED = "let", "reserved", "free", "own", "closed"
# What a tile can be, in the order of the legend: its word, and the tone of its tag.
STATUSES: dict[str, tuple[Any, str]] = {
    LET: (pgettext_lazy("space", "Let"), "jade"),
    "due90": (_("Ends within 90 days"), "plain"),
    "due60": (_("Ends within 60 days"), "amber"),
    "due30": (_("Ends within 30 days"), "red"),
    RESERVED: (pgettext_lazy("space", "Reserved"), "indigo"),
    FREE: (pgettext_lazy("space", "Free"), "amber"),
    CLOSED: (pgettext_lazy("space", "Closed for repair"), "red"),
    OWN: (_("Own use"), "plain"),
}
TAKEN = (LET, "due90", "due60", "due30")
MARKS = {"arrears": _("In arrears"), "repair": _("Repair open")}


@dataclass(frozen=True)
class Cell:
    """One space on a day: what it is, by which line, for how many days (free since, or until the end)."""

    space: Space
    status: str
    line: LeaseLine | None = None
    days: int | None = None
    overdue: Decimal = ZERO
    repairs: int = 0
    planned: LeaseLine | None = None  # who comes next

    @property
    def label(self) -> Any:
        return STATUSES[self.status][0]

    @property
    def tone(self) -> str:
        return STATUSES[self.status][1]

    @property
    def is_free(self) -> bool:
        return self.status == FREE

    @property
    def until(self) -> date | None:
        """The last day of the line that holds the space."""
        return last_day_of(self.line) if self.line else None

    @property
    def marks(self) -> list[str]:
        return [name for name, there in (("arrears", self.overdue > 0), ("repair", self.repairs > 0)) if there]


def last_day_of(line: LeaseLine) -> date:
    """The day on which a line really ends: its own last day, or that of its lease when it ended early."""
    last: date = min(line.ends_on, line.lease.last_day)
    return last


def lines_of(spaces: Iterable[Space]) -> dict[int, list[LeaseLine]]:
    """The lines of premises that ran, run or are agreed, by space, the earliest first."""
    found: dict[int, list[LeaseLine]] = defaultdict(list)
    lines = LeaseLine.objects.filter(kind=LineKind.PREMISES, space__in=spaces, lease__state__in={*HOLDING, *HAS_RUN})
    for line in lines.select_related("lease__startup").order_by("starts_on", "pk"):
        found[line.space_id].append(line)
    return found


def overdue_by_contract(day: date) -> dict[str, Decimal]:
    """What is overdue on this day, by contract key."""
    found: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for bill in Bill.objects.overdue(day):
        found[bill.contract_key] += bill.total - bill.paid - bill.credited
    return found


def roots() -> dict[int, int]:
    """For every lease the first one of its chain of renewals, in one query."""
    before = dict(Lease.objects.exclude(renews=None).values_list("pk", "renews"))

    def first(pk: int) -> int:
        seen = set()
        while pk in before and pk not in seen:
            seen.add(pk)
            pk = before[pk]
        return pk

    return {pk: first(pk) for pk in Lease.objects.values_list("pk", flat=True)}


def cells_on(day: date, spaces: Sequence[Space]) -> list[Cell]:
    """What each of these spaces is on this day. Arrears and repairs are those of now.

    Six queries, however many spaces there are."""
    lines, overdue, first = lines_of(spaces), overdue_by_contract(day), roots()
    renewed = set(Lease.objects.exclude(renews=None).exclude(state__in=("draft", "cancelled")).values_list("renews", flat=True))
    repairs: dict[int, list[bool]] = defaultdict(list)
    for space, closed in Repair.objects.open().exclude(space=None).values_list("space", "keeps_closed"):
        repairs[space].append(closed)
    return [_cell(space, day, lines[space.pk], renewed, repairs[space.pk], lambda line: overdue.get(f"lease:{first[line.lease_id]}", ZERO)) for space in spaces]


def _cell(space: Space, day: date, lines: list[LeaseLine], renewed: set[int], repairs: list[bool], owed: Any) -> Cell:
    now = next((line for line in lines if line.starts_on <= day <= last_day_of(line)), None)
    planned = next((line for line in lines if line.starts_on > day and line.holds_space), None)
    if now is None:
        return _empty(space, day, lines, planned, repairs)
    left = (last_day_of(now) - day).days
    status = RESERVED if now.lease.state in ("approved", "signed") else LET
    if status == LET and now.lease_id not in renewed:
        status = next((f"due{days}" for days in NOTICE_TIMES if left <= days), LET)
    return Cell(space, status, now, left, owed(now), len(repairs), planned)


def _empty(space: Space, day: date, lines: list[LeaseLine], planned: LeaseLine | None, repairs: list[bool]) -> Cell:
    """A space that nobody holds on this day: own use, closed, kept for somebody, or free since its last lease."""
    if not space.lettable:
        return Cell(space, CLOSED if any(repairs) else OWN, repairs=len(repairs))
    if planned:
        return Cell(space, RESERVED, planned, (planned.starts_on - day).days, repairs=len(repairs))
    ended = [last_day_of(line) for line in lines if last_day_of(line) < day]
    since = (day - max(ended)).days if ended else None
    return Cell(space, CLOSED if any(repairs) else FREE, days=since, repairs=len(repairs))


@dataclass(frozen=True)
class Strip:
    """The figures above the grid."""

    lettable: int
    area: Decimal
    let: int
    let_area: Decimal
    free: int
    free_area: Decimal
    unit_rent: Decimal | None
    due: int
    overdue: Decimal

    @property
    def share(self) -> Decimal:
        """The part of the lettable area that is let, 0 to 1."""
        return self.let_area / self.area if self.area else Decimal(0)


def strip_of(cells: Iterable[Cell]) -> Strip:
    """Let and free by count and area, the mean rent per ㎡ and month, what ends within 90 days, arrears."""
    mine = [cell for cell in cells if cell.space.lettable]
    let = [cell for cell in mine if cell.status in TAKEN and cell.line]
    free = [cell for cell in mine if cell.status == FREE]
    area = sum((cell.line.area or ZERO for cell in let if cell.line), ZERO)
    rent = sum((cell.line.monthly_amount for cell in let if cell.line), ZERO)
    debts = {cell.line.lease_id: cell.overdue for cell in let if cell.line}
    return Strip(
        lettable=len(mine), area=sum((cell.space.area for cell in mine), ZERO), let=len(let), let_area=area, free=len(free),
        free_area=sum((cell.space.area for cell in free), ZERO), unit_rent=round_fen(rent / area) if area else None,
        due=sum(cell.status.startswith("due") for cell in let), overdue=sum(debts.values(), ZERO),
    )  # fmt: skip


@dataclass(frozen=True)
class MonthUse:
    """How much of the lettable area was let in a month, as the average of its days."""

    month: Month
    area: Decimal
    let_area: Decimal
    days_let: int
    days: int

    @property
    def free_area(self) -> Decimal:
        return max(self.area - self.let_area, ZERO)

    @property
    def share(self) -> Decimal:
        return self.let_area / self.area if self.area else Decimal(0)


def use_by_month(spaces: Sequence[Space], months: Sequence[Month], until: date) -> list[MonthUse]:
    """Each month's let area: ㎡ × days that a lease ran ÷ days. The running month counts its days until `until`."""
    mine = [space for space in spaces if space.lettable]
    lines = lines_of(mine)
    return [_use_of(mine, lines, month, until) for month in months]


def _use_of(spaces: Sequence[Space], lines: dict[int, list[LeaseLine]], month: Month, until: date) -> MonthUse:
    last = min(month.last, until)
    days = max((last - month.first).days + 1, 0)
    weighed, let = ZERO, 0
    for line in (line for space in spaces for line in lines[space.pk] if line.lease.state in HAS_RUN):
        held = (min(last, last_day_of(line)) - max(month.first, line.starts_on)).days + 1
        if held > 0:
            weighed, let = weighed + (line.area or ZERO) * held, let + held
    area = sum((space.area for space in spaces), ZERO)
    average = (weighed / days).quantize(Decimal("0.01"), ROUND_HALF_UP) if days else ZERO
    return MonthUse(month, area, min(average, area), let, days * len(spaces))
