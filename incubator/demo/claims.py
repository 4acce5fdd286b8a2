"""Consolidated claims of the story: sealed, filed, answered by the authority, put on notice, confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from incubator.core.money import round_fen
from incubator.demo import papers
from incubator.demo.stage import Event, Stage
from incubator.documents.models import DocumentKind
from incubator.policy.models import PolicyDocument, ReasonCode
from incubator.policy.services import Complaint, admit_objection, file_objection, record_reply, send_contact_code
from incubator.policy.services.objections import parties_of
from incubator.subsidies.models import Claim, ClaimLine
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.services import claim_notices, claims, decisions, revisions
from incubator.subsidies.services.printing import keep_claim_papers

OBJECTOR = "li.jianguo@neighbour.example"
ACTS = ("seal", "file", "receive", "decide", "confirm", "publish", "finish")
PARTS = dict(zip(ACTS, (0.30, 0.32, 0.38, 0.46, 0.50, 0.54, 0.85), strict=True))
PARTS |= {"revise": 0.90, "confirm_revision": 0.92}
TODAY = frozenset({"object", "admit"})  # while the notice of today stands


@dataclass(frozen=True)
class Answer:
    """What the authority says of one line that it does not simply approve: the share it grants, and its words."""

    share: Decimal
    words: str

    @property
    def verdict(self) -> str:
        return "cut" if self.share else "refused"


@dataclass(frozen=True)
class Filing:
    """One claim: its level and quarter, how far it gets, and the lines (by case) that are cut or refused."""

    payee: str
    quarter: Quarter
    upto: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    people: bool = False  # under the second measure: people, activities, bases, investments
    then: Sequence[str] = ()  # what follows: an objection, or a new decision

    @property
    def acts(self) -> Sequence[str]:
        return (*ACTS[: ACTS.index(self.upto) + 1], *self.then)


def filings(stage: Stage, filing: Filing) -> Iterator[Event]:
    """The acts on one claim. What is on notice was published today, so that its days still run."""
    paper = ClaimPaper(stage, filing)
    for act in filing.acts:
        now = act in TODAY or act == filing.upto == "publish"
        day = stage.days.today if now else stage.days.after(filing.quarter, PARTS[act])
        yield day, partial(_act, stage, paper, act)


def _act(stage: Stage, paper: ClaimPaper, act: str) -> None:
    if act == "seal":
        stage.claims.append(paper.seal())
    else:
        place = next(i for i, claim in enumerate(stage.claims) if paper.is_for(claim))
        stage.claims[place] = getattr(paper, act)(stage.claims[place])


@dataclass(frozen=True)
class ClaimPaper:
    """Takes the acts on one claim, each by the person who does it in life."""

    stage: Stage
    filing: Filing

    def is_for(self, claim: Claim) -> bool:
        mine = (self.measure.pk, self.filing.payee, str(self.filing.quarter))
        return (claim.measure_id, claim.payee, claim.period) == mine

    @property
    def measure(self) -> PolicyDocument:
        measure = self.stage.people_measure if self.filing.people else self.stage.measure
        if measure is None:
            raise LookupError("the measure is not in force yet")
        return measure

    def seal(self) -> Claim:
        """Finance gathers what is endorsed and seals it; the PDF is printed at once."""
        by = self.stage.office["finance"]
        claim = claims.start_claim(self.measure, self.filing.payee, str(self.filing.quarter), by=by)
        return keep_claim_papers(claims.seal_claim(claim, by=by))

    def file(self, claim: Claim) -> Claim:
        """The manager sends the signed copy to the authority."""
        by = self.stage.office["manager"]
        body = papers.signed_copy(claim.document.read())
        scan = self.stage.upload(body, DocumentKind.SIGNED_SCAN, by=by, title=f"{claim.number} 签章扫描件（示例）")
        return claims.file_claim(claim, scan=scan, by=by)

    def receive(self, claim: Claim) -> Claim:
        """The authority takes the claim in."""
        by, day = self.stage.office["finance"], self._day("receive")
        sheet = papers.receipt_letter(claim.number, claim.total, day)
        document = self.stage.file(sheet, DocumentKind.OFFICIAL_REPLY, by=by, issuer=papers.AUTHORITY)
        reply = record_reply(document, body=papers.AUTHORITY, dated_on=day, received_on=day, by=by)
        return decisions.record_receipt(claim, reply, by=by)

    def _day(self, act: str):
        return self.stage.days.after(self.filing.quarter, PARTS[act])

    def decide(self, claim: Claim) -> Claim:
        """Finance writes the authority's decision down, line by line."""
        by, day = self.stage.office["finance"], self._day("decide")
        answers = [self._answer(line) for line in claims.standing(claim)]
        rows = [(line.application.applicant_name, line.amount, answer.decided, answer.words)
                for line, answer in zip(claims.standing(claim), answers, strict=True)]  # fmt: skip
        sheet = papers.reply_letter(claim.number, rows, day)
        document = self.stage.file(sheet, DocumentKind.OFFICIAL_REPLY, by=by, issuer=papers.AUTHORITY)
        reply = record_reply(
            document, body=papers.AUTHORITY, number=papers.reply_number(claim.number, day), dated_on=day,
            received_on=day, by=by,
        )  # fmt: skip
        return decisions.record_claim_decision(claim, reply, answers, by=by)

    def _answer(self, line: ClaimLine) -> decisions.LineReply:
        key = next(key for key, case in self.stage.cases.items() if case.pk == line.application_id)
        answer = self.filing.answers.get(key.rpartition(" ")[0])
        if answer is None:
            return decisions.LineReply(line, "approved", line.amount)
        reason = ReasonCode.objects.get(code="AUTHORITY")
        return decisions.LineReply(line, answer.verdict, round_fen(line.amount * answer.share), reason, answer.words)

    def confirm(self, claim: Claim) -> Claim:
        """The manager compares the record with the reply."""
        total = sum((line.decided for line in claims.standing(claim) if line.decided is not None), Decimal("0.00"))
        return decisions.confirm_claim_decision(claim, total=total, by=self.stage.office["manager"])

    def publish(self, claim: Claim) -> Claim:
        return claim_notices.publish_claim_notice(claim, by=self.stage.office["manager"])

    def finish(self, claim: Claim) -> Claim:
        """After the last day of the notice, the other manager confirms the result."""
        return claim_notices.confirm_claim_result(claim, by=self.stage.office["manager2"])

    def object(self, claim: Claim) -> Claim:
        """Somebody of the public objects to the first line, with a contact that was checked."""
        check = send_contact_code(claim.notice, OBJECTOR)
        said = Complaint("李建国", OBJECTOR, "该企业9月已搬离公示地址，请核实其实际使用面积和期间。", 1)
        file_objection(claim.notice, said, check=check)
        return claim

    def admit(self, claim: Claim) -> Claim:
        """The officer who had no part in the line takes the objection for examination."""
        objection = claim.notice.objections.get()
        able = [by for by in (self.stage.office["officer"], self.stage.office["officer2"]) if by.user.pk not in parties_of(objection)]
        admit_objection(objection, by=able[0])
        return claim

    def revise(self, claim: Claim) -> Claim:
        """The authority corrects a line that it had cut; finance writes the new decision down."""
        by, day = self.stage.office["finance"], self._day("revise")
        lines = claims.standing(claim)
        answers = [decisions.LineReply(line, "approved", line.amount) for line in lines]
        rows = [(line.application.applicant_name, line.amount, line.amount, "更正") for line in lines if line.verdict == "cut"]
        sheet = papers.reply_letter(claim.number, rows, day)
        document = self.stage.file(sheet, DocumentKind.OFFICIAL_REPLY, by=by, issuer=papers.AUTHORITY)
        reply = record_reply(document, body=papers.AUTHORITY, number=papers.reply_number(claim.number, day), dated_on=day, received_on=day, by=by)
        ground = revisions.Ground("correction", reply, "经复核，首月装修期间已实际使用，原核减予以更正。")
        return revisions.record_revision(claim, ground, answers, by=by).claim

    def confirm_revision(self, claim: Claim) -> Claim:
        """The manager compares the new decision with its paper."""
        revision = claim.revisions.get()
        revisions.confirm_revision(revision, total=claim.total, by=self.stage.office["manager"])
        claim.refresh_from_db()
        return claim
