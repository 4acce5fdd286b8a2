"""Subsidy applications of the story: each case goes its way step by step, as founders, officers and managers take it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from incubator.accounts.actors import Actor
from incubator.demo import papers, programmes
from incubator.demo.stage import Event, Stage
from incubator.documents.models import DocumentKind
from incubator.policy.models import ReasonCode
from incubator.subsidies.eligibility import required_items
from incubator.subsidies.models import Evidence, SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.passthrough import pass_through_rows
from incubator.subsidies.services import appeals, applications, review
from incubator.subsidies.services.printing import keep_receipt
from incubator.subsidies.services.results import keep_result
from incubator.subsidies.wizard import site_editions, tenant_editions

# What happens to a case that is to end in a state, and when in the window after the quarter it happens (0 to 1).
WAYS = {
    "draft": ("start",),
    "submitted": ("start", "submit"),
    "withdrawn": ("start", "submit", "withdraw"),
    "in_review": ("start", "submit", "take", "look"),
    "returned": ("start", "submit", "take", "give_back"),
    "recommended": ("start", "submit", "take", "recommend"),
    "endorsed": ("start", "submit", "take", "recommend", "endorse"),
    "refused": ("start", "submit", "take", "refuse"),
    "appealed": ("start", "submit", "take", "refuse", "appeal"),
    "refused_final": ("start", "submit", "take", "refuse", "appeal", "uphold"),
}
STEPS = (
    "start",
    "submit",
    "take",
    "look",
    "give_back",
    "recommend",
    "refuse",
    "withdraw",
    "endorse",
    "appeal",
    "uphold",
)
PARTS = dict(zip(STEPS, (0.10, 0.12, 0.16, 0.18, 0.19, 0.20, 0.20, 0.22, 0.25, 0.26, 0.32), strict=True))
RECENT = {"give_back": 3, "look": 1}  # at most so many days ago: what was returned longer ago would lapse
LATE = 0.45  # a late case comes so much later in the window: after the quarter's claim was sealed


@dataclass(frozen=True)
class Case:
    """One application. `who`: a startup's key or a site's name; `cut`: the place of the line that the officer cuts."""

    who: str
    kind: str
    ends: str
    late: bool = False
    code: str = ""
    note: str = ""
    cut: int | None = None

    @property
    def steps(self) -> tuple[str, ...]:
        return WAYS[self.ends]


def case_key(case: Case, quarter: Quarter) -> str:
    """How the story calls a case: zhekun rent 2026-Q3."""
    return f"{case.who} {case.kind} {quarter}"


def happenings(stage: Stage, quarter: Quarter, cases: Sequence[Case], *, late: bool = False) -> Iterator[Event]:
    """The steps of the quarter's cases in their order, the late ones or the others."""
    for step in STEPS:
        for case in cases:
            if case.late == late and step in case.steps:
                day = stage.days.after(quarter, PARTS[step] + (LATE if late else 0))
                if step in RECENT:
                    day = max(day, stage.days.today - timedelta(days=RECENT[step]))
                yield day, partial(_take_step, stage, quarter, case, step)


def _take_step(stage: Stage, quarter: Quarter, case: Case, step: str) -> None:
    key = case_key(case, quarter)
    teller = Teller(stage, quarter, case)
    stage.cases[key] = getattr(teller, step)() if step == "start" else getattr(teller, step)(stage.cases[key])


@dataclass(frozen=True)
class Teller:
    """Takes the steps of one case, each by the person who takes it in life."""

    stage: Stage
    quarter: Quarter
    case: Case

    @property
    def is_site(self) -> bool:
        return self.case.who in self.stage.sites

    @property
    def applicant(self) -> Actor:
        """The founder; for the organisation's own cost an officer."""
        return self.stage.office["officer"] if self.is_site else self.stage.founders[self.case.who]

    @property
    def officer(self) -> Actor:
        """The one who checks: never the one who prepared. The two officers share the startups."""
        second = self.is_site or sorted(self.stage.startups).index(self.case.who) % 2 == 1
        return self.stage.office["officer2" if second else "officer"]

    def start(self) -> SubsidyApplication:
        """Open the wizard and attach the papers that the edition asks for."""
        editions = site_editions() if self.is_site else tenant_editions()
        edition = next(edition for edition in editions if edition.programme.kind == self.case.kind)
        about = (
            {"site": self.stage.sites[self.case.who]}
            if self.is_site
            else {"startup": self.stage.startups[self.case.who]}
        )
        application = applications.start_application(edition, str(self.quarter), by=self.applicant, **about)
        if self.case.kind in programmes.FILL:
            application = programmes.prepare(self.stage, application, self.case.who, self.applicant)
        mine = self._papers()
        for item in [*required_items(application), *(["category_proof"] if self.case.kind == "rent" else [])]:
            if item not in mine and self.case.kind in programmes.FILL:
                mine = mine | {item: programmes.paper(self.stage, application, item, self.applicant)}
            if item in mine:
                applications.attach_evidence(application, item, mine[item], by=self.applicant)
        return application

    def _papers(self) -> dict[str, object]:
        """The papers of this applicant by kind; for a site also what its tenants confirm for the quarter."""
        if not self.is_site:
            return self.stage.papers[self.case.who]
        own, name = self.stage.papers[""], f"pass_through {self.case.who} {self.quarter}"
        if name not in own:
            home = self.stage.home(self.case.who)
            rows, _relief = pass_through_rows(self.stage.sites[home.name], self.quarter)
            sheet = papers.relief_statement(home, rows, self.stage.days.after(self.quarter, PARTS["start"]))
            own[name] = self.stage.file(sheet, DocumentKind.PASS_THROUGH, by=self.applicant)
        return {**own, "pass_through": own[name]}

    def submit(self, application: SubsidyApplication) -> SubsidyApplication:
        """Send it in. The receipts of earlier quarters are left to the worker: printing them takes a while."""
        sent = applications.submit_application(application, by=self.applicant, pledged=True)
        return keep_receipt(sent) if self.quarter.text == self.stage.days.quarter.text else sent

    def withdraw(self, application: SubsidyApplication) -> SubsidyApplication:
        return applications.withdraw_application(application, by=self.applicant)

    def take(self, application: SubsidyApplication) -> SubsidyApplication:
        return review.take_application(application, by=self.officer)

    def look(self, application: SubsidyApplication) -> SubsidyApplication:
        """The officer has begun: the first two papers are checked."""
        for paper in application.evidence.all()[:2]:
            self._judge(paper, Evidence.Verdict.GOOD, "与原件核对一致")
        return application

    def _judge(self, paper: Evidence, verdict: str, finding: str) -> None:
        review.judge_evidence(paper, verdict=verdict, finding=finding, by=self.officer)

    def give_back(self, application: SubsidyApplication) -> SubsidyApplication:
        """One paper is in doubt: back to the applicant with a reason."""
        first, *others = application.evidence.all()
        self._judge(first, Evidence.Verdict.DOUBT, self.case.note)
        for paper in others:
            self._judge(paper, Evidence.Verdict.GOOD, "与原件核对一致")
        return review.return_application(application, codes=self._codes(), note=self.case.note, by=self.officer)

    def _codes(self) -> list[ReasonCode]:
        return [ReasonCode.objects.get(code=self.case.code)]

    def recommend(self, application: SubsidyApplication) -> SubsidyApplication:
        """Every paper is good; a line that the papers do not prove is cut."""
        for paper in application.evidence.all():
            self._judge(paper, Evidence.Verdict.GOOD, "与原件核对一致")
        if self.case.cut is not None:
            line = application.lines.all()[self.case.cut]
            review.cut_line(line, reason=self._codes()[0], note=self.case.note, by=self.officer)
        return review.recommend_application(application, by=self.officer)

    def refuse(self, application: SubsidyApplication) -> SubsidyApplication:
        """Refused with its reason; the notice of this quarter is printed at once, earlier ones by the worker."""
        refused = review.refuse_application(application, codes=self._codes(), note=self.case.note, by=self.officer)
        if self.quarter.text == self.stage.days.quarter.text:
            keep_result(refused.results.get())
        return refused

    def appeal(self, application: SubsidyApplication) -> SubsidyApplication:
        note = "许可证明写明由本企业专用，产品也直接用于本企业研发，请复核。"
        return appeals.appeal_application(application, note=note, by=self.applicant)

    def uphold(self, application: SubsidyApplication) -> SubsidyApplication:
        note = "经复核，原决定事实清楚，维持不予补贴的决定。"
        return appeals.uphold_refusal(application, note=note, by=self.stage.office["manager"])

    def endorse(self, application: SubsidyApplication) -> SubsidyApplication:
        return review.endorse_application(application, by=self.stage.office["manager"])


def settled(cases: Sequence[Case], keys: Sequence[str]) -> tuple[Case, ...]:
    """The cases of these startups and kinds ("zhekun rent"), each on its plain way to an endorsement."""
    return tuple(replace(case, ends="endorsed", late=False) for case in cases if f"{case.who} {case.kind}" in keys)
