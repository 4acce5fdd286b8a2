"""The words that a condition rests on: the citation of the edition's own figure, else the sentence of its measure.

Nothing is invented: a condition whose words stand in no text of the edition shows no clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from incubator.documents.models import DocumentKind
from incubator.policy.models import Clause, Level

SENTENCE = re.compile(r"[^。；\n]+")


@dataclass(frozen=True)
class Ground:
    """Clause, literal quote and the address of the clause's page; `label` is the clause's number, which says enough
    where the text is the edition's own measure."""

    clause: str
    quote: str
    url: str
    label: str = ""


@dataclass(frozen=True)
class Rule:
    """Where to look: keys of figures whose citation says it, then words that its sentence contains, the best first."""

    keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


# By reason code, or by the name that a condition gives where one code stands for several.
RULES = {
    "LATE": Rule(keys=("window.days_after_period",)),
    "ABNORMAL_LIST": Rule(words=("经营异常名录",)),
    "agreement": Rule(words=("孵化协议",)),
    "AREA_OVER": Rule(keys=("area_cap",), words=("实际使用所承租的场地",)),
    "unit_rent": Rule(words=("实际支付租金", "实际支付的租金")),
    "NO_OWNER_CONSENT": Rule(words=("产权人同意", "产权或者租赁关系清晰")),
    "lease_months": Rule(words=("租期不满整月", "实际租用")),
    "invoices": Rule(words=("付款回单", "发票金额", "实际支付费用")),
    "DUP_MONTH": Rule(words=("同一费用、同一月份", "同一笔付款")),
    "DUP_INVOICE": Rule(words=("同一张发票",)),
    "NO_PASS_THROUGH": Rule(keys=("pass_through.ratio",), words=("惠及入驻企业",)),
    "PAYEE_MISMATCH": Rule(words=("经核验的", "账户")),
    "CATEGORY_NOT_ELIGIBLE": Rule(keys=("categories",), words=("符合条件人员",)),
    "CATEGORY_EXPIRED": Rule(keys=("categories",), words=("符合条件人员",)),
    "NO_TRAINING": Rule(keys=("certificate_valid_months",), words=("创业培训合格",)),
    "NOT_FIRST_FIRM": Rule(words=("初次创办",)),
    "TOO_EARLY": Rule(keys=("min_operating_months",)),
    "ONCE_ONLY": Rule(words=("一次性",)),
}

PAPERS = {
    DocumentKind.LICENCE: ("提交营业执照", "营业执照"),
    DocumentKind.LEASE: ("提交租赁合同", "租赁合同"),
    DocumentKind.TITLE: ("产权证明",),
    DocumentKind.INVOICE: ("提交营业执照、发票", "发票"),
    DocumentKind.BANK_SLIP: ("付款回单",),
    DocumentKind.LINE_CONTRACT: ("线路开通合同",),
    DocumentKind.SOFTWARE_LICENCE: ("软件使用许可证明", "软件使用许可"),
    DocumentKind.PLEDGE: ("承诺书",),
    DocumentKind.PASS_THROUGH: ("惠及入驻企业的证明",),
    DocumentKind.CATEGORY_PROOF: ("重点群体", "就业创业证"),
    DocumentKind.ROSTER: ("花名册", "社会保险"),
}


class Grounds:
    """The grounds of one edition. Its figures and the texts that they cite are read once, when first asked for."""

    def __init__(self, edition: Any) -> None:
        self.edition = edition

    def of(self, rule: str, paper: str = "") -> Ground | None:
        """The words behind a rule; for a missing paper, those that ask for this paper."""
        found = Rule(words=PAPERS.get(DocumentKind(paper), ())) if rule == "paper" else RULES.get(rule, Rule(keys=(rule,)))
        for key in found.keys:
            if key in self.cited:
                return self.cited[key]
        return next(filter(None, map(self.sentence_with, found.words)), None)

    @cached_property
    def cited(self) -> dict[str, Ground]:
        """The figures' own citations, by key."""
        return {row.key: ground_of(row.citation) for row in self._figures if row.citation_id}

    @cached_property
    def _figures(self) -> list[Any]:
        return list(self.edition.parameters.with_source())

    @cached_property
    def _clauses(self) -> list[Any]:
        """The clauses of the texts that set the figures, in order; the local measure before the province's text."""
        documents = {row.citation.clause.document_id for row in self._figures if row.citation_id}
        documents.add(self.edition.programme.citation.clause.document_id)
        clauses = Clause.objects.filter(document__in=documents).select_related("document")
        ordered = clauses.order_by("document", "ordinal")
        return sorted(ordered, key=lambda clause: clause.document.level != Level.LOCAL)

    def sentence_with(self, words: str) -> Ground | None:
        """The first sentence of these texts that contains the words."""
        for clause, sentence in self._sentences():
            if words in sentence:
                return Ground(str(clause), sentence.strip("　 "), clause.get_absolute_url(), short(clause))
        return None

    def _sentences(self) -> Iterator[tuple[Any, str]]:
        for clause in self._clauses:
            for sentence in SENTENCE.findall(clause.text):
                yield clause, sentence


def ground_of(citation: Any) -> Ground:
    """A citation as a ground: its address marks the words."""
    return Ground(str(citation.clause), citation.quote, citation.get_absolute_url(), short(citation.clause))


def short(clause: Any) -> str:
    """The clause of a local measure by its number alone."""
    return str(clause.label) if clause.document.level == Level.LOCAL else str(clause)
