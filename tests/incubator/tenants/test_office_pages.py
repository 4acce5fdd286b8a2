"""The office's pages about startups: who may open them, what they do, what they say to bad input."""

from __future__ import annotations

import pytest
from django.urls import reverse

from incubator.core.scoping import organisation_context
from incubator.documents.models import Document
from incubator.tenants import services
from incubator.tenants.models import Agreement, Founder, Startup, StartupDocument
from tests.factories.documents import a_document, an_upload, hostile_uploads
from tests.factories.tenants import a_founder, a_startup, a_uscc, an_agreement

pytestmark = pytest.mark.django_db
OFFICE = ["owner", "manager", "finance", "officer", "viewer"]
ACCOUNT = "6222020000001234567"
LIST_QUERIES = 10  # session, person, second factor, organisation, context (3), roles, count, rows


def url(name, *args):
    return reverse(f"office:{name}", args=["jingyue", *args])


def text(response):
    return response.content.decode()


@pytest.fixture
def startup(inside):
    return a_startup(name="吉林星火科技有限公司", short_name="星火")


@pytest.fixture
def form():
    return {
        "name": "吉林星火科技有限公司",
        "short_name": "星火",
        "kind": "firm",
        "uscc": a_uscc(777),
        "legal_representative": "赵敏",
        "size_class": "micro",
        "registered_on": "2025-03-05",
    }


# ---- who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", OFFICE)
def test_the_office_reads_the_list(client_of, startup, role):
    response = client_of(role).get(url("tenants:startups"))
    assert response.status_code == 200
    assert "吉林星火科技有限公司" in text(response)


@pytest.mark.parametrize("role", ["founder", "member", "mentor", "judge", "editor"])
def test_others_do_not(client_of, startup, role):
    assert client_of(role).get(url("tenants:startups")).status_code == 403


@pytest.mark.parametrize("name", ["startup-change", "account-enter", "founder-add", "agreement-draft", "paper-add"])
def test_viewers_change_nothing(client_of, startup, name):
    assert client_of("viewer").get(url(f"tenants:{name}", startup.pk)).status_code == 403


def test_strangers_are_asked_to_sign_in(client, startup):
    assert client.get(url("tenants:startups")).status_code == 302


def test_another_organisation_is_not_there(client_of, people, other_organisation):
    with organisation_context(other_organisation):
        foreign = a_startup()
    client = client_of("owner")
    assert client.get(url("dossier", foreign.pk)).status_code == 404
    assert client.get(url("tenants:startup-change", foreign.pk)).status_code == 404
    assert client.get(reverse("office:tenants:startups", args=["yanbian"])).status_code == 404


@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "x" * 5000, "page=99999999999999999999", "page=x", "state=password", "kind=%00"]
)
def test_nonsense_in_the_address(client_of, startup, query):
    assert client_of("officer").get(url("tenants:startups") + "?" + query).status_code == 200


def test_a_number_beyond_the_table(client_of, startup):
    assert client_of("officer").get("/office/jingyue/startups/99999999999999999999/").status_code == 404


# ---- the list -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(client_of, inside, django_assert_num_queries, count):
    for _ in range(count):
        a_startup()
    client = client_of("viewer")
    client.get(url("tenants:startups"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(url("tenants:startups"))


def test_search_and_filters(client_of, startup):
    a_startup(name="延边白山有限公司", state="incubated")
    client = client_of("officer")
    found = text(client.get(url("tenants:startups"), {"q": "xing huo"}))
    assert ("吉林星火" in found, "延边白山" in found) == (True, False)
    found = text(client.get(url("tenants:startups"), {"state": "incubated", "kind": "firm"}))
    assert ("吉林星火" in found, "延边白山" in found) == (False, True)


def test_empty_lists_say_what_to_do(client_of, inside):
    client = client_of("officer")
    assert url("tenants:startup-register") in text(client.get(url("tenants:startups")))
    assert "search" in text(client.get(url("tenants:startups"), {"q": "没有"}))


# ---- register and correct -------------------------------------------------------------------------------------------


def test_register(client_of, inside, form):
    response = client_of("officer").post(url("tenants:startup-register"), form)
    startup = Startup.objects.get()
    assert response.headers["Location"] == url("dossier", startup.pk)
    assert (startup.uscc, startup.legal_representative) == (form["uscc"], "赵敏")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"uscc": "91220101MA0000777I"}, "uscc"),
        ({"uscc": a_uscc(777)[:-1] + ("0" if a_uscc(777)[-1] != "0" else "1")}, "uscc"),
        ({"uscc": "9122"}, "uscc"),
        ({"uscc": ""}, "uscc"),
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "星\0火"}, "name"),
        ({"kind": "state"}, "kind"),
        ({"registered_on": "2025-02-30"}, "registered_on"),
        ({"registered_on": "1025-02-03"}, "registered_on"),
        ({"contact_phone": "打电话"}, "contact_phone"),
        ({"contact_email": "nobody"}, "contact_email"),
    ],
)
def test_register_with_bad_input(client_of, inside, form, changes, field):
    typed = form | {"industry": "软件和信息"} | changes
    response = client_of("officer").post(url("tenants:startup-register"), typed)
    assert (response.status_code, Startup.objects.count()) == (200, 0)
    assert list(response.context["form"].errors) == [field]
    assert "软件和信息" in text(response)


def test_full_width_characters_are_understood(client_of, inside, form):
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in form["uscc"])
    client_of("officer").post(
        url("tenants:startup-register"), form | {"uscc": wide, "contact_phone": "１３８００００１２３４"}
    )
    startup = Startup.objects.get()
    assert (startup.uscc, startup.contact_phone) == (form["uscc"], "13800001234")


def test_register_a_code_that_is_on_file(client_of, startup, form):
    response = client_of("officer").post(url("tenants:startup-register"), form | {"uscc": startup.uscc})
    assert (response.status_code, list(response.context["form"].errors)) == (409, ["uscc"])


def test_correct(client_of, startup, form):
    typed = form | {"uscc": startup.uscc, "version": 1, "industry": "软件"}
    response = client_of("officer").post(url("tenants:startup-change", startup.pk), typed)
    startup.refresh_from_db()
    assert (response.status_code, startup.industry, startup.version) == (302, "软件", 2)


def test_correct_what_somebody_changed_first(client_of, startup, form, actor):
    services.change_startup(startup, by=actor("manager"), version=1, industry="制造")
    typed = form | {"uscc": startup.uscc, "version": 1, "industry": "软件"}
    client = client_of("officer")
    response = client.post(url("tenants:startup-change", startup.pk), typed)
    assert response.status_code == 409
    assert ("软件" in text(response), response.context["form"]["version"].value()) == (True, "2")
    assert client.post(url("tenants:startup-change", startup.pk), typed | {"version": 2}).status_code == 302


def test_private_fields_are_masked_and_kept(client_of, inside, form):
    startup = a_startup(contact_phone="13800001234", contact_email="wang@example.com")
    client = client_of("officer")
    for page in (url("tenants:startup-change", startup.pk), url("dossier", startup.pk)):
        shown = text(client.get(page))
        assert ("13800001234" in shown, "wang@example.com" in shown, "***1234" in shown) == (False, False, True)
    client.post(url("tenants:startup-change", startup.pk), form | {"uscc": startup.uscc, "version": 1})
    startup.refresh_from_db()
    assert (startup.contact_phone, startup.contact_email) == ("13800001234", "wang@example.com")


# ---- account, people, agreement, papers -----------------------------------------------------------------------------


def test_account_and_its_second_person(client_of, startup):
    typed = {"bank_name": "吉林银行", "bank_account": ACCOUNT, "version": 1}
    client_of("finance").post(url("tenants:account-enter", startup.pk), typed)
    refused = client_of("finance").post(url("tenants:account-verify", startup.pk), {"method": "开户许可证"})
    assert refused.status_code == 403
    client_of("manager").post(url("tenants:account-verify", startup.pk), {"method": "开户许可证"})
    startup.refresh_from_db()
    assert startup.account_is_verified
    shown = text(client_of("officer").get(url("dossier", startup.pk)))
    assert (ACCOUNT in shown, "**** 4567" in shown) == (False, True)


@pytest.mark.parametrize("account", ["123", "abcdefgh", "1" * 31])
def test_account_that_is_none(client_of, startup, account):
    typed = {"bank_name": "吉林银行", "bank_account": account, "version": 1}
    response = client_of("finance").post(url("tenants:account-enter", startup.pk), typed)
    assert list(response.context["form"].errors) == ["bank_account"]


def test_add_founder(client_of, startup, people):
    typed = {"name": "赵敏", "role": "founder", "category": "graduate", "user": people["founder"].pk}
    response = client_of("officer").post(
        url("tenants:founder-add", startup.pk), typed | {"resident_id": "11010519491231002x"}
    )
    assert response.status_code == 302
    shown = text(client_of("officer").get(url("dossier", startup.pk)))
    assert ("11010519491231002X" in shown, "110***********002X" in shown) == (False, True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"resident_id": "110105194912310021"}, "resident_id"),
        ({"resident_id": "1101051949123100"}, "resident_id"),
        ({"share": "101"}, "share"),
        ({"category": "rich"}, "category"),
        ({"user": "999999"}, "user"),
        ({"user": "x"}, "user"),
    ],
)
def test_add_founder_with_bad_input(client_of, startup, changes, field):
    typed = {"name": "赵敏", "role": "founder", "category": "none"} | changes
    response = client_of("officer").post(url("tenants:founder-add", startup.pk), typed)
    assert (list(response.context["form"].errors), Founder.objects.count()) == ([field], 0)


def test_people_of_other_organisations_cannot_be_chosen(client_of, startup, other_people):
    typed = {"name": "赵敏", "role": "founder", "category": "none", "user": other_people["founder"].pk}
    response = client_of("officer").post(url("tenants:founder-add", startup.pk), typed)
    assert list(response.context["form"].errors) == ["user"]


def test_category_is_hidden_from_viewers(client_of, startup):
    a_founder(startup, name="孙强", category="disabled")
    shown = {
        role: Founder(category="disabled").get_category_display()
        in text(client_of(role).get(url("dossier", startup.pk)))
        for role in ("officer", "viewer")
    }
    assert shown == {"officer": True, "viewer": False}


def test_agreement_from_draft_to_force(client_of, startup):
    officer, manager = client_of("officer"), client_of("manager")
    officer.post(url("tenants:agreement-draft", startup.pk), {"starts_on": "2026-01-01", "ends_on": "2027-12-31"})
    agreement = Agreement.objects.get()
    officer.post(url("tenants:agreement-send", agreement.pk))
    response = manager.post(url("tenants:agreement-countersign", agreement.pk), {"file": an_upload()})
    startup.refresh_from_db()
    assert (response.status_code, startup.state) == (302, "incubated")


def test_agreement_moves_that_are_refused(client_of, startup, people):
    agreement = an_agreement(startup, people["manager"])
    assert client_of("manager").post(url("tenants:agreement-send", agreement.pk)).status_code == 403
    countersign = client_of("manager").post(url("tenants:agreement-countersign", agreement.pk), {"file": an_upload()})
    assert (countersign.status_code, Document.objects.count()) == (409, 0)
    assert client_of("manager").post(url("tenants:agreement-cancel", agreement.pk), {"note": ""}).status_code == 200
    assert client_of("manager").post(url("tenants:agreement-cancel", agreement.pk), {"note": "写错"}).status_code == 302


def test_papers(client_of, startup):
    client = client_of("officer")
    response = client.post(url("tenants:paper-add", startup.pk), {"kind": "licence", "file": an_upload("../执照.pdf")})
    paper = StartupDocument.objects.get()
    assert (response.status_code, paper.document.original_name) == (302, "执照.pdf")
    served = client_of("viewer").get(url("tenants:paper", paper.pk))
    assert (served.status_code, served.headers["X-Content-Type-Options"]) == (200, "nosniff")
    client.post(url("tenants:paper-withdraw", paper.pk))
    assert StartupDocument.objects.of(startup).count() == 0


@pytest.mark.parametrize("name", hostile_uploads())
def test_hostile_papers(client_of, startup, name):
    typed = {"kind": "licence", "title": "我的标题", "file": hostile_uploads()[name]}
    response = client_of("officer").post(url("tenants:paper-add", startup.pk), typed)
    assert response.status_code in {200, 400}
    assert (list(response.context["form"].errors), Document.objects.count()) == (["file"], 0)
    assert "我的标题" in text(response)


def test_proofs_of_a_category_are_not_served_to_viewers(client_of, startup, actor):
    paper = StartupDocument.objects.create(startup=startup, document=a_document(actor("officer"), "category_proof"))
    seen = {role: client_of(role).get(url("tenants:paper", paper.pk)).status_code for role in ("officer", "viewer")}
    assert seen == {"officer": 200, "viewer": 404}
