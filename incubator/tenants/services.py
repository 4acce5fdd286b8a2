"""Acts on startups: register, change, people, payee account, incubation agreement, papers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor, system
from incubator.core.encryption import blind_index
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.refusals import clash
from incubator.documents.models import Document, DocumentKind
from incubator.documents.services import attach_upload
from incubator.journal.models import Entry
from incubator.journal.services import lock, make_move, next_number, record
from incubator.tenants.models import AccountVerification, Agreement, Founder, Startup, StartupDocument
from incubator.tenants.states import AGREEMENT_MOVES, STARTUP_MOVES, StartupState

ACCOUNT_FIELDS = ("bank_name", "bank_account")


@transaction.atomic
def register_startup(*, by: Actor, **fields: Any) -> Startup:
    """Put a startup on file. Raises Conflict at `uscc` when this credit code is on file already."""
    startup = Startup(**fields)
    if any(fields.get(name) for name in ACCOUNT_FIELDS):
        startup.account_entered_by = by.user
    with clash("startup_uscc_once", _uscc_taken(startup), field="uscc"):
        startup.save()
    record("register", startup, by=by)
    return startup


@transaction.atomic
def change_startup(startup: Startup, *, by: Actor, version: int, **fields: Any) -> Startup:
    """Correct what is on file. `version` is the one that the person saw when they began.

    A changed payee account is unverified again. Raises Conflict when somebody saved in between (it says what), or at
    `uscc` when another startup has this credit code."""
    locked = lock(startup)
    if locked.version != version:
        raise Conflict(_stale(locked, version), code="stale")
    changed = [name for name, value in fields.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, fields[name])
    if set(changed) & set(ACCOUNT_FIELDS):
        locked.account_entered_by, locked.account_verified_by, locked.account_verified_on = by.user, None, None
    locked.version += 1
    with clash("startup_uscc_once", _uscc_taken(locked), field="uscc"):
        locked.save()
    record("change", locked, by=by, fields=changed, version=locked.version)
    return locked


def _uscc_taken(startup: Startup) -> str:
    return _("The credit code %(uscc)s is on file already. Search for it and open that startup.") % {
        "uscc": startup.uscc
    }


def _stale(startup: Startup, version: int) -> str:
    """Who changed what since this version, in one sentence."""
    entries = Entry.objects.about(startup).filter(act="change", facts__version__gt=version).select_related("user")
    names = {name for entry in entries for name in entry.facts["fields"]}
    labels = "、".join(str(Startup._meta.get_field(name).verbose_name) for name in sorted(names))
    return _(
        "%(person)s has changed this page since you opened it (%(fields)s). Your entries are still here: "
        "compare them and save again to keep them."
    ) % {"person": entries[0].user if entries else _("Somebody"), "fields": labels or "—"}


@transaction.atomic
def verify_account(startup: Startup, *, by: Actor, method: str) -> Startup:
    """Confirm, as a second person, that the payee account is the one on the bank's own paper. `method`: how.

    Raises BusinessError without an account, NotAllowed for the person who entered it (four eyes)."""
    locked = lock(startup)
    if not locked.bank_account:
        raise BusinessError(_("There is no bank account to verify. Enter it first."))
    if locked.account_entered_by_id is None or locked.account_entered_by_id == by.user.pk:
        raise NotAllowed(_("You entered this account, so another person must verify it (four eyes)."))
    AccountVerification.objects.create(
        startup=locked, bank_name=locked.bank_name, account_tail=locked.bank_account_tail, method=method,
        account_index=blind_index(locked.bank_account, purpose="account"),
        entered_by=locked.account_entered_by, verified_by=by.user,
    )  # fmt: skip
    locked.account_verified_by, locked.account_verified_on = by.user, timezone.localdate()
    locked.save()
    record("verify_account", locked, by=by, note=method, account_tail=locked.bank_account_tail)
    return locked


@transaction.atomic
def add_founder(startup: Startup, *, by: Actor, **fields: Any) -> Founder:
    """Add a founder or member. Raises Conflict when the person, or their sign-in account, is listed already."""
    founder = Founder(startup=startup, **fields)
    listed = _("This person is listed already. Change the entry instead of adding another.")
    with (
        clash("founder_person_once", listed, field="resident_id"),
        clash("founder_user_once", listed, field="user"),
        clash("founder_certificate_once", _("Another person of this startup has this certificate. Compare the number with the paper."), field="category_number"),
    ):
        founder.save()
    record("add_founder", startup, by=by, founder=founder.pk, role=founder.role)
    return founder


@transaction.atomic
def draft_agreement(startup: Startup, *, by: Actor, starts_on: date, ends_on: date) -> Agreement:
    """Begin an incubation agreement. Raises BusinessError at `ends_on` when it ends before it starts."""
    if ends_on < starts_on:
        raise BusinessError(_("The last day lies before the first. Change one of them."), field="ends_on")
    agreement = Agreement.objects.create(startup=startup, starts_on=starts_on, ends_on=ends_on, drafter=by.user)
    record("draft", agreement, by=by)
    return agreement


def send_agreement(agreement: Agreement, *, by: Actor) -> Agreement:
    """Send the draft for signature. It receives its number."""
    with transaction.atomic():
        year = timezone.localdate().year
        number = agreement.number or f"XY-{year}-{next_number('XY', year=year):06d}"
        return make_move(agreement, AGREEMENT_MOVES, "send", by=by, number=number)


def cancel_agreement(agreement: Agreement, *, by: Actor, note: str) -> Agreement:
    """Drop a draft."""
    return make_move(agreement, AGREEMENT_MOVES, "cancel", by=by, note=note)


@transaction.atomic
def countersign_agreement(
    agreement: Agreement, *, by: Actor, upload: UploadedFile | None = None, document: Document | None = None
) -> Agreement:
    """Put the agreement in force, with the scan that bears both signatures. The startup is admitted.

    Raises NotAllowed for the drafter (four eyes)."""
    if upload is not None:
        paper = add_document(agreement.startup, upload, kind=DocumentKind.AGREEMENT, by=by, title=agreement.number)
        document = paper.document
    if document is None:
        raise BusinessError(_("Attach the agreement with both signatures."), field="file")
    signed = make_move(agreement, AGREEMENT_MOVES, "countersign", by=by, document=document)
    startup = signed.startup
    if startup.state != StartupState.INCUBATED:
        settled = startup.settled_on or signed.starts_on
        make_move(startup, STARTUP_MOVES, "admit", by=system(by.organisation), settled_on=settled)
    return signed


@transaction.atomic
def sign_agreement(
    startup: Startup, *, drafted_by: Actor, countersigned_by: Actor, starts_on: date, ends_on: date, document: Document
) -> Agreement:
    """The whole way of an agreement that exists on paper: draft and send by one person, countersign by another."""
    agreement = draft_agreement(startup, by=drafted_by, starts_on=starts_on, ends_on=ends_on)
    agreement = send_agreement(agreement, by=drafted_by)
    return countersign_agreement(agreement, by=countersigned_by, document=document)


@transaction.atomic
def add_document(
    startup: Startup, upload: UploadedFile, *, kind: str, by: Actor, title: str = "", **fields: Any
) -> StartupDocument:
    """Put a paper into the startup's vault. Raises BadUpload with the sentence for the field `file`."""
    document = attach_upload(upload, kind=kind, by=by, title=title, **fields)
    return StartupDocument.objects.create(startup=startup, document=document)


@transaction.atomic
def keep_document(startup: Startup, document: Document) -> StartupDocument:
    """Put a document that is stored already into the startup's vault."""
    return StartupDocument.objects.get_or_create(document=document, defaults={"startup": startup})[0]


@transaction.atomic
def withdraw_document(paper: StartupDocument, *, by: Actor) -> StartupDocument:
    """Take a paper out of the vault's lists. The file stays: sealed claims may name it."""
    locked = lock(paper)
    locked.withdrawn_at = locked.withdrawn_at or timezone.now()
    locked.save()
    record("withdraw_document", locked.startup, by=by, document=locked.document_id)
    return locked
