"""Acts on texts: take a document in, clause by clause, and cite words of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incubator.core.errors import BusinessError, Conflict
from incubator.policy.models import Citation, Clause, PolicyDocument
from incubator.policy.quotes import QuoteNotFoundError, digest, find_quote


@dataclass(frozen=True)
class ClauseText:
    """One clause as it is read from a file: its number ("九"), chapter, title and words."""

    path: str
    chapter: str
    title: str
    text: str


@transaction.atomic
def load_document(slug: str, clauses: Sequence[ClauseText], *, text_sha256: str, **fields: Any) -> PolicyDocument:
    """Take a text in with its clauses. Reading the same text again changes nothing.

    Outside a context it is shipped for everybody; inside, it belongs to the organisation.
    Raises Conflict when another text already has this address, or a clause differs from the stored one."""
    document = PolicyDocument.objects.filter(slug=slug).first()
    if document is None:
        document = PolicyDocument.objects.create(slug=slug, text_sha256=text_sha256, **fields)
        stored: dict[str, Clause] = {}
    else:
        stored = {clause.path: clause for clause in document.clauses.all()}
        if {path: one.text_sha256 for path, one in stored.items()} != {one.path: digest(one.text) for one in clauses}:
            raise Conflict(
                _("There is already a text “%(slug)s” with other words. Give the new one its own address and say what it "
                  "supersedes.") % {"slug": slug}
            )
    for ordinal, clause in enumerate(clauses, 1):
        if clause.path not in stored:
            _load_clause(document, clause, ordinal)
    return document


def _load_clause(document: PolicyDocument, clause: ClauseText, ordinal: int) -> None:
    if not clause.text.strip():
        raise BusinessError(_("Clause %(path)s of “%(title)s” has no words.") % {"path": clause.path, "title": document})
    Clause.objects.create(
        document=document, path=clause.path, ordinal=ordinal, chapter=clause.chapter, title=clause.title,
        text=clause.text, text_sha256=digest(clause.text),
    )


def cite(clause: Clause, quote: str) -> Citation:
    """Words of a clause, by their place. Raises QuoteNotFoundError when they do not stand there."""
    span = find_quote(clause.text, quote)
    if span is None:
        raise QuoteNotFoundError(
            _("The words “%(quote)s” do not stand in %(clause)s. Copy them from the clause.")
            % {"quote": quote[:80], "clause": clause},
            field="quote",
        )
    words = clause.text[slice(*span)]
    place = {"clause": clause, "char_from": span[0], "char_to": span[1]}
    return Citation.objects.filter(**place).first() or Citation.objects.create(**place, quote=words)
