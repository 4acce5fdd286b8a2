"""A session as a calendar file (RFC 5545): one event, in UTC, lines folded at 75 bytes."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpResponse

from mentors.models import Session

WIDTH = 75


def escaped(text: str) -> str:
    """Text as a value: backslash, semicolon, comma and line breaks are escaped, other controls dropped."""
    kept = "".join(sign for sign in text.replace("\r\n", "\n") if sign == "\n" or sign >= " ")
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """A line of at most 75 bytes; longer ones go on after a blank, never inside a character."""
    parts, part, size = [], "", 0
    for sign in line:
        length = len(sign.encode())
        if size + length > WIDTH:
            parts.append(part)
            part, size = " ", 1
        part, size = part + sign, size + length
    return "\r\n".join([*parts, part])


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def calendar_of(session: Session, url: str, host: str) -> str:
    """The calendar with this one event; the same session keeps its UID, a cancelled one says so."""
    place = str(session.space) if session.space else session.video_url or str(session.get_mode_display())
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Fuhua//Mentoring//ZH", "METHOD:PUBLISH", "BEGIN:VEVENT",
        f"UID:session-{session.organisation_id}-{session.pk}@{host}", f"DTSTAMP:{stamp(session.moved_at)}", f"SEQUENCE:{int(session.moved_at.timestamp()) % 2**31}",
        f"DTSTART:{stamp(session.starts_at)}", f"DTEND:{stamp(session.ends_at)}", f"SUMMARY:{escaped(f'{session.mentor.name} × {session.startup.short_name}')}",
        f"LOCATION:{escaped(place)}", f"URL:{url}", f"STATUS:{'CANCELLED' if session.state == 'cancelled' else 'CONFIRMED'}", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(folded(line) for line in lines)


def calendar_answer(session: Session, url: str, host: str) -> HttpResponse:
    """The calendar file to be saved."""
    answer = HttpResponse(calendar_of(session, url, host), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="session-{session.pk}.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer
