"""A house of any size in the scratch database: startups with a lease, paid invoices and an application for rent each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from billing.models import BankSlip, CostKind, Fapiao
from incubator.accounts.actors import Actor, actor_for
from incubator.accounts.models import Organisation, User
from incubator.accounts.services import give_role
from incubator.core.identifiers import uscc_check
from incubator.core.scoping import organisation_context
from incubator.documents.models import Document, DocumentKind
from incubator.journal.models import Entry
from incubator.policy.importing import import_document, put_in_force
from incubator.policy.loading import DATA, load_everything
from incubator.policy.models import ProgrammeEdition
from incubator.subsidies.kinds import kind_named
from incubator.subsidies.models import ApplicationLine, SubsidyApplication
from incubator.tenants.models import Agreement, Founder, Startup
from incubator.tenants.sorting import pinyin_key
from spaces.models import Lease, LeaseLine, LineKind, Site, SiteKind, Space

QUARTER, MONTHS = "2026-Q3", (date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1))
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
RENT = Decimal("4960.00")  # 80 ㎡ at 62 yuan
BATCH = 1000
SEEN_AT = timezone.make_aware(timezone.datetime(2026, 10, 8, 9))


@dataclass
class World:
    """The organisation, a person for each role, and what every row points at."""

    organisation: Organisation
    people: dict[str, User]
    site: Site
    edition: ProgrammeEdition
    document: Document
    count: int = 0

    def actor(self, role: str) -> Actor:
        found = actor_for(self.people[role], self.organisation)
        if found is None:
            raise LookupError(role)
        return found


def make_world() -> World:
    """An organisation with its people and the example measure in force."""
    load_everything()
    organisation = Organisation.objects.create(slug="bench", name="测量众创空间", short_name="测量", claim_prefix="测", uscc=code_of(1))
    people = {role: User.objects.create_user(f"{role}@bench.example", role, "a long phrase for one run") for role in ("owner", "manager", "finance", "officer", "viewer")}
    for role, person in people.items():
        give_role(person, organisation, role)
    with organisation_context(organisation):
        by = {role: actor_for(person, organisation) for role, person in people.items()}
        put_in_force(import_document(DATA / "example-measure.yaml", by=by["officer"]), submitter=by["officer"], approver=by["manager"])
        site = Site.objects.create(name="测量一号楼", kind=SiteKind.MAKER_SPACE, region="吉林省长春市", address="一号", gross_area=Decimal("9999999.00"))
        paper = Document.objects.create(kind=DocumentKind.LEASE, title="lease", file="bench/none.pdf", original_name="none.pdf", content_type="application/pdf", size=1, sha256="0" * 64)
        edition = ProgrammeEdition.objects.own().get(programme__kind="rent", payee="tenant", state="effective")
    return World(organisation, people, site, edition, paper)


def code_of(number: int) -> str:
    """A credit code with a right check character."""
    first = f"91220101MA{number:07d}"
    return first + uscc_check(first)


def grow(world: World, size: int) -> None:
    """Have this many startups, each with everything, in as few statements as rows allow. Call it outside a context."""
    for begin in range(world.count, size, BATCH):
        with organisation_context(world.organisation):
            _batch(world, range(begin, min(begin + BATCH, size)))
    world.count = max(world.count, size)


def _batch(world: World, numbers: range) -> None:
    own: dict[str, Any] = {"organisation": world.organisation}
    startups = Startup.objects.bulk_create([
        Startup(**own, name=f"测量第{n:07d}科技有限公司", short_name=f"第{n}", sort_key=pinyin_key(f"测量第{n:07d}"), uscc=code_of(100 + n), legal_representative="王小明", settled_on=FIRST, state="incubated")
        for n in numbers
    ])  # fmt: skip
    Founder.objects.bulk_create([Founder(**own, startup=one, name="王小明", category="graduate") for one in startups])
    Agreement.objects.bulk_create([
        Agreement(**own, startup=one, drafter=world.people["officer"], countersigner=world.people["manager"], document=world.document, state="active", number=f"XY-{one.pk}", starts_on=FIRST, ends_on=LAST)
        for one in startups
    ])  # fmt: skip
    leases = _leases(world, own, startups)
    _applications(world, own, startups, leases, _invoices(world, own, startups))


def _leases(world: World, own: dict[str, Any], startups: list[Startup]) -> list[Lease]:
    rooms = Space.objects.bulk_create([Space(**own, site=world.site, code=f"R-{one.pk}", area=Decimal("80.00")) for one in startups])
    leases = Lease.objects.bulk_create([
        Lease(**own, startup=one, site=world.site, drafter=world.people["officer"], approver=world.people["manager"], document=world.document, state="active", number=f"HT-{one.pk}", signed_on=FIRST, starts_on=FIRST, ends_on=LAST, owner_consent=True)
        for one in startups
    ])  # fmt: skip
    LeaseLine.objects.bulk_create([
        LeaseLine(**own, lease=lease, space=room, kind=LineKind.PREMISES, area=room.area, unit_price=Decimal("62.00"), starts_on=FIRST, ends_on=LAST, holds_space=True)
        for lease, room in zip(leases, rooms, strict=True)
    ])  # fmt: skip
    return leases


def _invoices(world: World, own: dict[str, Any], startups: list[Startup]) -> dict[int, list[Fapiao]]:
    officer = world.people["officer"]
    bills = Fapiao.objects.bulk_create([
        Fapiao(**own, startup=one, kind=CostKind.RENT, number=f"{one.pk:012d}{month.month:08d}", seller_name="测量物业", seller_uscc=code_of(2), buyer_name=one.name, buyer_uscc=one.uscc, issued_on=month, period_from=month, period_to=month, room="R", item="房屋租赁", amount=RENT, recorded_by=officer)
        for one in startups for month in MONTHS
    ])  # fmt: skip
    BankSlip.objects.bulk_create([
        BankSlip(**own, fapiao=bill, bank="测量银行", reference=f"HD{bill.pk}", payer_name=bill.buyer_name, payer_account_tail="1234", amount=RENT, paid_on=bill.issued_on + timedelta(days=1), recorded_by=officer)
        for bill in bills
    ])  # fmt: skip
    found: dict[int, list[Fapiao]] = {}
    for bill in bills:
        found.setdefault(bill.startup_id, []).append(bill)
    return found


def _applications(world: World, own: dict[str, Any], startups: list[Startup], leases: list[Lease], bills: dict[int, list[Fapiao]]) -> None:
    cases = [
        SubsidyApplication(**own, number=f"SQ-{one.pk:08d}", edition=world.edition, startup=one, site=world.site, lease=lease, period=QUARTER, state="in_review", officer=world.people["officer"], submitted_at=SEEN_AT, moved_at=SEEN_AT, created_at=SEEN_AT)
        for one, lease in zip(startups, leases, strict=True)
    ]
    facts = kind_named("rent").first_figures(cases[0])
    for case in cases:
        case.facts = facts
    SubsidyApplication.objects.bulk_create(cases)
    ApplicationLine.objects.bulk_create([
        ApplicationLine(**own, application=case, position=place, month=bill.period_from, fapiao=bill, paid=RENT)
        for case in cases for place, bill in enumerate(bills[case.startup_id], 1)
    ])  # fmt: skip
    Entry.objects.bulk_create([
        Entry(**own, act=act, subject_type="subsidies.subsidyapplication", subject_id=case.pk, subject_name=case.number, state_from=before, state_to=after, at=SEEN_AT + timedelta(days=day), user=world.people["officer"])
        for act, before, after, day in (("submit", "draft", "submitted", 0), ("take", "submitted", "in_review", 2)) for case in cases
    ])  # fmt: skip
