"""Filters of the printed papers. They take the strings of a sealed snapshot and only change how these are written."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django import template

register = template.Library()


@register.filter
def figures(amount: str) -> str:
    """An amount with separators: "47145.26" → "47,145.26". Anything that is no amount stands as it is."""
    try:
        value = Decimal(amount)
    except (InvalidOperation, TypeError):
        return amount
    return f"{value:,.2f}" if value.is_finite() else amount


@register.filter
def day(text: str) -> str:
    """A date or a month: "2026-10-09" → "2026年10月9日", "2026-10" → "2026年10月" (no leading zero)."""
    parts = text.split("-")
    if len(parts) not in (2, 3) or not all(part.isdigit() for part in parts):
        return text
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


@register.filter
def digest(sha256: str) -> str:
    """The first and last characters of a SHA-256, enough to compare by eye: "9f2c41aa…e71b"."""
    return f"{sha256[:12]}…{sha256[-4:]}" if len(sha256) > 20 else sha256


@register.filter
def parts(code: str) -> list[str]:
    """A code in pieces: "AREA_OVER" → ["AREA_", "OVER"], so that a narrow column may break the code after an underline."""
    pieces = code.split("_")
    return [f"{piece}_" for piece in pieces[:-1]] + pieces[-1:] if code else []
