"""Open data of grants, shaped like the 360Giving standard: who got how much from which programme, by which clause.

Only results whose public notice has ended without an open objection, and with the amounts that stood on it. A firm is
named with its code; a natural person only while the notice that a clause orders can still be read, by the masked name,
with that clause beside it. Accounts, phones, identity numbers and categories are in no line, and what looks like one
keeps its line back (policy.md h)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from incubator.core.templatetags.fuhua import quarter as quarter_words
from incubator.policy.masking import personal_data
from incubator.policy.models import BudgetEntry, Decider
from incubator.subsidies.models import ClaimLine, RevisedLine
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.snapshots import public_party

logger = logging.getLogger(__name__)
SCHEMA, VERSION = "fuhua.opengrants.v1", "1.1"  # the version of the 360Giving shape that the names come from
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CURRENCY = "CNY"
FINAL = ("confirmed", "paying", "paid", "closed")  # a claim from its confirmed result on


@dataclass(frozen=True)
class Published:
    """The grants that may be published now, and how many lines were kept back by the gate."""

    grants: list[dict[str, Any]]
    withheld: int


def lines_on_notice() -> Any:
    """Granted lines of claims whose result was confirmed after a public notice, but for those that a later decision
    changed and no notice shows yet."""
    unseen = RevisedLine.objects.filter(line=OuterRef("pk"), revision__state="confirmed", revision__noticed_at=None)
    rows = ClaimLine.objects.filter(
        released_at=None, decided__gt=0, claim__state__in=FINAL, claim__notice__isnull=False, claim__notice__state="closed",
        claim__notice__last_day__lt=timezone.localdate(),
    )  # fmt: skip
    # Read in steps by their keys: in one statement of twenty tables PostgreSQL finds no good order to join them.
    return rows.exclude(Exists(unseen)).select_related("claim__notice", "claim__reply", "decision", "application").prefetch_related(
        "claim__notice__citation__clause__document", "organisation", "application__organisation", "application__startup",
        "application__founder", "application__investor", "application__edition__programme__citation__clause__document",
    ).order_by("claim__notice__published_on", "claim_id", "position", "pk")  # fmt: skip


def published(organisation: Any) -> Published:
    """Every grant that may be published now."""
    paid = _paid_amounts()
    found, withheld = [], 0
    for line in lines_on_notice():
        if _is_person(line) and not line.claim.notice.is_readable:
            continue  # the notice has left the site, and the person's name with it
        grant = grant_of(line, organisation, paid.get(line.application_id, Decimal("0.00")))
        if personal_data(grant):
            withheld += 1
            logger.warning("open grants: line %s of claim %s holds what looks like personal data and was kept back", line.pk, line.claim_id)
        else:
            found.append(grant)
    return Published(found, withheld)


def _paid_amounts() -> dict[int, Decimal]:
    """What was paid for each application, in one query."""
    entries = BudgetEntry.objects.filter(subject_type="subsidies.subsidyapplication").paid_by_subject()
    return {subject: Decimal(net).quantize(Decimal("0.01")) for subject, net in entries.values_list("subject_id", "net") if subject is not None}


def _is_person(line: ClaimLine) -> bool:
    return line.application.founder_id is not None  # an investor is a body with a code


def grant_of(line: ClaimLine, organisation: Any, paid: Decimal) -> dict[str, Any]:
    """One grant. Amounts are yuan as text with two decimals: a number of JSON would lose fen."""
    case, claim = line.application, line.claim
    programme, quarter = case.edition.programme, Quarter(case.period)
    identifier = f"fuhua-{organisation.slug}-{case.number}"
    return {
        "id": identifier,
        "title": f"{programme.name} · {quarter_words(case.period)}",
        "description": f"{claim.number} · {case.edition.name}",
        "currency": CURRENCY,
        "amountAppliedFor": str(line.amount),
        "amountAwarded": str(line.decided),
        "amountDisbursed": str(paid),
        "awardDate": str(claim.reply.dated_on if claim.reply else timezone.localdate(line.decision.at)),
        "plannedDates": [{"startDate": str(quarter.first_day), "endDate": str(quarter.last_day)}],
        **_recipient(line, identifier),
        "fundingOrganization": [_funder(line, organisation)],
        "grantProgramme": [{"code": programme.kind, "title": programme.name}],
        "legalBasis": [_clause(programme.citation)],
        "publicNotice": {
            "publishedOn": str(claim.notice.published_on), "lastDay": str(claim.notice.last_day), "orderedBy": _clause(claim.notice.citation),
        },
        "dateModified": timezone.localtime(line.decision.at).isoformat(timespec="seconds"),
        "dataSource": settings.SITE_URL + reverse("open:data", args=[organisation.slug]),
    }  # fmt: skip


def _recipient(line: ClaimLine, identifier: str) -> dict[str, Any]:
    """The firm with its code, or the person by the masked name with the words that order the publication."""
    party = public_party(line.application)
    if _is_person(line):
        return {"recipientIndividual": [{"id": f"{identifier}-person", "name": party["name"]}], "publicationOrderedBy": _clause(line.claim.notice.citation)}
    return {"recipientOrganization": [{"id": _code(party["uscc"], party["name"]), "name": party["name"]}]}


def _funder(line: ClaimLine, organisation: Any) -> dict[str, str]:
    """The authority whose reply granted it, or the operator where it decides from its own money."""
    body = line.claim.reply.body if line.claim.reply else ""
    if line.application.edition.decider == Decider.OPERATOR or not body:
        return {"id": _code(organisation.uscc, organisation.name), "name": organisation.name}
    return {"id": _code("", body), "name": body}


def _code(uscc: str, name: str) -> str:
    """The identifier of an organisation: its unified social credit code, else one made of its name."""
    return f"CN-USCC-{uscc}" if uscc else f"fuhua-org-{sha256(name.encode()).hexdigest()[:12]}"


def _clause(citation: Any) -> dict[str, str]:
    document = citation.clause.document
    return {"document": str(document.number or document.title), "clause": str(citation.clause.path), "quote": str(citation.quote)}


def package(organisation: Any, found: Published) -> dict[str, Any]:
    """The file: what it is, who publishes it under which licence, and the grants."""
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "license": LICENCE,
        "publisher": {"id": _code(organisation.uscc, organisation.name), "name": organisation.name},
        "issued": timezone.localtime().isoformat(timespec="seconds"),
        "grants": found.grants,
    }


HEAD = (
    "Identifier", "Title", "Description", "Currency", "Amount Applied For", "Amount Awarded", "Amount Disbursed", "Award Date",
    "Planned Dates:Start Date", "Planned Dates:End Date", "Recipient Org:Identifier", "Recipient Org:Name",
    "Recipient Ind:Identifier", "Recipient Ind:Name", "Publication Ordered By", "Funding Org:Identifier", "Funding Org:Name",
    "Grant Programme:Code", "Grant Programme:Title", "Legal Basis:Document", "Legal Basis:Clause", "Legal Basis:Quote",
    "Public Notice:Published On", "Public Notice:Last Day", "Last modified",
)  # fmt: skip


def csv_rows(found: Published) -> Iterator[list[str]]:
    """The same grants as a flat table, with the column names of the standard where it has them."""
    nobody = {"id": "", "name": ""}
    for one in found.grants:
        (firm,), (person,) = one.get("recipientOrganization", [nobody]), one.get("recipientIndividual", [nobody])
        ordered = one.get("publicationOrderedBy")
        (funder,), (programme,), (basis,), (dates,) = one["fundingOrganization"], one["grantProgramme"], one["legalBasis"], one["plannedDates"]
        yield [
            *(one[name] for name in ("id", "title", "description", "currency", "amountAppliedFor", "amountAwarded", "amountDisbursed", "awardDate")),
            dates["startDate"], dates["endDate"], firm["id"], firm["name"], person["id"], person["name"],
            f"{ordered['document']} {ordered['clause']} {ordered['quote']}" if ordered else "", funder["id"], funder["name"],
            programme["code"], programme["title"], basis["document"], basis["clause"], basis["quote"],
            one["publicNotice"]["publishedOn"], one["publicNotice"]["lastDay"], one["dateModified"],
        ]  # fmt: skip
