"""How an outcome is shown: its state in words, its conditions with clauses, its reasons, what is still to bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from incubator.core.money import amount_in_words
from incubator.core.pieces import Check, Reason
from incubator.documents.models import DocumentKind
from incubator.subsidies.conditions import Condition
from incubator.subsidies.trial import Outcome
from incubator.subsidies.views.shared import checks_of, reasons_in

STATES = {
    "entitled": (_("You can get this"), "jade"),
    "open": (_("You can get this if you show what is open"), "jade"),
    "missing": (_("A paper is missing"), "amber"),
    "refused": (_("Not possible as answered"), "red"),
    "nothing": (_("Comes to 0 yuan"), "plain"),
    "unset": (_("Authorised, amount set by the local measure"), "amber"),
    "unasked": (_("Not answered"), "plain"),
    "running": (_("Applied for"), "indigo"),
}


@dataclass(frozen=True)
class Explained:
    """One programme's answer, ready for a page."""

    edition: Any
    state: str
    outcome: Outcome | None = None
    last_day: date | None = None
    existing: Any = None
    refusal: str = ""  # why no case could even be made
    url: str = ""  # where it is applied for, or where the application stands

    @property
    def label(self) -> Any:
        return STATES[self.state][0]

    @property
    def tone(self) -> str:
        return STATES[self.state][1]

    @property
    def pays(self) -> bool:
        """Whether an amount may be shown."""
        return self.state in {"entitled", "open", "missing"}

    @property
    def conditions(self) -> list[Condition]:
        return self.outcome.conditions if self.outcome else []

    @property
    def checks(self) -> list[Check]:
        """What fails, what is open, what holds."""
        order = {False: 0, None: 1, True: 2}
        return checks_of(sorted(self.conditions, key=lambda one: order[one.holds]))

    @property
    def missing(self) -> list[Any]:
        """The papers still to bring, each once, by name."""
        wanted = dict.fromkeys(one.paper for one in self.conditions if one.paper and not one.holds)
        return [DocumentKind(paper).label for paper in wanted]

    @property
    def reasons(self) -> list[Reason]:
        """Why this amount, without the last step, which is the amount."""
        record = self.outcome.assessment.record if self.outcome and self.outcome.assessment else {}
        return list(reasons_in(record))

    @property
    def words(self) -> str:
        return amount_in_words(self.outcome.amount) if self.outcome else ""
