"""Acts of judging: the jury, conflicts, the assignment, scores, the freeze and the ranking."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor, system
from incubator.accounts.models import User
from incubator.accounts.roles import Role
from incubator.contests.assignment import Assignment, assign, drawn
from incubator.contests.models import Conflict, Contest, Entry, JudgeKind, JudgeSeat, ScoreSheet
from incubator.contests.services.blind import folded, look_for_leaks, open_hits
from incubator.contests.services.entries import contact_digest
from incubator.contests.states import CONTEST_MOVES, SHEET_MOVES, ContestState, SheetState
from incubator.core.canonical import canonical
from incubator.core.errors import BusinessError, IllegalMove, NotAllowed, NotEligible
from incubator.core.formulas import compute, trace
from incubator.core.refusals import clash
from incubator.journal.services import lock, make_move, moving, record
from incubator.notices.services import notify
from incubator.tenants.models import Founder

LOW, HIGH = 60, 90  # below and above, a comment is asked for
BEFORE_JUDGING = (ContestState.DRAFT, ContestState.PUBLISHED, ContestState.REGISTRATION, ContestState.SCREENING)


@transaction.atomic
def add_judge(contest: Contest, user: User, *, kind: str, employer: str, chairs: bool, by: Actor) -> JudgeSeat:
    """Give a person of the role judge a seat in the jury. The chair can be one person only."""
    if contest.state not in (*BEFORE_JUDGING, ContestState.JUDGING):
        raise IllegalMove(_("The scores are frozen, so the jury stays as it is."))
    with (
        clash("judge_once", _("This person is in the jury already."), field="user"),
        clash("judge_one_chair", _("The jury has a chair already."), field="chairs"),
    ):
        seat = JudgeSeat.objects.create(contest=contest, user=user, kind=kind, employer=employer, chairs=chairs)
    record("add_judge", contest, by=by, judge=user.pk, chairs=chairs)
    return seat


@transaction.atomic
def remove_judge(seat: JudgeSeat, *, by: Actor) -> None:
    """Take a judge out of the jury before judging opens."""
    contest = seat.contest
    if contest.state not in BEFORE_JUDGING or seat.sheets.exists():
        raise IllegalMove(_("Judging has opened. A judge who cannot go on declares a conflict or abstains."))
    if seat.conflicts.exists():
        raise IllegalMove(_("This judge has declared conflicts. They stay on record, so the seat stays too."))
    seat.delete()
    record("remove_judge", contest, by=by, judge=seat.user_id)


def derived_conflict(seat: JudgeSeat, entry: Entry) -> str:
    """Why the product itself keeps this judge from this entry, or nothing."""
    user, employer = seat.user, folded(seat.employer)
    members = {folded(name) for name in entry.members.values_list("name", flat=True)}
    if folded(user.name) in members | {folded(entry.contact_name)} or contact_digest(user.email) == entry.email_index:
        return str(_("The judge is of the team."))
    if entry.startup_id and Founder.objects.filter(startup=entry.startup_id, user=user).exists():
        return str(_("The judge is a founder of the startup."))
    if employer and employer in {folded(entry.company), *(folded(part) for part in entry.school.replace("、", ",").replace("，", ",").split(","))} - {""}:
        return str(_("The judge works for the company or school of the team."))
    if entry.screener_id == user.pk:
        return str(_("The judge screened this entry."))
    return ""


@transaction.atomic
def derive_conflicts(contest: Contest) -> int:
    """Write down every conflict that the product can see. Returns how many are new."""
    found = 0
    for entry in contest.entries.eligible():  # type: ignore[attr-defined]
        for seat in contest.judges.select_related("user"):
            reason = derived_conflict(seat, entry)
            if reason:
                _row, new = Conflict.objects.get_or_create(entry=entry, judge=seat, defaults={"source": "derived", "reason": reason})
                found += new
    return found


@transaction.atomic
def record_conflict(seat: JudgeSeat, entry: Entry, *, reason: str, by: Actor) -> Conflict:
    """Write down a conflict that the office knows of, before judging."""
    if not reason.strip():
        raise BusinessError(_("Say what the conflict is."), field="reason")
    if seat.contest_id != entry.contest_id or seat.contest.state not in BEFORE_JUDGING:
        raise IllegalMove(_("Judging has opened: the judge declares the conflict on the sheet."))
    with clash("contest_conflict_once", _("This conflict stands already.")):
        conflict = Conflict.objects.create(entry=entry, judge=seat, source="recorded", reason=reason.strip()[:200], recorder=by.user)
    record("record_conflict", entry, by=by, judge=seat.user_id)
    return conflict


def deal(contest: Contest) -> Assignment:
    """The assignment that the seed gives for the jury and the conflicts as they are now. Nothing is written."""
    entries = list(contest.entries.eligible())  # type: ignore[attr-defined]
    seats = list(contest.judges.select_related("user"))
    barred: dict[str, set[str]] = defaultdict(set)
    for conflict in Conflict.objects.filter(entry__contest=contest).select_related("entry"):
        barred[conflict.entry.code].add(str(conflict.judge_id))
    kept: dict[str, set[str]] = defaultdict(set)
    for sheet in contest.sheets.select_related("entry"):
        (barred if sheet.state in (SheetState.RECUSED, SheetState.ABSTAINED) else kept)[sheet.entry.code].add(str(sheet.judge_id))
    codes = [entry.code for entry in entries]
    common = [code for code in sorted(codes, key=lambda code: drawn(contest.seed, "anchor", code)) if not barred.get(code)][: contest.anchors]
    return assign(
        codes, [str(seat.pk) for seat in seats], barred, need=contest.per_entry, seed=contest.seed, for_all=common, kept=kept,
        preferred=[str(seat.pk) for seat in seats if seat.kind == JudgeKind.INDUSTRY],
    )  # fmt: skip


def obstacles(contest: Contest) -> list[str]:
    """What keeps judging from being opened, as sentences."""
    entries = list(contest.entries.eligible())  # type: ignore[attr-defined]
    waiting = contest.entries.filter(state__in=("submitted", "returned")).count()
    unseen = [entry.code for entry in entries if contest.is_blind and entry.blind_deck_id and not entry.blind_checker_id]
    short = deal(contest).short
    found = [
        (waiting > 0, _("%(count)d entries are not screened yet.") % {"count": waiting}),
        (not entries, _("There is no eligible entry.")),
        (not contest.judges.filter(chairs=True).exists(), _("The jury has no chair.")),
        (bool(short), _("Too few judges without a conflict for: %(codes)s. Add judges.") % {"codes": "、".join(sorted(short))}),
        (bool(unseen), _("Nobody has looked through the blind copies of: %(codes)s.") % {"codes": "、".join(unseen)}),
        (contest.is_blind and open_hits(contest).exists(), _("The leak test has open hits. Explain them or return the entries.")),
    ]
    return [sentence for wrong, sentence in found if wrong]


@transaction.atomic
def open_judging(contest: Contest, *, by: Actor) -> Contest:
    """Open judging: conflicts found, leak test run and green, every entry with its judges, loads even.

    Raises NotEligible with everything that stands in the way."""
    locked = lock(contest)
    derive_conflicts(locked)
    if locked.is_blind and locked.state == ContestState.SCREENING:
        look_for_leaks(locked, by=by)
    missing = obstacles(locked)
    if missing:
        raise NotEligible(" ".join(missing))
    dealt = deal(locked)
    moved = make_move(locked, CONTEST_MOVES, "open_judging", by=by, assignment=told(locked, dealt))
    hand_out(moved, dealt)
    return moved


def told(contest: Contest, dealt: Assignment) -> dict[str, Any]:
    """What stays on record of an assignment."""
    loads = dealt.loads(str(pk) for pk in contest.judges.values_list("pk", flat=True))
    return {
        "seed": contest.seed, "sha256": dealt.sha256, "least": min(loads.values(), default=0), "most": max(loads.values(), default=0),
        "without_preferred": dealt.without_preferred,
    }  # fmt: skip


def hand_out(contest: Contest, dealt: Assignment) -> None:
    """Write the sheets of an assignment that are not there yet, and tell the judges."""
    seats = {str(seat.pk): seat for seat in contest.judges.select_related("user")}
    entries = {entry.code: entry for entry in contest.entries.eligible()}  # type: ignore[attr-defined]
    there = set(contest.sheets.values_list("entry__code", "judge_id"))
    new = [(code, judge) for code, judges in sorted(dealt.pairs.items()) for judge in sorted(judges) if (code, int(judge)) not in there]
    for judge in {judge for _code, judge in new}:
        codes = sorted((code for code, whose in new if whose == judge), key=lambda code: drawn(contest.seed, judge, code))
        for place, code in enumerate(codes, 1):
            ScoreSheet.objects.create(contest=contest, entry=entries[code], judge=seats[judge], place=place)
        notify(
            [seats[judge].user], gettext_noop("You have %(count)s entries of “%(contest)s” to score, by %(until_day)s."),
            key=f"judge:{contest.pk}:{contest.sheets.count()}", url=f"/portal/{contest.organisation.slug}/judging/",
            count=len(codes), contest=contest.title, until_day=contest.judging_to.isoformat(),
        )  # fmt: skip


@transaction.atomic
def refill(contest: Contest, *, by: Actor) -> int:
    """Give open seats to judges without a conflict; every pair that stands stays. Returns how many sheets are new."""
    if contest.state != ContestState.JUDGING:
        raise IllegalMove(_("Judges are replaced while judging runs."))
    locked, before = lock(contest), contest.sheets.count()
    hand_out(locked, deal(locked))
    added = locked.sheets.count() - before
    record("refill", locked, by=by, added=added)
    return added


def own_sheet(sheet: ScoreSheet, by: Actor) -> ScoreSheet:
    """The locked sheet, for its own judge."""
    if by.user is None or sheet.judge.user_id != by.user.pk:
        raise NotAllowed(_("This sheet belongs to another judge."))
    return lock(sheet)


def cleaned(contest: Contest, scores: dict[str, Any]) -> dict[str, float | int]:
    """Scores as numbers of known criteria from 0 to 100. Raises BusinessError at the criterion."""
    found: dict[str, float | int] = {}
    for line in contest.criteria.all():
        given = scores.get(line.key)
        if given is None:
            continue
        if not 0 <= given <= 100 or round(given, 2) != given:
            raise BusinessError(_("“%(name)s”: give a score from 0 to 100 with at most two decimals.") % {"name": line.label}, field=line.key)
        found[line.key] = int(given) if given == int(given) else float(given)
    return found


@transaction.atomic
def save_scores(sheet: ScoreSheet, scores: dict[str, Any], comment: str, *, by: Actor) -> ScoreSheet:
    """Keep a draft of the scores; nobody else sees it."""
    locked = own_sheet(sheet, by)
    if locked.state != SheetState.ASSIGNED:
        raise IllegalMove(_("These scores were handed in. Take them back first, if judging still runs."))
    locked.scores, locked.comment, locked.saved_at = cleaned(locked.contest, scores), comment.strip(), timezone.now()
    with clash("sheet_in_judging", _("Judging is over: the scores are frozen.")), clash("sheet_without_conflict", _("A conflict was recorded for this entry.")):
        locked.save()
    return locked


def total_of(contest: Contest, scores: dict[str, Any]) -> Decimal:
    """Σ weight × score ÷ 100 of one sheet, as it is shown."""
    lines = list(contest.criteria.all())
    facts = {"scores": [{"judge": "j", "entry": "e", "scores": {line.key: str(scores[line.key]) for line in lines}}]}
    return Decimal(compute("contest_ranking", terms=ranking_terms(contest) | {"method": "mean"}, facts=facts).extra["ranking"][0]["score"])  # type: ignore[index]


@transaction.atomic
def seal_scores(sheet: ScoreSheet, *, by: Actor) -> ScoreSheet:
    """Hand the scores in: every criterion once, a comment below 60 and above 90."""
    locked = own_sheet(sheet, by)
    missing = [line.label for line in locked.contest.criteria.all() if line.key not in locked.scores]
    if missing:
        raise BusinessError(_("Score these criteria too: %(names)s.") % {"names": "、".join(missing)})
    total = total_of(locked.contest, locked.scores)
    if (total < LOW or total > HIGH) and not locked.comment.strip():
        raise BusinessError(_("A total of %(total)s needs a comment: below 60 and above 90 the team should read why.") % {"total": total}, field="comment")
    with clash("sheet_in_judging", _("Judging is over: the scores are frozen.")), clash("sheet_without_conflict", _("A conflict was recorded for this entry.")):
        return make_move(locked, SHEET_MOVES, "seal", by=by, sealed_at=timezone.now())


@transaction.atomic
def unseal_scores(sheet: ScoreSheet, *, by: Actor) -> ScoreSheet:
    """Take the own scores back while judging runs; what they were stays in the journal."""
    locked = own_sheet(sheet, by)
    with clash("sheet_in_judging", _("Judging is over: the scores are frozen.")):
        moved = make_move(locked, SHEET_MOVES, "unseal", by=by, note=canonical(locked.scores), sealed_at=None)
    return moved


@transaction.atomic
def recuse(sheet: ScoreSheet, *, reason: str, by: Actor) -> ScoreSheet:
    """Declare a conflict: the entry vanishes from this judge's list for good and the seat is free."""
    locked = own_sheet(sheet, by)
    if not reason.strip():
        raise BusinessError(_("Say what the conflict is."), field="reason")
    moved = make_move(locked, SHEET_MOVES, "recuse", by=by, reason=reason.strip()[:200], scores={})
    Conflict.objects.get_or_create(entry=moved.entry, judge=moved.judge, defaults={"source": "declared", "reason": moved.reason, "recorder": by.user})
    return moved


@transaction.atomic
def abstain(sheet: ScoreSheet, *, reason: str, by: Actor) -> ScoreSheet:
    """Give no score, with a reason; the sheet stays outside of the result."""
    locked = own_sheet(sheet, by)
    if not reason.strip():
        raise BusinessError(_("Say why you give no score."), field="reason")
    return make_move(locked, SHEET_MOVES, "abstain", by=by, reason=reason.strip()[:200], scores={})


def below_quorum(contest: Contest) -> list[str]:
    """The codes of eligible entries with fewer sealed sheets than the rules ask for."""
    counted: dict[str, int] = dict.fromkeys(contest.entries.eligible().values_list("code", flat=True), 0)  # type: ignore[attr-defined]
    for code in contest.sheets.counting().values_list("entry__code", flat=True):  # type: ignore[attr-defined]
        if code in counted:
            counted[code] += 1
    return sorted(code for code, count in counted.items() if count < contest.per_entry)


def refuse_judge(contest: Contest, by: Actor) -> None:
    if by.user and contest.judges.filter(user=by.user).exists():
        raise NotAllowed(_("You are of the jury, so another person must do this."))


@transaction.atomic
def ask_freeze(contest: Contest, *, by: Actor) -> Contest:
    """Propose to freeze the scores: every entry has its quorum. A second person who is no judge freezes."""
    refuse_judge(contest, by)
    _refuse_below_quorum(contest)
    return make_move(contest, CONTEST_MOVES, "ask_freeze", by=by)


def _refuse_below_quorum(contest: Contest) -> None:
    short = below_quorum(contest)
    if short:
        raise NotEligible(_("These entries have fewer than %(need)d sheets: %(codes)s.") % {"need": contest.per_entry, "codes": "、".join(short)})


@transaction.atomic
def freeze_scores(contest: Contest, *, by: Actor) -> Contest:
    """Freeze all sheets with their hash, and rank. From here the database refuses every change of a score."""
    refuse_judge(contest, by)
    with moving(contest, CONTEST_MOVES, "freeze", by=by) as locked:
        if locked.freeze_asker_id is None:
            raise NotEligible(_("A manager proposes the freeze first."))
        _refuse_below_quorum(locked)
        locked.sheets_sha256 = hash_of_sheets(locked)
    return rank_entries(locked)


def sheets_of(contest: Contest) -> list[dict[str, Any]]:
    """The sealed sheets of eligible entries as facts of the formula: judges by number, entries by code."""
    rows = contest.sheets.counting().filter(entry__state="eligible").select_related("entry").order_by("entry__code", "judge_id")  # type: ignore[attr-defined]
    return [
        {"judge": f"J{row.judge_id}", "entry": row.entry.code, "scores": {key: str(value) for key, value in sorted(row.scores.items())}} for row in rows
    ]


def hash_of_sheets(contest: Contest) -> str:
    return sha256(canonical(sheets_of(contest)).encode()).hexdigest()


def ranking_terms(contest: Contest) -> dict[str, Any]:
    return {
        "criteria": [{"key": line.key, "weight": line.weight} for line in contest.criteria.all()], "method": contest.method,
        "min_entries_per_judge": contest.min_entries_per_judge, "min_judges": contest.min_judges,
    }  # fmt: skip


@transaction.atomic
def rank_entries(contest: Contest) -> Contest:
    """Rank by the method that was fixed; the whole trace is stored with the contest."""
    terms, facts = ranking_terms(contest), {"scores": sheets_of(contest)}
    kept = trace(compute("contest_ranking", terms=terms, facts=facts), terms=terms, facts=facts, name="contest_ranking")
    return make_move(contest, CONTEST_MOVES, "rank", by=system(contest.organisation), ranking=kept)


def judges_here(organisation: Any) -> Any:
    """People who hold the role of a judge in this organisation today."""
    held = organisation.memberships.running().filter(role=Role.JUDGE).values("user")
    return User.objects.filter(pk__in=held, is_active=True).order_by("name")
