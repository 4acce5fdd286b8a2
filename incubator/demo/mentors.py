"""Mentoring in the story: mentors apply and are approved, startups say what they need, pairs meet, log, confirm and dispute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import timezone

from incubator.accounts.actors import Actor, actor_for
from incubator.accounts.models import Invitation
from incubator.accounts.services import accept
from incubator.core.periods import Month
from incubator.demo.people import make_account
from incubator.demo.stage import Event, Stage
from incubator.tenants.models import Founder
from mentors.models import CourseRun, Mentor, Pairing
from mentors.services import courses, honoraria, matching, pairings, people, sessions
from mentors.services.people import Offer
from mentors.services.sessions import Log


@dataclass(frozen=True)
class Told:
    """A mentor of the story."""

    key: str
    name: str
    email: str
    employer: str
    title: str
    topics: dict[str, int]
    industries: list[str]
    stages: list[str]
    windows: list[str]
    bio: str
    proof: str
    languages: tuple[str, ...] = ("zh",)
    modes: tuple[str, ...] = ("on_site", "video")
    upto: str = "active"
    public: tuple[str, ...] = ("name", "employer", "title", "bio", "city")


MENTORS = (
    Told("gao", "高明远", "gao.mingyuan@mentor.example", "吉林大学机械学院", "教授", {"technology": 2, "ip": 2, "supply": 1}, ["C34", "C35", "C36"],
         ["seed", "start"], ["1-pm", "3-pm", "5-am"], "三十年精密加工与智能装备研究，帮助六家企业完成样机到小批量。", "主持省重点专项2项，成果转化6项"),
    Told("xu", "许静怡", "xu.jingyi@mentor.example", "长春启元投资管理有限公司", "合伙人", {"funding": 2, "model": 2, "market": 1}, ["I64", "I65", "C39"],
         ["idea", "seed", "start"], ["0-eve", "2-pm", "4-pm"], "早期投资十二年，看过一千二百份计划书，只投了三十一家。", "投资31家，其中9家已退出"),
    Told("ma", "马晓峰", "ma.xiaofeng@mentor.example", "吉林正衡律师事务所", "律师", {"law": 2, "people": 1, "ip": 1}, ["L72", "I65", "F52"],
         ["idea", "seed", "start", "growth"], ["1-am", "4-am"], "股权、劳动与合同纠纷，常为园区企业做法律体检。", "执业16年，服务孵化企业40余家", ("zh", "ko")),
    Told("jiang", "姜春红", "jiang.chunhong@mentor.example", "长春诚信会计师事务所", "注册会计师", {"tax": 2, "policy": 2, "model": 1}, ["L72", "C13", "A01"],
         ["seed", "start", "growth"], ["2-am", "2-pm"], "研发费用归集、补贴核算与税务合规。", "注册会计师18年"),
    Told("piao", "朴哲勋", "piao.zhexun@mentor.example", "延边海兰江食品集团", "市场总监", {"market": 2, "supply": 2}, ["C13", "C14", "F51", "F52"],
         ["start", "growth"], ["3-am", "5-am"], "东北特产进商超与跨境电商渠道，走过弯路，愿意讲清楚。", "渠道从零做到2.4亿元", ("zh", "ko"), ("on_site", "video", "phone")),
    Told("cui", "崔丽", "cui.li@mentor.example", "长春理工大学光电学院", "副教授", {"technology": 2}, ["C40", "C39"],
         ["idea", "seed"], ["0-pm"], "激光与光学检测。", "专利12项", upto="reviewed", public=()),
    Told("wen", "温建国", "wen.jianguo@mentor.example", "", "退休高级工程师", {"supply": 2, "technology": 1}, ["C36", "C34"],
         ["start", "growth"], ["1-am", "2-am", "3-am"], "汽车零部件工艺三十五年。", "一汽供应链35年", modes=("on_site", "phone"), upto="applied", public=()),
)  # fmt: skip
NEEDS: dict[str, dict[str, Any]] = {
    "zhekun": {"topics": {"technology": 3, "ip": 2, "funding": 1}, "stage": "start", "industry": "C35", "windows": ["1-pm", "3-pm"], "wanted": 2},
    "yunshan": {"topics": {"funding": 3, "law": 2, "model": 1}, "stage": "seed", "industry": "I65", "windows": ["0-eve", "2-pm", "4-pm", "1-am"], "wanted": 2},
    "shenke": {"topics": {"market": 3, "supply": 2}, "stage": "growth", "industry": "F52", "windows": ["3-am", "5-am"]},
    "heyu": {"topics": {"policy": 2, "tax": 2, "market": 1}, "stage": "start", "industry": "A01", "windows": ["2-am", "2-pm"]},
    "yanguang": {"topics": {"technology": 3, "funding": 1}, "stage": "seed", "industry": "C40", "windows": ["1-pm", "5-am"]},
    "songguo": {"topics": {"model": 3, "funding": 2}, "stage": "idea", "industry": "I64", "windows": ["0-eve", "4-pm"]},
    "zhiwei": {"topics": {"market": 2, "tax": 1}, "stage": "start", "industry": "C14", "windows": ["3-am", "2-am"]},
    "rongzhou": {"topics": {"supply": 3, "technology": 2}, "stage": "growth", "industry": "C36", "windows": ["1-pm", "3-pm"]},
    "baihua": {"topics": {"law": 2, "market": 2}, "stage": "seed", "industry": "R88", "windows": ["1-am", "4-am"]},
}
PAIRS = (("zhekun", "gao"), ("yunshan", "xu"), ("shenke", "piao"), ("heyu", "jiang"))
SOLVED = {
    "gao": ("样机装配公差问题，确定改用滚珠丝杠方案", "小批试制的检具清单已定", "外观专利申请文件初稿过了一遍", "供应商两家比价，定下交期"),
    "xu": ("融资节奏与估值区间，先做天使轮", "把计划书从40页压到12页", "股东协议里的回购条款怎么谈", "客户成功指标改为续费率"),
    "piao": ("商超条码费和账期谈判要点", "小包装定价，按克重三档", "跨境平台首批选品六个", "退换货率过高的原因在物流包装"),
    "jiang": ("研发费用归集口径与凭证要求", "补贴申报材料缺口逐项核对", "增值税留抵退税测算", "四季度预算与现金流表"),
}
LENGTHS = (60, 50, 95, 30)


def mentors(stage: Stage) -> Iterator[Event]:
    """Applications four months ago, needs and pairs after them, sessions since then, up to today."""
    today = stage.days.today
    start = today - timedelta(days=118)
    for number, told in enumerate(MENTORS):
        late = told.upto != "active"
        yield (today - timedelta(days=9 - number) if late else start), partial(_arrive, stage, told)
    for number, key in enumerate(NEEDS):
        yield start + timedelta(days=4 + number), partial(_need, stage, key)
    for startup, mentor in PAIRS:
        yield start + timedelta(days=16), partial(_pair, stage, startup, mentor)
        for number, minutes in enumerate(LENGTHS):
            yield today - timedelta(days=93 - 22 * number), partial(_meet, stage, startup, mentor, number, minutes)
    yield start + timedelta(days=30), partial(_rate, stage)
    yield today - timedelta(days=5), partial(_statements, stage)
    yield start + timedelta(days=40), partial(_open_training, stage)
    yield start + timedelta(days=60), partial(_finish_training, stage)
    yield today - timedelta(days=6), partial(_next_class, stage)
    yield today - timedelta(days=2), partial(_open_log, stage)
    yield today, partial(_today, stage)


def _arrive(stage: Stage, told: Told) -> None:
    """Applies; an officer recommends, a manager approves; the mentor accepts the invitation."""
    offer = Offer({topic: (level, told.proof) for topic, level in told.topics.items()}, told.windows)
    found = people.apply_as_mentor(
        offer, by=stage.office["officer"], name=told.name, email=told.email, employer=told.employer, title=told.title, bio=told.bio, city="长春市",
        languages=list(told.languages), modes=list(told.modes), industries=told.industries, stages=told.stages, public_fields=list(told.public),
    )  # fmt: skip
    if told.upto == "applied":
        return
    people.review_mentor(found, by=stage.office["officer"])
    if told.upto == "reviewed":
        return
    day = timezone.localdate()
    people.approve_mentor(found, term_from=day, term_to=day + timedelta(days=365), by=stage.office["manager"])
    user = make_account(told.name, told.email)
    invitation = Invitation.objects.get(email=told.email)
    Invitation.objects.filter(pk=invitation.pk).update(token_hash=f"{invitation.pk:064x}")
    invitation.refresh_from_db()
    accept(invitation, user)
    people.enter_account(found, bank_name="吉林银行长春分行", bank_account=f"6222{found.pk:012d}", by=stage.office["officer"])
    people.verify_account(found, tail=f"{found.pk:04d}"[-4:], by=stage.office["finance"])


def _need(stage: Stage, key: str) -> None:
    if key not in stage.startups:
        return
    fields = {"hours_month": 4, "language": "zh", "languages": ["zh", "ko"] if key == "shenke" else ["zh"], "modes": ["on_site", "video"], "city": "长春市", "wanted": 1}
    people.state_need(stage.startups[key], by=stage.founders[key], **fields | NEEDS[key])


def _mentor(stage: Stage, key: str) -> tuple[Mentor, Actor]:
    """A mentor of the story with the person as actor."""
    told = next(one for one in MENTORS if one.key == key)
    found = Mentor.objects.select_related("user").get(email=told.email)
    actor = actor_for(found.user, stage.organisation) if found.user else None
    if actor is None:
        raise LookupError(f"{told.email} holds no role")
    return found, actor


def _pair(stage: Stage, startup: str, mentor: str) -> None:
    """The founder chooses, the mentor accepts, they set a goal."""
    found, actor = _mentor(stage, mentor)
    made = pairings.propose_pairing(stage.startups[startup], found, origin="choice", by=stage.founders[startup])
    begun = pairings.accept_pairing(made, by=actor)
    goal = pairings.set_goal(begun, text="半年内拿到第一批稳定订单", measure="签约客户数", due_on=timezone.localdate() + timedelta(days=180), by=actor)
    pairings.move_goal(goal, progress=40, comment="已签两家", by=stage.founders[startup])


def _pairing(stage: Stage, startup: str) -> Pairing:
    return Pairing.objects.with_names().filter(startup=stage.startups[startup], state="paired").latest_first()[0]


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _meet(stage: Stage, startup: str, mentor: str, number: int, minutes: int) -> None:
    """A session of yesterday is logged today and confirmed by the founder."""
    _found, actor = _mentor(stage, mentor)
    began = _at(timezone.localdate() - timedelta(days=1), 14)
    log = Log(began, minutes, "on_site" if number % 2 else "video", SOLVED[mentor][number], ("technology",) if mentor == "gao" else ("market",) if mentor == "piao" else ("funding",) if mentor == "xu" else ("tax",),
              "双方各自准备材料，下次会上过一遍", None, 4, f"mentor-{mentor}")
    made = sessions.log_session(_pairing(stage, startup), log, by=actor)
    sessions.confirm_session(made, rating=5 if number != 1 else 4, rating_note="讲得很具体，能直接用", origin=f"founder-{startup}", by=stage.founders[startup])


WITHHOLDING = {
    "allowance": "800.00", "allowance_up_to": "4000.00", "allowance_share": "0.2",
    "bands": [{"up_to": "20000.00", "rate": "0.2", "quick": "0.00"}, {"up_to": "50000.00", "rate": "0.3", "quick": "2000.00"}, {"up_to": None, "rate": "0.4", "quick": "7000.00"}],
}  # fmt: skip


def _rate(stage: Stage) -> None:
    """Finance writes the rate down, the owner verifies it: as an example, to be compared with the law in force."""
    made = honoraria.draft_rate(
        valid_from=timezone.localdate().replace(day=1), rate=Decimal("400.00"), round_to=15, least=30, month_cap=16, withholding=WITHHOLDING,
        source="示例：劳务报酬预扣预缴率表，启用前请与税务机关核对", by=stage.office["finance"],
    )  # fmt: skip
    honoraria.verify_rate(made, by=stage.office["owner"])


def _statements(stage: Stage) -> None:
    """Two months are settled: one is paid, of the last one some wait for the mentor, some for the manager."""
    month = Month.of(timezone.localdate())
    for one in honoraria.draft_month(month.plus(-2), by=stage.office["finance"]):
        agreed = honoraria.agree_honorarium(one, by=_actor_of(stage, one.mentor))
        approved = honoraria.approve_honorarium(agreed, by=stage.office["manager"])
        honoraria.pay_honorarium(approved, paid_on=timezone.localdate(), reference=f"LW{one.pk:08d}", by=stage.office["finance"])
    for one in honoraria.draft_month(month.plus(-1), by=stage.office["finance"])[:2]:
        honoraria.agree_honorarium(one, by=_actor_of(stage, one.mentor))


def _actor_of(stage: Stage, mentor: Mentor) -> Actor:
    actor = actor_for(mentor.user, stage.organisation) if mentor.user else None
    if actor is None:
        raise LookupError(f"{mentor} holds no role")
    return actor


def _open_log(stage: Stage) -> None:
    """One log waits for the founder, another is disputed and answered; one was held at night."""
    _xu, xu = _mentor(stage, "xu")
    _gao, gao = _mentor(stage, "gao")
    _piao, piao = _mentor(stage, "piao")
    day = timezone.localdate() - timedelta(days=1)
    sessions.log_session(_pairing(stage, "yunshan"), Log(_at(day, 10), 60, "video", "天使轮条款清单逐条过，重点在反稀释", ("funding", "law"), "修改条款清单", None, 5, "mentor-xu"), by=xu)
    disputed = sessions.log_session(_pairing(stage, "zhekun"), Log(_at(day, 15), 90, "on_site", "试制件尺寸链复核", ("technology",), "", None, 3, "mentor-gao"), by=gao)
    disputed = sessions.dispute_session(disputed, dispute="当天只谈了45分钟，后半段导师在接电话。", by=stage.founders["zhekun"])
    sessions.answer_dispute(disputed, reply="确有中断，认可按45分钟计。", by=gao)
    night = sessions.log_session(_pairing(stage, "shenke"), Log(_at(day - timedelta(days=1), 22), 45, "phone", "直播间临时断货的应对话术", ("market",), "", None, 4, "mentor-piao"), by=piao)
    sessions.confirm_session(night, rating=5, rating_note="", origin="founder-shenke", by=stage.founders["shenke"])


def _today(stage: Stage) -> None:
    """A session is planned, and a proposal waits for both sides."""
    _xu, xu = _mentor(stage, "xu")
    when = _at(stage.days.today + timedelta(days=3), 15)
    sessions.plan_session(_pairing(stage, "yunshan"), starts_at=when, minutes=60, mode="video", video_url="https://meeting.example/yunshan", topics=["funding"], by=xu)
    found, _actor = _mentor(stage, "ma")
    pairings.propose_pairing(stage.startups["baihua"], found, origin="staff", by=stage.office["officer"])
    run = matching.draft_matching(name="冬季批次匹配", floor=40, bonus=5, seed="demonstration", by=stage.office["officer"])
    matching.compute_matching(run, by=stage.office["officer"])


def _open_training(stage: Stage) -> None:
    """The startup training whose certificate the one-off grant asks for, with two lessons and six people."""
    officer = stage.office["officer"]
    course = courses.open_course(
        name="创业培训（SYB）", kind="startup", provider="长春净月创客空间", syllabus="创业想法、市场评估、人员组织、法律形态、成本与利润计划。", attendance_rule=90, pass_mark=60, valid_months=0,
        clause="吉政发〔2015〕28号（七）", by=officer,
    )  # fmt: skip
    run = courses.open_class(course, name="秋季班", capacity=6, trainer="崔老师", enrol_until=timezone.localdate() + timedelta(days=7), by=officer)
    for number, title in enumerate(("市场评估与商业计划", "成本、利润与法律责任")):
        courses.add_lesson(run, starts_at=_at(timezone.localdate() + timedelta(days=9 + number), 9), minutes=240, title=title, by=officer)
    for key in ("qiming", "heyu", "songguo", "baihua", "zhiwei", "xiaoman", "yunshan"):
        courses.enrol(run, _person(stage, key), by=stage.founders[key])


def _person(stage: Stage, key: str) -> Founder:
    return Founder.objects.get(startup=stage.startups[key], user=stage.founders[key].user)


def _finish_training(stage: Stage) -> None:
    """Everybody was there but one; the trainer's marks, signatures and certificates."""
    officer, manager = stage.office["officer"], stage.office["manager"]
    run = CourseRun.objects.get(name="秋季班")
    seated = list(run.enrolments.seated().order_by("pk"))
    for lesson in run.lessons.all():
        courses.note_list(lesson, seated[:5] if lesson.title.startswith("成本") else seated, by=officer)
    for number, enrolment in enumerate(seated[:5]):
        courses.mark_exam(enrolment, mark=(88, 76, 91, 64, 52)[number], by=officer)
        if number < 4:
            courses.sign_enrolment(enrolment, by=officer)
        if number < 3:
            issued = courses.issue_certificate(enrolment, by=manager)
            if number == 0:  # the others are printed by the queue, or at the first look
                courses.keep_certificate(issued)


def _next_class(stage: Stage) -> None:
    """A machine-safety class that can still be joined: its seats are taken, one person waits."""
    officer = stage.office["officer"]
    course = courses.open_course(
        name="激光切割机安全操作", kind="machine", provider="长春净月创客空间", syllabus="设备结构、光路与防护、试切与应急。", attendance_rule=100, pass_mark=80, valid_months=24, clause="", by=officer
    )
    run = courses.open_class(course, name="十二月班", capacity=3, trainer="高明远", enrol_until=stage.days.today + timedelta(days=10), by=officer)
    courses.add_lesson(run, starts_at=_at(stage.days.today + timedelta(days=14), 13), minutes=180, title="理论与实操", space=stage.rooms.get("A-101"), by=officer)
    for key in ("yanguang", "zhekun", "rongzhou", "binglinghua"):
        courses.enrol(run, _person(stage, key), by=stage.founders[key])
