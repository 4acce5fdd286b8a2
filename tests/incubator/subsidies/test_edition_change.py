"""A rule that changes while applications are under way: they keep their edition and their amounts."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from incubator.core.formulas import compute
from incubator.policy import services
from incubator.policy.changes import edition_changes, running_cases, touched_by_edition
from incubator.policy.models import ProgrammeEdition
from incubator.subsidies import formulas  # noqa: F401  (registers)
from incubator.subsidies.assessment import assess
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.services import review

NEXT = date(2026, 7, 1)  # the first day of the very quarter that is being claimed


def successor(running, actor, key, value):
    """The rule in force with one other figure, published by two people, replacing it on NEXT."""
    draft = services.draft_from(running, by=actor("officer"))
    draft = services.change_edition(draft, by=actor("officer"), name=f"{running.name} 2", effective_from=NEXT)
    row = draft.parameters.get(key=key)
    services.set_parameter(draft, key, value, by=actor("officer"), citation=row.citation)
    draft = ProgrammeEdition.objects.with_rule().get(pk=draft.pk)
    return services.approve_edition(services.submit_edition(draft, by=actor("officer")), by=actor("manager"))


def test_an_edition_change_in_the_middle_leaves_every_open_amount_as_it_was(world, actor):
    cases = {kind: world.apply(kind) for kind in ("rent", "broadband", "software")}
    taken = review.take_application(cases["rent"], by=actor("officer"))
    for row in taken.evidence.all():
        review.judge_evidence(row, verdict="good", finding="", by=actor("officer"))
    cases["rent"] = review.recommend_application(taken, by=actor("officer"))
    before = {kind: (case.claimed, assess(case).amount, assess(case).sha256) for kind, case in cases.items()}
    figures = {"rent": ("unit_cap", "10"), "broadband": ("month_cap", "1"), "software": ("period_cap", "2")}
    for kind, (key, value) in figures.items():
        running = cases[kind].edition
        new = successor(running, actor, key, value)
        touched = touched_by_edition(new)
        assert (touched.before, touched.keeps) == (running, [cases[kind]])
        assert [str(change.what) for change in edition_changes(running, new)["figures"]]
        services.plan_succession(running, new, by=actor("owner"))
        assert ProgrammeEdition.objects.get(pk=running.pk).state == "closed"
    fresh = {kind: SubsidyApplication.objects.get(pk=case.pk) for kind, case in cases.items()}
    assert {kind: (case.claimed, assess(case).amount, assess(case).sha256) for kind, case in fresh.items()} == before
    endorsed = review.endorse_application(fresh["rent"], by=actor("manager"))
    assert (endorsed.assessed, endorsed.edition_id) == (before["rent"][1], cases["rent"].edition_id)
    later = ProgrammeEdition.objects.with_rule().get(name=f"{cases['rent'].edition.name} 2")
    assert later.terms(NEXT)[0]["unit_cap"] == "10.00"  # the new rule would have paid less
    assert running_cases(later) == []


YUAN = st.integers(0, 30_000_00).map(lambda fen: str(Decimal(fen) / 100))
MONTHS = st.lists(st.integers(1, 12).map(lambda month: f"2026-{month:02d}"), min_size=1, max_size=6, unique=True)


@settings(max_examples=150, deadline=None)
@given(fee=YUAN, cap=YUAN, more=YUAN, months=MONTHS, share=st.sampled_from(["0.3", "1/3", "0.5", "1"]))
def test_raising_the_monthly_cap_never_lowers_a_broadband_amount(fee, cap, more, months, share):
    facts = {"monthly_fee": fee, "months": sorted(months)}
    paid = [
        compute("broadband_subsidy", terms={"share": share, "month_cap": one}, facts=facts).amount
        for one in (cap, str(Decimal(cap) + Decimal(more)))
    ]
    assert paid[0] <= paid[1]


@settings(max_examples=150, deadline=None)
@given(amount=YUAN, cap=YUAN, more=YUAN, share=st.sampled_from(["0.3", "1/3", "0.5", "1"]))
def test_raising_the_cap_of_a_period_never_lowers_a_software_amount(amount, cap, more, share):
    paid = [
        compute("software_subsidy", terms={"share": share, "period_cap": one}, facts=software(amount)).amount
        for one in (cap, str(Decimal(cap) + Decimal(more)))
    ]
    assert paid[0] <= paid[1]


def software(amount):
    return {"invoices": [{"number": "A1", "amount": amount}]}
