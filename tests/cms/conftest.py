"""A published site, a notice on it, and browsers in both languages."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from cms.services import publish_site
from incubator.core.scoping import organisation_context
from incubator.policy.models import Level
from incubator.policy.services.notices import draft_notice, publish_notice
from incubator.policy.services.texts import ClauseText, cite, load_document

ROWS = [
    {"name": "长春启明光电有限公司", "uscc": "91220101MA00000017", "programme": "房租补贴", "kind": "房租", "amount": "17538.71"},
    {"name": "张*", "uscc": "", "programme": "一次性创业补贴", "kind": "一次性", "amount": "5000.00"},
]


@pytest.fixture
def site(organisation):
    return publish_site(organisation, title_en="Jingyue Makerspace, Changchun")


@pytest.fixture
def other_site(other_organisation):
    return publish_site(other_organisation)


@pytest.fixture
def reader():
    """reader("en"): the browser of a reader without an account."""

    def of(language: str = "zh-hans") -> Client:
        client = Client()
        client.cookies["language"] = language
        return client

    return of


@pytest.fixture
def citation_in():
    """citation_in(organisation): words of a local measure that order publication."""

    def of(organisation):
        with organisation_context(organisation):
            measure = load_document(
                "measure", [ClauseText("六", "", "公示", "审核结果公示五个工作日。")], text_sha256="a" * 64,
                title="创业补贴实施细则", issuer="示例局", level=Level.LOCAL, effective_from=date(2026, 1, 1),
            )
            return cite(measure.clauses.get(), "公示五个工作日")

    return of


@pytest.fixture
def notice(organisation, actor, citation_in):
    """An open notice with two masked rows, published today."""
    return a_notice(organisation, actor("manager"), citation_in(organisation))


PAYLOAD = {"period": "2026-Q1", "measure": "创业补贴实施细则（示例）", "rows": ROWS, "total": "22538.71"}


def a_notice(organisation, manager, citation, *, on=None, title="2026年第一季度房租补贴公示", payload=PAYLOAD):
    with organisation_context(organisation):
        notice = draft_notice(title=title, payload=payload, citation=citation, working_days=5, by=manager)
        return publish_notice(notice, by=manager, on=on or timezone.localdate())
