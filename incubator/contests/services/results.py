"""Acts after the freeze: public notice, objections, the final result, prizes and certificates."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor, system
from incubator.contests.models import Certificate, Contest, Entry, Prize, ScoreSheet
from incubator.contests.services.entries import mail_state
from incubator.contests.services.judging import rank_entries
from incubator.contests.states import CONTEST_MOVES, SHEET_MOVES, ContestState, EntryState
from incubator.core.canonical import canonical
from incubator.core.errors import BusinessError, IllegalMove, NotAllowed, NotEligible
from incubator.journal.services import lock, make_move, next_number, record
from incubator.policy.loading import clause_of
from incubator.policy.models import Objection, PublicNotice
from incubator.policy.services import (
    cite,
    draft_notice,
    finish_notice,
    publish_notice,
    remedy_objection,
    withdraw_notice,
)
from incubator.policy.states import NoticeState

ORDERED_BY = ("十五", "支持举办创新成果和创业项目展示推介、创业创新大赛、创业训练营、创业典型宣讲等活动")


def ranked_entries(contest: Contest) -> list[dict[str, Any]]:
    """The rows of the ranking with the entry and the prize of each."""
    entries = {entry.code: entry for entry in contest.entries.select_related("track")}
    prizes = list(contest.prizes.all())
    return [row | {"entry": entries[row["entry"]], "code": row["entry"], "prize": prize_of(prizes, row["rank"])} for row in contest.ranked]


def prize_of(prizes: list[Prize], rank: int) -> Prize | None:
    return next((prize for prize in prizes if prize.rank_from <= rank <= prize.rank_to), None)


def notice_rows(contest: Contest) -> list[dict[str, Any]]:
    """The public lines: rank, team, track, score. No person is named."""
    return [
        {"name": row["entry"].team, "programme": row["entry"].track.name, "rank": row["rank"], "amount": row["score"]} for row in ranked_entries(contest)
    ]


def changed_rows(contest: Contest) -> list[dict[str, Any]]:
    """The lines that differ from the notice before; all where there was none."""
    rows = notice_rows(contest)
    if contest.notice is None:
        return rows
    before = [{key: row.get(key) for key in ("name", "rank", "amount")} for row in contest.notice.payload.get("rows", [])]
    return [row for row in rows if {key: row[key] for key in ("name", "rank", "amount")} not in before]


@transaction.atomic
def notice_result(contest: Contest, *, by: Actor) -> Contest:
    """Put the ranking on public notice for the working days of the rules. After an upheld objection only the changed lines."""
    rows = changed_rows(contest)
    if not rows:
        raise NotEligible(_("No line has changed since the last notice."))
    before = contest.notice
    payload = {
        "rows": rows, "method": contest.get_method_display(), "fallback": contest.fell_back, "judges": contest.judges.count(),
        "recusals": contest.sheets.filter(state="recused").count(), "sheets_sha256": contest.sheets_sha256,
    }  # fmt: skip
    moved = make_move(contest, CONTEST_MOVES, "publish_notice", by=by)
    notice = draft_notice(
        kind="contest", title=f"{moved.title}{'变更事项' if before else '拟获奖名单'}公示", about=moved.slug, payload=payload,
        working_days=moved.notice_days, citation=cite(clause_of(ORDERED_BY[0]), ORDERED_BY[1]), by=by,
        parties={"list": persons(moved, by), "rows": {str(place): persons(moved, by) for place in range(1, len(rows) + 1)}}, replaces=before,
    )  # fmt: skip
    moved.notice = publish_notice(notice, by=by)
    moved.save(update_fields=["notice"])
    for objection in Objection.objects.filter(notice__in=PublicNotice.objects.chain(notice), state="upheld", remedied_at=None):
        remedy_objection(objection, by=system(by.organisation))
    return moved


def persons(contest: Contest, by: Actor) -> list[int]:
    """Who had a part in the result: jury, screeners, who froze and published. They answer no objection."""
    found = {contest.freeze_asker_id, contest.freezer_id, by.user.pk if by.user else None}
    found |= set(contest.judges.values_list("user_id", flat=True)) | set(contest.entries.values_list("screener_id", flat=True))
    return sorted(person for person in found if person)


@transaction.atomic
def reopen_result(contest: Contest, *, teams: list[Entry], note: str, by: Actor) -> Contest:
    """Take the result back after an upheld objection, for the named entries only. Raises NotEligible without one."""
    if not teams:
        raise BusinessError(_("Choose the entries that the objection is about."), field="entries")
    if not note.strip():
        raise BusinessError(_("Say why: the reason is shown in place of the notice."), field="note")
    chain = PublicNotice.objects.chain(contest.notice) if contest.notice else []
    if not Objection.objects.filter(notice__in=chain, state="upheld", remedied_at=None).exists():
        raise NotEligible(_("A result is taken back only after an objection was upheld."))
    moved = make_move(contest, CONTEST_MOVES, "reopen", by=by, note=note, noticer=None)
    if moved.notice.state == NoticeState.OPEN:  # type: ignore[union-attr]
        withdraw_notice(moved.notice, by=by, note=note)  # type: ignore[arg-type]
    for entry in teams:
        Entry.objects.filter(pk=entry.pk, contest=moved).update(reopened=True)
    return moved


@transaction.atomic
def set_sheet_aside(sheet: ScoreSheet, *, reason: str, by: Actor) -> ScoreSheet:
    """Leave one sheet of a named entry out of the result, after an upheld objection. What it said stays on record."""
    if not reason.strip():
        raise BusinessError(_("Say why this sheet does not count."), field="reason")
    if sheet.contest.state != ContestState.FROZEN or not sheet.entry.reopened:
        raise IllegalMove(_("A sheet is set aside only for an entry that an upheld objection names."))
    return make_move(sheet, SHEET_MOVES, "set_aside", by=by, reason=reason.strip()[:200])


@transaction.atomic
def rank_again(contest: Contest, *, by: Actor) -> Contest:
    """Rank anew after what the objection changed."""
    locked = lock(contest)
    if locked.state != ContestState.FROZEN:
        raise IllegalMove(_("Only frozen scores are ranked."))
    record("rank_again", locked, by=by)
    return rank_entries(locked)


@transaction.atomic
def finalise_result(contest: Contest, *, minutes: str, by: Actor) -> Contest:
    """Make the result final: the chair of the jury, with the minutes, when the notice is over and no objection is open."""
    if by.user is None or not contest.judges.filter(user=by.user, chairs=True).exists():
        raise NotAllowed(_("The chair of the jury makes the result final."))
    if len(minutes.strip()) < 20:
        raise BusinessError(_("Write the minutes: who met when, what was decided, how objections were answered."), field="minutes")
    notice: Any = contest.notice
    if timezone.localdate() < notice.confirm_from:
        raise NotEligible(_("The notice stands until %(day)s; the result can be made final from %(next)s.") % {"day": notice.last_day, "next": notice.confirm_from})
    for one in reversed(PublicNotice.objects.chain(notice)):
        if one.state != NoticeState.WITHDRAWN and one.final_at is None:
            finish_notice(one, by=system(by.organisation))
    moved = make_move(contest, CONTEST_MOVES, "finalise", by=by, minutes=minutes.strip())
    for entry in moved.entries.filter(state=EntryState.ELIGIBLE):
        mail_state(entry)
    return moved


@transaction.atomic
def order_award(contest: Contest, *, by: Actor) -> Contest:
    """Finance orders the prizes of the final result; a manager who is another person approves."""
    return make_move(contest, CONTEST_MOVES, "order_award", by=by)


@transaction.atomic
def award_prizes(contest: Contest, *, by: Actor) -> Contest:
    """Approve the prizes and issue a certificate to every winning team and each of its people."""
    if lock(contest).award_orderer_id is None:
        raise NotEligible(_("Finance orders the prizes first."))
    moved = make_move(contest, CONTEST_MOVES, "award", by=by)
    for row in ranked_entries(moved):
        if row["prize"]:
            issue_certificates(moved, row)
    return moved


def issue_certificates(contest: Contest, row: dict[str, Any]) -> None:
    entry: Entry = row["entry"]
    holders = [(entry.team, True), *((member.name, False) for member in entry.members.filter(consents=True))]
    for holder, is_team in holders:
        number = f"DS-{timezone.localdate().year}-{next_number('contest_certificate'):05d}"
        said = {
            "schema": "fuhua.certificate.v1", "number": number, "holder": holder, "is_team": is_team, "team": entry.team, "contest": contest.title,
            "track": entry.track.name, "prize": row["prize"].name, "rank": row["rank"], "project": entry.title, "issuer": contest.organisation.name,
            "issued_on": timezone.localdate().isoformat(), "is_example": contest.organisation.is_example,
        }  # fmt: skip
        Certificate.objects.create(
            contest=contest, entry=entry, prize=row["prize"], number=number, holder=holder, is_team=is_team, rank=row["rank"], said=said,
            sha256=sha256(canonical(said).encode()).hexdigest(),
        )  # fmt: skip


@transaction.atomic
def revoke_certificate(certificate: Certificate, *, because: str, by: Actor) -> Certificate:
    """Revoke a certificate with a reason; whoever checks its code reads that it is revoked."""
    if not because.strip():
        raise BusinessError(_("Say why the certificate is revoked."), field="because")
    locked = lock(certificate)
    if locked.revoked_at:
        raise IllegalMove(_("This certificate was revoked before."))
    locked.revoked_at, locked.revoked_because, locked.revoker = timezone.now(), because.strip()[:200], by.user
    locked.save()
    record("revoke_certificate", locked, by=by, note=because, named=locked.number)
    return locked


def is_as_written(certificate: Certificate) -> bool:
    """Whether the sealed words are those that were hashed."""
    return sha256(canonical(certificate.said).encode()).hexdigest() == certificate.sha256


@transaction.atomic
def set_stage(contest: Contest, place: str, *, by: Actor) -> Contest:
    """Call the team with this number onto the stage, or `reveal` the ranks on the second screen once they are there."""
    locked = lock(contest)
    if place == "reveal":
        if not locked.ranked:
            raise NotEligible(_("Freeze the scores first: there is no ranking to reveal."))
        locked.revealed_at = locked.revealed_at or timezone.now()
    elif place.isascii() and place.isdecimal() and 0 <= int(place) <= locked.entries.eligible().count():  # type: ignore[attr-defined]
        locked.on_stage = int(place)
    else:
        raise BusinessError(_("Choose a team of the list."))
    locked.save(update_fields=["on_stage", "revealed_at"])
    record("set_stage", locked, by=by, place=place)
    return locked
