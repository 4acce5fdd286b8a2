"""The startup's page “our money”: what was paid, what comes next, what the bank could not pay, what is demanded back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from billing.models import Payout
from billing.querysets import reference
from billing.services.payouts import confirm_receipt
from incubator.core.refusals import attempt, status_of
from incubator.core.views import permitted, to
from incubator.documents.services import serve_file
from incubator.subsidies.models import Clawback, SubsidyApplication
from incubator.subsidies.payout_forms import CorrectedForm
from incubator.subsidies.services.payees import enter_corrected
from incubator.subsidies.views.shared import done


def mine(request: Any) -> dict[str, SubsidyApplication]:
    """The applications of this person's startups, by the name under which billing knows them."""
    rows = SubsidyApplication.objects.visible_to(request.actor).for_pages()
    return {reference(row): row for row in rows}


def find(request: HttpRequest, pk: int) -> tuple[Payout, SubsidyApplication]:
    """A payout of one's own startups; else 404."""
    known = mine(request)
    found = get_object_or_404(Payout.objects.for_pages().filter(due__about__in=known), pk=pk)
    return found, known[found.due.about]


def next_words(payout: Payout) -> str:
    """What happens next with a payout, for whom it is."""
    words = {
        "approved": _("Next: it goes to the bank."), "sent": _("Next: the bank pays; this takes some days."),
        "bank_returned": _("Next: you correct your bank account."), "cancelled": "",
        "paid": "" if payout.receipt_at else _("Next: you confirm that the money has come."),
    }  # fmt: skip
    if payout.state == "ordered":
        return _("Next: the authority pays to your account.") if payout.way == "authority" else _("Next: a manager approves it.")
    return words[payout.state]


@permitted("subsidies.view_own")
def money(request: HttpRequest) -> HttpResponse:
    """Every payment and every demand, the newest first, each with what happens next."""
    known = mine(request)
    rows = [
        {"payout": row, "application": known[row.due.about], "next": next_words(row)}
        for row in Payout.objects.for_pages().filter(due__about__in=known)
    ]
    demands = Clawback.objects.filter(application__in=known.values()).exclude(state__in=["open", "dropped"]).select_related("application")
    paid = sum(row["payout"].net for row in rows if row["payout"].state == "paid")
    context = {"rows": rows, "demands": demands, "paid": paid, "may_sign": "founder" in request.actor.roles}  # type: ignore[attr-defined]
    return render(request, "subsidies/portal/money.html", context)


@permitted("subsidies.send")
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm that the money has come."""
    found, _application = find(request, pk)
    if request.method == "POST":
        confirm_receipt(found, by=request.actor)  # type: ignore[attr-defined]
        return done(request, _("Thank you. The receipt is confirmed."), to(request, "portal:subsidies:money"))
    return to(request, "portal:subsidies:money")


@permitted("subsidies.send")
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter another account after the bank could not pay."""
    found, application = find(request, pk)
    if found.state != "bank_returned":
        return to(request, "portal:subsidies:money")
    form = CorrectedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("bank_name", "bank_account")}
        if attempt(form, enter_corrected, application, **given, by=request.actor):  # type: ignore[attr-defined]
            return done(request, _("Your new account is noted. An officer compares it with the bank's paper; then the payment is sent again."), to(request, "portal:subsidies:money"))
    return render(request, "subsidies/portal/account.html", {"payout": found, "form": form}, status=status_of(form))


@permitted("subsidies.view_own")
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter of a clawback of one's own startup."""
    demands = Clawback.objects.filter(application__in=SubsidyApplication.objects.visible_to(request.actor)).select_related("document")  # type: ignore[attr-defined]
    found = get_object_or_404(demands, pk=pk)
    if found.document is None:
        raise Http404
    return serve_file(found.document, by=request.actor, inline="inline" in request.GET)  # type: ignore[attr-defined]
