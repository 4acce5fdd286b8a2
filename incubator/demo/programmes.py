"""The programmes beside rent, broadband and software in the story: whom and what they rest on, and their papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.models import Fapiao
from incubator.accounts.actors import Actor
from incubator.demo.costs import bank_of
from incubator.demo.numbers import account, credit_code, resident_id
from incubator.demo.sheets import letter
from incubator.demo.stage import Stage
from incubator.documents.models import Document, DocumentKind
from incubator.subsidies.kinds import kind_named
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.services.applications import change_costs, take_in
from incubator.subsidies.services.sources import verify_payee

INVESTOR, INVESTOR_BANK = "吉林松花江股权投资有限公司", "吉林银行长春净月支行"


def prepare(stage: Stage, application: SubsidyApplication, who: str, by: Actor) -> SubsidyApplication:
    """Record what the application rests on, as its form asks for it, and let the manager verify the payee's account."""
    kind = kind_named(application.kind)
    for given in FILL[application.kind](stage, application, who):
        known = {cost.key for cost in kind.proposals(application)}
        kind.add_source(application, given, by=by)
        application = take_in(application, known, by=by)
    if kind.figure_fields({}):
        trained = application.quarter.first_day - timedelta(days=52)
        costs = [cost for cost in kind.proposals(application) if cost.free]
        figures = {"trained_on": str(trained), "first_firm": "True"}
        application = change_costs(application, figures=figures, costs=costs, by=by, version=application.version)
    owner = application.founder or application.investor
    if owner is not None:
        verify_payee(owner.payee_account, typed=str(owner.payee_account.bank_account), by=stage.office["manager"])
    return application


def paper(stage: Stage, application: SubsidyApplication, item: str, by: Actor) -> Document:
    """A paper that the other programmes do not ask for."""
    label, name = str(DocumentKind(item).label), application.applicant_name
    text = f"兹有{name}，申报{application.edition.programme.name.removesuffix('（示例）')}，本材料为{label}，内容与所附清单一致。"
    sheet = letter(f"{label}（示例）", [text, "本材料为示例，内容均为虚构，不作任何凭证使用。"], signer=name, day=f"{stage.days.today.year}年")
    return stage.file(sheet, item, by=by, startup=application.startup)


def _founder(stage: Stage, application: SubsidyApplication, who: str) -> list[dict[str, Any]]:
    name = application.founder.name
    return [{"bank_name": bank_of(stage.tenant(who)), "bank_account": account(f"{name} 本人")}]


def _person(name: str, born: str, starts_on: date, ends_on: date | None = None, **more: Any) -> dict[str, Any]:
    graduated = date(starts_on.year, 6, 30)
    return {"name": name, "resident_id": resident_id(name, born), "graduated_on": graduated, "starts_on": starts_on, "ends_on": ends_on, **more}


def _hires(stage: Stage, application: SubsidyApplication, who: str) -> list[dict[str, Any]]:
    """Two graduates of the year; one came in the second month of the quarter."""
    first, second, _third = (month.first for month in application.quarter.months)
    return [
        _person("孟思远", "20030411", first, first + timedelta(days=729), monthly=Decimal("1012.50")),
        _person("邱晓彤", "20031120", second, second + timedelta(days=729), monthly=Decimal("936.80")),
    ]


def _interns(stage: Stage, application: SubsidyApplication, who: str) -> list[dict[str, Any]]:
    """Two interns; one of them was hired after the end."""
    months, last = application.quarter.months, application.quarter.last_day
    return [
        _person("曹雨桐", "20040208", months[0].first, last, monthly=Decimal("1800.00"), kept=True),
        _person("彭子昂", "20040715", months[1].first + timedelta(days=9), last, monthly=Decimal("1800.00"), kept=False),
    ]


def _contest(stage: Stage, application: SubsidyApplication, who: str) -> list[dict[str, Any]]:
    month = application.quarter.months[2]
    invoices = Fapiao.objects.filter(startup=None, kind="activity", period_from=month.first)
    span = {"starts_on": month.first + timedelta(days=17), "ends_on": month.first + timedelta(days=18)}
    return [{"kind": "contest", "name": f"“净月杯”创新创业大赛（{month.year}）", "participants": 86, "invoices": list(invoices), **span}]


def _recognition(stage: Stage, application: SubsidyApplication, who: str) -> list[dict[str, Any]]:
    title = "关于认定省级创业孵化示范基地的通知（示例）"
    return [{"stage": 1, "title": title, "reached_on": application.quarter.first_day + timedelta(days=20), "grade": ""}]


def _instructors(stage: Stage, application: SubsidyApplication, who: str) -> list[dict[str, Any]]:
    since = application.quarter.first_day - timedelta(days=40)
    return [_person("邹立春", "20020204", since), _person("滕小禾", "20010830", since + timedelta(days=60))]


def _investment(stage: Stage, application: SubsidyApplication, who: str) -> list[dict[str, Any]]:
    return [{
        "name": INVESTOR, "uscc": credit_code(INVESTOR), "bank_name": INVESTOR_BANK, "bank_account": account(INVESTOR),
        "startup": stage.startups["zhekun"], "amount": Decimal("3000000.00"),
        "invested_on": application.quarter.first_day + timedelta(days=45), "is_new": True, "real_economy": True,
    }]  # fmt: skip


type Fill = Callable[[Stage, SubsidyApplication, str], list[dict[str, Any]]]
FILL: dict[str, Fill] = {
    "one_off": _founder,
    "social_insurance": _hires,
    "internship": _interns,
    "contest": _contest,
    "capital_grant": _recognition,
    "stipend": _instructors,
    "investor_reward": _investment,
}
