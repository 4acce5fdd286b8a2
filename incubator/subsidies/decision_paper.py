"""What the notice of a decision says: plain Chinese strings gathered at the moment of the decision (fuhua.decision.v1)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation

from incubator.core.money import amount_in_words
from incubator.policy.models import ReasonCode
from incubator.subsidies.kinds import kind_named
from incubator.subsidies.progress import may_appeal, promised
from incubator.subsidies.snapshots import EXAMPLE, application_rows, body_of, cut_row, verify_url, why_of

if TYPE_CHECKING:
    from incubator.subsidies.models import ResultNotice

RESULTS = {"approved": "同意", "cut": "部分核减", "refused": "不予支持", "upheld": "维持不予支持"}


def decision_snapshot(notice: ResultNotice) -> dict[str, Any]:
    """Everything that the paper says, as plain strings."""
    application, decision = notice.application, notice.decision
    owner = body_of(application)
    with translation.override("zh-hans"):
        rows = application_rows(application)
        for number, row in enumerate(rows, 1):
            row["no"] = str(number)
        return {
            "schema": "fuhua.decision.v1",
            "number": notice.number,
            "application": application.number,
            "organisation": application.organisation.name,
            "decided_on": str(notice.decided_on),
            "decided_by": decision.reply.body if decision.reply else application.organisation.name,
            "reply": reply_words(decision.reply),
            "watermark": EXAMPLE if application.edition.is_example else "",
            "applicant": {"name": owner.name, "uscc": owner.uscc},
            "programme": {"name": application.edition.programme.name, "edition": application.edition.name},
            "result": RESULTS[notice.result],
            "claimed": str(application.claimed),
            "amount": str(notice.amount),
            "amount_words": amount_in_words(notice.amount),
            "why": why_of(application, rows) if notice.amount else refused_because(notice),
            "cuts": cuts_of(notice, rows),
            "rights": rights_of(notice),
            "record": decision.sha256,
            "verify": {"code": notice.verify_code, "url": verify_url(application.organisation, notice.verify_code)},
        }


def reply_words(reply: Any) -> str:
    """The authority's paper in one line; empty when the operator decided."""
    if reply is None:
        return ""
    day = reply.dated_on
    return f"{reply.number or '复函'}，{day.year}年{day.month}月{day.day}日，摘要 {reply.document.sha256[:12]}"


def codes_of(notice: ResultNotice) -> list[ReasonCode]:
    """The reason codes of the decision, in its order."""
    wanted = [row["code"] for row in notice.decision.reason_codes]
    known = {code.code: code for code in ReasonCode.objects.select_related("clause__document").filter(code__in=wanted)}
    return [known[code] for code in wanted if code in known]


def refused_because(notice: ResultNotice) -> list[dict[str, Any]]:
    """Why nothing is granted: one step for each reason, with its clause."""
    application = notice.application
    steps = [
        {
            "no": str(number), "label": code.zh, "expression": notice.decision.note, "result": "0.00",
            "clause": str(code.clause) if code.clause else "", "quote": "",
        }
        for number, code in enumerate(codes_of(notice), 1)
    ]  # fmt: skip
    title = f"{application.applicant_name} · {kind_named(application.kind).item}（{application.number}）"
    return [{"title": title, "lines": "", "amount": "0.00", "steps": steps}]


def cuts_of(notice: ResultNotice, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The lines that were cut, then what the decision cut or refused as a whole."""
    known = {code.code: code for code in ReasonCode.objects.filter(code__in=[row["code"] for row in rows if row["code"]])}
    lines = [cut_row(row, known.get(row["code"])) for row in rows if row["code"]]
    decision, whole = notice.decision, []
    before, after = decision.amount_before or Decimal(0), decision.amount_after or Decimal(0)
    if after < before or notice.result in ("refused", "upheld"):
        whole = [whole_row(notice, code, before, after) for code in codes_of(notice) if code.code not in {row["code"] for row in lines}]
    return lines + whole


def whole_row(notice: ResultNotice, code: ReasonCode, before: Decimal, after: Decimal) -> dict[str, str]:
    return {
        "line": "全部",
        "code": code.code,
        "label": code.zh,
        "before": str(before),
        "after": str(after),
        "sentence": notice.decision.note or f"{code.zh}。",
        "clause": str(code.clause) if code.clause else "",
        "quote": "",
        "fix": code.who_fixes_zh,
    }


def rights_of(notice: ResultNotice) -> list[str]:
    """What the applicant may do and what happens next. A day is named only if the edition sets it."""
    application = notice.application
    check = "可凭校验码在核验地址查询本通知的真伪、数据摘要和本决定目前是否有效。"
    if notice.result == "refused" and may_appeal(application):
        until = notice.appeal_until
        day = f"{until.year}年{until.month}月{until.day}日前（含当日）" if until else "收到本通知后"
        return [f"对本结果有异议的，可在{day}申请复核一次，并可补充材料，由未参与本件办理的人员复核并书面答复。", check]
    if notice.result == "upheld":
        return ["本件已复核，复核决定为最终决定。依法享有的行政复议、诉讼等权利不受影响。", check]
    if notice.decision.reply is None:
        return ["本件已经申请过复核，不再受理重复的复核申请。依法享有的其他权利不受影响。", check]
    return [*outside_rights(notice), check]


def outside_rights(notice: ResultNotice) -> list[str]:
    """After the authority's decision: the notice, objections, the money."""
    application = notice.application
    said = [f"本决定由{notice.decision.reply.body}作出；对决定有异议的，可在公示期内提出异议，或依法向该机关申请救济。"]
    if notice.amount:
        days = promised(application, "service.payment", timezone.localdate())
        pace = "，按实施版本规定的时限办理" if days else ""
        said.append(f"公示期满且无未决异议后确认结果并拨付至您经核验的账户{pace}；账户有变动请先办理变更核验。")
    return said
