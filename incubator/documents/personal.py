"""How long papers are kept."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_noop

from incubator.core.holdings import release
from incubator.core.personal import Outcome, Subject, keep
from incubator.documents.models import Document
from incubator.documents.services import drop_with_file

EVIDENCE = gettext_noop("evidence of applications and payments")
NAMED = gettext_noop("An application or a payment rests on this paper.")
UNTIL_CASE = gettext_noop("as long as the case that names it")


def papers_about(subject: Subject) -> Iterable[Document]:
    """Papers that prove something of the person alone (`tenants.knowing`), not everything that the person uploaded."""
    return Document.objects.filter(pk__in=subject.of("documents.Document")).order_by("pk")


def erase_papers(subject: Subject, really: bool) -> Outcome:
    """Row and file go, unless a case rests on them."""
    goes = stays = 0
    for document in papers_about(subject):
        if can_go(document, really):
            goes += 1
        else:
            stays += 1
    return Outcome(goes, stays, NAMED if stays else "", EVIDENCE if stays else "", UNTIL_CASE if stays else "")


def can_go(document: Document, really: bool) -> bool:
    """Whether nothing but the vault names the paper; with `really` it is gone afterwards."""
    try:
        with transaction.atomic():
            release(document)
            drop_with_file(document)
            if not really:
                transaction.set_rollback(True)
    except ProtectedError:
        return False
    return True


keep("documents.Document", "file", "original_name", "issuer", basis=EVIDENCE,
     period=UNTIL_CASE, then=gettext_noop("kept; a paper taken out of the vault is offered no more"),
     find=papers_about, files=lambda document: [document], erase=erase_papers)  # fmt: skip
