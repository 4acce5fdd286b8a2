"""The roster of a claim 名册: each payee once with account and claimed sum, in full, for the authority."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from incubator.core.money import yuan
from incubator.subsidies.models import ClaimLine, SubsidyApplication
from incubator.subsidies.payees import payee_of

NOTHING = Decimal("0.00")


def roster_of(lines: Sequence[ClaimLine]) -> list[dict[str, str]]:
    """Each firm once, with what it claims in all; full, for the authority."""
    by_firm: dict[int, list[SubsidyApplication]] = {}
    for line in lines:
        if line.application.startup_id:
            by_firm.setdefault(line.application.startup_id, []).append(line.application)
    return [firm_row(str(number), own) for number, own in enumerate(by_firm.values(), 1)]


def firm_row(number: str, own: Sequence[SubsidyApplication]) -> dict[str, str]:
    firm = own[0].startup
    founder = firm.founders.filter(role="founder").order_by("pk").first()
    lease = next((application.lease for application in own if application.lease), None)
    rent = next((application.facts for application in own if application.kind == "rent"), {})
    room = lease.lines.filter(space__isnull=False).select_related("space").first() if lease else None
    slips = [slip.reference for application in own for line in application.lines.all() if line.fapiao for slip in line.fapiao.slips.all()]
    before = firm.applications.granted().sum_of("assessed")
    return {
        "no": number,
        "name": firm.name,
        "uscc": firm.uscc,
        "claimed": str(sum((application.assessed for application in own), NOTHING)),
        "settled_on": str(firm.settled_on or ""),
        "founder": founder.name if founder else "",
        "category": str(founder.get_category_display()) if founder and founder.category != "none" else "",
        "certificate": founder.category_number if founder else "",
        "room": room.space.code if room else "",
        "area": rent.get("area", ""),
        "unit_rent": rent.get("unit_rent", ""),
        "lease_from": str(lease.starts_on) if lease else "",
        "lease_to": str(lease.last_day) if lease else "",
        "employees": "",
        "insured": "",
        "received_before": f"¥{yuan(before)}" if before else "",
        "slips": "、".join(dict.fromkeys(slips)),
        "bank": firm.bank_name,
        "account": firm.bank_account,
    }


def people_of(lines: Sequence[ClaimLine]) -> list[dict[str, str]]:
    """Each founder who is granted something as a person, for the authority: the public copy leaves them out."""
    return [person_row(str(number), line.application) for number, line in enumerate(lines, 1)]


def person_row(number: str, application: SubsidyApplication) -> dict[str, str]:
    founder, firm, payee = application.founder, application.startup, payee_of(application)
    return {
        **dict.fromkeys(ROW, ""),
        "no": number,
        "person": "yes",
        "name": f"{founder.name}　{founder.masked_resident_id}　{firm.name}",
        "uscc": firm.uscc,
        "claimed": str(application.assessed),
        "settled_on": str(firm.settled_on or ""),
        "category": str(founder.get_category_display()) if founder.category != "none" else "",
        "certificate": founder.category_number,
        "bank": payee.bank,
        "account": payee.number,
    }


def investors_of(lines: Sequence[ClaimLine]) -> list[dict[str, str]]:
    """Each investor once, with its account."""
    by_investor: dict[int, list[SubsidyApplication]] = {}
    for line in lines:
        by_investor.setdefault(line.application.investor_id, []).append(line.application)
    return [investor_row(str(number), own) for number, own in enumerate(by_investor.values(), 1)]


def investor_row(number: str, own: Sequence[SubsidyApplication]) -> dict[str, str]:
    investor, payee = own[0].investor, payee_of(own[0])
    claimed = sum((application.assessed for application in own), NOTHING)
    return {
        **dict.fromkeys(ROW, ""), "no": number, "name": investor.name, "uscc": investor.uscc, "claimed": str(claimed),
        "bank": payee.bank, "account": payee.number,
    }  # fmt: skip


ROW = (
    "settled_on", "founder", "category", "certificate", "room", "area", "unit_rent", "lease_from", "lease_to", "employees",
    "insured", "received_before", "slips",
)  # fmt: skip
ROSTERS: dict[str, Callable[[Sequence[ClaimLine]], list[dict[str, str]]]] = {
    "tenant": roster_of, "person": people_of, "other": investors_of, "space": lambda _lines: [],
}  # fmt: skip
