"""Frozen months: two people, after the month's end, and never another figure: kept by the database, then by Python."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from incubator.core.errors import BusinessError, Conflict, IllegalMove, NotAllowed, NotEligible
from incubator.core.periods import Month
from incubator.reports import services
from incubator.reports.models import FrozenMonth
from incubator.subsidies.models import SubsidyApplication
from tests.walls.report import tell

OCTOBER = Month(2026, 10)


def at(name, *args):
    return reverse(f"office:reports:{name}", args=["jingyue", *args])


@pytest.fixture
def told(decided):
    """What happened in November, moved one month back: October is over."""
    SubsidyApplication.objects.update(submitted_at=timezone.make_aware(timezone.datetime(2026, 10, 12, 9)))
    return decided


@pytest.fixture
def frozen(told, actor):
    return services.freeze_month(OCTOBER, by=actor("finance"))


def refused(act):
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        act()


def test_figures_hold_their_rows_and_no_name(frozen, told):
    figures = frozen.figures
    assert (figures["applications"]["value"], len(figures["applications"]["rows"])) == ("2", 2)
    assert Decimal(figures["claimed"]["value"]) == sum(Decimal(row[3]) for row in figures["claimed"]["rows"]) == told.rent.claimed + told.broadband.claimed
    assert told.startup.name not in str(figures) + str(frozen.public)


def test_decisions_add_up_over_the_months(told, actor):
    figures = services.read_month(Month(2026, 11))
    assert (figures["granted"]["value"], figures["beneficiaries"]["value"], figures["committed"]["value"]) == ("1000.00", "1", "1000.00")
    assert figures["execution"]["value"] == "0.0"


def test_the_database_refuses_every_later_change(frozen, people, actor):
    rows = FrozenMonth.objects.filter(pk=frozen.pk)
    tried = [
        lambda: rows.update(figures={}), lambda: rows.update(public={}), lambda: rows.update(sha256="0" * 64), lambda: rows.update(month=date(2026, 9, 1)),
        lambda: rows.update(proposer=people["manager"]), lambda: rows.update(state="signed"), lambda: rows.update(state="signed", signer=people["finance"]),
        rows.delete, lambda: FrozenMonth.objects.create(month=date(2026, 10, 2), figures={}, public={}, sha256="0" * 64, proposer=people["owner"]),
        lambda: FrozenMonth.objects.create(month=date(2026, 11, 1), figures={}, public={}, sha256="0" * 64, proposer=people["owner"]),
        lambda: FrozenMonth.objects.create(month=date(2026, 9, 1), figures={}, public={}, sha256="0" * 64, proposer=people["owner"], state="signed", signer=people["manager"]),
        lambda: FrozenMonth.objects.create(month=date(2026, 9, 1), revision=2, figures={}, public={}, sha256="0" * 64, proposer=people["owner"]),
    ]  # fmt: skip
    for act in tried:
        refused(act)
    services.sign_month(frozen, by=actor("manager"))
    for act in (lambda: rows.update(state="rejected"), lambda: rows.update(signer=people["owner"]), lambda: rows.update(moved_at=timezone.now())):
        refused(act)
    tell("frozen months", f"{len(tried) + 3} changes past the services, all refused by the database")


def test_the_same_row_is_taken_when_nothing_is_wrong_with_it(told, people):
    made = FrozenMonth.objects.create(month=date(2026, 9, 1), figures={}, public={}, sha256="0" * 64, proposer=people["owner"])
    assert FrozenMonth.objects.filter(pk=made.pk).update(state="signed", signer=people["manager"]) == 1


def test_a_second_person_signs(frozen, actor, people):
    with pytest.raises(NotAllowed):
        services.sign_month(frozen, by=actor("finance"))
    signed = services.sign_month(frozen, by=actor("manager"))
    assert (signed.state, signed.signer) == ("signed", people["manager"])
    with pytest.raises(IllegalMove):
        services.sign_month(signed, by=actor("owner"))


def test_whoever_froze_may_not_sign(told, actor):
    with pytest.raises(NotAllowed):
        services.sign_month(services.freeze_month(OCTOBER, by=actor("manager")), by=actor("manager"))


def test_a_month_that_runs_is_not_frozen(told, actor):
    with pytest.raises(NotEligible):
        services.freeze_month(Month(2026, 11), by=actor("finance"))


def test_later_rows_change_no_frozen_figure_and_are_shown(frozen, told, actor):
    signed = services.sign_month(frozen, by=actor("manager"))
    assert services.changes_since(signed) == []
    SubsidyApplication.objects.filter(pk=told.broadband.pk).update(claimed=Decimal("1.00"))
    changed = {one.code: (before, now) for one, before, now in services.changes_since(signed)}
    assert list(changed) == ["claimed"] and changed["claimed"][0] == signed.figures["claimed"]["value"]


def test_a_month_is_frozen_anew_with_the_reason_and_both_stay(frozen, actor):
    with pytest.raises(BusinessError):
        services.freeze_month(OCTOBER, by=actor("finance"))
    with pytest.raises(Conflict):
        services.freeze_month(OCTOBER, reason="补录", by=actor("finance"))
    first = services.sign_month(frozen, by=actor("manager"))
    second = services.freeze_month(OCTOBER, reason="补录一份申请", by=actor("finance"))
    assert list(FrozenMonth.objects.standing()) == [first]
    services.sign_month(second, by=actor("owner"))
    assert [(row.revision, row.state) for row in FrozenMonth.objects.filter(month=OCTOBER.first)] == [(2, "signed"), (1, "signed")]
    assert list(FrozenMonth.objects.standing()) == [second]


def test_pages_freeze_refuse_and_sign(told, client_of):
    finance, manager = client_of("finance"), client_of("manager")
    early = finance.post(at("month-freeze"), {"month": "2026-11"})
    assert early.status_code == 409 and "2026-11" in early.content.decode()
    assert finance.post(at("month-freeze"), {"month": "2026-10"}).status_code == 302
    frozen = FrozenMonth.objects.get()
    assert finance.get(at("month", frozen.pk)).status_code == 200
    again = finance.post(at("month-freeze"), {"month": "2026-10"})
    assert again.status_code == 409 and again.context["form"].errors["reason"]
    assert manager.post(at("month-reject", frozen.pk), {"note": ""}).context["form"].errors["note"]
    assert manager.post(at("month-sign", frozen.pk)).status_code == 302
    assert manager.post(at("month-sign", frozen.pk)).status_code == 409
    rows = manager.get(at("month-rows", frozen.pk, "applications"))
    assert len(rows.context["rows"]) == 2 and all(url for _number, _value, url in rows.context["rows"])
    assert manager.get(at("month-rows", frozen.pk, "nothing")).status_code == 404
    assert manager.get(at("month-export", frozen.pk)).status_code == 200


def test_the_site_shows_signed_months_only_and_no_small_count(frozen, told, actor, client):
    address = reverse("open:statistics", args=["jingyue"])
    assert gettext("No month has been signed yet.") in client.get(address).content.decode()
    services.sign_month(frozen, by=actor("manager"))
    page = client.get(address).content.decode()
    assert gettext("Fewer than three applicants were granted anything, so nothing is shown.") in page
    assert "1,000.00" not in page and told.startup.name not in page
