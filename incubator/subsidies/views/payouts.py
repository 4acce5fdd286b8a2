"""The office's pages of payouts: what waits, one payment with every step, the way through the bank."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from billing.models import AuthorityFunds, BankLine, Bill, Payout, PayoutFile, Way
from billing.payoutfile import payment_heading, payment_row
from billing.services import funds as funds_acts
from billing.services import payout_files
from billing.services import payouts as billing
from billing.services.payouts import Proof
from billing.states import FUNDS_MOVES, PAYOUT_MOVES, PayoutState
from incubator.accounts.proof import proved_again
from incubator.core.exports import csv_answer, xlsx_answer
from incubator.core.listing import asked_choice, asked_words
from incubator.core.pieces import Filter
from incubator.core.refusals import attempt, status_of
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import attach_upload, serve_file
from incubator.policy.models import Decider
from incubator.subsidies.forms import NoteForm
from incubator.subsidies.models import ClaimLine, Clawback
from incubator.subsidies.payout_forms import (
    AmountForm,
    CreditForm,
    FundsForm,
    OrderForm,
    ProofForm,
    ResultsForm,
    TypedForm,
)
from incubator.subsidies.services import payouts
from incubator.subsidies.services.claims import standing
from incubator.subsidies.services.payees import verify_corrected
from incubator.subsidies.views.shared import buttons, done, events_of, find_claim

QUEUES = ("to_approve", "to_record", "to_confirm", "to_send")


def queue_words() -> list[tuple[str, str]]:
    """The queues of the list, in the order of the way."""
    return [
        ("to_approve", _("To approve")), ("to_record", _("The authority is to pay")), ("to_confirm", _("Payment to confirm")), ("to_send", _("To send to the bank")),
        *((state.value, str(state.label)) for state in (PayoutState.SENT, PayoutState.RETURNED, PayoutState.PAID, PayoutState.CANCELLED)),
    ]  # fmt: skip


def queued(queue: str) -> Any:
    rows = Payout.objects.for_pages()
    return getattr(rows, queue)() if queue in QUEUES else rows.filter(state=queue) if queue else rows


@permitted("subsidies.view_payout")
def payout_list(request: HttpRequest) -> HttpResponse:
    """Every payout, by what waits; what can go into the next bank file; the files made so far."""
    words = queue_words()
    queue = asked_choice(request, "queue", [key for key, _word in words])
    rows = queued(queue).matching(asked_words(request))
    context = {
        "page": paginate(request, rows),
        "filters": [Filter("queue", _("What waits"), words)],
        "queues": [{"key": key, "label": label, "count": queued(key).count()} for key, label in words if key not in {"paid", "cancelled"}],
        "files": PayoutFile.objects.select_related("maker")[:5],
        "to_send": payout_files.waiting_for_bank(),
        "may_bank": "finance" in request.actor.roles,  # type: ignore[attr-defined]
    }
    return render(request, "subsidies/office/payouts.html", context)


def find(pk: int) -> Payout:
    return get_object_or_404(Payout.objects.for_pages().select_related("slip", "bank_line", "consent", "bill", "file"), pk=pk)


@permitted("subsidies.view_payout")
def payout(request: HttpRequest, pk: int) -> HttpResponse:
    """One payout: amount, account, every step with its person, and what can be done now."""
    found = find(pk)
    application = payouts.application_of(found)
    context = {
        "payout": found, "application": application, "claim": payouts.claim_of(found), "events": events_of(request, found, PAYOUT_MOVES),
        "results": found.results.select_related("user", "document"), "transfers": found.transfers.select_related("file"), "acts": buttons(request, found, PAYOUT_MOVES, "payout-act", PAYOUT_ACTS, fits=fits),
        "demand": Clawback.objects.filter(payout=found).first(),
    }  # fmt: skip
    return render(request, "subsidies/office/payout.html", context)


def fits(found: Payout, act: str) -> bool:
    """Whether an act belongs to this kind of payment at this moment; the service decides again."""
    theirs = found.way == Way.AUTHORITY
    return {
        "approve": not theirs, "note_payment": theirs and found.recorder_id is None, "record_paid": found.is_recorded, "reject_payment": found.is_recorded,
        "cancel": not found.is_recorded, "credit": found.due.startup_id is not None,
    }.get(act, True)  # fmt: skip


PAYOUT_ACTS = ("approve", "cancel", "note_payment", "record_paid", "reject_payment", "credit", "correct_account")


@permitted("subsidies.move_payout")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Say what an act on the payout will do, ask for what it needs, and do it."""
    found = find(pk)
    if act not in PAYOUT_ACTS:
        raise Http404
    form = payout_form(act, found, request)
    if request.method == "POST" and form.is_valid() and attempt(form, DOES[act], found, form.cleaned_data, request.actor):  # type: ignore[attr-defined]
        return done(request, _("%(number)s: done.") % {"number": found.number}, to(request, "office:subsidies:payout", pk))
    label = next(move.label for move in PAYOUT_MOVES if move.act == act)
    context = {"form": form, "label": label, "effects": effects(act), "back": link(request, "office:subsidies:payout", pk), "subject": found,
               "lead": f"{found.payee_name} · {found.net:,.2f}", "danger": act == "cancel"}  # fmt: skip
    return render(request, "subsidies/office/payment_act.html", context, status=status_of(form))


def free_lines(incoming: bool = True) -> Any:
    """Lines of our statements that nobody has decided on."""
    rows = BankLine.objects.undecided().exclude(state="waiting")
    return rows.incoming() if incoming else rows.filter(amount__lt=0)


def payout_form(act: str, found: Payout, request: HttpRequest) -> Any:
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    if act == "note_payment":
        return ProofForm(free_lines() if found.due.is_own else BankLine.objects.none(), data, files)
    if act == "credit":
        return CreditForm(Bill.objects.open().filter(startup=found.due.startup_id), data, files)
    plain = {"cancel": NoteForm, "reject_payment": NoteForm, "record_paid": AmountForm, "correct_account": TypedForm}
    return plain.get(act, Form)(data)


def proof_of(given: dict[str, Any], actor: Any, kind: str = "bank_slip") -> Proof:
    """The proof that a form brought; an upload is kept."""
    slip = attach_upload(given["slip"], kind=kind, by=actor) if given.get("slip") else None
    return Proof(given["paid_on"], given.get("reference", ""), slip, given.get("line"))


def _credit(found: Payout, given: dict[str, Any], actor: Any) -> Any:
    consent = attach_upload(given["consent"], kind="other", by=actor)
    payee = payouts.payee_for(payouts.application_of(found))
    result = payout_files.credit_to_bill(found, given["bill"], consent, by=actor, payee=payee)
    payouts.after_result(result.payout, result, by=actor)
    return result


def _corrected(found: Payout, given: dict[str, Any], actor: Any) -> Any:
    verify_corrected(payouts.application_of(found), typed=given["typed"], by=actor)
    return payouts.reorder_payout(found, by=actor)


DOES: dict[str, Any] = {
    "approve": lambda found, _given, actor: payouts.approve_payout(found, by=actor),
    "cancel": lambda found, given, actor: payouts.cancel_payout(found, note=given["note"], by=actor),
    "note_payment": lambda found, given, actor: payouts.note_payment(found, proof_of(given, actor), by=actor),
    "record_paid": lambda found, given, actor: payouts.record_paid(found, amount=given["amount"], by=actor),
    "reject_payment": lambda found, given, actor: billing.reject_payment(found, note=given["note"], by=actor),
    "credit": _credit,
    "correct_account": _corrected,
}


def effects(act: str) -> list[str]:
    """What will happen, before it happens."""
    return {
        "approve": [_("The account is compared with the verified one again."), _("Finance puts it into the next file for the bank.")],
        "cancel": [_("Nothing is paid under this order; its commitment in the budget is released."), _("The applicant reads your reason.")],
        "note_payment": [_("Nothing counts before a manager has compared your record with the slip.")],
        "record_paid": [_("The payment counts from now on: in the budget, in the claim and for the applicant.")],
        "reject_payment": [_("The record is taken out; finance records it anew.")],
        "credit": [_("The money settles the bill instead of going through the bank."), _("The startup's written consent is kept with it.")],
        "correct_account": [_("The account is verified by your second look, and the payment is ordered again with a new key.")],
    }[act]


@permitted("subsidies.order_payout")
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Order what is left of a claim: who pays, which lines, what is set off."""
    record = find_claim(request, pk)
    rows = payouts.payables(record)
    own = any(row.line.application.edition.decider == Decider.OPERATOR for row in rows)
    form = OrderForm(rows, own, request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(form, _order, record, form.cleaned_data, request.actor):  # type: ignore[attr-defined]
        return done(request, _("The payouts are ordered."), to(request, "office:subsidies:claim", pk))
    context = {"claim": record, "form": form, "rows": rows, "sums": billing.totals_of(record), "blocked": [row for row in rows if not row.is_ready]}
    return render(request, "subsidies/office/payout_order.html", context, status=status_of(form))


def _order(record: Any, given: dict[str, Any], actor: Any) -> Any:
    lines = ClaimLine.objects.filter(claim=record, pk__in=given["lines"])
    demands = Clawback.objects.filter(pk__in=given.get("offsets", []))
    return payouts.order_payouts(record, lines, given["way"], offsets=demands, by=actor)


@permitted("subsidies.order_payout")
def funds_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the authority's money for a claim, from a bank line or its slip."""
    record = find_claim(request, pk)
    if not standing(record) or record.decided is None:
        raise Http404
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FundsForm(free_lines(), data, files, initial={"amount": record.decided})
    if request.method == "POST" and form.is_valid() and attempt(form, _funds, record, form.cleaned_data, request.actor):  # type: ignore[attr-defined]
        return done(request, _("Recorded. A manager or owner confirms it."), to(request, "office:subsidies:claim", pk))
    context = {"form": form, "label": _("Record the authority's money"), "back": link(request, "office:subsidies:claim", pk), "subject": record, "lead": str(record),
               "effects": [_("Nothing can be passed on before a second person has confirmed it."), _("It is held as a subsidy to be passed on, never as our income.")]}  # fmt: skip
    return render(request, "subsidies/office/payment_act.html", context, status=status_of(form))


def _funds(record: Any, given: dict[str, Any], actor: Any) -> AuthorityFunds:
    return funds_acts.record_funds(record, given["amount"], proof_of(given, actor), by=actor)


@permitted("subsidies.move_payout")
def funds_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Confirm or reject the receipt of the authority's money, as the second person."""
    found = get_object_or_404(AuthorityFunds.objects.select_related("batch"), pk=pk)
    if act not in {"confirm", "reject"}:
        raise Http404
    form = (AmountForm if act == "confirm" else NoteForm)(request.POST or None)
    service = funds_acts.confirm_funds if act == "confirm" else funds_acts.reject_funds
    claim = int(found.batch.about.rpartition(":")[2])
    if request.method == "POST" and form.is_valid() and attempt(form, service, found, **form.cleaned_data, by=request.actor):  # type: ignore[attr-defined]
        return done(request, _("Confirmed.") if act == "confirm" else _("The record was rejected."), to(request, "office:subsidies:claim", claim))
    label = next(move.label for move in FUNDS_MOVES if move.act == act)
    said = [_("From now on this much can be passed on for the claim, and no more.")] if act == "confirm" else [_("Finance records it anew.")]
    context = {"form": form, "label": label, "effects": said, "back": link(request, "office:subsidies:claim", claim), "subject": found, "lead": str(found.batch)}
    return render(request, "subsidies/office/payment_act.html", context, status=status_of(form))


@permitted("subsidies.view_payout")
def funds_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The slip of the authority's money."""
    found = get_object_or_404(AuthorityFunds.objects.select_related("slip"), pk=pk)
    if found.slip is None:
        raise Http404
    return serve_file(found.slip, by=request.actor, inline="inline" in request.GET)  # type: ignore[attr-defined]


@permitted("subsidies.view_payout")
def paper(request: HttpRequest, pk: int, which: str) -> HttpResponse:
    """The slip of a payment, or the startup's consent to a credit."""
    found = find(pk)
    document = {"slip": found.slip, "consent": found.consent}.get(which)
    if document is None:
        raise Http404
    return serve_file(document, by=request.actor, inline="inline" in request.GET)  # type: ignore[attr-defined]


@permitted("subsidies.bank_file")
def file_make(request: HttpRequest) -> HttpResponse:
    """Put every approved payout into one file for the bank."""
    if request.method != "POST":
        return to(request, "office:subsidies:payouts")
    with transaction.atomic():
        pairs = [(row, payouts.payee_for(payouts.application_of(row))) for row in payout_files.waiting_for_bank()]
        made = payout_files.make_file(pairs, by=request.actor)  # type: ignore[attr-defined]
    return done(request, _("%(file)s is made. Download it, then give it to the bank.") % {"file": made}, to(request, "office:subsidies:payout-file", made.pk))


@permitted("subsidies.view_payout")
def file_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One bank file with its payments, the accounts masked."""
    found = get_object_or_404(PayoutFile.objects.select_related("maker"), pk=pk)
    context = {"file": found, "transfers": found.transfers.select_related("payout__due"), "may_bank": "finance" in request.actor.roles}  # type: ignore[attr-defined]
    return render(request, "subsidies/office/payout_file.html", context)


@permitted("subsidies.bank_file")
@proved_again
def file_download(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The file with full account numbers: after a fresh proof of who asks, and written down."""
    found = get_object_or_404(PayoutFile, pk=pk)
    if kind not in {"xlsx", "csv"}:
        raise Http404
    rows = [payment_row(row) for row in payout_files.taken_out(found, by=request.actor)]  # type: ignore[attr-defined]
    return (xlsx_answer if kind == "xlsx" else csv_answer)(found.number, payment_heading(), rows)


@permitted("subsidies.bank_file")
def results(request: HttpRequest) -> HttpResponse:
    """Take the bank's result list; show row by row what was taken, known, refused."""
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form, answer = ResultsForm(data, files), None
    if request.method == "POST" and form.is_valid():
        actor = request.actor  # type: ignore[attr-defined]
        answer = attempt(form, payout_files.import_results, form.cleaned_data["file"], by=actor,
                         after=lambda row, result: payouts.after_result(row, result, by=actor))  # fmt: skip
    return render(request, "subsidies/office/payout_results.html", {"form": form, "answer": answer}, status=status_of(form))
