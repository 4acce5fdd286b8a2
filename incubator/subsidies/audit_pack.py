"""The audit pack 审计包: from one paid amount back to the clause, on one printed page (fuhua.audit.v1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone, translation

from billing.models import AuthorityFunds, LedgerEntry, Payout
from billing.querysets import reference
from incubator.core.canonical import canonical
from incubator.core.money import amount_in_words
from incubator.documents.render import render_in_child
from incubator.policy.models import BudgetEntry, Decision
from incubator.subsidies.assessment import why_in
from incubator.subsidies.models import Claim, ClaimLine, Clawback, SubsidyApplication
from incubator.subsidies.snapshots import EXAMPLE, snapshot_digest

CLAUSE_LIMIT = 6
WAYS = {"authority": "主管部门直接拨付", "pass_through": "运营机构转拨（待转补贴款）", "own": "运营机构自有资金"}


def audit_pack(payout: Payout) -> dict[str, Any]:
    """Everything that leads from this payment to its rule, as plain strings; read from the records, computed anew nowhere."""
    application = SubsidyApplication.objects.for_pages().select_related("endorser").get(pk=payout.due.about.rpartition(":")[2])
    claim = Claim.objects.select_related("reply__document", "notice").get(pk=payout.due.batch.about.rpartition(":")[2])
    line = ClaimLine.objects.select_related("decision", "reason").get(claim=claim, application=application, released_at=None)
    funds, clauses = money_of(payout), clauses_of(application)
    with translation.override("zh-hans"):
        return {
            "schema": "fuhua.audit.v1",
            "number": payout.number,
            "organisation": application.organisation.name,
            "watermark": EXAMPLE if application.edition.is_example else "",
            "payment": payment_part(payout),
            "case": case_part(application, claim, line),
            "clauses": clauses,
            "steps": steps_of(application, clauses),
            "trace_sha256": application.trace_sha256,
            "evidence": [
                {"item": row.get_item_display(), "title": row.document.title, "sha256": row.document.sha256, "checked": f"{row.checked_by or '—'}"}
                for row in application.evidence.select_related("document", "checked_by")
            ],
            "persons": list(persons(payout, application, claim, funds)),
            "decision": {"sha256": line.decision.sha256 if line.decision else "", "amount": str(line.decided), "reply": str(claim.reply or ""),
                         "reply_sha256": claim.reply.document.sha256 if claim.reply else "", "dated_on": str(claim.reply.dated_on) if claim.reply else ""},
            "budget": budget_part(application),
            "funds": funds_part(funds),
            "ledger": ledger_part(payout, funds),
            "results": results_part(payout),
            "clawbacks": [f"{row.number} {row.get_state_display()} {row.amount}" for row in Clawback.objects.filter(application=application).exclude(state="open")],
        }


def payment_part(payout: Payout) -> dict[str, str]:
    return {
        "payee": payout.payee_name, "bank": payout.bank_name, "account": payout.masked_account, "account_digest": payout.account_digest,
        "amount": str(payout.amount), "offset": str(payout.offset), "net": str(payout.net), "words": amount_in_words(payout.net), "way": WAYS[payout.way],
        "state": str(payout.get_state_display()), "paid_on": str(payout.paid_on or ""), "reference": payout.reference, "key": payout.key,
    }  # fmt: skip


def case_part(application: SubsidyApplication, claim: Claim, line: ClaimLine) -> dict[str, str]:
    edition = application.edition
    return {
        "application": application.number, "applicant": application.applicant_name, "period": application.period, "programme": edition.programme.name,
        "edition": edition.name, "edition_sha256": getattr(Decision.objects.about(edition).last(), "sha256", ""), "claim": claim.number, "claim_sha256": claim.snapshot_sha256, "line": str(line.position),
        "claimed": str(application.claimed), "assessed": str(application.assessed), "decided": str(line.decided), "evidence_sha256": application.evidence_sha256,
    }  # fmt: skip


def clauses_of(application: SubsidyApplication) -> list[dict[str, str]]:
    """The clauses that the calculation names, each once, with their words."""
    found: dict[str, dict[str, str]] = {}
    for step in why_in(application.trace):
        source = step["source"]
        if source["text"]:
            found.setdefault(source["text"] + source["quote"], {"text": source["text"], "quote": source["quote"]})
    return list(found.values())[:CLAUSE_LIMIT]


def steps_of(application: SubsidyApplication, clauses: list[dict[str, str]]) -> list[dict[str, str]]:
    """The calculation, step by step; `ref` is the place of its clause in the list of clauses."""
    places = {clause["text"] + clause["quote"]: str(place) for place, clause in enumerate(clauses, 1)}
    return [
        {
            "label": step["label"]["zh"], "expression": step["expression"], "result": step["result"], "clause": step["source"]["text"],
            "ref": places.get(step["source"]["text"] + step["source"]["quote"], ""),
        }
        for step in why_in(application.trace)
    ]  # fmt: skip


def persons(payout: Payout, application: SubsidyApplication, claim: Claim, funds: list[AuthorityFunds]) -> Iterator[dict[str, str]]:
    """Two names for every step; the authority's own step names its paper."""
    yield step("申请与初审", application.preparer, application.officer)
    yield step("初审与复核", application.officer, application.endorser)
    yield step("汇总封存与报送", claim.sealer, claim.filer)
    yield step("批复登记与确认", claim.recorder, claim.confirmer)
    if claim.publisher or claim.finisher:
        yield step("公示与结果确认", claim.publisher, claim.finisher or claim.recorder)
    for row in funds:
        yield step("待转补贴款登记与确认", row.recorder, row.confirmer)
    if payout.way == "authority":
        yield step("拨付登记与确认", payout.recorder, payout.confirmer)
    else:
        yield step("拨付提出与批准", payout.orderer, payout.approver)
    if payout.verification:
        yield step("收款账户录入与核验", payout.verification.entered_by, payout.verification.verified_by)
    if claim.payer or claim.closer:
        yield step("拨付下达与结案", claim.payer, claim.closer)


def step(name: str, first: Any, second: Any) -> dict[str, str]:
    return {"step": name, "first": str(first or "—"), "second": str(second or "—")}


def budget_part(application: SubsidyApplication) -> list[dict[str, str]]:
    rows = BudgetEntry.objects.about(application).select_related("line__programme", "user").order_by("pk")
    return [
        {"line": str(row.line), "kind": row.get_kind_display(), "amount": str(row.amount), "key": row.key, "day": f"{timezone.localtime(row.at):%Y-%m-%d}", "by": str(row.user or "—")}
        for row in rows
    ]


def money_of(payout: Payout) -> list[AuthorityFunds]:
    """The authority's money from which a payment is passed on; none where nothing is passed on."""
    if payout.way != "pass_through":
        return []
    rows = AuthorityFunds.objects.counting().filter(batch=payout.due.batch_id)
    return list(rows.select_related("slip", "bank_line", "recorder", "confirmer").order_by("pk"))


def funds_part(funds: list[AuthorityFunds]) -> list[dict[str, str]]:
    """The receipt of that money, with its bank line or the hash of its slip."""
    return [
        {"day": str(row.received_on), "amount": str(row.amount), "proof": proof_of(row.bank_line, row.slip), "first": str(row.recorder), "second": str(row.confirmer)}
        for row in funds
    ]


def ledger_part(payout: Payout, funds: list[AuthorityFunds]) -> list[str]:
    """What our books say of the payment and of the money behind it; why they say nothing, where they do."""
    about = [reference(payout), *map(reference, funds)]
    rows = [f"{entry.day:%Y-%m-%d} {entry.key} {entry.text}" for entry in LedgerEntry.objects.filter(about__in=about).order_by("pk")]
    if not rows and payout.way == "authority":
        return ["主管部门直接拨付，未经本机构账户，不入本机构账簿"]
    return rows or ["尚未记账"]


def proof_of(line: Any, document: Any) -> str:
    """How a movement of money is shown: the bank's serial number, or the hash of the paper."""
    if line:
        return f"银行流水 {line.serial or line.fingerprint[:16]}"
    return f"回单 {document.sha256}" if document else "—"


def results_part(payout: Payout) -> list[dict[str, str]]:
    """What the bank or the authority answered, with the bank line or the hash of the slip."""
    rows = []
    for row in payout.results.select_related("document", "bank_line", "user").order_by("pk"):
        proof = proof_of(row.bank_line, row.document)
        rows.append({"attempt": str(row.attempt), "result": row.get_result_display(), "day": str(row.day), "amount": str(row.amount), "reference": row.reference, "proof": proof, "by": str(row.user or "—")})
    return rows


def print_audit_pdf(payout: Payout) -> bytes:
    """The audit pack as one page, with its data attached as audit.json."""
    said = audit_pack(payout)
    return render_in_child(
        "subsidies/pdf/audit.html", {"audit": said, "digest": snapshot_digest(said)}, title=f"{payout.number} 审计包", author=said["organisation"],
        created=payout.moved_at, attachments={"audit.json": canonical(said).encode()}, watermark=said["watermark"],
    )  # fmt: skip
