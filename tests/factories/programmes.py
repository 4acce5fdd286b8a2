"""The programmes beside rent, broadband and software: the second example measure in force, and for each kind a draft
with everything that it needs. Call inside an organisation's context, on top of `make_world`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from incubator.documents.services import keep_paper
from incubator.policy.importing import import_document, put_in_force
from incubator.policy.loading import DATA
from incubator.subsidies.kinds import kind_named
from incubator.subsidies.services import applications, sources
from incubator.subsidies.services.applications import take_in
from tests.factories.billing import a_fapiao, a_slip
from tests.factories.subsidies import PDF, QUARTER, edition
from tests.factories.tenants import a_uscc

PEOPLE = DATA / "example-measure-people.yaml"
PAYEES = {
    "one_off": "person", "social_insurance": "tenant", "internship": "tenant", "contest": "space", "capital_grant": "space",
    "stipend": "space", "investor_reward": "other",
}  # fmt: skip
IDS = ("11010519491231002X", "110105199001011006", "220102200003150019")
AMOUNTS = {
    "one_off": "5000.00",
    "social_insurance": "2133.33",  # min(1,000 × 0.8, 800) × 2 + 666.66 × 0.8, rounded
    "internship": "4500.00",  # 1,500 × 3: half of the interns were hired
    "contest": "20000.00",  # min(48,000 × 0.5, 20,000)
    "capital_grant": "100000.00",
    "stipend": "1200.00",  # August and September; July was not whole
    "investor_reward": "10000.00",  # 1,000,000 × 1 %
}


def add_programmes(world):
    """The second measure in force, and a founder who is entitled."""
    actor = world.actor
    imported = import_document(PEOPLE, by=actor("officer"))
    put_in_force(imported, submitter=actor("officer"), approver=actor("manager"))
    world.people_measure = imported.document
    world.startup.registered_on = date(2026, 1, 5)
    world.startup.save()
    founder = world.startup.founders.get()
    founder.name, founder.category, founder.resident_id = "林可欣", "graduate", IDS[0]
    founder.save()
    world.founder = founder
    return world


def recorder(world, kind):
    """Who prepares: the founder, or an officer for the organisation and for investors."""
    return world.actor("founder" if PAYEES[kind] in {"tenant", "person"} else "officer2")


def start(world, kind):
    """An empty draft."""
    by = recorder(world, kind)
    about = {"startup": world.startup} if PAYEES[kind] in {"tenant", "person"} else {"site": world.site}
    return applications.start_application(edition(kind, PAYEES[kind]), QUARTER, by=by, **about)


def record_sources(world, application):
    """What the draft of this kind rests on, as its form would give it."""
    kind, by = kind_named(application.kind), recorder(world, application.kind)
    for given in FILL[application.kind](world):
        known = {cost.key for cost in kind.proposals(application)}
        kind.add_source(application, given, by=by)
        application = take_in(application, known, by=by)
    return application


def person(number, **more):
    return {"name": "王小雨", "resident_id": IDS[number], "graduated_on": date(2026, 6, 30), "ends_on": None} | more


def fill_activity(world):
    officer, organisation = world.people["officer"], world.organisation
    own = {"buyer_name": organisation.name, "buyer_uscc": organisation.uscc, "kind": "activity", "period_from": date(2026, 9, 1),
           "period_to": date(2026, 9, 1), "issued_on": date(2026, 9, 20), "amount": Decimal("48000.00")}  # fmt: skip
    scan = lambda name: keep_paper(PDF + name.encode(), title=name, name="f.pdf", by=world.actor("officer"), kind="invoice")  # noqa: E731
    fapiao = a_fapiao(None, officer, document=scan("activity"), **own)
    a_slip(fapiao, officer, document=scan("activity slip"))
    span = {"starts_on": date(2026, 9, 18), "ends_on": date(2026, 9, 19)}
    return [{"kind": "contest", "name": "净月创新创业大赛", "participants": 86, "invoices": [fapiao], **span}]


def fill_investor(world):
    return [{
        "name": "长春示例股权投资有限公司", "uscc": a_uscc(4711), "bank_name": "吉林银行", "bank_account": "6222000011112222",
        "startup": world.startup, "amount": Decimal("1000000.00"), "invested_on": date(2026, 8, 12), "is_new": True, "real_economy": True,
    }]  # fmt: skip


FILL = {
    "one_off": lambda _world: [{"bank_name": "吉林银行", "bank_account": "6222000098765432"}],
    "social_insurance": lambda _world: [
        person(1, starts_on=date(2026, 8, 1), ends_on=date(2027, 7, 31), monthly=Decimal("1000.00")),
        person(2, name="赵小满", starts_on=date(2026, 9, 10), monthly=Decimal("666.66")),
    ],
    "internship": lambda _world: [
        person(1, starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30), monthly=Decimal("1800.00"), kept=True),
        person(2, name="赵小满", starts_on=date(2025, 9, 1), ends_on=date(2025, 11, 30), monthly=Decimal("1800.00"), kept=False),
    ],
    "contest": fill_activity,
    "capital_grant": lambda _world: [{"stage": 1, "title": "省级创业孵化基地认定文件", "reached_on": date(2026, 8, 20), "grade": ""}],
    "stipend": lambda _world: [person(1, starts_on=date(2026, 7, 15))],
    "investor_reward": fill_investor,
}


def attach_papers(world, application):
    """A paper for every item that is demanded and not there yet."""
    by = recorder(world, application.kind)
    there = set(application.evidence.values_list("item", flat=True))
    for item in {row["item"] for row in application.edition.evidence if row["required"]} - there - {"invoice", "bank_slip"}:
        paper = keep_paper(PDF + f"{item}{application.pk}".encode(), title=item, name="p.pdf", by=by, kind=item)
        applications.attach_evidence(application, item, paper, by=by)


def state_figures(world, application):
    """The figures that the founder types: the day of the certificate, and that it is the first firm."""
    kind = kind_named(application.kind)
    if not kind.figure_fields({}):
        return application
    figures = {"trained_on": "2026-03-20", "first_firm": "True"}
    costs = [cost for cost in kind.proposals(application) if cost.free]
    return applications.change_costs(application, figures=figures, costs=costs, by=recorder(world, application.kind), version=application.version)


def verify_account(world, application):
    """The second person types the account again."""
    for account in [getattr(application.founder or application.investor, "payee_account", None)]:
        if account is not None:
            sources.verify_payee(account, typed=str(account.bank_account), by=world.actor("manager"))


def fill(world, kind):
    """A draft with everything that it needs."""
    application = state_figures(world, record_sources(world, start(world, kind)))
    attach_papers(world, application)
    application.refresh_from_db()
    verify_account(world, application)
    return application


def send(world, kind):
    """The same, sent in."""
    return applications.submit_application(fill(world, kind), by=recorder(world, kind), pledged=True)
