"""The order of the story. `tell` builds it once, all or nothing; a second call finds it told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from incubator.accounts.models import Organisation
from incubator.accounts.services import open_organisation
from incubator.core.scoping import organisation_context
from incubator.demo import (
    bank,
    bills,
    bookings,
    budgets,
    contests,
    evidence,
    guarantees,
    mentors,
    months,
    pay,
    payouts,
    people,
    places,
    printing,
    rights,
    rules,
    site,
)
from incubator.demo.cases import Case, happenings, settled
from incubator.demo.claims import Answer, Filing, filings
from incubator.demo.clock import Clock
from incubator.demo.days import Days
from incubator.demo.evidence import PaidBill
from incubator.demo.organisations import JINGYUE, YANBIAN, House
from incubator.demo.stage import Event, Stage
from incubator.policy.importing import import_document, put_in_force
from incubator.policy.loading import DATA

MEASURE, PEOPLE_MEASURE = DATA / "example-measure.yaml", DATA / "example-measure-people.yaml"

CASES = (
    Case("zhekun", "rent", "endorsed"),
    Case("zhekun", "broadband", "endorsed"),
    Case("zhekun", "software", "endorsed"),
    Case("chongyi", "rent", "endorsed"),
    Case("chongyi", "broadband", "endorsed"),
    Case("yanguang", "rent", "endorsed", code="PERIOD_MISMATCH", note="9月发票备注房号与合同不一致，待销售方更正后另行申报。", cut=2),
    Case("heyu", "rent", "endorsed"),
    Case("shenke", "rent", "in_review"),
    Case("shenke", "broadband", "returned", code="EVIDENCE_MISSING", note="线路合同缺少用户签章页，请补传完整合同。"),
    Case("songguo", "rent", "submitted"),
    Case("songguo", "broadband", "submitted"),
    Case("songguo", "software", "draft"),
    Case("heyu", "software", "recommended", late=True),
    Case("baihua", "rent", "recommended"),
    Case("baihua", "software", "refused", code="OTHER", note="许可证明的使用人不是申请企业，不符合第六条“入驻企业购买”的要求。"),
    Case("rongzhou", "rent", "endorsed", late=True),
    Case("rongzhou", "broadband", "endorsed", late=True),
    Case("binglinghua", "rent", "endorsed", late=True),
    Case("binglinghua", "software", "appealed", code="OTHER", note="材料仿真软件不在公共软件范围内，无法认定为研发类公共软件。"),
    Case("zhiwei", "rent", "returned", code="PERIOD_MISMATCH", note="8月租金回单摘要所属期写成7月，请补充说明或换开。"),
    Case("zhiwei", "broadband", "withdrawn"),
    Case("zhiwei", "software", "submitted", late=True),
    Case("qiming", "software", "draft"),
)  # fmt: skip
SITE_CASES = tuple(Case("朝阳孵化楼", kind, "endorsed") for kind in ("rent", "broadband", "software"))
PROGRAMME_CASES = (
    Case("qiming", "one_off", "endorsed"),
    Case("zhekun", "social_insurance", "endorsed"),
    Case("heyu", "internship", "in_review"),
    Case("朝阳孵化楼", "contest", "recommended"),
    Case("朝阳孵化楼", "capital_grant", "endorsed"),
    Case("净月A座", "stipend", "submitted"),
    Case("净月A座", "investor_reward", "returned", code="EVIDENCE_MISSING", note="投资协议缺少签章页，请补传完整的投资协议和出资证明。"),
)  # fmt: skip
EARLIER = (
    "zhekun rent", "zhekun software", "chongyi rent", "chongyi broadband", "yanguang rent", "heyu rent",
    "rongzhou rent", "binglinghua rent",
)  # fmt: skip
EARLIER_REFUSAL = Case("baihua", "software", "refused_final", code="OTHER", note="许可证明的使用人不是申请企业。")
ANSWERS = {
    "zhekun software": Answer(Decimal("0.8"), "软件使用人数超出参保人数，按比例核减。"),
    "chongyi broadband": Answer(Decimal(0), "该线路地址与承租房号不一致，不予补贴。"),
}
EARLIER_ANSWERS = {"heyu rent": Answer(Decimal("0.9"), "首月装修期未实际使用，按天核减。")}


class AlreadyTold(Exception):
    """The story is in this database already."""


@dataclass(frozen=True)
class Told:
    """The two stages as they stand at the end."""

    jingyue: Stage
    yanbian: Stage


def is_told() -> bool:
    """Whether the story is in this database already."""
    return Organisation.objects.filter(slug__in=(JINGYUE.slug, YANBIAN.slug)).exists()


def tell(today: date | None = None) -> Told:
    """Tell the whole story up to today in one transaction. The policy must be loaded before.

    Raises AlreadyTold when it is told already."""
    days = Days(today or timezone.localdate())
    paid = {house.slug: evidence.paid_bills(house, days) for house in (JINGYUE, YANBIAN)}
    clock = Clock()
    with transaction.atomic(), printing.in_this_process():
        _tell_alone()
        with clock.at(days.opening.first):
            people.make_account(*people.PLATFORM, superuser=True)
        jingyue = _open(JINGYUE, days, clock)
        jingyue.tell(_life_of_jingyue(jingyue, paid[JINGYUE.slug]))
        clock = Clock()
        yanbian = _open(YANBIAN, days, clock)
        yanbian.tell([*places.arrivals(yanbian), *evidence.payments(yanbian, paid[YANBIAN.slug]), *contests.small_chapter(yanbian), *site.small_site(yanbian)])
    return Told(jingyue, yanbian)


def _tell_alone() -> None:
    """Wait for another process that tells the story at this moment. Raises AlreadyTold when it has told it.

    For this one transaction the limits of a page's request do not hold: a slow machine may lay out a paper for long."""
    with connection.cursor() as cursor:
        for limit in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute("SELECT set_config(%s, '0', true)", [limit])
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('demonstration'))")
    if is_told():
        raise AlreadyTold


def _open(house: House, days: Days, clock: Clock) -> Stage:
    """The organisation with its office, its sites and its own papers."""
    with clock.at(days.opening.first):
        head = next(colleague for colleague in house.colleagues if colleague.role == "owner")
        owner = people.make_account(head.name, head.email)
        stage = Stage(house, days, clock, open_organisation(owner=owner, **house.fields()))
        for colleague in house.colleagues:
            stage.office[colleague.key] = people.join_office(stage.organisation, colleague)
        with organisation_context(stage.organisation):
            places.open_sites(stage)
            places.file_own_papers(stage)
    return stage


def _life_of_jingyue(stage: Stage, paid: list[PaidBill]) -> Iterator[Event]:
    """Arrivals, the measure, payments, the claims of earlier quarters, then those of the last one."""
    days = stage.days
    yield from places.arrivals(stage)
    yield days.measure_day, lambda: _put_measure_in_force(stage)
    yield from budgets.budgets(stage)
    yield from evidence.payments(stage, paid)
    for place, quarter in enumerate(days.history):
        last = place == len(days.history) - 1
        cases = settled(CASES, EARLIER) + ((EARLIER_REFUSAL,) if last else ())
        yield from happenings(stage, quarter, cases)
        yield from filings(stage, Filing(
            "tenant", quarter, "finish", EARLIER_ANSWERS if place == 0 else {},
            then=("revise", "confirm_revision") if place == 0 else (),
        ))
    yield from payouts.money(stage)
    cases = (*CASES, *SITE_CASES, *PROGRAMME_CASES)
    yield from happenings(stage, days.quarter, cases)
    yield from filings(stage, Filing("tenant", days.quarter, "publish", ANSWERS, then=("object", "admit")))
    yield from filings(stage, Filing("space", days.quarter, "seal"))
    for payee, upto in (("person", "seal"), ("tenant", "file"), ("space", "seal")):
        yield from filings(stage, Filing(payee, days.quarter, upto, people=True))
    yield from happenings(stage, days.quarter, cases, late=True)
    yield from bills.bills(stage)
    yield from bookings.bookings_of_month(stage)
    yield from bank.bank(stage)
    yield from pay.pay(stage)
    yield from months.months(stage)
    yield days.today, lambda: budgets.reduce(stage)
    yield days.today, lambda: rules.shape_rules(stage)
    yield days.today, lambda: places.welcome_newcomer(stage)
    yield days.today, lambda: places.end_leases(stage)
    yield days.today, lambda: rights.ask_rights(stage)
    yield from contests.contest_chapter(stage)
    yield from guarantees.guarantees(stage)
    yield from mentors.mentors(stage)
    yield from site.site_chapter(stage)


def _put_measure_in_force(stage: Stage) -> None:
    """An officer imports and submits the local measures, a manager approves them, the clock starts them."""
    officer, manager = stage.office["officer"], stage.office["manager"]
    imported, people_measure = (import_document(path, by=officer) for path in (MEASURE, PEOPLE_MEASURE))
    for one in (imported, people_measure):
        put_in_force(one, submitter=officer, approver=manager)
    stage.measure, stage.people_measure = imported.document, people_measure.document
