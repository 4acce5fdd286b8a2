"""What a startup could still get: each open programme and quarter put through the conditions, from its company file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from incubator.core.errors import BusinessError
from incubator.policy.models import Payee
from incubator.subsidies.conditions import last_day_to_file
from incubator.subsidies.gather import case_of
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.trial import Outcome, run
from incubator.subsidies.wizard import is_open, line_for, open_quarters, probe_of, running, tenant_editions
from incubator.tenants.models import StartupDocument


@dataclass(frozen=True)
class Prospect:
    """One programme for one quarter: what came out of the file, or why there is no case, and what is already running."""

    startup: Any
    edition: Any
    quarter: Quarter
    last_day: date
    outcome: Outcome | None = None
    refusal: str = ""
    existing: SubsidyApplication | None = None

    @property
    def state(self) -> str:
        return self.outcome.state if self.outcome else "refused"


def prospects(startup: Any, *, latest: bool = False, of_persons: bool = True) -> list[Prospect]:
    """Every programme and quarter whose window is open for this startup; with `latest` only the last quarter's, without
    `of_persons` nothing whose conditions tell a founder's category (policy.md h)."""
    editions = [edition for edition in tenant_editions() if of_persons or edition.payee != Payee.PERSON]
    quarters = open_quarters(editions)
    papers = kinds_in_vault(startup)
    return [
        _prospect(edition, startup, quarter, papers)
        for quarter in (quarters[:1] if latest else quarters)
        for edition in editions
        if is_open(edition, quarter)
    ]


def kinds_in_vault(startup: Any) -> list[tuple[str, date | None]]:
    """The kinds of papers on file with the day until which each is valid."""
    return list(StartupDocument.objects.of(startup).values_list("document__kind", "document__valid_to"))


def _prospect(edition: Any, startup: Any, quarter: Quarter, papers: list[tuple[str, date | None]]) -> Prospect:
    existing, ends = running(edition, startup, quarter), last_day_to_file(edition, quarter)
    if existing is not None:
        return Prospect(startup, edition, quarter, ends, existing=existing)
    try:
        probe, costs = probe_of(edition, startup, quarter)
        case = case_of(probe, [line_for(probe, cost) for cost in costs])
    except BusinessError as error:
        return Prospect(startup, edition, quarter, ends, refusal=error.message)
    on_file = frozenset(kind for kind, valid_to in papers if valid_to is None or valid_to >= quarter.last_day)
    return Prospect(startup, edition, quarter, ends, run(replace(case, papers=on_file)))
