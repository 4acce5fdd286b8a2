"""Which papers a programme asks for (lifecycles.md 4): the default lists, and what an edition may never drop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from incubator.documents.models import DocumentKind as D
from incubator.policy.models import Kind, Payee

# Invoice and bank slip are used once anywhere: the check against double payment stands on them.
NEVER_DROPPED = {
    Kind.RENT: frozenset({D.INVOICE, D.BANK_SLIP}),
    Kind.BROADBAND: frozenset({D.INVOICE, D.BANK_SLIP}),
    Kind.SOFTWARE: frozenset({D.INVOICE, D.BANK_SLIP}),
    Kind.CONTEST: frozenset({D.INVOICE, D.BANK_SLIP}),
}
NEVER_ASKED = frozenset({D.OFFICIAL_REPLY, D.SIGNED_SCAN, D.MEASURE, D.TABLE, D.PAPER})  # papers of the office, not of an applicant
_PAID = ((D.INVOICE, True), (D.BANK_SLIP, True), (D.PLEDGE, True))
_DEFAULTS = {
    (Kind.RENT, Payee.TENANT): ((D.LICENCE, True), (D.LEASE, True), *_PAID, (D.CATEGORY_PROOF, False), (D.ROSTER, False)),
    (Kind.RENT, Payee.SPACE): ((D.LICENCE, True), (D.LEASE, True), (D.TITLE, True), *_PAID, (D.PASS_THROUGH, True)),
    (Kind.BROADBAND, Payee.TENANT): ((D.LICENCE, True), (D.LINE_CONTRACT, True), *_PAID, (D.CATEGORY_PROOF, False)),
    (Kind.BROADBAND, Payee.SPACE): ((D.LICENCE, True), (D.LINE_CONTRACT, True), *_PAID, (D.PASS_THROUGH, True)),
    (Kind.SOFTWARE, Payee.TENANT): ((D.LICENCE, True), (D.SOFTWARE_LICENCE, True), *_PAID, (D.CATEGORY_PROOF, False)),
    (Kind.SOFTWARE, Payee.SPACE): ((D.LICENCE, True), (D.SOFTWARE_LICENCE, True), *_PAID, (D.PASS_THROUGH, True)),
    (Kind.ONE_OFF, Payee.PERSON): (
        (D.LICENCE, True), (D.CATEGORY_PROOF, True), (D.TRAINING, True), (D.ROSTER, True), (D.PLEDGE, True), (D.LEASE, False),
    ),
    (Kind.SOCIAL_INSURANCE, Payee.TENANT): (
        (D.LICENCE, True), (D.LABOUR_CONTRACT, True), (D.GRADUATION, True), (D.ROSTER, True), (D.BANK_SLIP, False), (D.PLEDGE, True),
    ),
    (Kind.INTERNSHIP, Payee.TENANT): (
        (D.LICENCE, True), (D.INTERNSHIP, True), (D.GRADUATION, True), (D.BANK_SLIP, False), (D.PLEDGE, True), (D.LABOUR_CONTRACT, False),
    ),
    (Kind.CONTEST, Payee.SPACE): ((D.LICENCE, False), (D.ACTIVITY, True), *_PAID),
    (Kind.CAPITAL_GRANT, Payee.SPACE): ((D.LICENCE, True), (D.RECOGNITION, True), (D.TITLE, True), (D.EVALUATION, False), (D.PLEDGE, True)),
    (Kind.STIPEND, Payee.SPACE): ((D.LICENCE, True), (D.ENGAGEMENT, True), (D.GRADUATION, True), (D.ROSTER, False), (D.PLEDGE, True)),
    (Kind.INVESTOR_REWARD, Payee.OTHER): ((D.LICENCE, True), (D.INVESTMENT, True), (D.BANK_SLIP, True), (D.PLEDGE, True)),
}  # fmt: skip


def default_evidence(kind: str, payee: str) -> list[dict[str, Any]]:
    """The list of papers for this kind and payee, as an edition keeps it."""
    rows = _DEFAULTS.get((Kind(kind), Payee(payee)), ())
    return [{"item": str(item.value), "required": required, "note": ""} for item, required in rows]


def askable(evidence: Iterable[dict[str, Any]]) -> list[D]:
    """What an edition can ask for: the papers of its list in their order, then every other paper of an applicant."""
    listed = [D(row["item"]) for row in evidence if row.get("item") in D.values]
    return [*dict.fromkeys([*listed, *(item for item in D if item not in NEVER_ASKED)])]


def as_papers(evidence: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The list with the names of the papers in the reader's language, for pages."""
    return [row | {"label": D(row["item"]).label if row.get("item") in D.values else row.get("item")} for row in evidence]


def dropped(kind: str, evidence: Iterable[dict[str, Any]]) -> list[str]:
    """Papers that this kind must ask for and the list does not."""
    asked = {row.get("item") for row in evidence if row.get("required")}
    return [str(D(item).label) for item in D if item in NEVER_DROPPED.get(Kind(kind), ()) and item not in asked]


def unknown(evidence: Iterable[dict[str, Any]]) -> list[str]:
    """Items that are no kind of document."""
    return [str(row.get("item")) for row in evidence if row.get("item") not in D.values]
