"""Acts on bank accounts and their files: add, change, look at a file, take it in or drop it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from billing.bankfile import MOST_SENTENCES, Movement, Parsed, is_this_account, numbers_named, parse
from billing.models.bank import BankAccount, BankLine, Statement
from billing.models.ledger import Account
from billing.querysets import reference
from billing.services.ledger import BATCH, Posting, credit, debit, post_all
from billing.services.proposals import propose_matches
from billing.states import STATEMENT_MOVES
from incubator.accounts.actors import Actor
from incubator.core.encryption import blind_index
from incubator.core.errors import BusinessError
from incubator.core.money import yuan
from incubator.core.refusals import clash
from incubator.core.tables import BadTable, Row, read_table
from incubator.documents.services import keep_table
from incubator.journal.services import lock, make_move, moving, record


@transaction.atomic
def add_account(*, by: Actor, **fields: Any) -> BankAccount:
    """Add an account of the organisation; its number is kept encrypted."""
    account = BankAccount(**fields)
    with clash("bank_account_once", _("This account is listed already."), field="number"):
        account.save()
    record("add_account", account, by=by)
    return account


@transaction.atomic
def change_account(account: BankAccount, *, name: str, bank: str, is_active: bool, by: Actor) -> BankAccount:
    """Correct how an account is called, or stop using it. Its number never changes: another number is another account."""
    current = lock(account)
    before = {"name": current.name, "bank": current.bank, "is_active": current.is_active}
    current.name, current.bank, current.is_active = name, bank, is_active
    current.save()
    changed = {key: value for key, value in before.items() if getattr(current, key) != value}
    record("change_account", current, by=by, before=changed)
    return current


@transaction.atomic
def look_at(account: BankAccount, upload: UploadedFile, *, by: Actor) -> Statement:
    """Keep an uploaded file as a draft, so that it can be looked at before anything is taken in.

    Raises BadTable at `file` when it is no table, BusinessError for an account that is out of use."""
    if not account.is_active:
        raise BusinessError(_("This account is out of use. Put it into use again before you import its file."), field="account")
    body = upload.read()
    read_table(body)
    document = keep_table(body, name=upload.name or "statement", by=by)
    statement = Statement.objects.create(account=account, document=document, importer=by.user)
    record("look_at", statement, by=by)
    return statement


def rows_of(statement: Statement) -> list[Row]:
    """The rows of the file as text."""
    return read_table(statement.document.read())


def parsed(statement: Statement, columns: Mapping[str, str] | None = None) -> Parsed:
    """What the draft's file holds, read by these columns or those kept for the account."""
    return parse(rows_of(statement), statement.account.columns if columns is None else columns)


@dataclass(frozen=True)
class Look:
    """A file before it is taken in: what it says, which of it is new, the gap to the last known balance, what is wrong."""

    found: Parsed
    fresh: list[BankLine] = field(default_factory=list)
    known: int = 0
    gap: Decimal | None = None
    problems: tuple[str, ...] = ()


def examine(statement: Statement, account: BankAccount, columns: Mapping[str, str], rows: list[Row] | None = None) -> Look:
    """Read the file and compare it with what the account knows. Writes nothing; a handful of queries for any length."""
    rows = rows_of(statement) if rows is None else rows
    found = parse(rows, columns)
    problems = list(found.problems) or _of_another_account(rows, columns, account)
    if problems:
        return Look(found, problems=tuple(problems))
    lines = _lines(statement, account, found)
    fresh, wrong = _split(account, lines)
    wrong += _twice(found.movements) + _on_another_account(account, lines)
    repeated = len(lines) - len(fresh)
    follows = fresh and account.closing is not None and found.opening is not None and not repeated
    gap = found.opening - account.closing if follows else None
    return Look(found, fresh, repeated, gap, tuple(wrong[:MOST_SENTENCES]))


@transaction.atomic
def import_statement(statement: Statement, columns: Mapping[str, str], *, by: Actor) -> Statement:
    """Take the lines in, all or none. Lines that are known already add nothing; each new one is booked to suspense.

    Raises BadTable with the problems; a gap to the last known balance is kept on the statement, not refused."""
    account = lock(statement.account)
    look = examine(statement, account, columns)
    if look.problems:
        raise BadTable(" ".join(look.problems))
    found = look.found
    with moving(statement, STATEMENT_MOVES, "import", by=by) as taken:
        fresh = BankLine.objects.bulk_create(look.fresh, batch_size=BATCH)
        post_all([_posting(line) for line in fresh], by=by)
        taken.first_day, taken.last_day = found.movements[0].day, found.movements[-1].day
        taken.opening, taken.closing = found.opening, found.closing
        taken.added, taken.repeated, taken.gap = len(fresh), look.known, look.gap
    account.columns = {name: title for name, title in columns.items() if title}
    if account.closing_on is None or taken.last_day >= account.closing_on:
        account.closing, account.closing_on = taken.closing, taken.last_day
    account.save()
    propose_matches(BankLine.objects.filter(statement=taken))
    return taken


def drop_statement(statement: Statement, *, by: Actor) -> Statement:
    """Give a file up that was only looked at; nothing of it was taken in."""
    return make_move(statement, STATEMENT_MOVES, "drop", by=by)


def _lines(statement: Statement, account: BankAccount, found: Parsed) -> list[BankLine]:
    return [
        BankLine(
            organisation_id=account.organisation_id, statement=statement, account=account, row=movement.row, day=movement.day, amount=movement.amount,
            payer=movement.payer, payer_account=movement.payer_account, summary=movement.summary, purpose=movement.purpose,
            balance=movement.balance, serial=movement.serial, fingerprint=movement.fingerprint(), occurrence=movement.occurrence,
            payer_index=blind_index(movement.payer_account, purpose="bank_account") if movement.payer_account else "",
        )
        for movement in found.movements
    ]  # fmt: skip


def _split(account: BankAccount, lines: list[BankLine]) -> tuple[list[BankLine], list[str]]:
    """The lines that are new, by the bank's serial number, else by what they read and which of its equals they are; and
    what is wrong with those that are known: the bank does not give one serial number to two amounts."""
    same = BankLine.objects.filter(account=account)
    serials = dict(same.filter(serial__in={line.serial for line in lines if line.serial}).values_list("serial", "amount"))
    prints = set(same.filter(serial="", fingerprint__in={line.fingerprint for line in lines if not line.serial}).values_list("fingerprint", "occurrence"))
    fresh = [line for line in lines if (line.serial not in serials if line.serial else (line.fingerprint, line.occurrence) not in prints)]
    wrong = [
        _("Row %(row)d: serial number %(serial)s was imported before over %(before)s yuan, now the file says %(now)s. The file was changed.")
        % {"row": line.row, "serial": line.serial, "before": yuan(serials[line.serial]), "now": yuan(line.amount)}
        for line in lines
        if line.serial and line.serial in serials and serials[line.serial] != line.amount
    ]
    return fresh, wrong


def _twice(movements: tuple[Movement, ...]) -> list[str]:
    """One serial number on two rows: then this column is not the serial number, or a row was copied."""
    seen: dict[str, int] = {}
    found = []
    for movement in movements:
        if movement.serial and movement.serial in seen:
            found.append(
                _("Row %(row)d: serial number %(serial)s stands in row %(first)d already. Choose another column for the serial number, or none.")
                % {"row": movement.row, "serial": movement.serial, "first": seen[movement.serial]}
            )
        seen.setdefault(movement.serial, movement.row)
    return found


def _of_another_account(rows: list[Row], columns: Mapping[str, str], account: BankAccount) -> list[str]:
    """The file names an account, and it is not this one."""
    named = numbers_named(rows, columns)
    if not named or any(is_this_account(number, account.number) for number in named):
        return []
    return [_("The file names account …%(tail)s, but you chose %(account)s. Choose the account that the file belongs to.") % {"tail": sorted(named)[0][-4:], "account": account}]


def _on_another_account(account: BankAccount, lines: list[BankLine]) -> list[str]:
    """The same movement, with its balance or serial number, stands on another account of ours: the file is that one's."""
    telling = Q(balance__isnull=False) | Q(serial__in={line.serial for line in lines if line.serial})
    same = BankLine.objects.exclude(account=account).filter(telling, fingerprint__in={line.fingerprint for line in lines})
    there = same.select_related("account").first()
    if there is None:
        return []
    return [_("These movements were imported for %(account)s before. Choose the account that the file belongs to.") % {"account": there.account}]


def _posting(line: BankLine) -> Posting:
    """The bank account is what the bank says; what it was for is decided later."""
    sides = [debit(Account.BANK, line.amount), credit(Account.SUSPENSE, line.amount)]
    return Posting("bank.line", sides, key=reference(line), text=str(line), day=line.day, about=reference(line))
