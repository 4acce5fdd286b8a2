"""Sites, rooms, head leases; startups with their founders, agreements and leases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from django.utils import translation

from incubator.accounts.actors import actor_for
from incubator.accounts.services import give_role
from incubator.core.periods import add_years
from incubator.demo import papers
from incubator.demo.costs import bank_of, uscc_of
from incubator.demo.numbers import account, credit_code, digits, phone, resident_id
from incubator.demo.organisations import Home
from incubator.demo.people import make_account
from incubator.demo.sheets import Sheet, press
from incubator.demo.stage import Event, Stage
from incubator.demo.startups import NEWCOMER, Person, Tenant
from incubator.documents.models import DocumentKind
from incubator.tenants.joining import invite_founder
from incubator.tenants.models import Category, Startup
from incubator.tenants.services import (
    add_founder,
    draft_agreement,
    register_startup,
    send_agreement,
    sign_agreement,
    verify_account,
)
from spaces.models import Floor, LineKind
from spaces.services import add_site, add_space, approve_lease, draft_lease, record_head_lease, sign_lease, turn_leases


def open_sites(stage: Stage) -> None:
    """Put the sites with their floors and rooms on the list, and the head lease of a rented one."""
    by = stage.office["manager"]
    for home in stage.house.homes:
        site = stage.sites[home.name] = add_site(
            by=by, name=home.name, kind=home.kind, region=stage.house.region, address=home.address,
            recognised_title=home.recognised, gross_area=home.gross_area, standard_rent=home.standard_rent,
        )  # fmt: skip
        floors: dict[str, Floor] = {}
        for room in home.rooms:
            floor = floors.get(room.floor) or Floor.objects.create(site=site, name=room.floor, order=len(floors) + 1)
            floors[room.floor] = floor
            stage.rooms[room.code] = add_space(
                by=by, site=site, floor=floor, code=room.code, name=room.name, kind=room.kind, area=room.area,
                lettable=room.kind in {"office", "workshop", "studio"},
            )  # fmt: skip
        if home.landlord:
            _rent_site(stage, home)


def _rent_site(stage: Stage, home: Home) -> None:
    """The organisation rents the whole site from its owner, for three years."""
    landlord, by = home.landlord, stage.office["manager"]
    if landlord is None:
        return
    first = stage.days.opening.first
    last = add_years(first, 3) - timedelta(days=1)
    own = stage.papers.setdefault("", {})
    own["lease"] = stage.file(
        papers.head_lease(stage.house, home, first, last), DocumentKind.LEASE, by=by, issuer=landlord.name
    )
    own["title"] = stage.file(
        papers.title_deed(home, landlord.name, first), DocumentKind.TITLE, by=by, issuer="登记机构（示例）"
    )
    stage.head_leases[home.name] = record_head_lease(
        by=by, document=own["lease"], site=stage.sites[home.name], landlord=landlord.name,
        landlord_uscc=credit_code(landlord.name), area=landlord.area, unit_rent=landlord.unit_rent,
        starts_on=first, ends_on=last,
    )  # fmt: skip


def file_own_papers(stage: Stage) -> None:
    """What the organisation itself puts forward for its own costs."""
    house, by, day = stage.house, stage.office["officer"], stage.days.opening.first
    own = stage.papers.setdefault("", {})
    sheet = papers.licence(
        house.name, house.uscc, "民办非企业单位（示例）", house.owner, house.address, day, "创业孵化服务。"
    )
    own["licence"] = stage.file(sheet, DocumentKind.LICENCE, by=by)
    own["pledge"] = stage.file(papers.pledge(house.name, house.owner, day), DocumentKind.PLEDGE, by=by)
    for home in house.homes:
        if home.broadband:
            sheet = papers.line_contract(house.name, home.address, home.broadband, day)
            own["line_contract"] = stage.file(sheet, DocumentKind.LINE_CONTRACT, by=by)
        if home.software:
            sheet = papers.software_licence(house.name, home.software.product, day)
            own["software_licence"] = stage.file(sheet, DocumentKind.SOFTWARE_LICENCE, by=by)


def arrivals(stage: Stage) -> Iterator[Event]:
    """Each startup registers, signs its agreement and its lease on the day its lease begins."""
    for tenant in stage.house.tenants:
        first = stage.days.opening.plus(tenant.lease_after).first
        yield first, partial(_arrive, stage, tenant, first)


def _arrive(stage: Stage, tenant: Tenant, first: date) -> None:
    pile = _papers_of(stage, tenant, first)
    bodies = dict(zip(pile, press(list(pile.values())), strict=True))
    _register(stage, tenant, first)
    _join(stage, tenant, tenant.founder, "founder")
    if tenant.member:
        _join(stage, tenant, tenant.member, "member")
    stage.papers[tenant.key] = {}
    for kind, body in bodies.items():
        by = stage.office["officer"] if kind in {"agreement", "lease"} else stage.founders[tenant.key]
        stage.papers[tenant.key][kind] = stage.upload(
            body, kind, by=by, startup=stage.startups[tenant.key], title=pile[kind].title, issued_on=first
        )
    _sign(stage, tenant, first)


def _register(stage: Stage, tenant: Tenant, day: date) -> None:
    """The officer puts the startup on file; finance verifies its account."""
    startup = register_startup(
        by=stage.office["officer"], name=tenant.name, short_name=tenant.short_name, kind=tenant.kind, uscc=uscc_of(tenant),
        legal_representative=tenant.founder.name, industry=tenant.industry, size_class=tenant.size_class,
        registered_on=_registered_on(tenant, day), registered_address=f"{stage.home(tenant.site).address} {tenant.room}",
        contact_name=tenant.founder.name, contact_phone=phone(tenant.founder.name), contact_email=tenant.founder.email,
        bank_name=bank_of(tenant), bank_account=account(tenant.name),
    )  # fmt: skip
    if tenant.verified:
        startup = verify_account(startup, by=stage.office["finance"], method="与银行开户许可证核对（示例）")
    stage.startups[tenant.key] = startup


def _registered_on(tenant: Tenant, day: date) -> date:
    """A year to a year and a half before it came."""
    return add_years(day, -1) - timedelta(days=int(digits(tenant.name, 3)) % 200)


def _join(stage: Stage, tenant: Tenant, person: Person, role: str) -> None:
    user = make_account(person.name, person.email)
    give_role(user, stage.organisation, role)
    has_category = person.category != Category.NONE
    add_founder(
        stage.startups[tenant.key], by=stage.office["officer"], name=person.name, role=role, user=user,
        share=person.share, category=person.category, phone=phone(person.name),
        category_number=certificate(person) if has_category else "",
        category_valid_to=add_years(stage.days.today, 2) if has_category else None,
        resident_id=resident_id(person.name, person.born),
    )  # fmt: skip
    actor = actor_for(user, stage.organisation)
    if role == "founder" and actor is not None:
        stage.founders[tenant.key] = actor


def certificate(person: Person) -> str:
    """The number of a 《就业创业证》."""
    return f"2200{digits(person.name, 12)}"


def _papers_of(stage: Stage, tenant: Tenant, day: date) -> dict[str, Sheet]:
    """Everything on paper that a startup brings or signs when it comes, by kind."""
    home = stage.home(tenant.site)
    pile = {
        "licence": papers.tenant_licence(tenant, f"{home.address} {tenant.room}", _registered_on(tenant, day)),
        "pledge": papers.pledge(tenant.name, tenant.founder.name, day),
        "agreement": papers.agreement(tenant, stage.house, day, agreed_until(day)),
        "lease": papers.lease(tenant, stage.house, home, day, _lease_end(stage, tenant)),
    }
    if tenant.broadband:
        pile["line_contract"] = papers.line_contract(tenant.name, f"{tenant.site} {tenant.room}", tenant.broadband, day)
    if tenant.software:
        pile["software_licence"] = papers.software_licence(tenant.name, tenant.software.product, day)
    if tenant.founder.category != Category.NONE:
        with translation.override("zh-hans"):
            label = str(Category(tenant.founder.category).label)
        pile["category_proof"] = papers.category_proof(tenant.founder.name, label, certificate(tenant.founder), day)
    return pile


def agreed_until(day: date) -> date:
    """Agreements run for three years."""
    return add_years(day, 3) - timedelta(days=1)


def _lease_end(stage: Stage, tenant: Tenant) -> date:
    return stage.days.opening.plus(tenant.lease_after + tenant.lease_months - 1).last


def _sign(stage: Stage, tenant: Tenant, first: date) -> None:
    """Agreement and lease: drafted by the officer, signed by a manager."""
    startup, officer, manager = stage.startups[tenant.key], stage.office["officer"], stage.office["manager"]
    own = stage.papers[tenant.key]
    signed = sign_agreement(
        startup, drafted_by=officer, countersigned_by=manager, starts_on=first, ends_on=agreed_until(first),
        document=own["agreement"],
    )  # fmt: skip
    line = {
        "kind": LineKind.PREMISES,
        "space": stage.rooms[tenant.room],
        "area": tenant.area,
        "unit_price": tenant.unit_rent,
    }
    drafted = draft_lease(
        startup, by=officer, lines=[line], site=stage.sites[tenant.site], agreement=signed, starts_on=first,
        ends_on=_lease_end(stage, tenant), owner_consent=True,
    )  # fmt: skip
    sign_lease(approve_lease(drafted, by=manager), by=manager, signed_on=first, document=own["lease"])


def welcome_newcomer(stage: Stage) -> None:
    """A team that has just come: its agreement is sent, its lease waits for the manager."""
    by, today = stage.office["officer2"], stage.days.today
    team: Startup = register_startup(
        by=by, name=NEWCOMER, short_name="青禾星火", kind="team", uscc="", legal_representative="孟青禾",
        industry="智慧农业", contact_name="孟青禾", contact_phone=phone("孟青禾"),
    )  # fmt: skip
    head = add_founder(team, by=by, name="孟青禾", role="founder", category="graduate", phone=phone("孟青禾"))
    invite_founder(head, "meng.qinghe@qinghe.example", by=by)  # open: the people's page of the owner shows it
    last = add_years(today, 1) - timedelta(days=1)
    agreement = send_agreement(draft_agreement(team, by=by, starts_on=today, ends_on=last), by=by)
    room = stage.rooms["A-202"]
    line = {"kind": LineKind.PREMISES, "space": room, "area": room.area, "unit_price": 42}
    draft_lease(
        team, by=by, lines=[line], site=stage.sites["净月A座"], agreement=agreement, starts_on=today, ends_on=last,
        owner_consent=True,
    )  # fmt: skip


def end_leases(stage: Stage) -> None:
    """The clock turns leases that have run out."""
    turn_leases(stage.days.today)
