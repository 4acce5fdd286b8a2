"""Charts drawn on the server as SVG: no script, no inline style, a table beside each.

`stacked_columns` lays the same figures out twice, once for desktop and once for a phone; the style sheet shows one.
Geometry is computed here in plain numbers, the template `components/_chart.html` only prints it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Number = Decimal | int
ONE_DECIMAL = Decimal("0.1")
LEFT, RIGHT, TOP = 38, 8, 22
LINE = 14  # between two lines of a name
SEAM = Decimal("1.5")  # the light line between two parts of a column


@dataclass(frozen=True)
class Series:
    """One colour of the columns: its name and one value per category."""

    label: Any
    values: tuple[Number, ...]


@dataclass(frozen=True)
class Rule:
    """One horizontal line with its figure."""

    y: Decimal
    label: str
    is_axis: bool


@dataclass(frozen=True)
class Part:
    """One coloured rectangle."""

    series: int
    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal


@dataclass(frozen=True)
class Column:
    """One category: its parts from the bottom up, its total above, its name below."""

    label: Any
    middle: Decimal
    total: str
    total_y: Decimal
    parts: tuple[Part, ...]

    @property
    def short_lines(self) -> tuple[str, ...]:
        """The name for narrow columns: 2026-Q3 as Q3 above 2026; anything else on one line."""
        return short_lines(self.label)


@dataclass(frozen=True)
class Layout:
    """One drawing of the chart."""

    kind: str  # desktop | phone
    width: int
    height: int
    rules: tuple[Rule, ...]
    columns: tuple[Column, ...]
    left: int = LEFT
    figures: int = LEFT - 8  # right edge of the figures on the axis

    @property
    def right(self) -> int:
        return self.width - RIGHT

    @property
    def names_y(self) -> int:
        """Base line of the names; on a phone the first of as many lines as the longest name takes."""
        lines = max((len(column.short_lines) for column in self.columns), default=1) if self.kind == "phone" else 1
        return self.height - 8 - LINE * (lines - 1)


@dataclass(frozen=True)
class Chart:
    """A drawn chart with the sentence that says what it shows, its unit, and the rows of its table."""

    title: Any
    unit: Any
    summary: Any
    categories: tuple[Any, ...]
    series: tuple[Series, ...]
    layouts: tuple[Layout, ...]
    category_label: Any = ""
    rows: tuple[tuple[Any, tuple[str, ...], str], ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return all(value == 0 for one in self.series for value in one.values)


def stacked_columns(
    title: Any,
    unit: Any,
    categories: Sequence[Any],
    series: Sequence[Series],
    *,
    summary: Any = "",
    category_label: Any = "",
) -> Chart:
    """Columns of parts that add up, e.g. paid subsidies by kind and month.

    Raises ValueError when a series has another number of values than there are categories, a value is negative,
    or there are more than five series (the palette has five tones)."""
    _check(categories, series)
    totals = [sum((Decimal(one.values[i]) for one in series), Decimal(0)) for i in range(len(categories))]
    top = nice_top(max(totals, default=Decimal(0)))
    rows = tuple(
        (name, tuple(plain(one.values[i]) for one in series), plain(totals[i])) for i, name in enumerate(categories)
    )
    deeper = LINE * (max((len(short_lines(name)) for name in categories), default=1) - 1)
    return Chart(
        title,
        unit,
        summary or title,
        tuple(categories),
        tuple(series),
        (
            _layout("desktop", 720, 348, Decimal(28), categories, series, totals, top),
            _layout("phone", 340, 230 + deeper, Decimal(28 + deeper), categories, series, totals, top),
        ),
        category_label,
        rows,
    )


def _check(categories: Sequence[Any], series: Sequence[Series]) -> None:
    if len(series) > 5:
        raise ValueError(f"stacked_columns: {len(series)} series, the palette has 5 tones")
    for one in series:
        if len(one.values) != len(categories):
            raise ValueError(
                f"stacked_columns: {one.label} has {len(one.values)} values for {len(categories)} categories"
            )
        if any(value < 0 for value in one.values):
            raise ValueError(f"stacked_columns: {one.label} has a negative value")


def short_lines(name: Any) -> tuple[str, ...]:
    """2026-Q3 → ("Q3", "2026"); any other name as it is."""
    year, dash, quarter = str(name).partition("-Q")
    return (f"Q{quarter}", year) if dash else (str(name),)


def nice_top(highest: Decimal) -> Decimal:
    """The end of an axis with four steps: the smallest 1, 2, 2.5, 5 or 10 × a power of ten per step that holds `highest`."""
    if highest <= 0:
        return Decimal(4)
    step = highest / 4
    power = Decimal(10) ** math.floor(step.log10())
    for nice in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10)):
        if nice * power >= step:
            return nice * power * 4
    raise ValueError(f"nice_top: no step for {highest}")  # pragma: no cover - 10 × power always holds


def plain(value: Number) -> str:
    """A figure with one decimal, half-up, thousands parted; whole numbers stay whole when given as int."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value.quantize(ONE_DECIMAL, rounding=ROUND_HALF_UP):,}"


def _layout(
    kind: str,
    width: int,
    height: int,
    bottom: Decimal,
    categories: Sequence[Any],
    series: Sequence[Series],
    totals: Sequence[Decimal],
    top: Decimal,
) -> Layout:
    ground = Decimal(height) - bottom
    scale = (ground - TOP) / top
    rules = tuple(_rule(top * step / 4, ground, scale) for step in range(5))
    slot = Decimal(width - LEFT - RIGHT) / max(len(categories), 1)
    wide = min(slot * Decimal("0.52"), Decimal(44))
    columns = []
    for i, name in enumerate(categories):
        middle = LEFT + slot * i + slot / 2
        parts = _parts([one.values[i] for one in series], middle - wide / 2, wide, ground, scale)
        head = min((part.y for part in parts), default=ground)
        columns.append(Column(name, _tenth(middle), plain(totals[i]), _tenth(head - 7), parts))
    return Layout(kind, width, height, rules, tuple(columns))


def _rule(value: Decimal, ground: Decimal, scale: Decimal) -> Rule:
    label = f"{value.normalize():f}" if value % 1 else f"{int(value):,}"
    return Rule(_tenth(ground - value * scale), label, is_axis=value == 0)


def _parts(values: Sequence[Number], x: Decimal, wide: Decimal, ground: Decimal, scale: Decimal) -> tuple[Part, ...]:
    """Rectangles from the bottom up; a value of zero draws nothing, a very small one still a hair."""
    parts: list[Part] = []
    base = ground
    for number, value in enumerate(values, start=1):
        if value == 0:
            continue
        tall = Decimal(value) * scale
        seam = SEAM if parts and tall > SEAM * 2 else Decimal(0)
        parts.append(
            Part(number, _tenth(x), _tenth(base - tall), _tenth(wide), _tenth(max(tall - seam, Decimal("0.5"))))
        )
        base -= tall
    return tuple(parts)


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(ONE_DECIMAL, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Meter:
    """How much of a limit is used."""

    percent: int  # as said in words, may exceed 100
    width: int  # as drawn, 0 to 100
    tone: str


def meter(used: Number, limit: Number, *, warn_at: int = 85) -> Meter:
    """Share of `limit` that is used, in whole per cent, half-up. Amber from `warn_at` per cent, red above 100."""
    share = Decimal(used) * 100 / Decimal(limit) if limit else Decimal(0)
    percent = int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    tone = "red" if used > limit else "amber" if percent >= warn_at else "jade"
    return Meter(percent, max(0, min(percent, 100)), tone)
