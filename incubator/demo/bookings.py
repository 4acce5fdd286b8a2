"""Bookings of the story: rooms, desks and a laser cutter with their rules and prices; a month of use, a series, a request that
waits with a rival, a queue for a full afternoon, a closure, plans with free hours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction

from billing.models import ChargeKind
from billing.services.taxes import draft_rule, verify_rule
from incubator.core.errors import BusinessError
from incubator.demo.stage import Event, Stage
from spaces.models import Booking, BookingPolicy, Resource, ResourceClass
from spaces.services import bookings, resources
from spaces.services.bookings import Ask
from spaces.services.credits import join_plan
from spaces.services.series import book_series
from spaces.services.waiting import join_waiting

ZONE = ZoneInfo("Asia/Shanghai")
WEEKDAYS = [(day, time(8, 30), time(12)) for day in range(5)] + [(day, time(12), time(21)) for day in range(5)]
HOURS = [*WEEKDAYS, (5, time(9), time(17))]
RULES = {
    "会议室规则": {"after": 15, "free_cancel_hours": 2, "late_fee_percent": 50, "longest": 240, "daily_limit": 480},
    "报告厅规则": {"approval": "competing", "step": 30, "shortest": 60, "longest": 600, "before": 30, "after": 30, "lead": 1440, "release_after": 0, "free_cancel_hours": 48, "late_fee_percent": 30},
    "工位规则": {"step": 30, "shortest": 60, "longest": 720, "release_after": 30},
    "设备规则": {"lead": 60, "shortest": 30, "longest": 180, "after": 15, "active_limit": 4},
}
DAYS_BACK = 30
VISITOR = "lin.kexin@yunshan.example"
TITLES = ("周例会", "客户洽谈", "招聘面试", "产品评审", "投资人沟通", "代码走查", "设计评审")


def bookings_of_month(stage: Stage) -> Iterator[Event]:
    """Set up, then a month of days, then what is coming."""
    today = stage.days.today
    first = today - timedelta(days=DAYS_BACK)
    yield first - timedelta(days=5), partial(_set_up, stage)
    for place in range(DAYS_BACK):
        day = first + timedelta(days=place)
        if day.weekday() < 5 and place % 2 == 0:
            yield day, partial(_a_day, stage, day, place)
    yield today - timedelta(days=1), partial(_for_today, stage)
    yield today, partial(_coming, stage)


def _keys(stage: Stage) -> list[str]:
    """The startups that book, the one that visitors sign in as first."""
    return sorted(stage.founders, key=lambda key: stage.tenant(key).founder.email != VISITOR)


def _for_today(stage: Stage) -> None:
    """Yesterday people booked for today."""
    for place, (key, hour) in enumerate(zip(_keys(stage), (10, 11, 14, 16), strict=False)):
        room = ("三层会议室", "二层小会议室")[place % 2]
        _try(stage, _ask(stage, room, key, stage.days.today, hour, 60, TITLES[place], people=3), key)


def _set_up(stage: Stage) -> None:
    """Classes, rules, rooms, hours, prices, plans; the tax rule for bookings."""
    by, officer = stage.office["manager"], stage.office["officer"]
    groups = {
        name: resources.add_group(by=by, name=name, permit_required=permit, permit_course=course)
        for name, permit, course in (("会议室", False, ""), ("报告厅", False, ""), ("流动工位", False, ""), ("激光切割机", True, "每月第一个周三的激光切割机安全课程"))
    }
    rules = {name: resources.save_policy(None, by=by, **_rules(name, given)) for name, given in RULES.items()}
    for site in stage.sites.values():
        resources.set_hours(site, HOURS, by=by)
    site = next(iter(stage.sites.values()))
    _rooms(stage, site, groups, rules)
    day = stage.days.today - timedelta(days=DAYS_BACK + 10)
    for name, price, starts, ends in (("会议室", "80.00", "08:00", "18:00"), ("会议室", "120.00", "18:00", "00:00"), ("报告厅", "400.00", "00:00", "00:00"), ("流动工位", "8.00", "00:00", "00:00"), ("激光切割机", "60.00", "00:00", "00:00")):
        resources.add_tariff(by=by, group=groups[name], resource=None, plan=None, days="any", starts=time.fromisoformat(starts), ends=time.fromisoformat(ends), price=Decimal(price), valid_from=day, valid_to=None)
    plan = resources.add_plan(by=by, name="企业会员", any_hour=False, grants=[(groups["会议室"], 1200), (groups["流动工位"], 2400)])
    resources.add_tariff(by=by, group=groups["报告厅"], resource=None, plan=plan, days="workday", starts=time(9), ends=time(18), price=Decimal("200.00"), valid_from=day, valid_to=None)
    for key in _keys(stage)[:3]:
        join_plan(stage.startups[key], plan, first_day=day, last_day=day + timedelta(days=365), by=by)
    founder = stage.founders[_keys(stage)[0]]
    if founder.user:
        resources.grant_permit(founder.user, groups["激光切割机"], basis="安全课程、理论测验、带教实操 3 小时（示例）", valid_from=day, valid_to=day + timedelta(days=365), by=officer)
    rule = draft_rule(by=stage.office["finance"], kind=ChargeKind.BOOKING, method="general", rate=Decimal("0.06"), valid_from=stage.days.opening.first, legal_note="示例税率，仅供演示，以税务机关规定为准")
    verify_rule(rule, by=by)


def _rules(name: str, given: dict[str, object]) -> dict[str, object]:
    """All figures of a policy: those of the house unless named."""
    plain = BookingPolicy()
    fields = [field.name for field in BookingPolicy._meta.local_concrete_fields if field.editable and field.name not in {"id", "organisation"}]
    return {field: getattr(plain, field) for field in fields} | {"name": name} | given


def _rooms(stage: Stage, site: object, groups: dict[str, ResourceClass], rules: dict[str, BookingPolicy]) -> None:
    """Two meeting rooms, a hall in two parts, twelve desks, a laser cutter."""
    by = stage.office["officer"]

    def add(name: str, kind: str, group: str, rule: str, capacity: int, **fields: object) -> Resource:
        given = {"site": site, "space": None, "name": name, "kind": kind, "group": groups[group], "policy": rules[rule], "capacity": capacity, "is_open": True}
        return resources.save_resource(None, by=by, **given | fields)

    add("三层会议室", "room", "会议室", "会议室规则", 12, features=["投影", "视频会议", "白板"], is_public=True, note="钥匙在前台；请自带杯子。")
    add("二层小会议室", "room", "会议室", "会议室规则", 6, features=["白板"], is_public=True)
    left = add("路演厅A", "hall", "报告厅", "报告厅规则", 60, features=["投影", "音响"])
    right = add("路演厅B", "hall", "报告厅", "报告厅规则", 60, features=["投影", "音响"])
    add("路演厅（整厅）", "hall", "报告厅", "报告厅规则", 120, features=["投影", "音响", "直播"], parts=[left, right], is_public=True)
    add("一层流动工位", "desks", "流动工位", "工位规则", 12, seats=12, is_public=True)
    add("激光切割机", "machine", "激光切割机", "设备规则", 2, features=["380V"], note="需佩戴护目镜。")


def _room(name: str) -> Resource:
    return Resource.objects.select_related("site", "policy", "group").get(name=name)


def _ask(stage: Stage, name: str, key: str, day: date, hour: int, minutes: int, title: str, **fields: object) -> Ask:
    start = datetime.combine(day, time(hour), ZONE)
    return Ask([(_room(name), 1)], start, start + timedelta(minutes=minutes), stage.startups[key], title, **fields)


def _a_day(stage: Stage, day: date, place: int) -> None:
    """A day as it was: booked in the morning for the afternoon; some check in, one does not come now and then."""
    keys = _keys(stage)
    made = []
    for number in range(3):
        key = keys[(place + number) % len(keys)]
        room = ("三层会议室", "二层小会议室", "一层流动工位")[number]
        ask = _ask(stage, room, key, day, 13 + 2 * number, 90 if number < 2 else 180, TITLES[(place + number) % len(TITLES)], people=2 + number if number < 2 else 1)
        booked = _try(stage, ask, key)
        if booked:
            made.append((booked, key))
    for number, (booking, key) in enumerate(made):
        if number == 1 and place % 10 == 4:
            bookings.cancel(booking, by=stage.founders[key], reason="改为线上")
        elif not (number == 0 and place % 14 == 6):
            with stage.clock.at_moment(booking.starts_at):
                bookings.check_in(booking, by=stage.founders[key])
    with stage.clock.at_moment(datetime.combine(day, time(21), ZONE)):
        bookings.turn_bookings(datetime.combine(day, time(21), ZONE))


def _coming(stage: Stage) -> None:
    """What is booked from now on, what waits for a decision, and who queues."""
    keys, today = _keys(stage), stage.days.today
    days = [day for place in range(1, 14) if (day := today + timedelta(days=place)).weekday() < 5]
    first, second, third = (keys[place % len(keys)] for place in range(3))
    series = _ask(stage, "三层会议室", first, days[0], 9, 60, "周例会", people=6)
    with suppress(BusinessError), transaction.atomic():
        book_series(series, time(9), 60, "weekly", 6, by=stage.founders[first])
    for place, day in enumerate(days[:6]):
        key = keys[place % len(keys)]
        _try(stage, _ask(stage, "二层小会议室", key, day, 10 + place % 3, 60, TITLES[place], people=4), key)
        _try(stage, _ask(stage, "一层流动工位", key, day, 9, 480, "驻场办公"), key)
    if stage.founders[first].user:
        _try(stage, _ask(stage, "激光切割机", first, days[1], 14, 120, "样机外壳打样"), first)
    hall = days[4]
    for key, name, hour, title in ((first, "路演厅（整厅）", 13, "产品发布会"), (second, "路演厅A", 14, "校园招聘宣讲")):
        _try(stage, _ask(stage, name, key, hall, hour, 180, title, people=50), key)
    _try(stage, _ask(stage, "三层会议室", second, days[1], 14, 120, "尽职调查"), second)
    start = datetime.combine(days[1], time(14), ZONE)
    for key, title in ((third, "合同谈判"), (first, "用户访谈")):
        with suppress(BusinessError), transaction.atomic():
            join_waiting(stage.startups[key], _room("三层会议室"), earliest=start, latest=start + timedelta(hours=1), minutes=60, people=4, title=title, by=stage.founders[key])
    closed = datetime.combine(days[3], time(8), ZONE)
    resources.close(by=stage.office["officer"], resource=_room("路演厅B"), site=None, kind="maintenance", words="音响检修", starts_at=closed, ends_at=closed + timedelta(hours=6))


def _try(stage: Stage, ask: Ask, key: str) -> Booking | None:
    """Book it if the rules of that day let it: a month has holidays."""
    with suppress(BusinessError), transaction.atomic():
        return bookings.book(ask, by=stage.founders[key])
    return None
