"""What the policy desk of the demonstration shows besides the measure in force: a notice that raises caps from next year,
editions that follow from it, a figure to verify, a right without an amount, and a new version of the measure that waits
for a second person. All of it is invented and says so."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from incubator.demo.papers import cn
from incubator.demo.sheets import Sheet, letter, press
from incubator.demo.stage import Stage
from incubator.documents.uploads import OwnPrint
from incubator.policy import services
from incubator.policy.models import MeasureDraft, PolicyDocument, ProgrammeEdition

ISSUER = "长春净月高新区人力资源和社会保障局（示例）"
NOTICE_TITLE = "关于提高众创空间补贴标准的补充通知（示例）"
PREAMBLE = "本通知为示例文件，仅用于演示，其中的标准和金额均为虚构。"
SOURCE = "某公众号文章转述，未见原文（示例）"


def shape_rules(stage: Stage) -> None:
    """Three weeks before today: the notice is entered, confirmed, and editions for next year are begun from it."""
    first = date(stage.days.today.year + 1, 1, 1)
    notice = _notice(stage, first)
    _broadband(stage, notice, first)
    _rent(stage, notice, first)
    _software(stage, first)
    template = ProgrammeEdition.objects.templates().get(programme__slug="startup-one-off")
    services.draft_from(template, by=stage.office["officer"])
    _next_measure(stage, first)


def _notice_text(first: date) -> str:
    day = cn(first)
    return "\n".join((
        PREAMBLE,
        f"第一条　【宽带补贴】自{day}起，企业级宽带补贴每月最高不超过500元。",
        f"第二条　【房租补贴】自{day}起，企业级房租补贴的计补租金单价最高不超过每平方米每月55元。",
        f"第三条　【施行日期】本通知自{day}起施行，其他事项仍按原实施细则执行。",
    ))  # fmt: skip


def _notice(stage: Stage, first: date) -> PolicyDocument:
    """The supplementary notice, entered by the officer and confirmed by the manager."""
    text = _notice_text(first)
    draft = services.draft_measure(
        by=stage.office["officer"], slug=f"jingyue-notice-{first.year}", title=NOTICE_TITLE, issuer=ISSUER,
        issued_on=stage.days.today - timedelta(days=30), effective_from=first, parent=stage.measure, is_example=True,
        scan=_scan(NOTICE_TITLE, text, stage.days.today - timedelta(days=30)), body=text,
    )  # fmt: skip
    handed = services.submit_measure(draft, by=stage.office["officer"])
    filed = services.file_measure(handed, by=stage.office["manager"]).document
    if filed is None:
        raise RuntimeError("the notice was not filed")
    return filed


def _scan(title: str, text: str, day: date) -> OwnPrint:
    sheet: Sheet = letter(title, text.split("\n"), signer=ISSUER, day=cn(day))
    (body,) = press([sheet])
    return OwnPrint(f"{title}.pdf", body, "application/pdf")


def _follow(stage: Stage, slug: str, name: str, first: date) -> ProgrammeEdition:
    """A draft for next year from the edition in force."""
    running = ProgrammeEdition.objects.own().get(programme__slug=slug, state="effective")
    draft = services.draft_from(running, by=stage.office["officer"])
    return services.change_edition(draft, by=stage.office["officer"], name=f"{name} {first.year}年版（示例）", effective_from=first)


def _set(stage: Stage, edition: ProgrammeEdition, key: str, value: str, words: tuple[PolicyDocument, str, str]) -> None:
    document, path, quote = words
    citation = services.cite(document.clauses.get(path=path), quote)
    services.set_parameter(edition, key, value, by=stage.office["officer"], citation=citation)


def _broadband(stage: Stage, notice: PolicyDocument, first: date) -> None:
    """Published for next year: the cap rises, so old and new can be compared."""
    edition = _follow(stage, "tenant-broadband", "入驻企业宽带补贴", first)
    _set(stage, edition, "month_cap", "500", (notice, "一", "企业级宽带补贴每月最高不超过500元"))
    edition = ProgrammeEdition.objects.get(pk=edition.pk)
    services.approve_edition(services.submit_edition(edition, by=stage.office["officer"]), by=stage.office["manager"])


def _rent(stage: Stage, notice: PolicyDocument, first: date) -> None:
    """Handed in: waits for the second person."""
    edition = _follow(stage, "tenant-rent", "入驻企业房租补贴", first)
    _set(stage, edition, "unit_cap", "55", (notice, "二", "计补租金单价最高不超过每平方米每月55元"))
    services.submit_edition(ProgrammeEdition.objects.get(pk=edition.pk), by=stage.office["officer"])


def _software(stage: Stage, first: date) -> None:
    """A draft with one figure from a secondary source, which nobody has verified yet."""
    edition = _follow(stage, "tenant-software", "入驻企业公共软件补贴", first)
    services.set_parameter(
        edition, "period_cap", "8000", by=stage.office["officer"], citation=None, certainty="derived", source=SOURCE
    )


def _next_measure(stage: Stage, first: date) -> MeasureDraft:
    """The next version of the measure, with one clause worded otherwise; it waits for the second person."""
    measure: Any = stage.measure
    clauses = [
        {"path": one.path, "chapter": one.chapter, "title": one.title, "text": one.text}
        for one in measure.clauses.order_by("ordinal")
    ]
    changed = {"四": ("50元", "60元"), "十四": ("2025年7月1日", cn(first))}
    for row in clauses:
        row["text"] = row["text"].replace(*changed.get(row["path"], ("", "")))
    title = measure.title.replace("（示例）", "（修订，示例）")
    text = "\n".join(f"第{row['path']}条　{row['text']}" for row in clauses if row["path"] in changed)
    draft = services.draft_measure(
        by=stage.office["officer2"], slug=f"jingyue-space-{first.year}", title=title, issuer=ISSUER, effective_from=first,
        parent=measure.parent, supersedes=measure, is_example=True, preamble=measure.preamble, clause_form=measure.clause_form,
        clauses=clauses, scan=_scan(title, text, stage.days.today),
    )  # fmt: skip
    return services.submit_measure(draft, by=stage.office["officer2"])
