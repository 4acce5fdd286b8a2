"""Acts on a case: apply, attach, submit, check, return, appraise, vote, decide, withdraw."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor
from incubator.accounts.models import User
from incubator.accounts.roles import Role
from incubator.core.errors import BusinessError, Conflict, NotAllowed, NotEligible, OverCap
from incubator.core.money import yuan
from incubator.core.refusals import clash, constraint_of
from incubator.documents.services import attach_upload
from incubator.guarantees.caps import reckon
from incubator.guarantees.models import ExposureEntry, Fund, Guarantee, GuaranteePaper, Vote
from incubator.guarantees.states import GUARANTEE_MOVES
from incubator.journal.services import lock, make_move, moving, next_number, record
from incubator.notices.services import notify, people_with

QUORUM = 3


ASKED = ("borrower", "graduated_on", "amount", "months", "purpose", "contract_on")  # what the startup itself writes


@transaction.atomic
def save_draft(guarantee: Guarantee, *, by: Actor) -> Guarantee:
    """Write down what the startup asks for, with the cap that holds on the expected day of the contract.

    Raises OverCap at `amount` above the cap of clause 十一."""
    if guarantee.pk and lock(guarantee).state != "draft":
        raise Conflict(_("It is sent in already and can no longer be changed. Reload the page."))
    guarantee.trace = reckon(guarantee)
    guarantee.cap = guarantee.trace["result"]["amount"]
    _within_cap(guarantee)
    guarantee.applicant = by.user
    guarantee.save(update_fields=[*ASKED, "cap", "trace", "applicant"] if guarantee.pk else None)  # what was read may be older than the row
    record("draft_guarantee", guarantee, by=by)
    return guarantee


def _within_cap(guarantee: Guarantee) -> None:
    from decimal import Decimal

    if guarantee.amount > Decimal(guarantee.cap):
        raise OverCap(
            _("This loan is %(amount)s yuan; the cap of clause (十一) for this borrower is %(cap)s yuan. Lower the amount, or choose another kind of borrower.")
            % {"amount": yuan(guarantee.amount), "cap": yuan(Decimal(guarantee.cap))}, field="amount",
        )  # fmt: skip


@transaction.atomic
def add_paper(guarantee: Guarantee, upload: Any, *, item: str, by: Actor, valid_to: Any = None) -> GuaranteePaper:
    """The startup puts a paper forward while the case is a draft."""
    if lock(guarantee).state != "draft":
        raise Conflict(_("It is sent in already. Papers can be added again when it is returned to you."))
    document = attach_upload(upload, kind=item, by=by, valid_to=valid_to)
    paper = GuaranteePaper.objects.create(guarantee=guarantee, item=item, document=document)
    record("attach evidence", guarantee, by=by, item=item)
    return paper


def missing(guarantee: Guarantee) -> list[str]:
    """What the case still lacks, each a sentence."""
    found = []
    proofs = guarantee.papers.filter(item="category_proof")
    if not proofs.exists():
        found.append(_("Attach the proof of the borrower's category (《就业创业证》 or another credential)."))
    elif not any(row.document.valid_to is None or row.document.valid_to >= guarantee.contract_on for row in proofs.select_related("document")):
        found.append(_("The proof of the category is not valid on %(day)s, the expected day of the contract. Attach a valid one.") % {"day": guarantee.contract_on})
    if guarantee.borrower == "graduate" and not guarantee.papers.filter(item="graduation_proof").exists():
        found.append(_("Attach the proof of graduation."))
    return found


@transaction.atomic
def submit_guarantee(guarantee: Guarantee, *, by: Actor) -> Guarantee:
    """The founder sends the application in; it gets its number, the officers are told."""
    with moving(guarantee, GUARANTEE_MOVES, "submit", by=by) as sent:
        if lacking := missing(sent):
            raise NotEligible(" ".join(lacking), code="EVIDENCE_MISSING")
        _within_cap(sent)
        if not sent.number:
            sent.number = f"DB-{timezone.localdate().year}-{next_number('DB'):06d}"
        sent.note = ""
    _tell_office(sent, gettext_noop("A loan guarantee came in: %(number)s."), "in", Role.OFFICER)
    return sent


def precheck_guarantee(guarantee: Guarantee, *, by: Actor) -> Guarantee:
    """An officer finds amount, borrower and papers in order on the expected day of the contract."""
    with moving(guarantee, GUARANTEE_MOVES, "precheck", by=by) as checked:
        if lacking := missing(checked):
            raise NotEligible(" ".join(lacking), code="CATEGORY_EXPIRED")
    return checked


@transaction.atomic
def return_guarantee(guarantee: Guarantee, *, note: str, by: Actor) -> Guarantee:
    """An officer gives it back to the startup with what is to be put right; earlier checks and votes count no more."""
    with moving(guarantee, GUARANTEE_MOVES, "return", by=by, note=note) as back:
        back.note, back.round = note, back.round + 1
        back.prechecker = back.appraiser = None
    _tell_startup(back, gettext_noop("Your loan guarantee %(number)s was returned for correction."), f"returned:{back.round}")
    return back


@transaction.atomic
def appraise_guarantee(guarantee: Guarantee, given: dict[str, Any], *, by: Actor) -> Guarantee:
    """A second officer records the visit, our part in the loan with its legal basis, and the counter-guarantee."""
    with moving(guarantee, GUARANTEE_MOVES, "appraise", by=by) as seen:
        if given["visited_on"] > timezone.localdate():
            raise BusinessError(_("The visit cannot lie in the future."), field="visited_on")
        for name in ("visited_on", "findings", "capacity", "counter", "fund", "basis"):
            setattr(seen, name, given[name])
        if given["basis_file"]:
            seen.basis_paper = attach_upload(given["basis_file"], kind="official_reply", by=by)
            GuaranteePaper.objects.create(guarantee=seen, item="official_reply", document=seen.basis_paper)
        if seen.capacity == Guarantee.Capacity.RECOMMENDER:
            seen.fund, seen.basis = None, ""
        elif not (seen.fund and seen.basis and seen.basis_paper):
            raise NotEligible(_("To guarantee out of a fund, choose the fund and attach the legal basis: a licence number, or the authority's written permission under clause (十一)."), field="basis", code="NO_BASIS")  # fmt: skip
    _tell_office(seen, gettext_noop("%(number)s waits for the committee's vote."), f"vote:{seen.round}", Role.OWNER, Role.MANAGER, Role.FINANCE)
    return seen


def cast_vote(guarantee: Guarantee, *, choice: str, reason: str, by: Actor) -> Vote:
    """A member of the committee votes once in a round, or steps aside. Whoever checked or appraised has no vote."""
    with clash("vote_once", _("You have voted in this round already.")):
        locked = lock(guarantee)
        if locked.state != "appraised":
            raise Conflict(_("The committee votes once the case is appraised and until it is decided. Reload the page."))
        if by.user.pk in {locked.prechecker_id, locked.appraiser_id}:  # type: ignore[union-attr]
            raise NotAllowed(_("You checked or appraised this case, so you have no vote in it."))
        if User.objects.filter(pk=by.user.pk, pk__in=locked.startup.founders.values("user")).exists() and choice != "recused":  # type: ignore[union-attr]
            raise NotAllowed(_("You belong to the startup. Step aside: choose the conflict of interest."))
        vote = Vote.objects.create(guarantee=locked, round=locked.round, voter=by.user, as_owner=Role.OWNER in by.roles, choice=choice, reason=reason)  # type: ignore[misc]
        record("vote", locked, by=by, choice=choice)
    return vote


def standing_votes(guarantee: Guarantee) -> list[Vote]:
    return list(guarantee.votes.filter(round=guarantee.round).select_related("voter"))


def is_carried(votes: list[Vote]) -> bool:
    """Three members voted, an owner among them, and more than half of them for it."""
    counted = [vote for vote in votes if vote.choice != "recused"]
    return len(counted) >= QUORUM and any(vote.as_owner for vote in counted) and 2 * sum(vote.choice == "yes" for vote in counted) > len(counted)


@transaction.atomic
def approve_guarantee(guarantee: Guarantee, *, by: Actor) -> Guarantee:
    """An owner carries out the committee's vote: the exposure is reserved, all of it or nothing.

    Raises Conflict without a majority, OverCap where fund or borrower have no room."""
    with moving(guarantee, GUARANTEE_MOVES, "approve", by=by) as approved:
        if not is_carried(standing_votes(approved)):
            raise Conflict(_("Three members must have voted, an owner among them, and more than half for it."))
        if approved.capacity == Guarantee.Capacity.GUARANTOR:
            _reserve(approved, by)
    _tell_startup(approved, gettext_noop("Your loan guarantee %(number)s is approved."), "approved")
    return approved


def _reserve(guarantee: Guarantee, by: Actor) -> None:
    try:
        with transaction.atomic():
            ExposureEntry.objects.create(guarantee=guarantee, fund=guarantee.fund, kind="reserve", amount=guarantee.amount, user=by.user)  # type: ignore[misc]
    except IntegrityError as error:
        if constraint_of(error) not in {"exposure_room_of_fund", "exposure_room_of_borrower"}:
            raise
        fund = Fund.objects.get(pk=guarantee.fund_id)  # type: ignore[misc]
        sentence = {
            "exposure_room_of_fund": _("“%(fund)s” has room for %(room)s yuan; %(amount)s yuan are asked for. Wait until room is freed, or add money to the fund."),
            "exposure_room_of_borrower": _("With this guarantee the borrower would hold more than the %(cap)s yuan that “%(fund)s” allows for one borrower."),
        }[constraint_of(error)]
        values = {"fund": fund, "room": yuan(fund.room), "amount": yuan(guarantee.amount), "cap": yuan(fund.borrower_cap)}
        raise OverCap(sentence % values, code="CAP_EXPOSURE") from error


@transaction.atomic
def refuse_guarantee(guarantee: Guarantee, *, reason: Any, note: str, by: Actor) -> Guarantee:
    """A manager who has not worked on the case refuses it, with a coded reason."""
    refused = make_move(guarantee, GUARANTEE_MOVES, "refuse", by=by, reason=reason, note=note)
    _tell_startup(refused, gettext_noop("Your loan guarantee %(number)s was refused."), "refused")
    return refused


@transaction.atomic
def withdraw_guarantee(guarantee: Guarantee, *, by: Actor) -> Guarantee:
    """The founder takes it back; reserved exposure is freed."""
    gone = make_move(guarantee, GUARANTEE_MOVES, "withdraw", by=by)
    if gone.exposure:
        ExposureEntry.objects.create(guarantee=gone, fund=gone.fund, kind="free", amount=gone.exposure, user=by.user)  # type: ignore[misc]
    return gone


def _tell_office(guarantee: Guarantee, sentence: str, key: str, *roles: str) -> None:
    url = f"/office/{guarantee.organisation.slug}/guarantees/cases/{guarantee.pk}/"
    notify(people_with(guarantee.organisation, *roles), sentence, key=f"guarantee:{guarantee.pk}:{key}", number=guarantee.number, url=url)


def _tell_startup(guarantee: Guarantee, sentence: str, key: str) -> None:
    people = User.objects.filter(pk__in=guarantee.startup.founders.exclude(user=None).values("user"), is_active=True)
    url = f"/portal/{guarantee.organisation.slug}/guarantees/{guarantee.pk}/"
    notify(people, sentence, key=f"guarantee:{guarantee.pk}:{key}", number=guarantee.number, url=url)
