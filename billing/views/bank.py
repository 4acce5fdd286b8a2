"""The office's pages of the bank: how the money stands, the accounts, and files in steps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.bank_forms import AccountChangeForm, AccountForm, ColumnsForm, ImportForm
from billing.bank_health import health as health_of
from billing.bankfile import FIELDS, chosen_columns, headings
from billing.models import BankAccount, Statement
from billing.services import statements as acts
from billing.states import STATEMENT_MOVES, StatementState
from incubator.core.errors import Conflict
from incubator.core.pieces import Figure, way
from incubator.core.refusals import attempt, status_of
from incubator.core.templatetags.fuhua import may
from incubator.core.views import link, paginate, permitted, to

SHOWN = 10  # movements of the preview


@permitted("billing.read_bank")
def health(request: HttpRequest) -> HttpResponse:
    """How the money stands with the bank, and what waits for whom."""
    found = health_of()
    counts, lines = found["counts"], link(request, "office:bank:lines")
    figures = [
        Figure(_("In suspense"), f"{found['suspense']:,.2f}", _("yuan"), _("came in and is not matched yet"), "amber" if found["suspense"] else "", f"{lines}?state=open"),
        Figure(_("Matches proposed"), counts["proposed"], "", _("to be looked at and ticked"), "", link(request, "office:bank:decide")),
        Figure(_("Nothing proposed"), counts["imported"] + counts["suspense"], "", _("to be matched by hand"), "", f"{lines}?state=imported"),
        Figure(_("Awaiting a second person"), counts["waiting"], "", _("nothing is booked before that"), "", link(request, "office:bank:second")),
    ]
    return render(request, "billing/bank/health.html", {**found, "figures": figures})


@permitted("billing.read_bank")
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account with its last balance, and the files that were brought."""
    files = Statement.objects.select_related("account", "document", "importer")
    context = {"accounts": BankAccount.objects.order_by("-is_active", "name"), "page": paginate(request, files)}
    return render(request, "billing/bank/accounts.html", context)


@permitted("billing.import_statement")
def account_add(request: HttpRequest) -> HttpResponse:
    """Add an account of the organisation."""
    form = AccountForm(request.POST or None)
    if form.is_valid():
        added = attempt(form, acts.add_account, by=request.actor, **form.cleaned_data)
        if added:
            messages.success(request, _("%(account)s is added. Import its first file next.") % {"account": added})
            return to(request, "office:bank:accounts")
    return form_page(request, form, _("Add a bank account"))


@permitted("billing.import_statement")
def account_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct how an account is called, or stop using it."""
    found = get_object_or_404(BankAccount, pk=pk)
    form = AccountChangeForm(request.POST or None, initial={"name": found.name, "bank": found.bank, "is_active": found.is_active})
    if form.is_valid() and attempt(form, acts.change_account, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("The account is changed."))
        return to(request, "office:bank:accounts")
    return form_page(request, form, str(found))


def form_page(request: HttpRequest, form: Any, title: str, **further: Any) -> HttpResponse:
    context = {"form": form, "title": title, "cancel": link(request, "office:bank:accounts"), **further}
    return render(request, "billing/bank/form.html", context, status=status_of(form))


def steps_at(place: str, *, stopped: bool = False) -> Any:
    return way([("file", _("Choose the file")), ("look", _("Compare and choose the columns")), ("done", _("Imported"))], place, stopped=stopped)


@permitted("billing.import_statement")
def upload(request: HttpRequest) -> HttpResponse:
    """The first step: choose the account and its file. Nothing is taken in yet."""
    form = ImportForm(request.POST or None, request.FILES or None, initial={"account": request.GET.get("account", "")})
    if form.is_valid():
        data = form.cleaned_data
        draft = attempt(form, acts.look_at, data["account"], data["file"], by=request.actor)
        if draft:
            return to(request, "office:bank:statement", draft.pk)
    context = {"steps": steps_at("file"), "submit": _("Look at the file"), "lead": _("CSV or XLSX, as the bank exports it. You see what it holds before anything is taken in.")}
    return form_page(request, form, _("Import a bank file"), has_accounts=BankAccount.objects.filter(is_active=True).exists(), **context)


@permitted("billing.read_bank")
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """A file: while it is a draft, what it would bring and the second click; afterwards what it brought."""
    found = get_object_or_404(Statement.objects.select_related("account", "document", "importer"), pk=pk)
    if found.state != StatementState.DRAFT:
        context = {"statement": found, "steps": steps_at("" if found.state == StatementState.IMPORTED else "look", stopped=found.state == StatementState.DROPPED)}
        return render(request, "billing/bank/statement.html", context)
    return draft_page(request, found)


def draft_page(request: HttpRequest, draft: Statement) -> HttpResponse:
    """The second step. “Look again” reads the file by the chosen columns, “Import” takes it in."""
    rows = acts.rows_of(draft)
    kept = chosen_columns(rows, draft.account.columns)
    mine = may(request.actor, "billing.import_statement")
    data = request.POST if request.method == "POST" and mine else None
    form = ColumnsForm(headings(rows, draft.account.columns), data, initial=kept)
    good = form.is_bound and form.is_valid()
    columns = form.columns() if good else kept
    if good and request.POST.get("act") == "import" and attempt(form, acts.import_statement, draft, columns, by=request.actor):
        return imported(request, draft)
    context = {"statement": draft, "form": form, "steps": steps_at("look"), "mine": mine, **looked(draft, columns, rows), "fields": FIELDS}
    return render(request, "billing/bank/draft.html", context, status=status_of(form))


def looked(draft: Statement, columns: dict[str, str], rows: Any) -> dict[str, Any]:
    """What the page shows of the file."""
    look = acts.examine(draft, draft.account, columns, rows)
    moved = look.found.movements
    zero = Decimal("0.00")
    return {
        "look": look, "fresh": len(look.fresh), "shown": moved[:SHOWN], "more": max(len(moved) - SHOWN, 0), "count": len(moved),
        "incoming": sum((one.amount for one in moved if one.amount > 0), zero), "outgoing": -sum((one.amount for one in moved if one.amount < 0), zero),
    }  # fmt: skip


def imported(request: HttpRequest, draft: Statement) -> HttpResponse:
    done = Statement.objects.get(pk=draft.pk)
    text = ngettext("%(new)d line is new, %(known)d were known already.", "%(new)d lines are new, %(known)d were known already.", done.added)
    messages.success(request, text % {"new": done.added, "known": done.repeated})
    return to(request, "office:bank:decide") if done.added else to(request, "office:bank:statement", done.pk)


@permitted("billing.import_statement")
def statement_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a file up that was only looked at."""
    found = get_object_or_404(Statement.objects.select_related("account", "document"), pk=pk)
    if request.method == "POST":
        acts.drop_statement(found, by=request.actor)
        messages.success(request, _("The file is dropped. Nothing of it was taken in."))
        return to(request, "office:bank:accounts")
    if found.state not in {state for move in STATEMENT_MOVES if move.act == "drop" for state in move.sources}:
        raise Conflict(_("Only a file that was not imported yet can be dropped."))
    context = {"title": _("Drop the file"), "lead": str(found), "submit": _("Drop the file"), "effects": [_("Nothing of it is taken in. The file itself stays among the papers.")],
               "back": link(request, "office:bank:statement", pk), "danger": True}  # fmt: skip
    return render(request, "billing/bank/act.html", context)
