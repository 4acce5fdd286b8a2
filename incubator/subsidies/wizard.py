"""What the first page of the wizard offers: programmes that are open, and what each would come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from incubator.core.errors import BusinessError
from incubator.policy.models import ProgrammeEdition
from incubator.subsidies.assessment import assess, last_quarters
from incubator.subsidies.conditions import last_day_to_file
from incubator.subsidies.kinds import SubsidyKind, kind_named, kinds
from incubator.subsidies.models import ApplicationLine, SubsidyApplication
from incubator.subsidies.models.applications import Quarter
from incubator.subsidies.prefill import Cost

OVER = ("withdrawn", "refused", "refused_final", "lapsed")  # then the same can be applied for again


@dataclass(frozen=True)
class Offer:
    """One programme for one quarter: what could be claimed, or why not."""

    edition: ProgrammeEdition
    period: str
    last_day: Any
    paid: Any
    months: int
    estimate: Any = None
    refusal: str = ""
    existing: SubsidyApplication | None = None

    @property
    def kind(self) -> SubsidyKind:
        return kind_named(self.edition.kind)

    @property
    def possible(self) -> bool:
        return not self.refusal and self.existing is None


def tenant_editions(day: Any = None) -> list[ProgrammeEdition]:
    """Programmes in force that a startup applies for: those that pay the startup, and its founder as a person."""
    return [*_in_force("tenant", day), *_in_force("person", day)]


def site_editions(day: Any = None) -> Any:
    """Programmes in force that the office applies for: the organisation's own, and those of investors outside."""
    mine = [*_in_force("space", day), *_in_force("other", day)]
    return ProgrammeEdition.objects.filter(pk__in=[edition.pk for edition in mine]).with_rule()


def _in_force(payee: str, day: Any) -> list[ProgrammeEdition]:
    day = day or timezone.localdate()
    return [edition for kind in kinds() for edition in ProgrammeEdition.objects.open_for(kind.name, day, payee=payee).with_rule()]


def open_quarters(editions: list[ProgrammeEdition]) -> list[Quarter]:
    """The whole quarters for which at least one of these programmes still takes applications."""
    return [quarter for quarter in last_quarters(timezone.localdate()) if any(is_open(edition, quarter) for edition in editions)]


def is_open(edition: ProgrammeEdition, quarter: Quarter) -> bool:
    """Whether the window of this programme for this quarter has not ended yet."""
    return timezone.localdate() <= last_day_to_file(edition, quarter)


def offers(startup: Any, quarter: Quarter) -> list[Offer]:
    """What this startup can apply for in this quarter, programme by programme, with reasons where it cannot."""
    return [_offer(edition, startup, quarter) for edition in tenant_editions() if is_open(edition, quarter)]


def _offer(edition: ProgrammeEdition, startup: Any, quarter: Quarter) -> Offer:
    existing, ends = running(edition, startup, quarter), last_day_to_file(edition, quarter)
    try:
        probe, costs = probe_of(edition, startup, quarter)
        estimate = assess(probe, [line_for(probe, cost) for cost in costs]).amount if costs else None
    except BusinessError as error:
        return Offer(edition, str(quarter), ends, 0, 0, None, error.message, existing)
    return Offer(edition, str(quarter), ends, sum(cost.paid for cost in costs), len(costs), estimate, "", existing)


def running(edition: ProgrammeEdition, startup: Any, quarter: Quarter) -> SubsidyApplication | None:
    """The application of this startup that stands in the way of another one."""
    return SubsidyApplication.objects.filter(edition=edition, startup=startup, period=str(quarter)).exclude(state__in=OVER).first()


def probe_of(edition: ProgrammeEdition, startup: Any, quarter: Quarter) -> tuple[SubsidyApplication, list[Cost]]:
    """The application that this startup could start, with the costs that are free to be claimed. Not stored.

    Raises BusinessError with the sentence why there is none."""
    probe = SubsidyApplication(edition=edition, startup=startup, period=str(quarter))
    kind = kind_named(probe.kind)
    probe.founder = startup.founders.filter(role="founder").order_by("pk").first() if edition.payee == "person" else None
    probe.site, probe.lease, probe.head_lease = kind.home(quarter, startup=startup, site=None)
    probe.facts = kind.first_figures(probe)
    return probe, [cost for cost in kind.proposals(probe) if cost.free]


def line_for(probe: SubsidyApplication, cost: Cost) -> ApplicationLine:
    """The line that this cost would become. Not stored: it only lets the formula say what would come out."""
    return ApplicationLine(application=probe, **cost.columns)
