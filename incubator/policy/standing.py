"""Where each right of the texts stands for this organisation: open, on its way, or what is missing to open it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from incubator.policy.changes import count_running
from incubator.policy.guards import failing
from incubator.policy.keys import FORMULA_KEYS
from incubator.policy.models import Programme, ProgrammeEdition
from incubator.policy.states import EditionState as E

ORDER = (E.EFFECTIVE, E.PUBLISHED, E.IN_REVIEW, E.DRAFT, E.CLOSED)


@dataclass
class Standing:
    """One right: its programme, the editions that say most about it, and what is missing to open it."""

    programme: Programme
    editions: list[ProgrammeEdition] = field(default_factory=list)
    template: ProgrammeEdition | None = None
    missing: list[str] = field(default_factory=list)
    cases: int = 0

    @property
    def state(self) -> str:
        """open, coming, waiting, draft, closed, or not_set: the right is given, its amount is not."""
        names = {E.EFFECTIVE: "open", E.PUBLISHED: "coming", E.IN_REVIEW: "waiting", E.DRAFT: "draft", E.CLOSED: "closed"}
        return names[E(self.editions[0].state)] if self.editions else "not_set"

    @property
    def word(self) -> Any:
        words = {
            "open": _("Open"), "coming": _("Published, begins later"), "waiting": _("Waits for a second person"),
            "draft": _("Being drafted"), "closed": _("Closed"), "not_set": _("Authorised, amount not set"),
        }  # fmt: skip
        return words[self.state]

    @property
    def tone(self) -> str:
        return {"open": "jade", "coming": "indigo", "waiting": "amber", "draft": "amber", "not_set": "amber"}.get(self.state, "plain")

    @property
    def can_start(self) -> bool:
        """Whether a draft can be begun: there is a template whose formula is built, and no draft is under way."""
        return self.template is not None and self.template.formula_name in FORMULA_KEYS and self.state in {"not_set", "closed"}


def standings() -> list[Standing]:
    """Every right that a text gives this organisation, in the order of the clauses; those of the province first."""
    rows = Programme.objects.select_related("citation__clause__document").order_by(
        "organisation", "citation__clause__document", "citation__clause__ordinal", "pk"
    )
    found = {programme.pk: Standing(programme) for programme in rows}
    for template in ProgrammeEdition.objects.templates().order_by("-pk"):
        found[template.programme_id].template = template
    for edition in ProgrammeEdition.objects.own().with_rule().exclude(state=E.WITHDRAWN).order_by("-effective_from", "-pk"):
        found[edition.programme_id].editions.append(edition)
    return [_judged(row) for row in found.values()]


def _judged(row: Standing) -> Standing:
    row.editions.sort(key=lambda edition: ORDER.index(E(edition.state)))
    row.missing = _missing(row)
    row.cases = sum(count_running(edition) for edition in row.editions if edition.state in {E.EFFECTIVE, E.CLOSED})
    return row


def _missing(row: Standing) -> list[str]:
    """What is missing to open it, each a sentence; the first one is the next thing to do."""
    if row.state == "not_set":
        if row.template is not None and row.template.formula_name not in FORMULA_KEYS:
            return [_("Fuhua does not compute this kind of subsidy yet; the text can be read and cited.")]
        return [_("A local measure that sets the amount: enter it under Local measures, then start a draft from this right.")]
    latest = row.editions[0]
    if row.state == "draft":
        return [str(check.note or check.text) for check in failing(latest)] or [_("Hand the draft in for review.")]
    sentences = {
        "waiting": _("A second person checks the figures and publishes it."),
        "coming": _("Its first day. An edition in force must be replaced by then."),
        "closed": _("A new edition: start one from the closed edition."),
    }
    return [sentences[row.state]] if row.state in sentences else []


def counts(rows: Sequence[Standing]) -> dict[str, int]:
    """How many rights stand where."""
    return {state: sum(row.state == state for row in rows) for state in ("open", "waiting", "draft", "not_set")}
