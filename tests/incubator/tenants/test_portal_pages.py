"""A startup's own pages: only one's own company, never the neighbour's."""

from __future__ import annotations

import pytest
from django.urls import reverse

from incubator.core.scoping import organisation_context
from incubator.tenants import services
from incubator.tenants.models import StartupDocument
from tests.factories.documents import a_document, an_upload
from tests.factories.tenants import a_founder, a_startup

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"portal:tenants:{name}", args=["jingyue", *args])


def text(response):
    return response.content.decode()


@pytest.fixture
def own(inside, people):
    startup = a_startup(name="吉林星火科技有限公司", bank_account="6222020000001234567", contact_phone="13800001234")
    a_founder(startup, name="赵敏", user=people["founder"], resident_id="11010519491231002X")
    a_founder(startup, user=people["member"], role="member")
    return startup


@pytest.fixture
def foreign(inside):
    return a_startup(name="延边白山有限公司")


def test_straight_to_the_only_company(client_of, own, foreign):
    assert client_of("founder").get(url("company")).headers["Location"] == url("profile", own.pk)


def test_a_choice_of_several(client_of, own, people):
    second = a_startup(name="第二公司")
    a_founder(second, user=people["founder"])
    shown = text(client_of("founder").get(url("company")))
    assert (url("profile", own.pk) in shown, url("profile", second.pk) in shown) == (True, True)


def test_nobody_is_named_yet(client_of, inside):
    assert client_of("founder").get(url("company")).status_code == 200


def test_the_profile_masks_numbers(client_of, own):
    shown = text(client_of("member").get(url("profile", own.pk)))
    assert ("6222020000001234567" in shown, "11010519491231002X" in shown) == (False, False)
    assert ("**** 4567" in shown, "110***********002X" in shown) == (True, True)


@pytest.mark.parametrize("name", ["profile", "contact-change", "paper-add"])
def test_the_neighbour_is_not_there(client_of, own, foreign, name):
    assert client_of("founder").get(url(name, foreign.pk)).status_code == 404


@pytest.mark.parametrize("role", ["officer", "viewer", "mentor"])
def test_others_have_no_company(client_of, own, role):
    assert client_of(role).get(url("company")).status_code == 403


def test_another_organisation_is_not_there(client_of, own, other_organisation):
    with pytest.raises(Exception, match="->"), organisation_context(other_organisation):
        pass
    assert client_of("founder").get(reverse("portal:tenants:company", args=["nowhere"])).status_code == 404


def test_a_founder_corrects_the_contact(client_of, own):
    typed = {"contact_name": "赵敏", "contact_phone": "13900005678", "contact_email": "zhao@example.com", "version": 1}
    assert client_of("founder").post(url("contact-change", own.pk), typed).status_code == 302
    own.refresh_from_db()
    assert (own.contact_phone, own.version) == ("13900005678", 2)


def test_a_member_does_not(client_of, own):
    assert client_of("member").get(url("contact-change", own.pk)).status_code == 403


def test_a_contact_that_the_office_changed_first(client_of, own, actor):
    services.change_startup(own, by=actor("officer"), version=1, contact_name="钱多")
    typed = {"contact_name": "赵敏", "contact_phone": "13900005678", "contact_email": "zhao@example.com", "version": 1}
    response = client_of("founder").post(url("contact-change", own.pk), typed)
    assert (response.status_code, response.context["form"]["version"].value()) == (409, "2")


def test_papers(client_of, own):
    client = client_of("member")
    typed = {"kind": "licence", "file": an_upload("执照.pdf"), "valid_to": "2020-01-01"}
    assert client.post(url("paper-add", own.pk), typed).status_code == 302
    paper = StartupDocument.objects.get()
    assert paper.document.title in text(client.get(url("profile", own.pk)))
    assert client.get(url("paper", paper.pk) + "?inline").headers["Content-Disposition"].startswith("inline")
    assert client.get(url("paper-withdraw", paper.pk)).status_code == 200
    assert client.post(url("paper-withdraw", paper.pk)).status_code == 302
    assert StartupDocument.objects.of(own).count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_papers_of_the_neighbour_are_not_there(client_of, own, foreign, actor, method):
    paper = StartupDocument.objects.create(startup=foreign, document=a_document(actor("officer")))
    client = client_of("founder")
    assert client.get(url("paper", paper.pk)).status_code == 404
    assert getattr(client, method)(url("paper-withdraw", paper.pk)).status_code == 404
