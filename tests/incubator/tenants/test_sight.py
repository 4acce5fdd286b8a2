"""Who sees which startup and which paper."""

from __future__ import annotations

import pytest

from incubator.tenants.models import Founder, Startup, StartupDocument
from tests.factories.documents import a_document
from tests.factories.tenants import a_founder, a_startup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inside")]


@pytest.fixture
def own_and_foreign(people):
    own, foreign = a_startup(), a_startup()
    a_founder(own, user=people["founder"])
    return own, foreign


@pytest.mark.parametrize("role", ["owner", "manager", "finance", "officer", "viewer"])
def test_the_office_sees_every_startup(own_and_foreign, actor, role):
    assert set(Startup.objects.visible_to(actor(role))) == set(own_and_foreign)


def test_a_founder_sees_the_startup_that_names_them(own_and_foreign, actor):
    assert list(Startup.objects.visible_to(actor("founder"))) == [own_and_foreign[0]]


@pytest.mark.parametrize("role", ["member", "mentor", "judge", "editor", "system"])
def test_others_see_none(own_and_foreign, actor, role):
    assert list(Startup.objects.visible_to(actor(role))) == []


def test_proofs_of_a_category_are_for_the_startup_and_its_officers(own_and_foreign, actor):
    own, _foreign = own_and_foreign
    for kind in ("licence", "category_proof"):
        StartupDocument.objects.create(startup=own, document=a_document(actor("officer"), kind))
    seen = {
        role: StartupDocument.objects.visible_to(actor(role)).count()
        for role in ("officer", "viewer", "founder", "member")
    }
    assert seen == {"officer": 2, "viewer": 1, "founder": 2, "member": 0}


def test_search_finds_by_name_code_contact_and_pinyin():
    startup = a_startup(name="吉林星火科技有限公司", short_name="星火", contact_name="钱多")
    a_startup()
    for words in ("星火", "xing huo", startup.uscc[-6:].lower(), "钱多"):
        assert list(Startup.objects.matching(words)) == [startup]
    assert Startup.objects.matching(" ").count() == 2


def test_names_are_in_the_order_of_pinyin():
    for name in ("中关", "阿里", "白山"):
        a_startup(name=name)
    assert [startup.name for startup in Startup.objects.by_name()] == ["阿里", "白山", "中关"]


def test_category_is_valid_until_its_last_day():
    from datetime import date

    startup = a_startup()
    for until in (date(2026, 6, 30), None):
        a_founder(startup, category="graduate", category_valid_to=until)
    a_founder(startup)
    assert Founder.objects.with_category_on(date(2026, 6, 30)).count() == 2
    assert Founder.objects.with_category_on(date(2026, 7, 1)).count() == 1
