"""The office's pages about spaces and leases: sight, the way of a lease, bad input."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from incubator.core.scoping import organisation_context
from incubator.documents.models import Document
from spaces.models import HeadLease, Lease, LeaseLine, Site, Space
from tests.factories.documents import a_document, an_upload, hostile_uploads
from tests.factories.spaces import a_lease, a_line, a_running_lease, a_site, a_space
from tests.factories.tenants import a_startup, a_uscc, an_agreement

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"office:spaces:{name}", args=["jingyue", *args])


def text(response):
    return response.content.decode()


@pytest.fixture
def space(inside):
    return a_space(a_site(name="一号院"), code="A-301")


def head(tenant, place, **changes):
    return {"startup": tenant.pk, "site": place.pk, "starts_on": "2026-01-01", "ends_on": "2040-12-31"} | changes


def lines(*rows):
    """Line forms as the browser sends them."""
    data = {"lines-TOTAL_FORMS": str(len(rows)), "lines-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return data


def premises(room, **changes):
    return {"kind": "premises", "space": room.pk, "area": "", "unit_price": "45.00"} | changes


BROADBAND = {"kind": "broadband", "monthly_fee": "199.00", "product": "企业宽带", "speed": "300M", "provider": "联通"}


# ---- who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["spaces", "leases"])
def test_who_reads(client_of, space, name):
    answers = {role: client_of(role).get(url(name)).status_code for role in ("viewer", "officer", "founder", "mentor")}
    assert answers == {"viewer": 200, "officer": 200, "founder": 403, "mentor": 403}


@pytest.mark.parametrize("name", ["lease-draft", "space-add", "site-add", "head-lease-record"])
def test_viewers_change_nothing(client_of, space, name):
    assert client_of("viewer").get(url(name)).status_code == 403


def test_another_organisation_is_not_there(client_of, people, other_organisation):
    with organisation_context(other_organisation):
        lease = a_lease(a_startup(), a_site(), people["officer"])
    for name in ("lease", "lease-change", "lease-approve", "lease-sign", "lease-cancel", "lease-file"):
        assert client_of("manager").get(url(name, lease.pk)).status_code == 404


@pytest.mark.parametrize(("name", "queries"), [("spaces", 13), ("leases", 11)])
@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_same_number_of_questions(
    client_of, space, people, actor, django_assert_num_queries, name, queries, count
):
    document = a_document(actor("officer"))
    for _ in range(count):
        span = {"ends_on": timezone.localdate().replace(year=timezone.localdate().year + 1)}
        lease = a_running_lease(
            a_startup(), a_space(space.site), people["officer"], people["manager"], document, **span
        )
        lease.lines.update(ends_on=lease.ends_on)
    client = client_of("viewer")
    client.get(url(name))
    with django_assert_num_queries(queries):
        client.get(url(name))


# ---- the list of spaces ---------------------------------------------------------------------------------------------


def test_spaces_show_who_holds_them(client_of, space, people, actor):
    startup = a_startup(name="吉林星火科技有限公司")
    today = timezone.localdate()
    lease = a_running_lease(startup, space, people["officer"], people["manager"], a_document(actor("officer")))
    lease.lines.update(starts_on=today, ends_on=today)
    assert "吉林星火" in text(client_of("viewer").get(url("spaces")))
    assert "吉林星火" not in text(client_of("viewer").get(url("spaces"), {"kind": "hall"}))


def test_change_site(client_of, space):
    site, typed = space.site, {"kind": "base", "region": "吉林省长春市", "address": "福祉大路 1 号", "gross_area": "900"}
    a_site(name="二号院")
    address = url("site-change", site.pk)
    client = client_of("officer")
    assert 'value="一号院"' in text(client.get(address))
    assert client.post(address, typed | {"name": "一号院", "standard_rent": "55.00", "version": "1"}).status_code == 302
    site.refresh_from_db()
    assert (site.gross_area, site.standard_rent) == (Decimal("900.00"), Decimal("55.00"))
    response = client.post(address, typed | {"name": "二号院", "version": "2"})
    assert (response.status_code, list(response.context["form"].errors)) == (409, ["name"])
    assert client_of("viewer").get(address).status_code == 403
    assert "55.00" in text(client_of("viewer").get(url("spaces")))
    assert address not in text(client_of("viewer").get(url("spaces")))


def test_two_people_change_a_site(client_of, space):
    """The second is shown what is saved now beside what they typed; nothing is lost, and saving again counts."""
    address, head = url("site-change", space.site_id), {"name": "一号院", "kind": "base", "region": "吉林省长春市", "version": "1"}
    assert 'name="version" value="1"' in text(client_of("manager").get(address))
    assert client_of("officer").post(address, head | {"address": "福祉大路 1 号", "gross_area": "900"}).status_code == 302
    late = client_of("manager").post(address, head | {"address": "福祉大路 9 号", "gross_area": "900"})
    form = late.context["form"]
    assert (late.status_code, form["version"].value()) == (409, "2")
    assert [tuple(row[1:]) for row in form.differences] == [("福祉大路 1 号", "福祉大路 9 号")]
    assert text(late).count("福祉大路 1 号") == 1  # only in the comparison: the field keeps what was typed
    assert Site.objects.get(pk=space.site_id).address == "福祉大路 1 号"
    assert client_of("manager").post(address, head | {"version": "2", "address": "福祉大路 9 号", "gross_area": "900"}).status_code == 302
    assert Site.objects.get(pk=space.site_id).address == "福祉大路 9 号"


@pytest.mark.parametrize("role", ["owner", "manager", "finance", "officer", "viewer"])
@pytest.mark.parametrize("list_page", ["spaces:spaces", "spaces:leases", "tenants:startups", "billing:fapiao-list"])
def test_no_list_offers_a_page_that_would_refuse(client_of, space, role, list_page):
    client = client_of(role)
    page = text(client.get(reverse(f"office:{list_page}", args=["jingyue"])))
    offered = set(re.findall(r'href="(/office/jingyue/[^"?#]*/(?:new|change)/)"', page))
    assert {address for address in offered if client.get(address).status_code != 200} == set()
    assert offered or role not in {"manager", "officer"}


def test_another_organisations_site_is_not_there(client_of, other_organisation):
    with organisation_context(other_organisation):
        foreign = a_site()
    assert client_of("owner").get(url("site-change", foreign.pk)).status_code == 404


def test_add_site_and_space(client_of, inside):
    client = client_of("manager")
    site = {
        "name": "二号院",
        "kind": "base",
        "region": "吉林省长春市",
        "address": "福祉大路 1 号",
        "gross_area": "１０００",
    }
    assert client.post(url("site-add"), site | {"standard_rent": "60.00"}).status_code == 302
    added = Site.objects.get()
    assert (added.gross_area, added.standard_rent) == (Decimal("1000.00"), Decimal("60.00"))
    space = {"site": added.pk, "code": "B-1", "kind": "office", "area": "30.5", "lettable": "on"}
    assert client.post(url("space-add"), space).status_code == 302
    assert Space.objects.get().area == Decimal("30.50")
    response = client.post(url("space-add"), space)
    assert (response.status_code, list(response.context["form"].errors)) == (409, ["code"])
    assert client.get(url("spaces")).status_code == 200


@pytest.mark.parametrize("area", ["0", "-3", "30.555", "x", "1000000.01"])
def test_areas_that_are_none(client_of, space, area):
    typed = {"site": space.site.pk, "code": "B-1", "kind": "office", "area": area}
    assert list(client_of("manager").post(url("space-add"), typed).context["form"].errors) == ["area"]


def test_record_head_lease(client_of, space):
    typed = {
        "site": space.site.pk,
        "landlord": "净月物业",
        "landlord_uscc": a_uscc(),
        "area": "2000",
        "unit_rent": "20.50",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
    }
    client = client_of("manager")
    backwards = client.post(url("head-lease-record"), typed | {"ends_on": "2025-01-01", "file": an_upload()})
    assert (list(backwards.context["form"].errors), Document.objects.count()) == (["ends_on"], 0)
    assert client.post(url("head-lease-record"), typed | {"file": an_upload()}).status_code == 302
    assert client.get(url("head-lease-file", HeadLease.objects.get().pk)).status_code == 200


# ---- the way of a lease ---------------------------------------------------------------------------------------------


def test_from_draft_to_running(client_of, space):
    startup = a_startup()
    officer, manager = client_of("officer"), client_of("manager")
    data = head(startup, space.site, owner_consent="on") | lines(premises(space), BROADBAND, {"kind": "software"})
    lease = _drafted(officer.post(url("lease-draft"), data))
    assert [line.kind for line in lease.lines.order_by("order")] == ["premises", "broadband"]
    assert officer.post(url("lease-approve", lease.pk)).status_code == 403
    assert manager.post(url("lease-approve", lease.pk)).status_code == 302
    signed = {"signed_on": "2025-12-20", "file": an_upload("合同.pdf")}
    assert manager.post(url("lease-sign", lease.pk), signed).status_code == 302
    lease.refresh_from_db()
    assert (lease.state, lease.number) == ("active", "HT-2025-000001")
    shown = text(manager.get(url("lease", lease.pk)))
    assert ("4,091.50" in shown, "HT-2025-000001" in shown) == (True, True)
    assert manager.get(url("lease-file", lease.pk)).status_code == 200


def _drafted(response):
    assert response.status_code == 302, response.context["form"].errors or [f.errors for f in response.context["lines"]]
    return Lease.objects.get()


def test_another_line_keeps_what_was_typed(client_of, space):
    data = head(a_startup(), space.site) | lines(premises(space, unit_price="47.25")) | {"more": "1"}
    response = client_of("officer").post(url("lease-draft"), data)
    assert ("47.25" in text(response), len(response.context["lines"].forms), Lease.objects.count()) == (True, 2, 0)


@pytest.mark.parametrize("total", ["", "x", "99", "-1", "9" * 30])
def test_a_tampered_count_of_lines(client_of, space, total):
    for more in ({}, {"more": "1"}):
        data = head(a_startup(), space.site) | lines(premises(space)) | {"lines-TOTAL_FORMS": total} | more
        assert client_of("officer").post(url("lease-draft"), data).status_code in {200, 409}
    assert Lease.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "2025-01-01"}, "ends_on"),
        ({"starts_on": "x"}, "starts_on"),
        ({"startup": "999999"}, "startup"),
        ({"site": "999999"}, "site"),
        ({"agreement": "999999"}, "agreement"),
    ],
)
def test_bad_heads(client_of, space, changes, field):
    data = head(a_startup(), space.site, **changes) | lines(premises(space, unit_price="47.25"))
    response = client_of("officer").post(url("lease-draft"), data)
    assert (list(response.context["form"].errors), Lease.objects.count()) == ([field], 0)
    assert "47.25" in text(response)


def test_an_agreement_of_another_startup(client_of, space, people):
    agreement = an_agreement(a_startup(), people["officer"])
    data = head(a_startup(), space.site, agreement=agreement.pk) | lines(premises(space))
    assert list(client_of("officer").post(url("lease-draft"), data).context["form"].errors) == ["agreement"]


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ({"area": "86.51"}, ["area"]),
        ({"unit_price": ""}, ["unit_price"]),
        ({"unit_price": "45.123"}, ["unit_price"]),
        ({"space": ""}, ["space"]),
        ({"space": "999999"}, ["space"]),
        ({"monthly_fee": "10"}, ["monthly_fee"]),
        ({"kind": "software"}, ["monthly_fee", "space", "unit_price"]),
        ({"kind": "castle"}, ["kind"]),
    ],
)
def test_bad_lines(client_of, space, line, fields):
    data = head(a_startup(), space.site) | lines(premises(space, **line))
    response = client_of("officer").post(url("lease-draft"), data)
    errors = set(response.context["lines"].forms[0].errors)
    assert (set(fields) <= errors, Lease.objects.count()) == (True, 0)


def test_refusals_of_the_service_are_said(client_of, space):
    data = head(a_startup(), a_site()) | lines(premises(space))
    response = client_of("officer").post(url("lease-draft"), data)
    assert (response.status_code, Lease.objects.count()) == (409, 0)
    assert "A-301" in str(response.context["form"].non_field_errors())


def test_no_line_at_all(client_of, space):
    response = client_of("officer").post(
        url("lease-draft"), head(a_startup(), space.site) | lines({"kind": "premises"})
    )
    assert (response.status_code, Lease.objects.count()) == (409, 0)


def test_change_a_draft(client_of, space, people):
    lease = a_lease(a_startup(), space.site, people["officer"])
    a_line(lease, space)
    client = client_of("officer")
    page = client.get(url("lease-change", lease.pk))
    assert page.context["lines"].forms[0].initial["space"] == space
    row = premises(space, area="80.00", starts_on="2026-01-01", ends_on="2026-06-30")
    data = (
        head(lease.startup, space.site, version="1", ends_on="2026-12-31") | lines(row) | {"lines-INITIAL_FORMS": "1"}
    )
    assert client.post(url("lease-change", lease.pk), data).status_code == 302
    assert LeaseLine.objects.get().area == Decimal("80.00")
    stale = client.post(url("lease-change", lease.pk), data)
    assert (stale.status_code, stale.context["form"]["version"].value()) == (409, "2")


def test_a_late_change_of_a_line_stands_beside_what_is_saved(client_of, space, people):
    lease = a_lease(a_startup(), space.site, people["officer"])
    a_line(lease, space)
    client, same = client_of("officer"), head(lease.startup, space.site, version="1", ends_on="2026-12-31") | {"lines-INITIAL_FORMS": "1"}
    first, second = (lines(premises(space, area=area, starts_on="2026-01-01", ends_on="2026-12-31")) for area in ("80.00", "70.00"))
    assert client.post(url("lease-change", lease.pk), same | first | {"lines-INITIAL_FORMS": "1"}).status_code == 302
    late = client.post(url("lease-change", lease.pk), same | second | {"lines-INITIAL_FORMS": "1"})
    assert late.status_code == 409
    beside = {(saved, typed) for label, saved, typed in late.context["form"].differences if label.startswith(gettext("Line %(number)s: ") % {"number": 1})}
    assert ("80.00", "70.00") in beside
    assert LeaseLine.objects.get().area == Decimal("80.00")


def test_a_stored_line_that_is_sent_unchanged_stays(client_of, space, people):
    lease = a_lease(a_startup(), space.site, people["officer"])
    line = a_line(lease, space)
    row = premises(space, area="86.50", unit_price="45.00", starts_on="2026-01-01", ends_on="2026-12-31")
    data = (
        head(lease.startup, space.site, version="1", ends_on="2026-12-31") | lines(row) | {"lines-INITIAL_FORMS": "1"}
    )
    assert client_of("officer").post(url("lease-change", lease.pk), data).status_code == 302
    assert LeaseLine.objects.get().monthly_amount == line.monthly_amount


def test_a_space_that_is_taken(client_of, space, people, actor):
    a_running_lease(
        a_startup(name="延边白山"), space, people["officer"], people["manager"], a_document(actor("officer"))
    )
    late = a_lease(a_startup(), space.site, people["officer"])
    a_line(late, space)
    response = client_of("manager").post(url("lease-approve", late.pk))
    assert (response.status_code, "延边白山" in text(response)) == (409, False)


def test_cancel(client_of, space, people):
    lease = a_lease(a_startup(), space.site, people["officer"])
    client = client_of("manager")
    assert client.post(url("lease-cancel", lease.pk), {"note": ""}).status_code == 200
    assert client.post(url("lease-cancel", lease.pk), {"note": "企业放弃"}).status_code == 302
    lease.refresh_from_db()
    assert lease.state == "cancelled"


@pytest.mark.parametrize("name", hostile_uploads())
def test_hostile_scans(client_of, space, people, name):
    lease = a_lease(a_startup(), space.site, people["officer"], state="approved", approver=people["manager"])
    a_line(lease, space)
    typed = {"signed_on": "2025-12-20", "file": hostile_uploads()[name]}
    response = client_of("manager").post(url("lease-sign", lease.pk), typed)
    lease.refresh_from_db()
    assert (list(response.context["form"].errors), lease.state, Document.objects.count()) == (["file"], "approved", 0)


@pytest.mark.parametrize("query", ["q=%00", "state=x", "page=0", "q=A-301"])
def test_nonsense_in_the_address(client_of, space, query):
    assert client_of("viewer").get(url("leases") + "?" + query).status_code == 200
    assert client_of("viewer").get(url("spaces") + "?" + query).status_code == 200
