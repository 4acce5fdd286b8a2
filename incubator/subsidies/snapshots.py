"""What the papers of subsidies say: plain strings gathered from rows at the moment of sealing.

The schemas fuhua.claim.v1 and fuhua.receipt.v1 are written down in docs/papers.md. Papers are Chinese official
forms: their words are Chinese in every language of the site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from incubator.core.canonical import canonical
from incubator.core.money import amount_in_words, yuan
from incubator.core.periods import Month
from incubator.policy.models import ReasonCode
from incubator.subsidies.assessment import line_key, why
from incubator.subsidies.editions import basis_citations
from incubator.subsidies.kinds import SubsidyKind, kind_named
from incubator.subsidies.models import ApplicationLine, Claim, ClaimLine, SubsidyApplication
from incubator.subsidies.passthrough import pass_through_check
from incubator.subsidies.rosters import ROSTERS
from incubator.tenants.masking import masked_name

NOTHING = Decimal("0.00")
EXAMPLE = "示例"
PLEDGE = (
    "所填内容及所附材料真实、合法、有效，同一支出未重复申领其他财政资金。",
    "补贴资金专款专用；如有虚报、冒领，愿退回全部补贴资金，并承担相应法律责任，接受信用惩戒。",
    "同意主管部门核验登记、社会保险、纳税、发票及银行付款信息。",
)
OPINIONS = (
    ("申报单位", "以上内容属实，申请按政策给予补贴。", "法定代表人（签字）"),
    ("运营机构审核意见", "", "审核人（签字）"),
    ("主管部门意见", "", "负责人（签字）"),
    ("财政部门意见", "", "负责人（签字）"),
)


PAID_TO = {
    "tenant": "由主管部门直接拨付至名册所列企业账户。",
    "person": "由主管部门直接拨付至名册所列本人账户。",
    "other": "由主管部门直接拨付至名册所列投资企业账户。",
}


def snapshot_digest(snapshot: dict[str, Any]) -> str:
    """SHA-256 of the claim data, as it stands in the footer of every page."""
    return sha256(canonical(snapshot).encode()).hexdigest()


def verify_url(organisation: Any, code: str) -> str:
    """The public address that tells whether a paper is genuine."""
    return f"{settings.SITE_URL}/verify/{organisation.slug}/{code}/"


def claim_snapshot(claim: Claim, lines: Sequence[ClaimLine]) -> dict[str, Any]:
    """Everything that the claim's paper says, as plain strings: schema fuhua.claim.v1."""
    with translation.override("zh-hans"):
        rows = [row for line in lines for row in application_rows(line.application)]
        for number, row in enumerate(rows, 1):
            row["no"] = str(number)
        return {
            "schema": "fuhua.claim.v1",
            "shape": claim.payee,
            "number": claim.number,
            "revision": str(claim.revision),
            "made_on": str(timezone.localdate(claim.sealed_at)),
            "watermark": EXAMPLE if any(line.application.edition.is_example for line in lines) else "",
            "period": period_of(claim),
            "applicant": applicant_of(claim, lines),
            "account": account_of(claim),
            "paid_to": paid_to(claim),
            "programme": programme_of(claim, lines),
            "basis": basis_of(lines),
            "head_lease": head_lease_of(lines),
            "lines": rows,
            "by_item": item_totals(rows),
            "totals": totals_of(claim, rows),
            "why": [reason for line in lines for reason in why_of(line.application, rows)],
            "cuts": cuts_of(rows),
            "pass_through": pass_through_of(claim, lines),
            "roster": ROSTERS[claim.payee](lines),
            "evidence": evidence_of(lines),
            "pledge": list(PLEDGE),
            "levels": [{"title": title, "prompt": prompt, "signer": signer} for title, prompt, signer in OPINIONS],
            "verify": {"code": claim.verify_code, "url": verify_url(claim.organisation, claim.verify_code)},
        }


def period_of(claim: Claim) -> dict[str, str]:
    quarter = claim.quarter
    label = f"{quarter.year}年第{'一二三四'[quarter.number - 1]}季度"
    return {"label": label, "first": str(quarter.first_day), "last": str(quarter.last_day)}


def applicant_of(claim: Claim, lines: Sequence[ClaimLine]) -> dict[str, str]:
    organisation, site = claim.organisation, lines[0].application.site
    return {
        "name": organisation.name,
        "uscc": organisation.uscc,
        "legal_representative": organisation.legal_representative,
        "contact": organisation.contact_name,
        "phone": organisation.contact_phone,
        "address": organisation.address,
        "site": site.name,
        "site_kind": str(site.get_kind_display()),
        "recognition": site.recognised_title,
        "recognised_on": "",
    }


def account_of(claim: Claim) -> dict[str, str]:
    """The account that is paid: the organisation's own at space level; at tenant level each firm's in the roster."""
    organisation = claim.organisation
    if claim.payee != "space":
        return {"holder": "", "bank": "", "number": ""}
    return {"holder": organisation.name, "bank": organisation.bank_name, "number": organisation.bank_account}


def paid_to(claim: Claim) -> str:
    return PAID_TO.get(claim.payee, "")


def programme_of(claim: Claim, lines: Sequence[ClaimLine]) -> dict[str, str]:
    kinds = dict.fromkeys(line.application.kind for line in lines)
    editions = dict.fromkeys(line.application.edition.name for line in lines)
    return {
        "name": titles_of(kind_named(kind) for kind in kinds),
        "edition": "；".join(editions),
        "authority": claim.measure.issuer,
    }


def titles_of(kinds: Iterable[SubsidyKind]) -> str:
    """The programmes by name: 房租、宽带网络补贴、创业活动补助."""
    named: dict[str, list[str]] = {}
    for kind in kinds:
        named.setdefault(kind.money, []).append(kind.item)
    return "、".join("、".join(items) + money for money, items in named.items())


def basis_of(lines: Sequence[ClaimLine]) -> list[dict[str, str]]:
    """The clauses that authorise the money, each once, with the quoted words."""
    found: dict[int, dict[str, str]] = {}
    for line in lines:
        for citation in basis_citations(line.application.edition):
            found.setdefault(citation.pk, basis_row(citation))
    return list(found.values())


def basis_row(citation: Any) -> dict[str, str]:
    clause = citation.clause
    return {
        "title": f"《{clause.document.title}》",
        "document": clause.document.number,
        "clause": clause.label,
        "quote": citation.quote,
        "says": "" if clause.organisation_id else "授权条款，本身未定补贴金额。",
    }


def head_lease_of(lines: Sequence[ClaimLine]) -> dict[str, str] | None:
    head = next((line.application.head_lease for line in lines if line.application.head_lease), None)
    if head is None:
        return None
    return {
        "landlord": head.landlord,
        "address": head.site.address,
        "area": str(head.area),
        "unit_rent": str(head.unit_rent),
        "first_day": str(head.starts_on),
        "last_day": str(head.ends_on),
        "title_deed": "见佐证材料目录",
    }


def application_rows(application: SubsidyApplication) -> list[dict[str, str]]:
    """The rows of one application in the list of costs: one per month or invoice, the cut ones too."""
    lines = application.lines.select_related("reason", *ApplicationLine.SOURCES).prefetch_related("fapiao__slips")
    return [line_row(application, line) for line in lines]


def line_row(application: SubsidyApplication, line: ApplicationLine) -> dict[str, str]:
    reason = line.reason.code if line.reason else formula_reason(application, line)
    kind = kind_named(application.kind)
    return {
        "application": application.number,
        "party": party_of(application, line),
        "person": "yes" if application.founder_id else "",
        "item": kind.item,
        **kind.paper_row(line),
        "paid": str(line.paid),
        "claimed": str(line.assessed),
        "approved": "",
        "code": reason,
        "note": line.cut_note,
        "key": line.key,
    }


def party_of(application: SubsidyApplication, line: ApplicationLine) -> str:
    """Whose line it is: the person, the investor, the startup; for the organisation's own cost the seller."""
    party = application.founder or application.investor or application.startup
    if party is None:
        return line.fapiao.seller_name if line.fapiao else application.organisation.name
    return str(party.name)


def formula_reason(application: SubsidyApplication, line: ApplicationLine) -> str:
    """The code that the formula gave this line, if any."""
    for row in application.trace.get("result", {}).get("lines", []):
        if line_key(row) == line.key:
            return row.get("reason") or ""
    return ""


def item_totals(rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    totals = []
    for item in dict.fromkeys(row["item"] for row in rows):
        own = [row for row in rows if row["item"] == item]
        totals.append({"item": item, "lines": str(len(own)), "paid": str(sum_of(own, "paid")), "claimed": str(sum_of(own, "claimed"))})
    return totals if len(totals) > 1 else []


def sum_of(rows: Sequence[dict[str, str]], key: str) -> Decimal:
    return sum((Decimal(row[key]) for row in rows), NOTHING)


def totals_of(claim: Claim, rows: Sequence[dict[str, str]]) -> dict[str, str]:
    claimed = sum_of(rows, "claimed")
    if claimed != claim.total:
        raise ValueError(f"claim {claim.pk}: rows add up to {claimed}, the claim says {claim.total}")
    return {
        "paid": str(sum_of(rows, "paid")),
        "claimed": str(claimed),
        "claimed_words": amount_in_words(claimed),
        "cut": "",
        "approved": "",
        "approved_words": "",
    }


def why_of(application: SubsidyApplication, rows: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """"为什么是这个金额" of one application: the stored steps with the words of the clauses."""
    own = [row["no"] for row in rows if row["application"] == application.number]
    steps = []
    for step in why(application)[:-1]:
        source = step["source"]
        steps.append(
            {
                "no": str(step["number"]),
                "label": step["label"]["zh"],
                "expression": step["expression"],
                "result": step["result"],
                "clause": source["text"],
                "quote": source["quote"],
            }
        )
    title = f"{application.applicant_name} · {kind_named(application.kind).item}（{application.number}）"
    spans = own[0] if len(own) == 1 else f"{own[0]}–{own[-1]}"
    return [{"title": title, "lines": spans, "amount": str(application.assessed), "steps": steps}]


def cuts_of(rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Every row that was cut or refused, with the reason in words and how to put it right."""
    codes = {code.code: code for code in ReasonCode.objects.filter(code__in=[row["code"] for row in rows if row["code"]])}
    return [cut_row(row, codes.get(row["code"])) for row in rows if row["code"]]


def cut_row(row: dict[str, str], code: Any) -> dict[str, str]:
    return {
        "line": row["no"],
        "code": row["code"],
        "label": code.zh if code else row["code"],
        "before": row["paid"],
        "after": row["claimed"],
        "sentence": f"{row['party']} {row['month']} {row['item']}：{code.zh if code else row['code']}。{row['note']}",
        "clause": str(code.clause) if code and code.clause else "",
        "quote": "",
        "fix": code.who_fixes_zh if code else "",
    }


def pass_through_of(claim: Claim, lines: Sequence[ClaimLine]) -> dict[str, Any] | None:
    """The table that shows whether the relief reached the tenants; only for the costs of clause 九 at space level."""
    costs = [line.application for line in lines if kind_named(line.application.kind).passes_on]
    if claim.payee != "space" or not costs:
        return None
    application = costs[0]
    check = pass_through_check(application.edition, application.site, claim.quarter, claim.total)
    demanded = "实施版本未规定传导比例，下表仅供核对" if check.demanded is None else f"实施版本要求减免合计不低于 {yuan(check.demanded)} 元"
    return {
        "sentence": f"逐户逐月列示本期所申报场地的公布标准租金与实收租金之差。{demanded}。",
        "rows": check.rows,
        "relief": str(check.relief),
        "subsidy": str(claim.total),
        "verdict": "未作要求" if check.demanded is None else "符合" if check.holds else "不符合",
    }


def evidence_of(lines: Sequence[ClaimLine]) -> list[dict[str, Any]]:
    """The index of papers: each file once, with the digest of its bytes and whether an officer found it good."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        for evidence in line.application.evidence.select_related("document"):
            document = evidence.document
            row = {
                "name": f"{evidence.get_item_display()}：{document.title}",
                "issuer": document.issuer,
                "period": line.application.period,
                "pages": str(document.pages or ""),
                "sha256": document.sha256,
                "checked": evidence.verdict == "good",
            }
            found.setdefault(document.sha256, row)
    return [{"no": str(number), **row} for number, row in enumerate(found.values(), 1)]


def body_of(application: SubsidyApplication) -> Any:
    """The body with a credit code that stands behind an application: the investor, the startup, else the organisation."""
    return application.investor or application.startup or application.organisation


def receipt_snapshot(application: SubsidyApplication) -> dict[str, Any]:
    """Everything that the receipt says: schema fuhua.receipt.v1."""
    owner = body_of(application)
    with translation.override("zh-hans"):
        evidence = application.evidence.select_related("document")
        months = [str(Month.of(line.month)) for line in application.lines.all() if line.month]
        return {
            "schema": "fuhua.receipt.v1",
            "number": application.number,
            "organisation": application.organisation.name,
            "watermark": EXAMPLE if application.edition.is_example else "",
            "applicant": {"name": application.founder.name if application.founder else owner.name, "uscc": owner.uscc},
            "programme": {"name": application.edition.programme.name, "edition": application.edition.name},
            "received_at": f"{timezone.localtime(application.submitted_at):%Y-%m-%d %H:%M}",
            "submitted_by": application.preparer.name if application.preparer else "",
            "months": months or [str(month) for month in application.quarter.months],
            "claimed": str(application.claimed),
            "claimed_words": amount_in_words(application.claimed),
            "evidence": [
                {
                    "no": str(number),
                    "name": f"{row.get_item_display()}：{row.document.title}",
                    "issuer": row.document.issuer,
                    "period": "",
                    "pages": str(row.document.pages or ""),
                    "sha256": row.document.sha256,
                    "checked": False,
                }
                for number, row in enumerate(evidence, 1)
            ],
            "next": [
                "运营机构专员核对材料；材料有误的，退回并说明如何补正。",
                "另一名运营主管复核后，由财务汇总向主管部门申报。",
                "主管部门的决定作出后，在本平台和通知中告知结果、金额和理由。",
            ],
            "verify": {"code": application.verify_code, "url": verify_url(application.organisation, application.verify_code)},
        }


def public_party(application: SubsidyApplication) -> dict[str, str]:
    """Who is named on a public list: a natural person with the name masked, and without the company's code."""
    if application.founder is not None:
        return {"name": masked_name(application.founder.name), "uscc": ""}
    return {"name": application.applicant_name, "uscc": body_of(application).uscc}


def notice_rows(claim: Claim, lines: Sequence[ClaimLine]) -> dict[str, Any]:
    """The masked rows of the public notice: firm, programme, quarter, amount. No person, no account.

    `lines` are those that it announces; a line that a new decision brought to nothing stands there with 0.00."""
    return {
        "period": claim.period,
        "measure": str(claim.measure),
        "rows": [
            {
                **public_party(line.application),
                "programme": kind_named(line.application.kind).item,
                "kind": line.application.kind,
                "amount": str(line.decided),
            }
            for line in lines
        ],
        "total": str(sum((line.decided or NOTHING for line in lines), NOTHING)),
    }
