"""iCalendar text (RFC 5545): values escaped, lines folded at 75 octets, moments in UTC, so that no zone table is needed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

WIDTH = 75


def escaped(text: Any) -> str:
    """Text as a value: separators and line ends are escaped, other controls left out."""
    clean = "".join(sign for sign in str(text) if sign >= " " or sign == "\n")
    for sign, put in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        clean = clean.replace(sign, put)
    return clean


def folded(line: str) -> str:
    """A line of at most 75 octets; the rest goes on behind a blank, never inside a character."""
    parts, part = [], b""
    for sign in line:
        octets = sign.encode()
        if len(part) + len(octets) > (WIDTH - 1 if parts else WIDTH):
            parts.append(part)
            part = b""
        part += octets
    parts.append(part)
    return "\r\n ".join(one.decode() for one in parts)


def moment(value: datetime) -> str:
    """A moment in UTC."""
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def calendar(entries: Iterable[list[str]], *, product: str, name: str = "", method: str = "") -> str:
    """A whole calendar of these entries, each the lines of one event. `product`: which part of ours made it."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Fuhua//{product}//ZH", "CALSCALE:GREGORIAN"]
    head += [f"METHOD:{method}"] if method else []
    head += [f"X-WR-CALNAME:{escaped(name)}"] if name else []
    lines = [*head, *(line for one in entries for line in one), "END:VCALENDAR"]
    return "\r\n".join(folded(line) for line in lines) + "\r\n"
