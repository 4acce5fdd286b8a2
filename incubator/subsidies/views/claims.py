"""Finance's and leaders' pages of consolidated claims."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from billing.models import AuthorityFunds, Payout
from billing.services import payouts as billing
from incubator.core.money import amount_in_words
from incubator.core.pieces import Filter
from incubator.core.refusals import attempt
from incubator.core.views import paginate, permitted, to
from incubator.documents.models import Document
from incubator.documents.services import attach_upload, serve_file
from incubator.policy.models import Objection, Payee, PolicyDocument, PublicNotice
from incubator.policy.services import record_reply
from incubator.subsidies.decision_forms import RecordedNoticeForm, ReviseForm
from incubator.subsidies.forms import DecisionForm, NoteForm, ReplyForm, ReturnReplyForm, ScanForm, TotalForm
from incubator.subsidies.models import Claim, ClaimLine
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.services import claim_notices, claims, decisions, payouts, revisions
from incubator.subsidies.services.decisions import LineReply
from incubator.subsidies.states import CLAIM_MOVES, ClaimState
from incubator.subsidies.views.shared import buttons, claim_events, done, find_claim

ELSEWHERE = {"change_lines", "order_payouts", "complete", "reopen_payment"}  # pages of their own, or the product's acts
CLAIM_ACTS = tuple(dict.fromkeys(move.act for move in CLAIM_MOVES if move.act not in ELSEWHERE))


@permitted("subsidies.view_claim")
def claim_list(request: HttpRequest) -> HttpResponse:
    """Every claim, the newest first, and what could be claimed next."""
    rows = Claim.objects.visible_to(request.actor).select_related("measure")
    state = request.GET.get("state", "")
    if state in ClaimState.values:
        rows = rows.filter(state=state)
    context = {"page": paginate(request, rows), "filters": [Filter("state", _("State"), ClaimState.choices)], "groups": claims.waiting_groups()}
    return render(request, "subsidies/office/claims.html", context)


@permitted("subsidies.build_claim")
def start(request: HttpRequest) -> HttpResponse:
    """Assemble the claim of one measure, level and quarter from everything that is endorsed."""
    if request.method != "POST":
        return to(request, "office:subsidies:claims")
    measure = get_object_or_404(PolicyDocument.objects.own(), pk=whole(request.POST.get("measure")))
    payee, period = request.POST.get("payee", ""), request.POST.get("period", "")
    if payee not in Payee.values or not is_quarter(period):
        raise Http404
    started = claims.start_claim(measure, payee, period, by=request.actor)
    return to(request, "office:subsidies:claim", started.pk)


def is_quarter(text: str) -> bool:
    try:
        Quarter(text)
    except ValueError:
        return False
    return text.isascii()


def whole(text: str | None) -> int:
    """A number sent by a form; anything else is an object that does not exist."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)


@permitted("subsidies.view_claim")
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: its lines, its papers, where it stands, and what can be done now."""
    record = find_claim(request, pk)
    lines = claims.standing(record)
    context = {
        "claim": record,
        "lines": lines,
        "words": amount_in_words(record.total),
        "events": claim_events(request, record),
        "acts": buttons(request, record, CLAIM_MOVES, "claim-act", CLAIM_ACTS, fits=fits),
        "may_build": record.is_open and "finance" in request.actor.roles,
        "intact": record.snapshot is None or claims.verify_snapshot(record),
        "payment": payment_of(record, lines, request.actor),
        "notices": PublicNotice.objects.chain(record.notice) if record.notice_id else [],
        "blocking": blocking_objections(record),
        "revisions": record.revisions.select_related("recorder", "confirmer", "reply", "objection").prefetch_related("lines__line__application__startup", "lines__line__application__site", "lines__reason"),
    }
    return render(request, "subsidies/office/claim.html", context)


def fits(record: Claim, act: str) -> bool:
    """Whether the act belongs to this moment; the service decides again."""
    return act != "renotice" or bool(claim_notices.changed_lines(record))


def payment_of(record: Claim, lines: list[ClaimLine], actor: Any) -> dict[str, Any] | None:
    """The payment of a claim whose result is confirmed: sums, payouts, the authority's money; None before."""
    if record.state not in PAYMENT:
        return None
    finance = "finance" in actor.roles
    return {
        "sums": billing.totals_of(record),
        "rows": Payout.objects.of_batch(record).for_pages().order_by("due", "part"),
        "funds": AuthorityFunds.objects.of_batch(record).select_related("recorder", "confirmer"),
        "may_order": finance and record.state in {ClaimState.CONFIRMED, ClaimState.PAYING} and any(map(payouts.left_of, lines)),
        "may_record": finance,
    }


PAYMENT = (ClaimState.CONFIRMED, ClaimState.PAYING, ClaimState.PAID, ClaimState.CLOSED)


def blocking_objections(record: Claim) -> Any:
    """The objections that keep the result from being confirmed."""
    if record.notice_id is None or record.state != ClaimState.NOTICED:
        return []
    return Objection.objects.filter(notice__in=PublicNotice.objects.chain(record.notice)).blocking().order_by("number")


@permitted("subsidies.build_claim")
def remove_line(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """Take an application out of a claim that is being assembled."""
    record = find_claim(request, pk)
    line = get_object_or_404(record.lines.filter(released_at=None).select_related("claim", "application"), pk=line_pk)
    if request.method == "POST":
        claims.remove_line(line, by=request.actor)
        return done(request, _("The application was taken out of the claim."), to(request, "office:subsidies:claim", pk))
    return to(request, "office:subsidies:claim", pk)


@permitted("subsidies.move_claim")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Say what an act on the claim will do, ask for what it needs, and do it."""
    record = find_claim(request, pk)
    if act not in CLAIM_ACTS:
        raise Http404
    form = form_for(act, record, request)
    if request.method == "POST" and (form is None or form.is_valid()):
        moved = DOES[act](record, request.actor) if form is None else attempt(form, lambda: DOES[act](record, request.actor, form))
        if moved is not None:
            sentence = _("%(number)s: %(state)s.") % {"number": moved, "state": moved.get_state_display()}
            return done(request, sentence, to(request, "office:subsidies:claim", pk))
    label = next(move.label for move in CLAIM_MOVES if move.act == act)
    context = {"claim": record, "form": form, "act": act, "label": label, "effects": effects(record, act)}
    template = f"subsidies/office/{TEMPLATES.get(act, 'claim_act')}.html"
    return render(request, template, context)


FORMS: dict[str, Any] = {
    "unseal": NoteForm,
    "file": ScanForm,
    "record_receipt": ReplyForm,
    "record_return": ReturnReplyForm,
    "abandon": NoteForm,
    "confirm_record": TotalForm,
    "reject_record": NoteForm,
    "record_notice": RecordedNoticeForm,
    "withdraw_notice": NoteForm,
}
TEMPLATES = {"record_decision": "claim_decision", "revise": "claim_decision"}


def form_for(act: str, record: Claim, request: HttpRequest) -> Any:
    """The form that the act needs, or None."""
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    if act == "record_decision":
        return DecisionForm(claims.standing(record), data, files, initial={"body": record.measure.issuer})
    if act == "revise":
        return ReviseForm(revisions.open_grounds(record), claims.standing(record), data, files, initial={"body": record.measure.issuer})
    if act in {"record_receipt", "record_return"}:
        return FORMS[act](data, files, initial={"body": record.measure.issuer})
    return FORMS[act](data, files) if act in FORMS else None


def reply_of(given: dict[str, Any], actor: Any) -> Any:
    """Keep the paper and write down whose it is and of when, as a ReplyForm gives it."""
    document = upload(given["file"], "official_reply", "file", actor)
    names = ("body", "number", "dated_on", "received_on")
    return record_reply(document, **{name: given[name] for name in names}, by=actor)


def upload(file: Any, kind: str, field: str, actor: Any) -> Document:
    from incubator.core.errors import BusinessError

    try:
        return attach_upload(file, kind=kind, by=actor)
    except BusinessError as error:
        error.field = field
        raise


def line_replies(form: DecisionForm) -> list[LineReply]:
    """What the form says of each line, as the service takes it."""
    given, replies = form.cleaned_data, []
    for line in form.lines:
        verdict = given[f"verdict_{line.pk}"]
        decided = {ClaimLine.Verdict.APPROVED: line.amount, ClaimLine.Verdict.CUT: given[f"decided_{line.pk}"]}.get(verdict, 0)
        reason = None if verdict == ClaimLine.Verdict.APPROVED else given[f"reason_{line.pk}"]
        replies.append(LineReply(line, verdict, decided, reason, given[f"words_{line.pk}"]))
    return replies


def in_one(act: Any) -> Any:
    """Paper and act in one transaction: a refusal leaves nothing half written."""
    from django.db import transaction

    return transaction.atomic(act)


@in_one
def _file(record: Claim, actor: Any, form: Any) -> Claim:
    return claims.file_claim(record, scan=upload(form.cleaned_data["scan"], "signed_scan", "scan", actor), by=actor)


@in_one
def _receipt(record: Claim, actor: Any, form: Any) -> Claim:
    return decisions.record_receipt(record, reply_of(form.cleaned_data, actor), by=actor)


@in_one
def _return(record: Claim, actor: Any, form: Any) -> Claim:
    return decisions.record_return(record, reply_of(form.cleaned_data, actor), note=form.cleaned_data["note"], by=actor)


@in_one
def _decision(record: Claim, actor: Any, form: Any) -> Claim:
    return decisions.record_claim_decision(record, reply_of(form.cleaned_data, actor), line_replies(form), by=actor)


@in_one
def _recorded_notice(record: Claim, actor: Any, form: Any) -> Claim:
    given = form.cleaned_data
    scan = upload(given["file"], "official_reply", "file", actor)
    return claim_notices.record_claim_notice(record, published_on=given["published_on"], link=given["link"], scan=scan, by=actor)


@in_one
def _revise(record: Claim, actor: Any, form: Any) -> Claim:
    given = form.cleaned_data
    ground = revisions.Ground(given["basis"], reply_of(given, actor), given["note"], given["objection"])
    return revisions.record_revision(record, ground, line_replies(form), by=actor).claim


DOES: dict[str, Any] = {
    "seal": lambda record, actor: claims.seal_claim(record, by=actor),
    "unseal": lambda record, actor, form: claims.unseal_claim(record, note=form.cleaned_data["note"], by=actor),
    "file": _file,
    "record_receipt": _receipt,
    "record_return": _return,
    "reopen": lambda record, actor: claims.reopen_claim(record, by=actor),
    "abandon": lambda record, actor, form: claims.abandon_claim(record, note=form.cleaned_data["note"], by=actor),
    "record_decision": _decision,
    "confirm_record": lambda record, actor, form: decisions.confirm_claim_decision(record, total=form.cleaned_data["total"], by=actor),
    "reject_record": lambda record, actor, form: decisions.reject_claim_decision(record, note=form.cleaned_data["note"], by=actor),
    "publish_notice": lambda record, actor: claim_notices.publish_claim_notice(record, by=actor),
    "record_notice": _recorded_notice,
    "withdraw_notice": lambda record, actor, form: claim_notices.withdraw_claim_notice(record, note=form.cleaned_data["note"], by=actor),
    "renotice": lambda record, actor: claim_notices.renotice_claim(record, by=actor),
    "skip_notice": lambda record, actor: claim_notices.skip_claim_notice(record, by=actor),
    "confirm_result": lambda record, actor: claim_notices.confirm_claim_result(record, by=actor),
    "revise": _revise,
    "close": lambda record, actor: payouts.close_claim(record, by=actor),
}


def effects(record: Claim, act: str) -> list[str]:
    """What will happen, before it happens."""
    return {
        "seal": [
            _("The lines and the total are frozen; the claim gets its number and verification code."),
            _("The PDF is printed. A manager or owner other than you files it."),
        ],
        "unseal": [_("The printed PDF becomes void; the number stays. Lines can be changed again.")],
        "file": [_("The claim counts as sent to the authority; the time outside begins.")],
        "record_receipt": [_("The authority has taken the claim in.")],
        "record_return": [_("The claim comes back and can be corrected in a new revision.")],
        "reopen": [_("A new revision begins. The old PDF is kept.")],
        "abandon": [_("The claim ends; its applications wait for another one.")],
        "record_decision": [_("Nothing takes effect before a second person has confirmed your record.")],
        "confirm_record": [
            _("Each line gets its decision record with your name, and each applicant is told."),
            _("Refused months and invoices can be claimed again."),
            _("What was granted is committed in the budget line that pays; without money there it is refused."),
        ],
        "reject_record": [_("The record is deleted and must be written anew; your note tells why.")],
        "publish_notice": [_("Names, programmes and amounts are shown to the public for the days that the measure orders.")],
        "record_notice": [
            _("The days are counted from the day on which the authority published its notice."),
            _("The list is shown here too, with the way to the authority's notice; objections go to the authority."),
        ],
        "withdraw_notice": [
            _("Your reason stands in place of the notice. The claim needs a new notice, whose days begin anew."),
            _("Objections against it stay open and are answered all the same."),
        ],
        "renotice": [_("Only the lines that a new decision has changed are put on notice, with days of their own.")],
        "skip_notice": [_("The result is confirmed at once.")],
        "confirm_result": [_("The notice is closed. The amounts can be paid out.")],
        "revise": [_("Nothing takes effect before a second person has confirmed your record.")],
        "close": [_("The claim is finished: everything that came for it was passed on, and each receiver said so.")],
    }[act]


@permitted("subsidies.view_claim")
def paper(request: HttpRequest, pk: int, which: str) -> HttpResponse:
    """A paper of the claim: the PDF for the authority, the public copy, the signed scan, receipt or reply."""
    record = find_claim(request, pk)
    papers = {
        "pdf": record.document,
        "public": record.public_document,
        "signed": record.signed_scan,
        "receipt": record.receipt.document if record.receipt else None,
        "reply": record.reply.document if record.reply else None,
    }
    document = papers.get(which)
    if document is None:
        raise Http404
    return serve_file(document, by=request.actor, inline="inline" in request.GET)
