"""Acts on public notices (lifecycles.md 2.2): draft, publish or record, withdraw, close."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import islice, takewhile
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.calendar import WorkingCalendar
from incubator.core.errors import BusinessError, Conflict, IllegalMove
from incubator.core.formulas import Result, compute
from incubator.core.refusals import clash
from incubator.journal.services import lock, make_move, record
from incubator.policy.masking import personal_data
from incubator.policy.models import Citation, Holiday, Objection, PublicNotice
from incubator.policy.states import NOTICE_MOVES, NoticeState


@transaction.atomic
def draft_notice(
    *, title: str, payload: dict[str, Any], citation: Citation, working_days: int, by: Actor, kind: str = "claim",
    about: str = "", parties: dict[str, Any] | None = None, replaces: PublicNotice | None = None, **recorded: Any,
) -> PublicNotice:
    """Prepare a public notice. `payload` holds masked rows only, `citation` the words that order publication.

    `parties`: who had a part in the list and in each row, by person; they answer no objection. `replaces`: the notice
    that this one follows. `recorded`: `link` and `scan` of a notice that the authority published."""
    notice = PublicNotice.objects.create(
        kind=kind, title=title, about=about, payload=payload, citation=citation, working_days=working_days,
        parties=parties or {}, replaces=replaces, **recorded,
    )
    record("draft_notice", notice, by=by, about=about)
    return notice


def notice_days(published_on: date, working_days: int) -> Result:
    """The last day of a notice and the day from which its result can be confirmed, by the state's calendar."""
    holidays, extra = Holiday.objects.calendar()
    facts = {"published_on": published_on, "holidays": holidays, "extra_workdays": extra}
    return compute("notice_period", terms={"working_days": working_days}, facts=facts)


@transaction.atomic
def publish_notice(notice: PublicNotice, *, by: Actor, on: date | None = None) -> PublicNotice:
    """Put a notice on the public site from today. Its last day is counted in working days, the day after being the
    first. Raises BusinessError when the rows hold an identity number, account or phone in full."""
    _refuse_personal_data(notice)
    return _open(notice, "publish", on or timezone.localdate(), by)


@transaction.atomic
def record_notice(notice: PublicNotice, *, by: Actor, published_on: date) -> PublicNotice:
    """Write down a notice that the authority itself published on a day."""
    if published_on > timezone.localdate():
        raise BusinessError(_("The notice cannot have been published after today."), field="published_on")
    if notice.link == "" and notice.scan_id is None:
        raise BusinessError(_("Attach a scan of the authority's notice."), field="scan")
    _refuse_personal_data(notice)
    return _open(notice, "record", published_on, by)


def _refuse_personal_data(notice: PublicNotice) -> None:
    found = personal_data([notice.title, notice.payload])
    if found:
        raise BusinessError(
            _("The notice cannot be published: it shows in full: %(what)s. Mask it first.")
            % {"what": "、".join(_what(kind) for kind in found)}
        )


def _open(notice: PublicNotice, act: str, day: date, by: Actor) -> PublicNotice:
    found = notice_days(day, notice.working_days).extra
    return make_move(
        notice, NOTICE_MOVES, act, by=by, published_on=day, last_day=found["last_day"],
        confirm_from=found["confirm_from"],
    )


def _what(kind: str) -> str:
    return {"identity number": _("identity number"), "account": _("account"), "phone": _("phone")}[kind]


@transaction.atomic
def withdraw_notice(notice: PublicNotice, *, by: Actor, note: str) -> PublicNotice:
    """Take an open notice back with a reason. The matter needs a new notice."""
    if not note.strip():
        raise BusinessError(_("Say why: the reason is shown in place of the notice."), field="note")
    return make_move(notice, NOTICE_MOVES, "withdraw", by=by, note=note, closed_at=timezone.now())


@transaction.atomic
def close_notice(notice: PublicNotice, *, by: Actor, on: date | None = None) -> PublicNotice:
    """Close a notice after its last day. Raises IllegalMove before."""
    if notice.last_day is not None and (on or timezone.localdate()) <= notice.last_day:
        raise IllegalMove(_("The notice stands until %(day)s.") % {"day": notice.last_day})
    return make_move(notice, NOTICE_MOVES, "close", by=by, closed_at=timezone.now())


@transaction.atomic
def finish_notice(notice: PublicNotice, *, by: Actor, on: date | None = None) -> PublicNotice:
    """Make the result of a notice final: it is over, and no objection against it or those it follows is open.

    Raises Conflict with what is still open. The database refuses the same, also against an objection that is filed
    at this moment."""
    _refuse_open_objections(notice)
    if notice.state == NoticeState.OPEN:
        close_notice(notice, by=by, on=on)
    locked = lock(notice)
    locked.final_at = timezone.now()
    with clash("notice_final_without_objections", _("An objection was filed a moment ago. Reload the page.")):
        locked.save(update_fields=["final_at"])
    record("final", locked, by=by)
    return locked


def _refuse_open_objections(notice: PublicNotice) -> None:
    waiting = Objection.objects.filter(notice__in=PublicNotice.objects.chain(notice)).blocking()
    numbers = "、".join(waiting.order_by("number").values_list("number", flat=True))
    if numbers:
        raise Conflict(
            _("These objections are not answered, or were upheld and wait for the new decision: %(numbers)s.") % {"numbers": numbers}
        )


def working_day(notice: PublicNotice, on: date | None = None) -> int:
    """Which working day of the notice this is: 0 on the day of publication, 1 on the next working day, and so on up to
    its last."""
    return working_days([notice], on)[notice.pk]


def working_days(notices: Iterable[PublicNotice], on: date | None = None) -> dict[int, int]:
    """The same for several notices, by their ids; the state's calendar is read once."""
    today = on or timezone.localdate()
    off, extra = Holiday.objects.calendar()
    calendar = WorkingCalendar(frozenset(off), frozenset(extra))
    return {notice.pk: _passed(calendar, notice, today) for notice in notices}


def _passed(calendar: WorkingCalendar, notice: PublicNotice, today: date) -> int:
    if notice.published_on is None:
        return 0
    counted = takewhile(lambda day: day <= today, calendar.after(notice.published_on))
    return sum(1 for _day in islice(counted, notice.working_days))


def close_ended_notices(*, by: Actor, on: date | None = None) -> int:
    """Close every notice of the organisation whose last day has passed; returns how many. Run daily by the clock."""
    ended = list(PublicNotice.objects.ended(on or timezone.localdate()))
    for notice in ended:
        close_notice(notice, by=by, on=on)
    return len(ended)
