"""Sites, rooms, head leases; startups with their founders, agreements and leases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from incubator.accounts.actors import actor_for
from incubator.accounts.services import give_role
from incubator.core.periods import add_years
from incubator.demo import papers
from incubator.demo.costs import bank_of, uscc_of
from incubator.demo.numbers import account, credit_code, digits, phone, resident_id
from incubator.demo.organisations import Home
from incubator.demo.people import make_account
from incubator.demo.stage import Event, Stage
from incubator.demo.startups import NEWCOMER, Person, Tenant
from incubator.documents.models import DocumentKind
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
    own["lease"] = stage.file(papers.head_lease(stage.house, home, first, last), DocumentKind.LEASE, by=by, issuer=landlord.name)
    own["title"] = stage.file(papers.title_deed(home, landlord.name, first), DocumentKind.TITLE, by=by, issuer="登记机构（示例）")
    stage.head_leases[home.name] = record_head_lease(
        by=by, document=own["lease"], site=stage.sites[home.name], landlord=landlord.name,
        landlord_uscc=credit_code(landlord.name), area=landlord.area, unit_rent=landlord.unit_rent,
        starts_on=first, ends_on=last,
    )  # fmt: skip


def file_own_papers(stage: Stage) -> None:
    """What the organisation itself puts forward for its own costs."""
    house, by, day = stage.house, stage.office["officer"], stage.days.opening.first
    own = stage.papers.setdefault("", {})
    sheet = papers.licence(house.name, house.uscc, "民办非企业单位（示例）", house.owner, house.address, day, "创业孵化服务。")
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
        yield first, partial(_register, stage, tenant, first)
        yield first, partial(_sign, stage, tenant, first)


def _register(stage: Stage, tenant: Tenant, day: date) -> None:
    """The officer puts the startup on file; finance verifies its account; its people get accounts."""
    home, by = stage.home(tenant.site), stage.office["officer"]
    since = add_years(day, -1) - timedelta(days=int(digits(tenant.name, 3)) % 200)
    startup = register_startup(
        by=by, name=tenant.name, short_name=tenant.short_name, kind=tenant.kind, uscc=uscc_of(tenant),
        legal_representative=tenant.founder.name, industry=tenant.industry, size_class=tenant.size_class,
        registered_on=since, registered_address=f"{home.address} {tenant.room}", contact_name=tenant.founder.name,
        contact_phone=phone(tenant.founder.name), contact_email=tenant.founder.email,
        bank_name=bank_of(tenant), bank_account=account(tenant.name),
    )  # fmt: skip
    if tenant.verified:
        startup = verify_account(startup, by=stage.office["finance"], method="与银行开户许可证核对（示例）")
    stage.startups[tenant.key] = startup
    _join(stage, tenant, tenant.founder, "founder")
    if tenant.member:
        _join(stage, tenant, tenant.member, "member")
    _file_papers(stage, tenant, home, day, since)


def _join(stage: Stage, tenant: Tenant, person: Person, role: str) -> None:
    user = make_account(person.name, person.email)
    give_role(user, stage.organisation, role)
    has_category = person.category != Category.NONE
    add_founder(
        stage.startups[tenant.key], by=stage.office["officer"], name=person.name, role=role, user=user,
        share=person.share, category=person.category, phone=phone(person.name),
        category_number=f"2201{digits(person.name, 12)}" if has_category else "",
        category_valid_to=add_years(stage.days.today, 2) if has_category else None,
        resident_id=resident_id(person.name, person.born),
    )  # fmt: skip
    actor = actor_for(user, stage.organisation)
    if role == "founder" and actor is not None:
        stage.founders[tenant.key] = actor


def _file_papers(stage: Stage, tenant: Tenant, home: Home, day: date, since: date) -> None:
    """The founder fills the vault: licence, pledge, contracts, proof of category."""
    founder, startup = stage.founders[tenant.key], stage.startups[tenant.key]
    pile = {
        "licence": papers.tenant_licence(tenant, f"{home.address} {tenant.room}", since),
        "pledge": papers.pledge(tenant.name, tenant.founder.name, day),
    }
    if tenant.broadband:
        pile["line_contract"] = papers.line_contract(tenant.name, f"{tenant.site} {tenant.room}", tenant.broadband, day)
    if tenant.software:
        pile["software_licence"] = papers.software_licence(tenant.name, tenant.software.product, day)
    if tenant.founder.category != Category.NONE:
        label = {"graduate": "高校毕业生", "veteran": "退役军人", "returning_migrant": "返乡创业人员", "disabled": "残疾人",
                 "left_post_researcher": "离岗创业科研人员", "hardship": "就业困难人员",
                 "registered_unemployed": "登记失业人员"}[tenant.founder.category]  # fmt: skip
        number = f"2201{digits(tenant.founder.name, 12)}"
        pile["category_proof"] = papers.category_proof(tenant.founder.name, label, number, day)
    stage.papers[tenant.key] = {
        kind: stage.file(sheet, kind, by=founder, startup=startup, issued_on=day) for kind, sheet in pile.items()
    }


def _sign(stage: Stage, tenant: Tenant, first: date) -> None:
    """Agreement and lease: drafted by the officer, signed by a manager."""
    startup, officer, manager = stage.startups[tenant.key], stage.office["officer"], stage.office["manager"]
    home = stage.home(tenant.site)
    last = stage.days.opening.plus(tenant.lease_after + tenant.lease_months - 1).last
    sheet = papers.agreement(tenant, stage.house, first, add_years(first, 3) - timedelta(days=1))
    document = stage.file(sheet, DocumentKind.AGREEMENT, by=officer, startup=startup, issued_on=first)
    signed = sign_agreement(
        startup, drafted_by=officer, countersigned_by=manager, starts_on=first,
        ends_on=add_years(first, 3) - timedelta(days=1), document=document,
    )  # fmt: skip
    line = {"kind": LineKind.PREMISES, "space": stage.rooms[tenant.room], "area": tenant.area, "unit_price": tenant.unit_rent}
    drafted = draft_lease(
        startup, by=officer, lines=[line], site=stage.sites[tenant.site], agreement=signed, starts_on=first,
        ends_on=last, owner_consent=True,
    )  # fmt: skip
    approved = approve_lease(drafted, by=manager)
    sheet = papers.lease(tenant, stage.house, home, first, last)
    document = stage.file(sheet, DocumentKind.LEASE, by=officer, startup=startup, issuer=stage.house.name, issued_on=first)
    sign_lease(approved, by=manager, signed_on=first, document=document)
    stage.papers[tenant.key]["lease"] = document


def welcome_newcomer(stage: Stage) -> None:
    """A team that has just come: its agreement is sent, its lease waits for the manager."""
    by, today = stage.office["officer2"], stage.days.today
    team: Startup = register_startup(
        by=by, name=NEWCOMER, short_name="青禾星火", kind="team", uscc="", legal_representative="孟青禾",
        industry="智慧农业", contact_name="孟青禾", contact_phone=phone("孟青禾"),
    )  # fmt: skip
    add_founder(team, by=by, name="孟青禾", role="founder", category="graduate", phone=phone("孟青禾"))
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
