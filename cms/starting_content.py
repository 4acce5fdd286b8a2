"""The words that an organisation's page starts with. They hold for every organisation; editors write better ones."""

from __future__ import annotations

import json
from typing import Any

from incubator.accounts.models import Organisation

Block = tuple[str, dict[str, Any]]

LEAD = "为创业团队和初创企业提供场地与孵化服务，代办房租、宽带网络和公共软件补贴申请。每一笔金额都写明出自哪份文件的哪一条、怎么算出来。"
LEAD_EN = (
    "Space and incubation services for founders and young companies, and help with subsidies for rent, broadband and "
    "shared software. Every amount says which clause it comes from and how it was worked out."
)


def of(organisation: Organisation) -> dict[str, Any]:
    """The fields of a new page."""
    return {
        "title": organisation.name,
        "lead": LEAD,
        "lead_en": LEAD_EN,
        "body": as_json(CHINESE),
        "body_en": as_json(ENGLISH),
        "search_description": LEAD,
    }


def as_json(blocks: list[Block]) -> str:
    """Blocks as the body's column stores them."""
    return json.dumps([{"type": kind, "value": value} for kind, value in blocks], ensure_ascii=False)


def _steps(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"title": title, "text": text} for title, text in pairs]


CHINESE: list[Block] = [
    ("figures", {"heading": "", "intro": ""}),
    ("news", {"heading": "动态与案例", "intro": ""}),
    ("events", {"heading": "近期活动", "intro": "活动免费报名，满员可以排队候补。"}),
    ("contests", {"heading": "创业大赛", "intro": "规则和评分标准先公布、后开放报名；盲评，结果公示。"}),
    ("programmes", {"heading": "正在受理的补贴", "intro": "金额以本页注明的条款为准；条款没有规定金额的，如实写明“已授权、金额未定”。"}),
    ("steps", {
        "heading": "怎样申请",
        "steps": _steps(
            ("登录企业台", "入驻企业的负责人用邮箱登录。还没有账号的，请与我们联系。"),
            ("核对费用与凭证", "房租、宽带、软件费用按租约和发票预先填好，只需核对并补齐发票、银行回单。"),
            ("看清为什么是这个数", "提交之前，每一行都列出算式、单价、上限和所依据的条款原文。"),
            ("审核、汇总、申报", "经办人核对凭证，另一位负责人复核，财务汇总后报主管部门；结果依规公示。"),
        ),
    }),
    ("spaces", {"heading": "入驻场地", "intro": ""}),
    ("notices", {"heading": "公示", "intro": ""}),
    ("contact", {"heading": "联系我们", "intro": ""}),
]

ENGLISH: list[Block] = [
    ("figures", {"heading": "", "intro": ""}),
    ("news", {"heading": "News and stories", "intro": ""}),
    ("events", {"heading": "Next events", "intro": "Registration is free; a full event has a waiting list."}),
    ("contests", {"heading": "Contests", "intro": "Rules and rubric first, registration after; judged blind, results on public notice."}),
    ("programmes", {"heading": "Subsidies open now", "intro": "Amounts hold as the clauses named here set them. Where a clause sets no amount, this page says so."}),
    ("steps", {
        "heading": "How to apply",
        "steps": _steps(
            ("Sign in", "The person in charge of a hosted startup signs in by email. No account yet? Contact us."),
            ("Check costs and papers", "Rent, broadband and software costs are filled in from lease and invoices; add what is missing."),
            ("See why this amount", "Before you send it, each line shows its arithmetic, price, cap and the quoted clause."),
            ("Review, claim, notice", "An officer checks the papers, a second person endorses, finance files the claim with the authority; results are published as the rules ask."),
        ),
    }),
    ("spaces", {"heading": "Spaces for startups", "intro": ""}),
    ("notices", {"heading": "Public notices", "intro": ""}),
    ("contact", {"heading": "Contact", "intro": ""}),
]
