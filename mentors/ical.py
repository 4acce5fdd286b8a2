"""A session as a calendar file with one event."""

from __future__ import annotations

from django.http import HttpResponse

from incubator.core.ical import calendar, escaped, moment
from mentors.models import Session


def calendar_of(session: Session, url: str, host: str) -> str:
    """The calendar with this one event; the same session keeps its UID, a cancelled one says so."""
    place = str(session.space) if session.space else session.video_url or str(session.get_mode_display())
    event = [
        "BEGIN:VEVENT", f"UID:session-{session.organisation_id}-{session.pk}@{host}", f"DTSTAMP:{moment(session.moved_at)}",
        f"SEQUENCE:{int(session.moved_at.timestamp()) % 2**31}", f"DTSTART:{moment(session.starts_at)}", f"DTEND:{moment(session.ends_at)}",
        f"SUMMARY:{escaped(f'{session.mentor.name} × {session.startup.short_name}')}", f"LOCATION:{escaped(place)}", f"URL:{url}",
        f"STATUS:{'CANCELLED' if session.state == 'cancelled' else 'CONFIRMED'}", "END:VEVENT",
    ]  # fmt: skip
    return calendar([event], product="Mentoring", method="PUBLISH")


def calendar_answer(session: Session, url: str, host: str) -> HttpResponse:
    """The calendar file to be saved."""
    answer = HttpResponse(calendar_of(session, url, host), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="session-{session.pk}.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer
