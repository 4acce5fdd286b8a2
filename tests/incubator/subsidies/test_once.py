"""No double payment: invoices once over all organisations with one answer, few attempts, false evidence for good; and
matching signs that an officer looks at."""

from __future__ import annotations

import pytest
from django.urls import reverse

from billing.models import Fapiao
from incubator.accounts.actors import actor_for
from incubator.core.errors import Conflict
from incubator.core.scoping import organisation_context
from incubator.journal.models import Entry
from incubator.policy.models import ReasonCode
from incubator.subsidies.flags import flags_of
from incubator.subsidies.models import BenefitKey, FlagNote
from incubator.subsidies.services import applications, keys, review
from incubator.tenants.models import Founder, Startup
from tests.factories.subsidies import add_startup, apply_for, look_through, make_world

ELSEWHERE = keys.ELSEWHERE


@pytest.fixture
def used_there(shipped, organisation, people, actor, other_organisation, other_people):
    """A software invoice that another organisation's startup has claimed, and this one's world with the same invoice."""

    def there(role: str):
        return actor_for(other_people[role], other_organisation)

    with organisation_context(other_organisation):
        make_world(other_organisation, other_people, there).apply("software")
        number, seller = Fapiao.objects.filter(kind="software").values_list("number", "seller_uscc").get()
    with organisation_context(organisation):
        world = make_world(organisation, people, actor)
        Fapiao.objects.filter(kind="software").update(number=number, seller_uscc=seller)
        yield world


def test_elsewhere_is_the_one_answer_and_the_attempts_are_few_and_written_down(used_there, actor, other_organisation):
    draft = used_there.apply("software", send=False)
    sentences = set()
    for _time in range(keys.MOST_ATTEMPTS):
        with pytest.raises(Conflict) as caught:
            applications.submit_application(draft, by=actor("founder"), pledged=True)
        sentences.add(caught.value.message)
    assert len(sentences) == 1
    assert other_organisation.name not in sentences.pop()
    assert Entry.objects.filter(act=ELSEWHERE, subject_id=draft.pk).count() == keys.MOST_ATTEMPTS
    with pytest.raises(Conflict) as caught:
        applications.submit_application(draft, by=actor("founder"), pledged=True)
    assert caught.value.code == "TOO_MANY_ATTEMPTS"
    assert Entry.objects.filter(act=ELSEWHERE).count() == keys.MOST_ATTEMPTS
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_page_that_refuses_keeps_the_attempt(used_there, client_of):
    draft = used_there.apply("software", send=False)
    page = client_of("founder").post(reverse("portal:subsidies:send", args=["jingyue", draft.pk]), {"pledge": "on"})
    assert page.status_code in {200, 409}
    assert Entry.objects.filter(act=ELSEWHERE, subject_id=draft.pk).count() == 1


def twin_of(draft):
    """Another draft with the same lines, as two windows at once can make it."""
    lines, first = list(draft.lines.all()), draft.pk
    draft.pk, draft._state.adding = None, True
    draft.save()
    for line in lines:
        line.pk, line._state.adding, line.application = None, True, draft
        line.save()
    return type(draft).objects.get(pk=first), draft


def test_a_double_of_ones_own_organisation_is_no_attempt(world, actor, monkeypatch):
    monkeypatch.setattr(applications, "_refuse_failing", lambda application: None)  # both looked before either wrote
    first, twin = twin_of(world.apply("software", send=False))
    applications.submit_application(first, by=actor("founder"), pledged=True)
    with pytest.raises(Conflict) as caught:
        applications.submit_application(twin, by=actor("founder"), pledged=True)
    assert caught.value.code == "DUP_INVOICE"
    assert not Entry.objects.filter(act=ELSEWHERE).exists()


def refuse(world, application, code: str):
    taken = review.take_application(application, by=world.actor("officer"))
    look_through(taken, world.actor)
    return review.refuse_application(taken, codes=[ReasonCode.objects.get(code=code)], note="伪造的发票", by=world.actor("officer"))


@pytest.mark.parametrize(("code", "kept"), [("EVIDENCE_FALSE", 1), ("EVIDENCE_MISSING", 0)])
def test_an_invoice_of_false_evidence_is_never_free_again(world, code, kept):
    refused = refuse(world, world.apply("software"), code)
    assert BenefitKey.objects.filter(application=refused, freed_at=None).count() == kept
    assert refused.month_keys.filter(freed_at=None).count() == 0


def test_keys_that_stayed_are_not_in_the_way_of_the_same_case(world):
    refused = refuse(world, world.apply("software"), "EVIDENCE_FALSE")
    keys.reserve_keys(refused)
    assert BenefitKey.objects.filter(application=refused, freed_at=None).count() == 1


# matching signs


@pytest.fixture
def pair(world, organisation, people, actor):
    """Two applications of two startups; the factory gives both the same account."""
    second, papers = add_startup(organisation, people, world.site, founder="member")
    Startup.objects.filter(pk=second.pk).update(legal_representative="另一人")
    Founder.objects.filter(startup=second).update(role="founder")

    def as_second(role: str):
        return actor("member" if role == "founder" else role)

    mine = world.apply("broadband")
    draft = apply_for(as_second, second, papers, "broadband", send=False)
    type(draft).objects.filter(pk=draft.pk).update(state="submitted", number="SQ-2026-900000")
    draft.refresh_from_db()
    return mine, draft


def kinds(application) -> set[str]:
    return {flag.kind for flag in flags_of(application)}


def test_signs_that_two_applicants_share(pair):
    mine, other = pair
    first, second = (Startup.objects.get(pk=one.startup_id) for one in pair)
    Startup.objects.filter(pk=first.pk).update(legal_representative="张三")
    assert "representative" not in kinds(mine)
    for startup in (first, second):
        startup.refresh_from_db()
        startup.contact_phone, startup.legal_representative = "+86 138 0013 8000", "李四"
        startup.save()
    mine.refresh_from_db()
    assert {"phone", "representative"} <= kinds(mine)
    assert {flag.other for flag in flags_of(mine)} == {other}
    assert kinds(other) >= {"phone", "representative"}


def test_the_same_file_in_two_applications_is_a_sign_and_ones_own_file_is_none(pair, world):
    mine, other = pair
    assert "paper" not in kinds(mine)
    own = world.apply("software")
    assert "paper" not in kinds(own)
    from incubator.subsidies.models import Evidence

    Evidence.objects.create(application=other, item="pledge", document=world.papers["pledge"])
    assert "paper" in kinds(mine)


def test_an_officer_dismisses_a_sign_with_a_note_and_nothing_is_blocked(pair, client_of):
    mine, other = pair
    for one in pair:
        startup = Startup.objects.get(pk=one.startup_id)
        startup.contact_phone = "13800138000"
        startup.save()
    mine.refresh_from_db()
    url = reverse("office:subsidies:flag", args=["jingyue", mine.pk, "phone", other.pk])
    officer = client_of("officer")
    assert other.number in officer.get(reverse("office:subsidies:application", args=["jingyue", mine.pk])).text
    assert "13800138000" not in officer.get(url).text
    assert officer.post(url, {"note": " "}).status_code == 200
    assert officer.post(url, {"note": "同一园区服务台电话"}).status_code == 302
    assert officer.post(url, {"note": "再次"}).status_code == 409
    assert FlagNote.objects.get().note == "同一园区服务台电话"
    assert "同一园区服务台电话" in client_of("manager").get(reverse("office:subsidies:application", args=["jingyue", mine.pk])).text
    assert "同一园区服务台电话" not in client_of("founder").get(reverse("portal:subsidies:application", args=["jingyue", mine.pk])).text
    assert client_of("viewer").get(url).status_code == 403
    assert officer.get(reverse("office:subsidies:flag", args=["jingyue", mine.pk, "room", other.pk])).status_code == 404
