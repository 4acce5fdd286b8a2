"""The bad input of issue 2, typed into the pages: a sentence at its field, what was typed stays, nothing is half written."""

from __future__ import annotations

import html
import re
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from billing.models import Fapiao
from incubator.accounts.actors import actor_for
from incubator.core.scoping import OrganisationModel, organisation_context
from incubator.documents.models import Document
from incubator.policy.loading import load_everything
from incubator.subsidies.models import SubsidyApplication
from spaces.models import Site
from tests.browser import signed_in
from tests.factories.accounts import make_organisation, make_person
from tests.factories.documents import an_upload, pdf_bytes
from tests.factories.subsidies import make_world
from tests.walls.conftest import building

ROLES = ("officer", "manager", "finance", "founder")
WALLED = [model for model in apps.get_models() if issubclass(model, OrganisationModel)]


def open_world(slug: str):
    organisation = make_organisation(slug, f"机构{slug}")
    people = {role: make_person(f"{slug}-{role}", organisation, role) for role in ROLES}
    with organisation_context(organisation):
        return make_world(organisation, people, lambda role: actor_for(people[role], organisation))


@pytest.fixture(scope="module")
def worlds(for_the_file):
    """A with a draft for rent and one for broadband, and its neighbour B."""
    with building():
        load_everything()
        a, b = open_world("jingyue"), open_world("yanbian")
        with organisation_context(a.organisation):
            a.draft, a.fee_draft = a.apply("rent", send=False), a.apply("broadband", send=False)
    return a, b


@pytest.fixture
def a(worlds, for_this_test):
    return worlds[0]


@pytest.fixture
def b(worlds):
    return worlds[1]


@pytest.fixture
def person(a):
    def of(role: str) -> Client:
        return signed_in(a.people[role])

    return of


def address(world, name: str, *args) -> str:
    return reverse(name, args=[world.organisation.slug, *args])


def written(world) -> dict[str, int]:
    """How many rows each walled table holds."""
    with organisation_context(world.organisation), connection.cursor() as cursor:
        tables = [model._meta.db_table for model in WALLED]
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables))
        return dict(cursor.fetchall())


def sentence_at(page: str, field: str) -> str:
    """What the page says at this field."""
    found = re.search(rf'id="id_(?:[a-z_]+_)?{field}_error">(.*?)</div>', page, re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""


def refuse(world, client, path, data, field, words, *, keeps=(), status=(200, 400, 409)) -> str:
    """Post; demand the sentence at the field, the typed values in the page, and no row more or less than before."""
    before = written(world)
    response = client.post(path, data)
    page = html.unescape(response.text)
    assert response.status_code in status, response.status_code
    assert re.search(words, sentence_at(response.text, field)), (sentence_at(response.text, field), all_errors(response.text))
    for value in keeps:
        assert value in page, f"{value} is lost"
    assert written(world) == before
    return page


def all_errors(page: str) -> list[str]:
    """Every sentence of refusal on the page, at a field or above the form."""
    found = re.findall(r'class="error"(?![^>]*hidden)[^>]*>(.*?)</p>|class="notice notice-red" role="alert">(.*?)</div>\s*</div>', page, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", at or above)).strip() for at, above in found]


# --- credit codes ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("uscc", "words"),
    [("91220101MA0000001", "18"), ("91220101MA000000IX", "I"), ("91220101MA00000019", "最后一位|校验|末位|“9”"), ("９１２２０１０１", "18|8")],
)
def test_a_wrong_credit_code(a, person, uscc, words):
    data = {"name": "长春新办科技有限公司", "short_name": "新办", "kind": "company", "uscc": uscc, "legal_representative": "王小明"}
    refuse(a, person("officer"), address(a, "office:tenants:startup-register"), data, "uscc", words, keeps=["长春新办科技有限公司", "王小明", uscc])


# --- amounts --------------------------------------------------------------------------------------------------------
def invoice(a, **changes):
    """What the form of an invoice sends."""
    return {
        "startup": a.startup.pk, "kind": "rent", "number": "26229999000000000001", "issued_on": "2026-10-05",
        "seller_name": "长春净月物业有限公司", "seller_uscc": a.startup.uscc, "buyer_name": a.startup.name, "buyer_uscc": a.startup.uscc,
        "period_from": "2026-10", "period_to": "2026-10", "room": "A-301", "item": "房屋租赁", "amount": "3892.50", "tax": "",
        "file": an_upload("invoice.pdf"),
    } | changes


@pytest.mark.parametrize("face", ["office", "portal"])
@pytest.mark.parametrize("amount", ["12.345", "-5", "+5", "1e30", "NaN", "0", "0.001", "١٢", "1,2", "1.000,00", "10000000000000", "abc", "1\x00"])
def test_an_amount_that_is_none(a, person, face, amount):
    client = person({"office": "officer", "portal": "founder"}[face])
    refuse(a, client, address(a, f"{face}:billing:fapiao-record"), invoice(a, amount=amount), "amount", r"\w", keeps=["房屋租赁", "26229999000000000001"])


def test_full_width_digits_are_understood_whole(a, person):
    response = person("founder").post(address(a, "portal:billing:fapiao-record"), invoice(a, amount="１２００.５０", number="２６２２９９９９００００００００００１２"))
    assert response.status_code == 302
    with organisation_context(a.organisation):
        assert Fapiao.objects.get(number="26229999000000000012").amount == Decimal("1200.50")


# --- files ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (lambda: an_upload("scan.pdf", pdf_bytes() + b"\n" * (21 * 1024 * 1024)), "20 MB"),
        (lambda: an_upload("scan.pdf", b"<!doctype html><script>alert(1)</script>"), "PDF"),
        (lambda: an_upload("scan.png"), "png"),
        (lambda: an_upload("scan.pdf", b"%PDF-1.7\n" + b"x" * 50), r"\w"),
        (lambda: an_upload("scan.pdf", b""), r"\w"),
    ],
    ids=["21 MB", "HTML named pdf", "PDF named png", "cut off", "empty"],
)
@pytest.mark.parametrize("place", ["invoice", "evidence", "vault"])
def test_a_file_that_is_not_taken(a, person, place, upload, words):
    path, data = {
        "invoice": (address(a, "portal:billing:fapiao-record"), invoice(a)),
        "evidence": (address(a, "portal:subsidies:evidence", a.draft.pk), {"item": "lease"}),
        "vault": (address(a, "portal:tenants:paper-add", a.startup.pk), {"kind": "licence", "title": "营业执照副本"}),
    }[place]
    keeps = {"invoice": ["房屋租赁"], "evidence": [], "vault": ["营业执照副本"]}[place]
    refuse(a, person("founder"), path, data | {"file": upload()}, "file", words, keeps=keeps)


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../../etc/passwd.pdf", "passwd.pdf"), ("..\\..\\boot.pdf", "boot.pdf"), ("\u202efdp.pdf", "fdp.pdf"), ("长" * 300 + ".pdf", None)],
    ids=["../", "..\\", "direction mark", "300 characters"],
)
def test_a_file_name_is_only_text(a, person, name, kept):
    body = (
        b'--B\r\nContent-Disposition: form-data; name="kind"\r\n\r\nlicence\r\n'
        b'--B\r\nContent-Disposition: form-data; name="title"\r\n\r\n\r\n'
        + f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'.encode()
        + pdf_bytes() + b"\r\n--B--\r\n"
    )
    path = address(a, "portal:tenants:paper-add", a.startup.pk)
    response = person("founder").post(path, body, content_type="multipart/form-data; boundary=B")
    assert response.status_code in {200, 302}
    if response.status_code == 302:
        with organisation_context(a.organisation):
            document = Document.objects.latest("pk")
        stored = document.original_name
        assert len(stored) <= 120 and not {"/", "\\", "\u202e"} & set(stored) and ".." not in stored
        assert kept in {None, stored}
        assert re.fullmatch(rf"{a.organisation.pk}/[0-9a-f]{{32}}", document.file.name)
    else:
        assert sentence_at(response.text, "file")


# --- an application -------------------------------------------------------------------------------------------------
def costs(a, draft=None, **changes):
    """What the first step of the wizard sends."""
    draft = draft or a.draft
    with organisation_context(a.organisation):
        keys = [f"{line.fapiao_id}:{line.key}" for line in draft.lines.all()]
        version = SubsidyApplication.objects.get(pk=draft.pk).version
    return {"version": version, "area": "80.00", "unit_rent": "62.00", "costs": keys} | changes


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [("area", "80.01", "80"), ("area", "９９９", "80"), ("area", "0", r"\w"), ("area", "12.345", r"\w"), ("unit_rent", "62.01", "62"), ("unit_rent", "abc", "abc")],
)
def test_more_than_the_lease(a, person, field, typed, words):
    path = address(a, "portal:subsidies:costs", a.draft.pk)
    refuse(a, person("founder"), path, costs(a, **{field: typed}), field, words, keeps=[typed])


def test_a_month_outside_the_lease_or_twice(a, person):
    path, data = address(a, "portal:subsidies:costs", a.draft.pk), costs(a)
    first = data["costs"][0].partition(":")[0]
    for key in (f"{first}:2027-01", f"{first}:2026-13", f"{first}:1999-01", "0", "9" * 40, "x"):
        refuse(a, person("founder"), path, costs(a, costs=[key], area="71.25"), "costs", r"\w", keeps=["71.25"])


def test_a_month_already_claimed(a, person):
    client, send = person("founder"), address(a, "portal:subsidies:send", a.draft.pk)
    with organisation_context(a.organisation):
        from tests.walls.racer import copy_draft

        second = SubsidyApplication.objects.get(pk=copy_draft(a.draft.pk))
    assert client.post(send, {"pledge": "on"}).status_code == 302
    before = written(a)
    response = client.post(address(a, "portal:subsidies:send", second.pk), {"pledge": "on"})
    assert response.status_code in {200, 409}
    assert "2026-07" in response.text and all_errors(response.text)
    assert written(a) == before
    page = client.post(address(a, "portal:subsidies:costs", second.pk), costs(a, second, area="70.00"))
    assert page.status_code in {200, 302, 409}


def test_without_the_pledge(a, person):
    refuse(a, person("founder"), address(a, "portal:subsidies:send", a.draft.pk), {"x": "1"}, "pledge", r"\w")


def test_an_invoice_counts_once(a, person):
    with organisation_context(a.organisation):
        used = Fapiao.objects.filter(startup=a.startup).order_by("pk").first()
    data = invoice(a, number=used.number, seller_uscc=used.seller_uscc)
    refuse(a, person("founder"), address(a, "portal:billing:fapiao-record"), data, "number", used.number, keeps=["房屋租赁"])


def test_an_invoice_used_in_another_organisation(a, b, person):
    """The sentence says that it is used elsewhere, and nothing of where."""
    with organisation_context(b.organisation):
        number, seller = Fapiao.objects.filter(kind="rent").values_list("number", "seller_uscc").first()
        b.apply("rent")
    with organisation_context(a.organisation):
        assert Fapiao.objects.filter(pk=a.draft.lines.first().fapiao_id).update(number=number, seller_uscc=seller) == 1
    before = written(a)
    response = person("founder").post(address(a, "portal:subsidies:send", a.draft.pk), {"pledge": "on"})
    assert response.status_code in {200, 409} and all_errors(response.text)
    assert not {b.organisation.name, b.startup.name, b.startup.uscc} & {name for name in (b.organisation.name, b.startup.name, b.startup.uscc) if name in response.text}
    assert written(a) == before | {"journal_entry": before["journal_entry"] + 1}  # the try, so that it cannot be made without end


# --- addresses ------------------------------------------------------------------------------------------------------
LISTS = ["office:home", "office:inbox", "office:tenants:startups", "office:spaces:spaces", "office:spaces:leases", "office:billing:fapiao-list",
         "office:policy:editions", "office:subsidies:desk", "office:subsidies:claims", "portal:home", "portal:inbox", "portal:subsidies:applications",
         "portal:billing:fapiao-list", "portal:tenants:company", "site:notices"]


@pytest.mark.parametrize("name", LISTS)
def test_lists_bear_every_query(a, person, name):
    client = person("founder" if name.startswith("portal") else "officer")
    for query in ("page=" + "9" * 20, "page=-1", "page=0", "page=x", "page=1%00", "page=１", "sort=password", "state=x&q=%00", "q=" + "长" * 2000,
                  "kind=' OR 1=1--", "q=%25_%5C", "site=" + "9" * 30, "startup=" + "9" * 30, "quarter=2026-Q9"):
        response = client.get(f"{address(a, name)}?{query}")
        assert response.status_code in {200, 302, 400, 404}, (query, response.status_code)


@pytest.mark.parametrize("number", ["0", str(2**31), str(2**63), "9" * 30, "9" * 5000])
def test_an_id_that_cannot_be(a, person, number):
    slug = a.organisation.slug
    for role, path in (("officer", f"/office/{slug}/subsidies/applications/{{}}/"), ("officer", f"/office/{slug}/startups/{{}}/"),
                       ("officer", f"/office/{slug}/spaces/leases/{{}}/"), ("officer", f"/office/{slug}/costs/{{}}/file/"),
                       ("officer", f"/office/{slug}/subsidies/claims/{{}}/"), ("officer", f"/office/{slug}/policy/{{}}/"),
                       ("founder", f"/portal/{slug}/subsidies/{{}}/costs/"), ("founder", f"/portal/{slug}/company/papers/{{}}/"),
                       ("officer", f"/office/{slug}/subsidies/applications/{a.draft.pk}/papers/{{}}/file/")):
        assert person(role).get(path.format(number)).status_code == 404, path


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_a_method_that_no_form_sends(a, person, method):
    for name, args in (("office:subsidies:desk", []), ("office:subsidies:application", [a.draft.pk]), ("site:notices", [])):
        assert getattr(person("officer"), method)(address(a, name, *args)).status_code == 405


# --- somebody else's rows -------------------------------------------------------------------------------------------
def test_another_organisations_rows_are_no_choice(a, b, person):
    with organisation_context(b.organisation):
        paper, site = b.papers["lease"].pk, Site.objects.first().pk
    officer, founder = person("officer"), person("founder")
    refuse(a, officer, address(a, "office:billing:fapiao-record"), invoice(a, startup=b.startup.pk), "startup", r"\w", keeps=["房屋租赁"])
    refuse(a, founder, address(a, "portal:billing:fapiao-record"), invoice(a, startup=b.startup.pk), "startup", r"\w", keeps=["房屋租赁"])
    refuse(a, founder, address(a, "portal:subsidies:evidence", a.draft.pk), {"item": "lease", "document": paper}, "document", r"\w")
    start = {"site": site, "edition": a.draft.edition_id, "period": a.quarter}
    refuse(a, officer, address(a, "office:subsidies:start"), start, "site", r"\w")
    refuse(a, officer, address(a, "office:subsidies:start"), start | {"edition": "9" * 30}, "edition", r"\w")
    lines = {"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0", "lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0"}
    lease = {"startup": b.startup.pk, "site": site, "starts_on": "2027-01-01", "ends_on": "2027-12-31"} | lines
    for field in ("startup", "site"):
        refuse(a, officer, address(a, "office:spaces:lease-draft"), lease, field, r"\w", keeps=["2027-12-31"])
    before = written(a)
    measure = {"measure": b.measure.pk, "payee": "tenant", "period": a.quarter}
    assert person("finance").post(address(a, "office:subsidies:claim-start"), measure).status_code == 404
    for odd in ({"measure": a.measure.pk, "payee": "tenant", "period": "2026-Q9"}, {"measure": a.measure.pk, "payee": "tenant", "period": "x" * 300},
                {"measure": a.measure.pk, "payee": "tenant", "period": "2026-Q3\x00"}):
        assert person("finance").post(address(a, "office:subsidies:claim-start"), odd).status_code in {400, 404, 409}
    assert founder.post(address(a, "portal:subsidies:start"), {"startup": b.startup.pk, "edition": "x", "quarter": "x"}).status_code == 200
    assert written(a) == before


@pytest.mark.parametrize("day", ["2026-02-30", "1999-12-31", "2101-01-01", "30.2.2026", "x" * 500])
def test_a_day_that_is_none(a, person, day):
    data = invoice(a, issued_on=day)
    refuse(a, person("officer"), address(a, "office:billing:fapiao-record"), data, "issued_on", r"\w", keeps=[day, "房屋租赁"])


def test_text_is_printed_as_typed(a, person):
    typed = "{{7*7}}{% debug %}<img src=x onerror=alert(1)>"
    page = refuse(a, person("officer"), address(a, "office:billing:fapiao-record"), invoice(a, item=typed, amount="x"), "amount", r"\w", keeps=["{{7*7}}"])
    assert "<img src=x" not in person("officer").post(address(a, "office:billing:fapiao-record"), invoice(a, item=typed, amount="x")).text
    assert date(2026, 11, 24).isoformat() not in typed and page
