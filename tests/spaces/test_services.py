"""Acts on leases: what each writes, whom it refuses, what it leaves untouched."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed
from incubator.core.periods import Month
from incubator.documents.models import Document
from incubator.tenants.models import StartupDocument
from spaces import services
from spaces.models import Lease, LeaseLine, Space
from tests.factories.documents import a_document, an_upload
from tests.factories.spaces import a_lease, a_line, a_site, a_space
from tests.factories.tenants import YEAR_END, YEAR_START, a_startup, a_uscc

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inside")]
SPAN = {"starts_on": YEAR_START, "ends_on": YEAR_END}


def premises(space, **fields):
    basics = {"kind": "premises", "space": space, "area": space.area, "unit_price": Decimal("45.00")}
    return basics | {"starts_on": None, "ends_on": None} | fields


def broadband(**fields):
    basics = {"kind": "broadband", "monthly_fee": Decimal("199.00"), "product": "企业宽带", "speed": "300M"}
    return basics | {"starts_on": None, "ends_on": None} | fields


def draft(actor, space, startup=None, **fields):
    lines = fields.pop("lines", [premises(space), broadband()])
    return services.draft_lease(
        startup or a_startup(), by=actor("officer"), site=space.site, lines=lines, **SPAN | fields
    )


def signed(actor, space, **fields):
    lease = services.approve_lease(draft(actor, space, **fields), by=actor("manager"))
    return services.sign_lease(lease, by=actor("manager"), signed_on=date(2025, 12, 20), upload=an_upload())


def test_draft_lease(actor):
    lease = draft(actor, a_space(a_site()))
    assert [str(line.monthly_amount) for line in lease.lines.order_by("order")] == ["3892.50", "199.00"]
    assert set(lease.lines.values_list("starts_on", "ends_on", "holds_space")) == {(YEAR_START, YEAR_END, False)}


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (lambda space: [], "至少|at least one line"),
        (lambda space: [premises(space, area=Decimal("86.51"))], "86.51"),
        (lambda space: [premises(a_space(a_site()))], "A-"),
        (lambda space: [premises(a_space(space.site, lettable=False))], "A-"),
        (lambda space: [premises(space, unit_price=None)], "1"),
        (lambda space: [broadband(monthly_fee=None)], "1"),
        (lambda space: [broadband(starts_on=date(2025, 12, 31))], "2026-01-01"),
        (lambda space: [broadband(starts_on=YEAR_END, ends_on=YEAR_START)], "2026-01-01"),
    ],
)
def test_lines_that_do_not_fit_leave_nothing(actor, lines, sentence):
    space = a_space(a_site())
    with pytest.raises(BusinessError, match=sentence):
        draft(actor, space, lines=lines(space))
    assert Lease.objects.count() == LeaseLine.objects.count() == 0


def test_draft_lease_that_ends_before_it_starts(actor):
    with pytest.raises(BusinessError) as refusal:
        draft(actor, a_space(a_site()), ends_on=date(2025, 12, 31))
    assert refusal.value.field == "ends_on"


def test_approve_lease_keeps_the_space(actor):
    space = a_space(a_site())
    lease = services.approve_lease(draft(actor, space), by=actor("manager"))
    assert (lease.state, lease.approver) == ("approved", actor("manager").user)
    assert list(LeaseLine.objects.filter(holds_space=True).values_list("kind", flat=True)) == ["premises"]
    assert list(Space.objects.free_between(YEAR_START, YEAR_START)) == []
    assert list(Space.objects.free_between(date(2027, 1, 1), date(2027, 1, 1))) == [space]


def test_approve_lease_by_its_drafter(actor, people):
    space = a_space(a_site())
    lease = services.draft_lease(a_startup(), by=actor("manager"), site=space.site, lines=[premises(space)], **SPAN)
    with pytest.raises(NotAllowed):
        services.approve_lease(lease, by=actor("manager"))


def test_approve_lease_over_another(actor):
    space = a_space(a_site())
    services.approve_lease(draft(actor, space, ends_on=date(2026, 6, 30)), by=actor("manager"))
    late = draft(actor, space, starts_on=date(2026, 6, 30))
    with pytest.raises(Conflict, match="2026-01-01 – 2026-06-30"):
        services.approve_lease(late, by=actor("manager"))
    late.refresh_from_db()
    assert (late.state, late.approver) == ("draft", None)
    services.approve_lease(draft(actor, space, starts_on=date(2026, 7, 1)), by=actor("manager"))


def test_change_lease(actor):
    space = a_space(a_site())
    lease = draft(actor, space)
    changed = services.change_lease(
        lease, by=actor("manager"), version=1, site=space.site, owner_consent=True, lines=[broadband()], **SPAN
    )
    assert (changed.owner_consent, changed.version, changed.drafter) == (True, 2, actor("manager").user)
    assert [line.kind for line in changed.lines.all()] == ["broadband"]
    with pytest.raises(Conflict):
        services.change_lease(lease, by=actor("officer"), version=1, site=space.site, lines=[broadband()], **SPAN)


def test_change_lease_that_is_approved(actor):
    space = a_space(a_site())
    lease = services.approve_lease(draft(actor, space), by=actor("manager"))
    with pytest.raises(IllegalMove):
        services.change_lease(lease, by=actor("officer"), version=1, site=space.site, lines=[broadband()], **SPAN)


def test_sign_lease_whose_first_day_has_come(actor):
    lease = signed(actor, a_space(a_site()), starts_on=date(2026, 1, 1), ends_on=date(2040, 12, 31))
    assert (lease.state, lease.number) == ("active", "HT-2025-000001")
    assert StartupDocument.objects.get(startup=lease.startup).document == lease.document


def test_sign_lease_of_the_future_waits_for_the_clock(actor):
    tomorrow = timezone.localdate() + timedelta(days=1)
    lease = signed(actor, a_space(a_site()), starts_on=tomorrow, ends_on=date(2040, 12, 31))
    assert lease.state == "signed"
    with pytest.raises(BusinessError):
        services.start_lease(lease)
    assert services.turn_leases(timezone.localdate()) == 0


@pytest.mark.parametrize(("fields", "field"), [({"signed_on": date(2099, 1, 1)}, "signed_on"), ({}, "file")])
def test_sign_lease_refused(actor, fields, field):
    lease = services.approve_lease(draft(actor, a_space(a_site())), by=actor("manager"))
    with pytest.raises(BusinessError) as refusal:
        services.sign_lease(lease, by=actor("manager"), **{"signed_on": date(2025, 12, 20)} | fields)
    assert refusal.value.field == field
    assert Document.objects.count() == 0


def test_cancel_lease_frees_the_space(actor):
    space = a_space(a_site())
    lease = services.approve_lease(draft(actor, space), by=actor("manager"))
    assert services.cancel_lease(lease, by=actor("manager"), note="企业放弃").state == "cancelled"
    services.approve_lease(draft(actor, space), by=actor("manager"))


def test_the_clock_ends_leases_and_frees_the_space(actor):
    space = a_space(a_site())
    lease = signed(actor, space, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31))
    assert services.turn_leases(date(2026, 3, 31)) == 0
    assert services.turn_leases(date(2026, 4, 1)) == 1
    lease.refresh_from_db()
    assert (lease.state, lease.ended_on, lease.last_day) == ("ended", date(2026, 3, 31), date(2026, 3, 31))
    assert LeaseLine.objects.filter(holds_space=True).count() == 0


def test_leases_in_force_in_a_month(actor):
    startup, site = a_startup(), a_site()
    lease = signed(actor, a_space(site), startup=startup, starts_on=date(2026, 1, 16), ends_on=date(2026, 3, 31))
    draft(actor, a_space(site), startup=startup)
    found = {month: list(Lease.objects.running_in(startup, Month(2026, month))) for month in (1, 3, 4)}
    assert found == {1: [lease], 3: [lease], 4: []}
    services.turn_leases(date(2026, 4, 1))
    assert list(Lease.objects.running_in(startup, Month(2026, 2))) == [lease]
    assert list(Lease.objects.running_in(startup, Month(2025, 12))) == []
    assert list(Lease.objects.running_on(date(2026, 3, 31))) == [lease]
    assert LeaseLine.objects.running_in(startup, "broadband", Month(2026, 1)).count() == 1


def test_founders_see_the_leases_of_their_startup(actor, people):
    from tests.factories.tenants import a_founder

    own, foreign = a_startup(), a_startup()
    a_founder(own, user=people["founder"])
    site = a_site()
    mine = draft(actor, a_space(site), startup=own)
    draft(actor, a_space(site), startup=foreign)
    assert list(Lease.objects.visible_to(actor("founder"))) == [mine]
    assert Lease.objects.visible_to(actor("viewer")).count() == 2
    assert Lease.objects.visible_to(actor("mentor")).count() == 0


def test_head_lease(actor):
    site = a_site()
    fields = {
        "landlord": "净月物业",
        "landlord_uscc": a_uscc(),
        "area": Decimal("2000.00"),
        "unit_rent": Decimal("20.125"),
    }
    fields["unit_rent"] = Decimal("20.12")
    head = services.record_head_lease(by=actor("manager"), site=site, upload=an_upload(), **fields, **SPAN)
    assert (head.monthly_rent, head.document.kind) == (Decimal("40240.00"), "lease")
    from spaces.models import HeadLease

    assert list(HeadLease.objects.running_in(site, Month(2026, 12))) == [head]
    assert list(HeadLease.objects.running_in(site, Month(2027, 1))) == []


@pytest.mark.parametrize("act", ["site", "space"])
def test_names_are_given_once(actor, act):
    site = a_site(name="一号院")
    a_space(site, code="A-1")
    with pytest.raises(Conflict) as refusal:
        if act == "site":
            services.add_site(
                by=actor("manager"), name="一号院", kind="base", region="吉林", address="1 号", gross_area=Decimal(1)
            )
        else:
            services.add_space(
                by=actor("manager"), site=site, code="A-1", kind="office", area=Decimal(1), lettable=True
            )
    assert refusal.value.field == ("name" if act == "site" else "code")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"ends_on": date(2025, 1, 1)}, "lease_span"),
        ({"state": "active"}, "lease_approved|lease_signed"),
    ],
)
def test_database_refuses_a_lease(people, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        a_lease(a_startup(), a_site(), people["officer"], **fields)


def test_database_keeps_four_eyes_on_leases(actor, people):
    with pytest.raises(IntegrityError, match="lease_four_eyes"), transaction.atomic():
        a_lease(a_startup(), a_site(), people["officer"], approver=people["officer"])


@pytest.mark.parametrize(
    "fields", [{"area": None}, {"monthly_fee": Decimal(1)}, {"kind": "software"}, {"area": Decimal(0)}]
)
def test_database_refuses_a_line_of_the_wrong_shape(people, fields):
    site = a_site()
    lease = a_lease(a_startup(), site, people["officer"])
    with pytest.raises(IntegrityError, match="lease_line_shape"), transaction.atomic():
        a_line(lease, a_space(site), **fields)


def test_signing_needs_a_document_of_the_vault(actor):
    lease = services.approve_lease(draft(actor, a_space(a_site())), by=actor("manager"))
    document = a_document(actor("officer"))
    services.sign_lease(lease, by=actor("manager"), signed_on=date(2025, 12, 20), document=document)
    assert StartupDocument.objects.get().document == document
