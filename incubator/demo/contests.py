"""Contests and events in the story: one contest with its certificates, one in judging, a pitch day, one that takes entries;
events past and coming, one with a waiting list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from incubator.accounts.actors import Actor, actor_for, system
from incubator.accounts.models import User
from incubator.accounts.services import give_role
from incubator.contests.models import Contest, Entry, Event, Follower
from incubator.contests.services import contests, entries, events, followers, judging, results
from incubator.demo import people
from incubator.demo.projects import PROJECTS, Project
from incubator.demo.sheets import Sheet, press
from incubator.demo.stage import Event as Happening
from incubator.demo.stage import Stage
from incubator.documents.uploads import OwnPrint

RUBRIC = (
    ("创新性", "Innovation", 35, "与同类方案的差别、是否有自主知识产权", "有受保护的核心技术，明显领先同类", "在已有技术上有实质改进", "主要是模式或服务上的组合"),
    ("市场与商业模式", "Market and model", 30, "客户是谁、谁付钱、怎样算账", "已有付费客户，单位收益清楚", "目标客户明确，有试用数据", "客户和收费方式还是设想"),
    ("团队与执行", "Team and execution", 20, "进度、分工、里程碑", "按计划完成里程碑，分工完整", "有样机或试点，分工基本完整", "处于方案阶段"),
    ("社会价值", "Social value", 15, "带动就业、绿色、乡村", "带动就业或减排有数据", "有明确的受益群体", "受益群体尚不清楚"),
)
PRIZES = (("一等奖", "First prize", 1, 1, 30000), ("二等奖", "Second prize", 2, 3, 10000), ("三等奖", "Third prize", 4, 6, 5000))
RULES = (
    "一、参赛对象：省内创业团队和成立不满五年的初创企业，高校毕业生、返乡人员、退役军人优先推荐入驻。\n"
    "二、报名材料：团队信息、项目介绍、路演稿（PDF）。项目介绍和路演稿供评委盲评，不得出现团队、企业、学校和个人的名称、标识。\n"
    "三、评审：每个项目至少由三名评委独立打分，评分标准、权重和方法在报名开放前公布并锁定。评委与参赛方有利害关系的一律回避。\n"
    "四、公示与异议：结果公示五个工作日，任何人可以书面提出异议。\n"
    "五、个人信息：仅用于本次大赛，赛后一年删除联系方式；证书可凭校验码核验。"
)
RULES_EN = (
    "1. Who may enter: startup teams of the province and companies younger than five years.\n"
    "2. What is handed in: team, description of the project, a deck (PDF). Judges read the last two without any name.\n"
    "3. Judging: at least three judges score each entry on their own; rubric, weights and method are fixed before registration opens. Judges with an interest step aside.\n"
    "4. The result stands on public notice for five working days; anybody may object in writing.\n"
    "5. Personal data serve this contest only; contacts are deleted one year after it."
)
JUDGES = (
    ("徐长河", "xu.changhe@pingwei.example", "industry", "长春华岭装备制造股份有限公司", True),
    ("宋雅琴", "song.yaqin@pingwei.example", "academic", "东北亚创新研究院", False),
    ("方立文", "fang.liwen@pingwei.example", "investment", "松江创业投资有限公司", False),
    ("郭晓岚", "guo.xiaolan@pingwei.example", "industry", "吉林省沃野农业科技集团", False),
    ("田志刚", "tian.zhigang@pingwei.example", "public", "", False),
)
MINUTES = "评委会召开评议会议，五名评委到会，核对评分汇总和回避记录；公示期内未收到异议，一致同意按排名确定获奖项目。"


@dataclass(frozen=True)
class Told:
    """One contest of the story: its words, when registration opens, and how far it goes."""

    slug: str
    title: str
    title_en: str
    summary: str
    summary_en: str
    opens: date
    upto: str  # registration, judging, awarded
    projects: tuple[Project, ...]
    blind: bool = True
    method: str = "mean"
    days: int = 30  # registration


def contest_chapter(stage: Stage) -> Iterator[Happening]:
    """The whole chapter of an organisation with a jury."""
    today, jury = stage.days.today, dict[str, Actor]()
    yield today - timedelta(days=170), partial(invite_jury, stage, jury)
    for told in told_contests(today):
        yield from life_of(stage, told, jury)
    yield from events_chapter(stage)
    yield today - timedelta(days=3), partial(followed, "reader@example.com", "teacher@example.com")


def told_contests(today: date) -> tuple[Told, ...]:
    return (
        Told("jingyue-cup-spring", "净月杯大学生创业大赛", "Jingyue Cup for student founders", "面向省内高校学生和毕业五年内的创业者，盲评、公示、颁证全程公开。",
             "For students and graduates of the province: judged blind, put on public notice, certificates that can be checked.", today - timedelta(days=150), "awarded", PROJECTS[:8], method="trimmed"),
        Told("northeast-asia-2026", "东北亚科技创新创业大赛", "Northeast Asia tech contest", "装备、生物、数字三个方向的科技项目，胜出者优先入驻并推荐融资对接。",
             "Technology in machines, life sciences and software; winners move in first and meet investors.", today - timedelta(days=52), "judging", PROJECTS[4:14]),
        Told("pitch-day", "净月路演日", "Jingyue pitch day", "入驻企业和校园团队现场路演，评委现场打分，大屏公布进度和结果。",
             "Startups and campus teams pitch on stage; judges score on the spot, a second screen shows it.", today - timedelta(days=33), "judging", PROJECTS[:4], blind=False, days=25),
        Told("winter-returnees", "返乡创业项目大赛", "Contest for founders who come home", "征集特色农产品加工、冰雪旅游、乡村电商等返乡创业项目。",
             "Food, winter tourism and rural commerce by founders who come home.", today - timedelta(days=9), "registration", PROJECTS[10:14]),
    )  # fmt: skip


def invite_jury(stage: Stage, jury: dict[str, Actor]) -> None:
    """The judges are people with the role of a judge."""
    for name, email, *_rest in JUDGES:
        user = User.objects.filter(email=email).first() or people.make_account(name, email)
        give_role(user, stage.organisation, "judge")
        actor = actor_for(user, stage.organisation)
        if actor:
            jury[email] = actor


def life_of(stage: Stage, told: Told, jury: dict[str, Actor]) -> Iterator[Happening]:
    """What happens to one contest, each step on its day."""
    closes = told.opens + timedelta(days=told.days)
    yield told.opens - timedelta(days=6), partial(announce, stage, told)
    yield told.opens, partial(turn, stage, told.opens)
    for place, project in enumerate(told.projects):
        yield told.opens + timedelta(days=2 + place % 6), partial(enter, stage, told, project, place)
    if told.upto == "registration":
        return
    yield closes + timedelta(days=1), partial(turn, stage, closes + timedelta(days=1))
    yield closes + timedelta(days=3), partial(screen, stage, told)
    yield closes + timedelta(days=4), partial(seat_and_open, stage, told, jury)
    whole = told.upto == "awarded"
    yield closes + timedelta(days=6), partial(score, stage, told, whole=whole)
    if whole:
        yield closes + timedelta(days=8), partial(freeze_and_notice, stage, told)
        yield closes + timedelta(days=40), partial(finish, stage, told)


def announce(stage: Stage, told: Told) -> None:
    closes, manager = told.opens + timedelta(days=told.days), stage.office["manager"]
    contest = contests.draft_contest(
        by=manager, title=told.title, title_en=told.title_en, slug=told.slug, summary=told.summary, summary_en=told.summary_en, rules=RULES, rules_en=RULES_EN,
        registration_from=told.opens, registration_to=closes, judging_to=closes + timedelta(days=30), results_on=closes + timedelta(days=42),
        method=told.method, per_entry=5 if told.method == "trimmed" else 3, is_blind=told.blind, anchors=0,
    )  # fmt: skip
    contests.set_parts(
        contest, by=manager, tracks=[{"name": "成长组", "name_en": "Growing"}, {"name": "初创组", "name_en": "Starting"}],
        criteria=[{"name": zh, "name_en": en, "weight": weight, "hint": hint, "at_90": high, "at_75": middle, "at_60": low} for zh, en, weight, hint, high, middle, low in RUBRIC],
        prizes=[{"name": zh, "name_en": en, "rank_from": first, "rank_to": last, "amount": amount} for zh, en, first, last, amount in PRIZES],
    )  # fmt: skip
    contests.publish_contest(contest, by=manager)


def turn(stage: Stage, day: date) -> None:
    contests.turn_contests(by=system(stage.organisation), today=day)


def enter(stage: Stage, told: Told, project: Project, place: int) -> None:
    """A team enters; every third is a startup of the house, the last one of an open contest is still a draft."""
    contest = Contest.objects.get(slug=told.slug)
    tracks = list(contest.tracks.all())
    startup = stage.startups.get(project.startup) if project.startup else None
    entry = entries.start_entry(
        contest, startup=startup, track=tracks[place % 2], team=project.team, company=startup.name if startup else "", uscc=startup.uscc if startup else "",
        school=project.school, contact_name=project.people[0], email=f"{project.key}@{told.slug}.example", phone="",
    )  # fmt: skip
    entries.save_team(entry, [{"name": name, "part": part, "consents": True} for name, part in zip(project.people, ("负责人", "技术", "市场"), strict=False)])
    entry = entries.save_project(entry, deck=deck_of(project), title=project.title, summary=project.summary, market=project.market, progress=project.progress)
    if told.upto != "registration" or place < len(told.projects) - 1:
        entries.submit_entry(entry)


def deck_of(project: Project) -> OwnPrint:
    """Two pages of a deck, without any name."""
    first, second = Sheet("路演稿", 297, 210), Sheet("路演稿", 297, 210)
    first.write(148, 80, project.title, 30, align="centre")
    first.write(148, 100, project.summary[:34], 13, align="centre")
    second.write(30, 40, "市场", 20)
    second.write(30, 55, project.market[:44], 13)
    second.write(30, 90, "进展", 20)
    second.write(30, 105, project.progress[:44], 13)
    return OwnPrint("deck.pdf", press([first, second])[0], "application/pdf")


def screen(stage: Stage, told: Told) -> None:
    contest = Contest.objects.get(slug=told.slug)
    for entry in Entry.objects.filter(contest=contest, state="submitted").select_related("contest"):
        passed = entries.screen_entry(entry, "pass", by=stage.office["officer"])
        entries.check_blind(passed, by=stage.office["officer"])


def seat_and_open(stage: Stage, told: Told, jury: dict[str, Actor]) -> None:
    contest, manager = Contest.objects.get(slug=told.slug), stage.office["manager"]
    for _name, email, kind, employer, chairs in JUDGES:
        judging.add_judge(contest, jury[email].user, kind=kind, employer=employer, chairs=chairs, by=manager)  # type: ignore[arg-type]
    judging.open_judging(contest, by=manager)
    if not told.blind:
        results.set_stage(contest, "2", by=manager)


def score(stage: Stage, told: Told, *, whole: bool) -> None:
    """All sheets, or about half of them and one draft."""
    contest = Contest.objects.get(slug=told.slug)
    for place, sheet in enumerate(contest.sheets.due().select_related("judge__user", "entry", "contest").order_by("pk")):
        by = actor_for(sheet.judge.user, stage.organisation)
        if by is None or (not whole and place % 2 and place != 1):
            continue
        lines = list(contest.criteria.all())
        given = {line.key: 68 + (ord(sheet.entry.title[0]) * 7 + sheet.judge_id * 5 + number * 11) % 23 for number, line in enumerate(lines)}
        draft = not whole and place == 1
        judging.save_scores(sheet, {lines[0].key: given[lines[0].key]} if draft else given, "" if draft else comment(given), by=by)
        if not draft:
            judging.seal_scores(sheet, by=by)


def comment(given: dict[str, Any]) -> str:
    return "技术路线清楚，建议补充客户试用数据。" if max(given.values()) < 88 else "方案成熟，单位收益算得清楚，可进一步说明知识产权安排。"


def freeze_and_notice(stage: Stage, told: Told) -> None:
    contest = Contest.objects.get(slug=told.slug)
    judging.ask_freeze(contest, by=stage.office["manager"])
    results.notice_result(judging.freeze_scores(contest, by=stage.office["owner"]), by=stage.office["manager"])


def finish(stage: Stage, told: Told) -> None:
    """The chair makes it final, finance orders, a manager approves; the first certificate is printed."""
    contest = Contest.objects.get(slug=told.slug)
    chair = actor_for(contest.judges.get(chairs=True).user, stage.organisation)
    results.finalise_result(contest, minutes=MINUTES, by=chair)  # type: ignore[arg-type]
    results.order_award(contest, by=stage.office["finance"])
    results.award_prizes(contest, by=stage.office["manager"])


@dataclass(frozen=True)
class Occasion:
    """One event: days from today, and what happens to it."""

    slug: str
    title: str
    title_en: str
    kind: str
    days: int
    hour: int
    capacity: int
    guests: int
    summary: str
    summary_en: str
    place: str = "净月A座路演大厅"
    cancelled: str = ""


OCCASIONS = (
    Occasion("salon-ip", "创业沙龙：初创企业怎样做知识产权", "Salon: intellectual property for young companies", "talk", -75, 14, 40, 23, "专利、商标、软件著作权的先后和花费，律师现场答问。", "Patents, trademarks, software rights: what first, what it costs."),
    Occasion("camp-autumn", "创业训练营（秋季班）", "Startup camp, autumn", "camp", -48, 9, 30, 26, "两天训练：商业模式、财税、融资计划书，结业颁证。", "Two days: model, tax, the plan for investors."),
    Occasion("policy-day", "补贴政策申报辅导", "How to apply for subsidies", "training", -12, 10, 50, 31, "逐条讲解房租、宽带、软件补贴的条件和材料。", "Rent, broadband and software subsidies, clause by clause."),
    Occasion("pitch-night", "净月路演日现场", "Jingyue pitch day", "demo_day", 9, 14, 80, 17, "校园团队和入驻企业路演，投资机构现场对接。", "Campus teams and startups pitch, investors listen."),
    Occasion("coffee-founders", "创始人下午茶", "Founders' tea", "talk", 5, 15, 6, 9, "六个人、一张桌子，聊一个真问题。", "Six people, one table, one real problem.", place="净月A座二层会议室"),
    Occasion("open-house", "众创空间开放日", "Open house", "visit", 21, 10, 60, 4, "参观工位、创客工坊和一站式服务台。", "See the desks, the workshop and the service counter."),
    Occasion("hackathon", "冰雪经济创客马拉松", "Hackathon on winter tourism", "other", 15, 9, 40, 3, "48小时完成一个可演示的原型。", "A prototype in 48 hours.", cancelled="因场地消防检修，活动取消，另行通知。"),
)  # fmt: skip
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何", ("欣然", "子涵", "建华", "晓东", "美玲", "宇航", "思远", "佳宁", "立新")


def events_chapter(stage: Stage) -> Iterator[Happening]:
    """Each event is put on the site three weeks before (coming ones some days ago), people register, past ones are held."""
    today = stage.days.today
    for occasion in OCCASIONS:
        day = today + timedelta(days=occasion.days)
        shown = min(day - timedelta(days=21), today - timedelta(days=4))
        yield shown, partial(put_on_site, stage, occasion, day)
        yield shown + timedelta(days=2), partial(register, stage, occasion)
        if occasion.days < 0:
            yield day, partial(receive, stage, occasion)
            yield day + timedelta(days=1), partial(close, stage, occasion)
        elif occasion.cancelled:
            yield today - timedelta(days=1), partial(call_off, stage, occasion)


def put_on_site(stage: Stage, occasion: Occasion, day: date) -> None:
    start = timezone.make_aware(datetime.combine(day, time(occasion.hour)))
    contest = Contest.objects.filter(slug="pitch-day").first() if occasion.kind == "demo_day" else None
    drafted = events.draft_event(
        by=stage.office["officer"], title=occasion.title, title_en=occasion.title_en, slug=occasion.slug, kind=occasion.kind, summary=occasion.summary,
        summary_en=occasion.summary_en, starts_at=start, ends_at=start + timedelta(hours=2, minutes=30), place=occasion.place, capacity=occasion.capacity, contest=contest,
        programme="签到与开场\n主题分享\n分组讨论\n自由交流", programme_en="Doors open\nTalk\nGroups\nTime to meet",
    )  # fmt: skip
    events.publish_event(drafted, by=stage.office["officer"])


def register(stage: Stage, occasion: Occasion) -> None:
    event = Event.objects.get(slug=occasion.slug)
    for number in range(occasion.guests):
        name = SURNAMES[(number * 5 + occasion.capacity) % len(SURNAMES)] + GIVEN[(number * 7 + occasion.hour) % len(GIVEN)]
        events.register_attendee(event, name=name, employer=("净月创客入驻企业", "长春高校", "")[number % 3], email=f"guest{number}@{occasion.slug}.example", phone_tail=f"{1000 + number * 37}")


def receive(stage: Stage, occasion: Occasion) -> None:
    """Four of five come."""
    event = Event.objects.get(slug=occasion.slug)
    for number, attendee in enumerate(event.attendees.filter(state="seated").select_related("event")):
        if number % 5:
            events.check_in(attendee, by=stage.office["officer"])


def close(stage: Stage, occasion: Occasion) -> None:
    events.close_held_events(by=system(stage.organisation))


def call_off(stage: Stage, occasion: Occasion) -> None:
    events.cancel_event(Event.objects.get(slug=occasion.slug), note=occasion.cancelled, by=stage.office["manager"])


def followed(*addresses: str) -> None:
    for address in addresses:
        followers.confirm_follower(followers.ask_to_follow(address))
    Follower.objects.exclude(confirmed_at=None).count()


def small_chapter(stage: Stage) -> Iterator[Happening]:
    """The second organisation: one contest that takes entries, one event to come."""
    today = stage.days.today
    told = Told("changbai-crafts", "长白山文创产品大赛", "Changbai crafts contest", "征集民族手工艺、伴手礼和文旅产品。", "Crafts, souvenirs and products for visitors.", today - timedelta(days=6), "registration", PROJECTS[12:14])
    yield from life_of(stage, told, {})
    market = Occasion("market-day", "返乡创业集市日", "Market of founders who came home", "visit", 12, 10, 120, 5, "十二家返乡企业的产品试吃试用。", "Taste and try products of twelve young companies.", place="返乡创业楼一层")
    yield today - timedelta(days=5), partial(put_on_site, stage, market, today + timedelta(days=12))
    yield today - timedelta(days=3), partial(register, stage, market)
