"""Acts on sessions: plan, log, confirm, dispute, settle, rate; and the clock of reminders and deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor, system
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.refusals import clash
from incubator.core.templatetags.fuhua import moment
from incubator.journal.services import make_move, moving, record
from incubator.notices.services import notify
from mentors.flags import flags_on_confirming, flags_on_logging
from mentors.gathering import conflicts
from mentors.models import Pairing, Session, SessionNote
from mentors.services.pairings import check_side, founders_of
from mentors.states import HOLDING, SESSION_MOVES

LEAST = 15  # minutes
LATEST_LOG = timedelta(days=14)
CONFIRM = timedelta(days=7)
REMIND = (timedelta(days=2), timedelta(days=5))  # after the log
BEFORE = timedelta(days=1)  # reminder of a planned session
HORIZON = timedelta(days=60)


@dataclass(frozen=True)
class Log:
    """What a mentor says of a session. Minutes count from its beginning; `origin` is a keyed digest of the address."""

    starts_at: datetime
    minutes: int
    mode: str
    summary: str
    topics: tuple[str, ...] = ()
    next_step: str = ""
    next_on: Any = None
    readiness: int | None = None
    origin: str = ""


def url_of(session: Session) -> str:
    """The address of a session in the portal."""
    return f"/portal/{session.organisation.slug}/mentoring/sessions/{session.pk}/"


@contextmanager
def free_time(session: Session) -> Iterator[None]:
    """Turn the refusal of the database into a sentence: the mentor or the startup is busy at this time."""
    with (
        clash("session_mentor_free", lambda: _("The mentor is busy then: %(times)s. Choose another time.") % {"times": busy(session, "mentor")}, field="starts_at"),
        clash("session_startup_free", lambda: _("The startup is in another session then: %(times)s. Choose another time.") % {"times": busy(session, "startup")}, field="starts_at"),
    ):
        yield


def busy(session: Session, side: str) -> str:
    """When this side is taken around the session; never with whom."""
    rows = Session.objects.filter(**{side: getattr(session, side)}, state__in=HOLDING, starts_at__lt=session.ends_at, ends_at__gt=session.starts_at).exclude(pk=session.pk)
    return "、".join(f"{moment(row.starts_at)} – {timezone.localtime(row.ends_at):%H:%M}" for row in rows.order_by("starts_at"))


def check_open(pairing: Pairing) -> None:
    """Refuse a session of a pairing that does not run, or of two between whom an interest has come up."""
    if pairing.state != "paired":
        raise Conflict(_("This pairing is not running: %(state)s. Sessions need a running pairing.") % {"state": pairing.get_state_display()})
    if pairing.startup_id in conflicts().get(pairing.mentor_id, set()):
        raise Conflict(_("A conflict of interest between the two is on file. No session is possible."))


def check_load(session: Session) -> None:
    """Refuse more hours on a day or in a month than the mentor gives, with the figures."""
    day = timezone.localtime(session.starts_at)
    others = Session.objects.filter(mentor=session.mentor, state__in=HOLDING).exclude(pk=session.pk)
    for rows, cap, text in (
        (others.filter(starts_at__date=day.date()), session.mentor.hours_day, _("With this session the mentor would give %(hours)s hours on that day; the most is %(cap)s.")),
        (others.filter(starts_at__year=day.year, starts_at__month=day.month), session.mentor.hours_month, _("With this session the mentor would give %(hours)s hours in that month; the most is %(cap)s.")),
    ):
        total = sum(row.minutes for row in rows) + session.minutes
        if total > cap * 60:
            raise Conflict(text % {"hours": f"{total / 60:.1f}", "cap": cap}, field="minutes", code="session_load")


@transaction.atomic
def plan_session(pairing: Pairing, *, starts_at: datetime, minutes: int, by: Actor, **fields: Any) -> Session:
    """Mentor, founder or office plan a session; the time of both sides is taken with it."""
    check_side(pairing, by)
    check_open(pairing)
    if starts_at <= timezone.now():
        raise BusinessError(_("This time has passed. A session that took place is logged, not planned."), field="starts_at")
    if starts_at > timezone.now() + HORIZON:
        raise BusinessError(_("Sessions are planned at most %(days)d days ahead.") % {"days": HORIZON.days}, field="starts_at")
    if not pairing.mentor.serves_on(timezone.localdate(starts_at)):
        raise BusinessError(_("The mentor does not serve on that day."), field="starts_at")
    session = made_of(pairing, starts_at, minutes, planner=by.user, **fields)
    check_load(session)
    with free_time(session):
        session.save()
    record("plan_session", session, by=by)
    tell_other(session, by, gettext_noop("A session is planned: %(session)s."), "planned")
    return session


def made_of(pairing: Pairing, starts_at: datetime, minutes: int, **fields: Any) -> Session:
    if minutes < LEAST:
        raise BusinessError(_("A session lasts at least %(least)d minutes.") % {"least": LEAST}, field="minutes")
    return Session(
        organisation=pairing.organisation, pairing=pairing, mentor=pairing.mentor, startup=pairing.startup, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), **fields
    )


def tell_other(session: Session, by: Actor, sentence: str, key: str) -> None:
    """Tell the sides that did not act."""
    people = [*founders_of(session.startup), *([session.mentor.user] if session.mentor.user else [])]
    others = [person for person in people if by.user is None or person.pk != by.user.pk]
    notify(others, sentence, key=f"session:{session.pk}:{key}", url=url_of(session), session=str(session))


@transaction.atomic
def log_session(pairing: Pairing, log: Log, *, session: Session | None = None, by: Actor) -> Session:
    """The mentor says what took place, planned before or not. The founder is asked at once.

    Raises BusinessError for the future and for more than fourteen days ago, Conflict for busy time and too many hours."""
    if check_side(pairing, by, office=False) != "mentor":
        raise NotAllowed(_("Only the mentor logs a session; the founder confirms it."))
    check_open(pairing)
    now, ends_at = timezone.now(), log.starts_at + timedelta(minutes=log.minutes)
    if ends_at > now:
        raise BusinessError(_("This session has not ended yet. Log it afterwards."), field="starts_at")
    if log.starts_at < now - LATEST_LOG:
        raise BusinessError(_("This is more than %(days)d days ago. It can no longer be logged.") % {"days": LATEST_LOG.days}, field="starts_at")
    if session is None:
        session = made_of(pairing, log.starts_at, log.minutes, mode=log.mode, planner=by.user)
        with free_time(session):
            session.save()
        record("plan_session", session, by=by)
    return write_log(session, log, by=by)


def write_log(session: Session, log: Log, *, by: Actor) -> Session:
    """Fill the log into a planned session and ask the founder."""
    now = timezone.now()
    with moving(session, SESSION_MOVES, "log", by=by) as logged:
        if log.minutes < LEAST:
            raise BusinessError(_("A session lasts at least %(least)d minutes.") % {"least": LEAST}, field="minutes")
        logged.starts_at, logged.ends_at = log.starts_at, log.starts_at + timedelta(minutes=log.minutes)
        for name in ("mode", "summary", "next_step", "next_on", "readiness"):
            setattr(logged, name, getattr(log, name))
        logged.topics, logged.logged_from = list(log.topics), log.origin
        logged.logged_at, logged.confirm_by = now, now + CONFIRM
        logged.flags = flags_on_logging(logged)
        check_load(logged)
        with free_time(logged):
            logged.save()
    tell_founders(logged, gettext_noop("%(mentor)s logged %(minutes)s minutes with you. Confirm or dispute them within seven days."), "logged")
    return logged


def tell_founders(session: Session, sentence: str, key: str) -> None:
    facts = {"mentor": session.mentor.name, "minutes": str(session.minutes)}
    notify(founders_of(session.startup), sentence, key=f"session:{session.pk}:{key}", url=url_of(session), **facts)


def check_founder(session: Session, by: Actor) -> None:
    """Only a founder of that startup who is not the mentor answers a log."""
    if check_side(session.pairing, by, office=False) != "startup":
        raise NotAllowed(_("Only a founder of this startup confirms or disputes a session."))


@transaction.atomic
def confirm_session(session: Session, *, rating: int | None = None, rating_note: str = "", origin: str = "", by: Actor) -> Session:
    """The founder confirms the minutes, with a rating. From now on the session never changes."""
    check_founder(session, by)
    with moving(session, SESSION_MOVES, "confirm", by=by) as confirmed:
        confirmed.confirmed_at, confirmed.rating, confirmed.rating_note = timezone.now(), rating, rating_note
        confirmed.flags = [*confirmed.flags, *flags_on_confirming(confirmed, origin)]
    tell_other(confirmed, by, gettext_noop("The session is confirmed by both: %(session)s."), "confirmed")
    return confirmed


def dispute_session(session: Session, *, dispute: str, by: Actor) -> Session:
    """The founder says what is wrong: the time, the content, or that it did not take place."""
    check_founder(session, by)
    with transaction.atomic():
        disputed = make_move(session, SESSION_MOVES, "dispute", by=by, note=dispute, dispute=dispute)
        tell_other(disputed, by, gettext_noop("The session is disputed: %(session)s. Please answer."), "disputed")
    return disputed


def answer_dispute(session: Session, *, reply: str, by: Actor) -> Session:
    """The mentor answers; both are heard before the office settles."""
    if check_side(session.pairing, by, office=False) != "mentor":
        raise NotAllowed(_("Only the mentor answers a dispute."))
    return make_move(session, SESSION_MOVES, "answer", by=by, note=reply, reply=reply)


@transaction.atomic
def resolve_session(session: Session, *, minutes: int, note: str, by: Actor) -> Session:
    """The office settles a dispute with other minutes; the founder confirms these anew, or they count for nothing."""
    if not session.reply:
        raise Conflict(_("The mentor has not answered yet. Both sides are heard first."))
    with moving(session, SESSION_MOVES, "resolve", by=by, note=note) as resolved:
        resolved.ends_at = resolved.starts_at + timedelta(minutes=minutes)
        resolved.confirm_by = timezone.now() + CONFIRM
        with free_time(resolved):
            resolved.save()
    tell_founders(resolved, gettext_noop("The organisation settled on %(minutes)s minutes with %(mentor)s. Confirm or dispute them within seven days."), f"resolved:{resolved.ends_at:%H%M}")
    return resolved


def void_session(session: Session, *, note: str, by: Actor) -> Session:
    """The office declares that the session does not count."""
    if not session.reply:
        raise Conflict(_("The mentor has not answered yet. Both sides are heard first."))
    return make_move(session, SESSION_MOVES, "void", by=by, note=note)


def drop_session(session: Session, act: str, *, note: str, by: Actor) -> Session:
    """Cancel a planned session, or note that the other side did not come."""
    check_side(session.pairing, by)
    if act == "miss" and session.starts_at > timezone.now():
        raise Conflict(_("This session has not begun. Cancel it instead."))
    with transaction.atomic():
        moved = make_move(session, SESSION_MOVES, act, by=by, note=note)
        tell_other(moved, by, gettext_noop("The session does not take place: %(session)s.") if act == "cancel" else "The session was missed: %(session)s.", act)
    return moved


def judge_session(session: Session, act: str, *, note: str, by: Actor) -> Session:
    """A third person looks at what is odd: clear it for payment, or keep it out."""
    if not session.flags:
        raise Conflict(_("Nothing about this session is odd; it needs no verdict."))
    if session.paid.exists():
        raise Conflict(_("This session stands on a statement already."))
    return make_move(session, SESSION_MOVES, act, by=by, note=note, verdict="clear" if act == "clear" else "withheld")


@transaction.atomic
def write_note(session: Session, *, text: str, by: Actor) -> None:
    """Keep a private note: only its author reads it. An empty text removes it."""
    check_side(session.pairing, by, office=False)
    SessionNote.objects.filter(session=session, author=by.user).delete()
    if text.strip():
        SessionNote.objects.create(session=session, author=by.user, text=text)
    record("write_note", session, by=by)


def turn_sessions(now: datetime) -> int:
    """The clock: remind of planned sessions and open logs, let what nobody confirmed pass. Returns how many lapsed."""
    for session in Session.objects.with_names().filter(state="planned", starts_at__gt=now, starts_at__lte=now + BEFORE):
        remind(session, "soon", gettext_noop("Reminder of a session: %(session)s."))
    for session in Session.objects.with_names().filter(state="logged", confirm_by__gt=now):
        for number, after in enumerate(REMIND):
            if session.logged_at and now >= session.logged_at + after:
                remind(session, f"confirm{number}", gettext_noop("Not yet confirmed: %(session)s. Unconfirmed minutes count for nothing."), founders_only=True)
    over = list(Session.objects.with_names().filter(state="logged", confirm_by__lte=now))
    for session in over:
        make_move(session, SESSION_MOVES, "lapse", by=system(session.organisation))
    for session in Session.objects.with_names().filter(state="planned", ends_at__lte=now - LATEST_LOG):
        make_move(session, SESSION_MOVES, "miss", by=system(session.organisation))
    return len(over)


def remind(session: Session, key: str, sentence: str, *, founders_only: bool = False) -> None:
    """Tell once of a session that comes or waits."""
    people = founders_of(session.startup)
    people += [session.mentor.user] if session.mentor.user and not founders_only else []
    notify(people, sentence, key=f"session:{session.pk}:{key}", url=url_of(session), session=str(session))
