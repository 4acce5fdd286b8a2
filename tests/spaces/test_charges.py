"""What a lease costs in a month: the worked lease to the fen, permuted inputs, steps without hole or overlap."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from billing.services import bills
from incubator.core.errors import BusinessError, NotEligible
from incubator.core.periods import Month, months_from
from spaces import contracts, services
from spaces.charges import Contract, Part, charge_of
from spaces.models import Lease, RentStep
from tests.billing.test_bills import a_rule
from tests.billing.test_ledger import at_the_end, refused
from tests.factories.documents import an_upload
from tests.factories.spaces import a_site, a_space
from tests.factories.tenants import a_startup

START, END = date(2026, 3, 16), date(2028, 3, 15)


@pytest.fixture
def lease(inside, actor):
    """86.50 ㎡ at 45.00 from 16 March 2026, two months free, 47.25 from 16 March 2027."""
    return signed(actor)


def signed(actor, startup=None, **fields):
    space = a_space(a_site())
    line = {"kind": "premises", "space": space, "area": Decimal("86.50"), "unit_price": Decimal("45.00"), "starts_on": None, "ends_on": None,
            "free_until": date(2026, 5, 15), "step_from": date(2027, 3, 16), "step_price": Decimal("47.25")}
    drafted = services.draft_lease(startup or a_startup(), by=actor("officer"), site=space.site, lines=[line | fields], starts_on=START, ends_on=END)
    approved = services.approve_lease(drafted, by=actor("manager"))
    return services.sign_lease(approved, by=actor("manager"), signed_on=date(2026, 3, 1), upload=an_upload())


def bill_of(lease, actor, month):
    return contracts.compile_contract(contracts.contract_key(lease), Month.parse(month), due_on=date(2026, 11, 30), by=actor("finance"))


@pytest.mark.parametrize(
    ("month", "listed", "relief", "due"),
    [("2026-03", "2009.03", "2009.03", "0.00"), ("2026-04", "3892.50", "3892.50", "0.00"), ("2026-05", "3892.50", "1883.47", "2009.03"),
     ("2026-06", "3892.50", "0.00", "3892.50"), ("2027-03", "3992.95", "0.00", "3992.95"), ("2027-04", "4087.13", "0.00", "4087.13")],
)  # fmt: skip
def test_the_worked_lease_comes_out_to_the_fen(lease, month, listed, relief, due):
    (charge,) = contracts.charges_of(lease, Month.parse(month))
    assert (charge.amount + charge.relief, charge.relief, charge.amount) == (Decimal(listed), Decimal(relief), Decimal(due))
    assert charge.why[-1]["result"] in {due, str(Decimal(due) - sum((Decimal(step["result"]) for step in charge.why[:-1]), Decimal(0)))}


def test_the_worked_month_has_its_tax_and_is_billed_once(lease, actor, people):
    a_rule(people["finance"], people["manager"])
    made = bills.issue_bill(bill_of(lease, actor, "2026-06"), by=actor("finance"))
    assert (made.total, made.net, made.tax) == (Decimal("3892.50"), Decimal("3571.10"), Decimal("321.40"))
    with pytest.raises(NotEligible):
        bill_of(lease, actor, "2026-06")


def test_after_an_early_end_the_days_paid_come_back_as_a_credit_note(lease, actor, people):
    a_rule(people["finance"], people["manager"])
    for month in ("2026-05", "2026-06", "2026-07"):
        made = bills.issue_bill(bill_of(lease, actor, month), by=actor("finance"))
        receipt = bills.take_receipt(made.startup, "bank", made.total, key=month, received_on=date(2026, 6, 1), payer_name="云杉", by=actor("finance"))
        bills.allocate(receipt, made, made.total, by=actor("finance"))
    Lease.objects.filter(pk=lease.pk).update(ended_on=date(2026, 6, 20), state="ended")
    notes = contracts.credit_after_end(Lease.objects.get(pk=lease.pk), reason="提前退租", by=actor("finance"))
    assert sorted(note.total for note in notes) == [Decimal("1297.50"), Decimal("3892.50")]
    assert contracts.overbilled(Lease.objects.get(pk=lease.pk)) == {}
    for note in notes:
        bills.approve_credit(note, by=actor("manager"))
    at_the_end()


def test_a_renewal_goes_on_under_the_key_of_the_first_lease(lease, actor):
    space = lease.lines.get().space
    line = {"kind": "premises", "space": space, "area": Decimal("86.50"), "unit_price": Decimal("47.25"), "starts_on": None, "ends_on": None}
    fields = {"by": actor("officer"), "site": space.site, "lines": [line], "ends_on": date(2029, 3, 15), "renews": lease}
    with pytest.raises(BusinessError) as why:
        services.draft_lease(lease.startup, starts_on=date(2028, 3, 17), **fields)
    assert why.value.field == "renews"
    later = services.draft_lease(lease.startup, starts_on=date(2028, 3, 16), **fields)
    assert contracts.contract_key(later) == contracts.contract_key(lease) == f"lease:{lease.pk}"
    assert [one.pk for one in contracts.leases_of(f"lease:{lease.pk}")] == [lease.pk, later.pk]
    with pytest.raises(BusinessError) as why, transaction.atomic():
        services.draft_lease(lease.startup, starts_on=date(2028, 3, 16), **fields)
    assert why.value.field == "renews"


# --- steps in the database


def test_a_draft_has_no_steps_and_the_approval_writes_each_day_once(lease):
    at_the_end()
    steps = list(RentStep.objects.values_list("kind", "first_day", "last_day"))
    assert steps == [("free", START, date(2026, 5, 15)), ("base", date(2026, 5, 16), date(2027, 3, 15)), ("step", date(2027, 3, 16), END)]


def test_overlap_hole_change_and_price_below_nothing_are_refused_by_the_database(lease):
    line, first = lease.lines.get(), RentStep.objects.first()
    with refused("rent_step_no_overlap"), transaction.atomic():
        RentStep.objects.create(line=line, kind="base", first_day=END, last_day=END, list_price=1, due_price=1)
    with refused("rent_step_stays"), transaction.atomic():
        RentStep.objects.filter(pk=first.pk).update(due_price=0, list_price=0)
    with refused("rent_step_stays"), transaction.atomic():
        first.delete()
    with refused("rent_step_kind"), transaction.atomic():
        RentStep.objects.create(line=line, kind="free", first_day=END + timedelta(days=1), last_day=END + timedelta(days=1), list_price=2, due_price=1)
    with refused("rent_step_no_hole"), transaction.atomic():
        RentStep.objects.create(line=line, kind="base", first_day=END + timedelta(days=1), last_day=END + timedelta(days=1), list_price=1, due_price=1)
        at_the_end()


def test_an_approval_that_leaves_a_day_out_is_refused(inside, actor, monkeypatch):
    monkeypatch.setattr("spaces.services.leases.steps_of", lambda line: [])
    with refused("rent_step_no_hole"), transaction.atomic():
        signed(actor)
        at_the_end()


@pytest.mark.parametrize("fields", [{"free_until": date(2026, 3, 15)}, {"step_from": date(2028, 3, 16)}, {"step_price": None}])
def test_steps_that_do_not_fit_are_refused_in_words(inside, actor, fields):
    with pytest.raises(BusinessError):
        signed(actor, **fields)


# --- permuted inputs and random schedules


@st.composite
def contract(draw):
    first = draw(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    parts = []
    for _number in range(draw(st.integers(1, 5))):
        last = first + timedelta(days=draw(st.integers(0, 60)))
        price = Decimal(draw(st.sampled_from(["45.00", "47.25", "0.01"])))
        due = draw(st.sampled_from([price, Decimal(0), price / 2]))
        parts.append(Part(first, last, "base" if due == price else "relief", price, due.quantize(Decimal("0.01"))))
        first = last + timedelta(days=1)
    return Contract(1, "premises", "房租", Decimal("86.50"), "㎡", draw(st.sampled_from(["actual", "thirty", "year", "full"])), date(2027, 12, 31), parts)


@given(one=contract(), seed=st.integers())
def test_the_order_of_steps_does_not_matter_and_no_month_costs_more_than_its_dearest_price(one, seed):
    shuffled = list(one.parts)
    random.Random(seed).shuffle(shuffled)
    other = Contract(**{**{name: getattr(one, name) for name in Contract.__dataclass_fields__}, "parts": shuffled})
    for month in months_from(Month(2026, 1), Month(2027, 12)):
        charge = charge_of(one, month)
        assert charge == charge_of(other, month)
        if charge:
            dearest = max(part.list_price for part in one.parts) * one.units
            assert charge.relief >= 0 <= charge.amount and charge.amount + charge.relief <= dearest + Decimal("0.05")


@given(days=st.lists(st.integers(1, 30), min_size=1, max_size=29, unique=True))
def test_a_month_cut_into_parts_at_one_price_adds_up_to_the_month(days):
    cuts = [0, *sorted(days), 31]
    parts = [Part(date(2026, 3, start + 1), date(2026, 3, end), "base", Decimal("45.00"), Decimal("45.00")) for start, end in zip(cuts, cuts[1:])]
    for method in ("actual", "thirty", "year", "full"):
        assert charge_of(Contract(1, "premises", "房租", Decimal("86.50"), "㎡", method, date(2027, 1, 1), parts), Month(2026, 3)).amount == Decimal("3892.50")
