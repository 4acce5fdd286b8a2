"""The pages about costs, of the office and of the startups: sight, recording, bad input."""

from __future__ import annotations

import pytest
from django.urls import reverse

from billing.models import BankSlip, Fapiao
from incubator.core.scoping import organisation_context
from incubator.documents.models import Document
from tests.factories.billing import SELLER, a_fapiao, a_slip
from tests.factories.documents import a_document, an_upload, hostile_uploads
from tests.factories.tenants import a_founder, a_startup

pytestmark = pytest.mark.django_db
NUMBER = "26222000000123456789"
# session, person, organisation, context (3), roles, count, rows; the office: second factor, the portal: unread
LIST_QUERIES = {"office": 10, "portal": 10}


def url(face, name, *args):
    return reverse(f"{face}:billing:{name}", args=["jingyue", *args])


def text(response):
    return response.content.decode()


@pytest.fixture
def own(inside, people):
    startup = a_startup(name="吉林星火科技有限公司", short_name="星火")
    a_founder(startup, user=people["founder"])
    a_founder(startup, user=people["member"], role="member")
    return startup


@pytest.fixture
def foreign(inside):
    return a_startup(name="延边白山有限公司", short_name="白山")


def typed(payer, **changes):
    values = {
        "startup": payer.pk if payer else "",
        "kind": "rent",
        "number": NUMBER,
        "issued_on": "2026-01-05",
        "seller_name": "净月物业",
        "seller_uscc": SELLER,
        "buyer_name": "吉林星火科技有限公司",
        "buyer_uscc": payer.uscc if payer else SELLER,
        "period_from": "2026-01",
        "period_to": "2026-03",
        "room": "A-301",
        "item": "房屋租赁",
        "amount": "11677.50",
        "tax": "",
    }
    return values | changes


def slip(**changes):
    values = {"bank": "工商银行", "reference": "HD1", "payer_name": "星火", "payer_account_tail": "1234"}
    return values | {"amount": "11677.50", "paid_on": "2026-01-06"} | changes


# ---- who sees what --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["owner", "manager", "finance", "officer", "viewer"])
def test_the_office_sees_everything(client_of, own, people, role):
    mine, ours = a_fapiao(own, people["officer"]), a_fapiao(None, people["officer"])
    shown = text(client_of(role).get(url("office", "fapiao-list")))
    assert (mine.number in shown, ours.number in shown) == (True, True)


@pytest.mark.parametrize("role", ["founder", "member"])
def test_startups_see_their_own(client_of, own, foreign, people, role):
    mine, theirs = a_fapiao(own, people["officer"]), a_fapiao(foreign, people["officer"])
    shown = text(client_of(role).get(url("portal", "fapiao-list")))
    assert (mine.number in shown, theirs.number in shown) == (True, False)


@pytest.mark.parametrize("name", ["fapiao", "slip-record", "fapiao-file"])
def test_the_neighbours_invoice_is_not_there(client_of, own, foreign, people, actor, name):
    theirs = a_fapiao(foreign, people["officer"], document=a_document(actor("officer"), "invoice"))
    assert client_of("founder").get(url("portal", name, theirs.pk)).status_code == 404
    assert client_of("founder").get(url("office", "fapiao", theirs.pk)).status_code == 403


def test_the_organisations_own_invoice_is_not_there_for_startups(client_of, own, people):
    ours = a_fapiao(None, people["officer"])
    assert client_of("founder").get(url("portal", "fapiao", ours.pk)).status_code == 404


def test_viewers_record_nothing(client_of, own):
    assert client_of("viewer").get(url("office", "fapiao-record")).status_code == 403


def test_another_organisation_is_not_there(client_of, people, other_organisation):
    with organisation_context(other_organisation):
        theirs = a_fapiao(a_startup(), people["officer"])
    assert client_of("owner").get(url("office", "fapiao", theirs.pk)).status_code == 404


def test_files_are_served_to_those_who_see_the_invoice(client_of, own, people, actor):
    document = a_document(actor("officer"), "invoice")
    fapiao = a_fapiao(own, people["officer"], document=document)
    paid = a_slip(fapiao, people["officer"], document=document)
    bare = a_fapiao(own, people["officer"])
    for face, role in (("office", "viewer"), ("portal", "member")):
        assert client_of(role).get(url(face, "fapiao-file", fapiao.pk)).status_code == 200
        assert client_of(role).get(url(face, "slip-file", paid.pk)).status_code == 200
        assert client_of(role).get(url(face, "fapiao-file", bare.pk)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("face", ["office", "portal"])
def test_lists_ask_the_same_number_of_questions(client_of, own, people, django_assert_num_queries, face, count):
    for _ in range(count):
        a_slip(a_fapiao(own, people["officer"]), people["officer"])
    client = client_of("viewer" if face == "office" else "founder")
    client.get(url(face, "fapiao-list"))
    with django_assert_num_queries(LIST_QUERIES[face]):
        client.get(url(face, "fapiao-list"))


def test_search_and_filters(client_of, own, people):
    rent = a_fapiao(own, people["officer"])
    software = a_fapiao(own, people["officer"], kind="software", item="设计软件")
    client = client_of("officer")
    for query in ({"q": "设计"}, {"q": software.number}, {"kind": "software"}):
        shown = text(client.get(url("office", "fapiao-list"), query))
        assert (software.number in shown, rent.number in shown) == (True, False)
    assert client.get(url("office", "fapiao-list") + "?q=%00&kind=%00&page=-1").status_code == 200


# ---- recording ------------------------------------------------------------------------------------------------------


def test_a_founder_records_an_invoice_and_its_slip(client_of, own):
    client = client_of("founder")
    response = client.post(url("portal", "fapiao-record"), typed(own, file=an_upload("../../发票.pdf")))
    fapiao = Fapiao.objects.get()
    assert response.headers["Location"] == url("portal", "fapiao", fapiao.pk)
    assert (fapiao.startup, fapiao.document.original_name) == (own, "发票.pdf")
    response = client.post(url("portal", "slip-record", fapiao.pk), slip(file=an_upload("回单.pdf")))
    assert (response.status_code, Fapiao.objects.get().is_paid) == (302, True)
    assert "11,677.50" in text(client.get(url("portal", "fapiao", fapiao.pk)))


def test_the_form_knows_the_buyer(client_of, own, foreign):
    form = client_of("member").get(url("portal", "fapiao-record")).context["form"]
    assert (form.initial["buyer_uscc"], form.initial["startup"]) == (own.uscc, own.pk)
    for asked in (str(foreign.pk), "x", "9" * 30):
        form = client_of("officer").get(url("office", "fapiao-record"), {"startup": asked}).context["form"]
        assert form.initial["buyer_name"] == (foreign.name if asked == str(foreign.pk) else "长春净月创客空间")


def test_the_office_records_its_own_cost(client_of, own):
    client_of("finance").post(url("office", "fapiao-record"), typed(None, file=an_upload()))
    assert Fapiao.objects.get().startup is None


def test_full_width_digits_are_understood(client_of, own):
    wide = {"amount": "１１６７７．５０", "number": "２６２２２００００００１２３４５６７８９"}
    client_of("founder").post(url("portal", "fapiao-record"), typed(own, file=an_upload(), **wide))
    fapiao = Fapiao.objects.get()
    assert (str(fapiao.amount), fapiao.number) == ("11677.50", NUMBER)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "11677.505"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "1e3"}, "amount"),
        ({"amount": "9" * 13}, "amount"),
        ({"amount": "很多"}, "amount"),
        ({"tax": "11677.51"}, "tax"),
        ({"number": "123"}, "number"),
        ({"number": "2622200000012345678X"}, "number"),
        ({"seller_uscc": "91220101MA0000777I"}, "seller_uscc"),
        ({"buyer_uscc": "9122"}, "buyer_uscc"),
        ({"period_from": "2026-13"}, "period_from"),
        ({"period_from": "0001-01", "period_to": "0001-01"}, "period_from"),
        ({"period_to": "2025-12"}, "period_to"),
        ({"period_to": "2036-12"}, "period_to"),
        ({"issued_on": "5.1.2026"}, "issued_on"),
        ({"kind": "water"}, "kind"),
        ({"startup": ""}, "startup"),
        ({"startup": "999999"}, "startup"),
        ({"startup": "x"}, "startup"),
        ({"item": "x" * 121}, "item"),
        ({"item": "房\0租"}, "item"),
    ],
)
def test_bad_input_is_said_at_its_field(client_of, own, changes, field):
    data = typed(own, **{"seller_name": "打了很久的名字", "file": an_upload()} | changes)
    response = client_of("founder").post(url("portal", "fapiao-record"), data)
    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert ("打了很久的名字" in text(response), Fapiao.objects.count(), Document.objects.count()) == (True, 0, 0)


def test_another_startup_is_no_valid_choice(client_of, own, foreign, other_organisation):
    for startup in (foreign, _of(other_organisation)):
        response = client_of("founder").post(
            url("portal", "fapiao-record"), typed(own, startup=startup.pk, file=an_upload())
        )
        assert list(response.context["form"].errors) == ["startup"]


def _of(organisation):
    """A startup of another organisation, made past the context that the test has open."""
    from incubator.tenants.models import Startup

    return Startup(pk=4_000_000, organisation=organisation)


@pytest.mark.parametrize("name", hostile_uploads())
def test_hostile_files_leave_nothing(client_of, own, name):
    response = client_of("founder").post(url("portal", "fapiao-record"), typed(own, file=hostile_uploads()[name]))
    assert (list(response.context["form"].errors), Fapiao.objects.count(), Document.objects.count()) == (["file"], 0, 0)
    assert "房屋租赁" in text(response)


def test_an_invoice_is_recorded_once(client_of, own, foreign, people):
    a_fapiao(foreign, people["officer"], number=NUMBER)
    response = client_of("founder").post(url("portal", "fapiao-record"), typed(own, file=an_upload()))
    assert (response.status_code, list(response.context["form"].errors), Document.objects.count()) == (
        409,
        ["number"],
        0,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "1.005"}, "amount"),
        ({"payer_account_tail": "12345"}, "payer_account_tail"),
        ({"paid_on": ""}, "paid_on"),
        ({"reference": ""}, "reference"),
    ],
)
def test_bad_slips(client_of, own, people, changes, field):
    fapiao = a_fapiao(own, people["founder"])
    response = client_of("founder").post(url("portal", "slip-record", fapiao.pk), slip(file=an_upload(), **changes))
    assert (list(response.context["form"].errors), BankSlip.objects.count()) == ([field], 0)


def test_a_slip_is_recorded_once(client_of, own, people):
    fapiao = a_fapiao(own, people["founder"])
    a_slip(fapiao, people["founder"], bank="工商银行", reference="HD1")
    response = client_of("founder").post(url("portal", "slip-record", fapiao.pk), slip(file=an_upload()))
    assert (response.status_code, list(response.context["form"].errors)) == (409, ["reference"])
