"""Decision records, official replies, public notices."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from incubator.accounts.actors import actor_for
from incubator.core.errors import BusinessError, IllegalMove, NotAllowed
from incubator.core.scoping import organisation_context
from incubator.documents.models import Document
from incubator.policy import services
from incubator.policy.loading import clause_of
from incubator.policy.masking import masked_name, personal_data
from incubator.policy.models import Decision, PublicNotice
from incubator.policy.services import decisions

MONDAY = date(2026, 9, 28)


@pytest.fixture
def subject(drafts, inside):
    return drafts.editions[0]


def decide(subject, actor, act="cut", **fields):
    return services.record_decision(subject, act, by=actor("officer"), **fields)


@pytest.fixture
def notice(shipped, inside, actor):
    citation = services.cite(clause_of("三十"), "目标责任制")
    return services.draft_notice(
        title="拟补贴名单公示", payload={"rows": [{"name": "吉林省微光科技有限公司", "amount": "1200.00"}]},
        citation=citation, working_days=5, about="净创〔2026〕1号", by=actor("manager"),
    )


# Decisions


def test_a_decision_keeps_what_was_decided(subject, actor):
    decision = decide(subject, actor, reasons=["CAP_CUT", "LATE"], before=Decimal("1500"), after=Decimal("1200.5"), note="按上限")
    decision.refresh_from_db()
    assert decision.reason_codes == [
        {"code": "CAP_CUT", "zh": "按上限核减", "en": "Cut to the cap"},
        {"code": "LATE", "zh": "超出申报期限", "en": "Outside the application window"},
    ]
    assert (decision.amount_before, decision.amount_after) == (Decimal("1500.00"), Decimal("1200.50"))
    assert (decision.actor.name, decision.role) == ("officer", "officer")


def test_each_record_holds_the_hash_of_the_one_before(subject, actor):
    first, second, third = (decide(subject, actor, note=note) for note in "abc")
    assert first.previous_sha256 == ""
    assert (second.previous_sha256, third.previous_sha256) == (first.sha256, second.sha256)
    assert services.verify_decisions() == services.ChainCheck(3)


def test_a_changed_record_breaks_the_chain_there(subject, actor, monkeypatch):
    for note in "abc":
        decide(subject, actor, note=note)
    second = Decision.objects.order_by("pk")[1]
    whole = decisions.digest_of
    monkeypatch.setattr(decisions, "digest_of", lambda row: "0" * 64 if row.pk == second.pk else whole(row))
    check = services.verify_decisions()
    assert (check.count, check.broken, check.holds) == (1, second, False)


def test_organisations_have_chains_of_their_own(drafts, actor, organisation, other_organisation, other_people):
    with organisation_context(organisation):
        decide(drafts.editions[0], actor)
    with organisation_context(other_organisation):
        assert services.verify_decisions() == services.ChainCheck(0)
        by = actor_for(other_people["officer"], other_organisation)
        decision = services.record_decision(other_organisation, "open", by=by)
        assert decision.previous_sha256 == ""


def test_an_unknown_reason_code_is_a_defect(subject, actor):
    with pytest.raises(ValueError, match="no reason code NOBODY"):
        decide(subject, actor, reasons=["NOBODY"])


def test_a_later_decision_replaces_an_earlier_one_once(subject, actor):
    first = decide(subject, actor)
    second = decide(subject, actor, act="revise", replaces=first)
    assert list(Decision.objects.about(subject).standing()) == [second]
    with pytest.raises(IntegrityError), transaction.atomic():
        decide(subject, actor, act="revise", replaces=first)


# Replies


@pytest.fixture
def paper(inside, people):
    return Document.objects.create(
        kind="official_reply", title="批复", size=1, sha256="a" * 64, content_type="application/pdf",
        original_name="批复.pdf", added_by=people["finance"],
    )


def test_an_official_reply_is_recorded_with_its_paper(paper, actor):
    reply = services.record_reply(
        paper, body="长春市人社局", number="长人社函〔2026〕5号", dated_on=date(2026, 3, 1), received_on=date(2026, 3, 4),
        by=actor("finance"),
    )
    assert str(reply) == "长春市人社局 长人社函〔2026〕5号"
    assert reply.recorded_by.name == "finance"


@pytest.mark.parametrize(
    ("dated", "received", "field"),
    [(date(2026, 3, 5), date(2026, 3, 4), "dated_on"), (date(2026, 3, 5), date(2099, 3, 4), "received_on")],
)
def test_a_reply_with_impossible_dates_is_refused(paper, actor, dated, received, field):
    with pytest.raises(BusinessError) as refused:
        services.record_reply(paper, body="人社局", dated_on=dated, received_on=received, by=actor("finance"))
    assert refused.value.field == field


# Notices


def test_a_notice_stands_for_five_working_days_of_the_states_calendar(notice, actor):
    """1 to 7 October off, 10 October worked."""
    published = services.publish_notice(notice, by=actor("manager"), on=MONDAY)
    assert published.days == {
        "published_on": MONDAY, "last_day": date(2026, 10, 10), "confirm_from": date(2026, 10, 12),
    }
    assert list(PublicNotice.objects.public()) == [published]


def test_a_notice_closes_after_its_last_day(notice, actor):
    published = services.publish_notice(notice, by=actor("manager"), on=MONDAY)
    with pytest.raises(IllegalMove):
        services.close_notice(published, by=actor("system"), on=date(2026, 10, 10))
    assert services.close_ended_notices(by=actor("system"), on=date(2026, 10, 10)) == 0
    assert services.close_ended_notices(by=actor("system"), on=date(2026, 10, 11)) == 1
    published.refresh_from_db()
    assert published.state == "closed"


def test_a_withdrawn_notice_is_not_public(notice, actor):
    published = services.publish_notice(notice, by=actor("manager"), on=MONDAY)
    with pytest.raises(BusinessError):
        services.withdraw_notice(published, by=actor("manager"), note="")
    services.withdraw_notice(published, by=actor("manager"), note="名单有误")
    assert list(PublicNotice.objects.public()) == []


def test_only_a_manager_publishes(notice, actor):
    for role in ("officer", "finance", "founder", "viewer"):
        with pytest.raises(NotAllowed):
            services.publish_notice(notice, by=actor(role), on=MONDAY)


def test_finance_records_a_notice_of_the_authority(notice, actor):
    with pytest.raises(BusinessError):  # neither its address nor a scan
        services.record_notice(notice, by=actor("finance"), published_on=MONDAY)
    PublicNotice.objects.filter(pk=notice.pk).update(link="https://example.gov.cn/notice")
    notice.refresh_from_db()
    assert services.record_notice(notice, by=actor("finance"), published_on=MONDAY).last_day == date(2026, 10, 10)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("电话 13843101234", ["phone"]),
        ("身份证 11010519491231002X", ["identity number"]),
        ("账号 6222021234567890123", ["account"]),
        ("账号 0100200300400500", ["account"]),
        ("统一社会信用代码 91350100M000100Y43", []),
        ("220***********1234", []),
        ("2026-03-05 1,200.00", []),
    ],
)
def test_the_gate_finds_personal_data_in_full(text, found):
    assert personal_data({"rows": [{"note": text}]}) == found


def test_a_notice_with_a_phone_number_is_not_published(shipped, inside, actor):
    notice = services.draft_notice(
        title="公示", payload={"rows": [{"name": "张三", "phone": "13843101234"}]},
        citation=services.cite(clause_of("三十"), "目标责任制"), working_days=5, by=actor("manager"),
    )
    with pytest.raises(BusinessError):
        services.publish_notice(notice, by=actor("manager"), on=MONDAY)
    notice.refresh_from_db()
    assert notice.state == "draft"


def test_an_open_notice_cannot_be_changed_by_sql(notice, actor):
    services.publish_notice(notice, by=actor("manager"), on=MONDAY)
    with pytest.raises(IntegrityError, match="not a draft any more"), transaction.atomic():
        PublicNotice.objects.filter(pk=notice.pk).update(payload={})


@pytest.mark.parametrize(("name", "masked"), [("张三", "张*"), ("欧阳娜", "欧*娜"), ("司马相如", "司**如"), ("王", "王")])
def test_names_of_people_are_masked(name, masked):
    assert masked_name(name) == masked
