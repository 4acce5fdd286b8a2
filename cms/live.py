"""What the public pages read from the database. Figures of the organisation and public facts only, no person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Count, Prefetch, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.notices import on_the_site
from incubator.contests.models import Contest, Event
from incubator.core.pieces import Figure
from incubator.policy.keys import COMMON, label_of, place_of, written
from incubator.policy.models import Parameter, PolicyDocument, ProgrammeEdition
from incubator.policy.states import EditionState
from incubator.tenants.models import Startup
from spaces.models import Site, Space, SpaceKind

PROCEDURE = frozenset(key.name for key in COMMON)


def key_figures(today: date) -> list[Figure]:
    """Startups in incubation, sites with their area."""
    sites = Site.objects.aggregate(count=Count("pk"), area=Sum("gross_area"))
    figures = [Figure(_("Startups in incubation"), Startup.objects.incubated_on(today).count(), note=_("with an agreement in force today"))]
    if sites["count"]:
        figures += [
            Figure(_("Sites"), sites["count"]),
            Figure(_("Area of the sites"), _whole(sites["area"]), "㎡"),
        ]
    return figures


def _whole(area: Decimal) -> str:
    """2000.00 → "2,000", 86.50 → "86.5"."""
    return f"{area.normalize():,f}"


@dataclass(frozen=True)
class Term:
    """One figure of an edition and the words that set it. `value` is empty where the amount is not set."""

    label: Any
    value: str
    citation: Any


@dataclass(frozen=True)
class OpenProgramme:
    """A programme that takes applications: what decides the amount, and the days and conditions of the procedure."""

    edition: ProgrammeEdition
    amounts: list[Term]
    procedure: list[Term]

    @property
    def citation(self) -> Any:
        """The words that give the right."""
        return self.edition.programme.citation


def open_programmes(today: date) -> list[OpenProgramme]:
    """This organisation's editions that take applications today, each with the figures that hold today."""
    figures = Prefetch("parameters", queryset=Parameter.objects.with_source())
    editions = (
        ProgrammeEdition.objects.own().with_rule().effective_on(today).filter(state=EditionState.EFFECTIVE)
        .prefetch_related(figures).order_by("programme__kind", "payee", "pk")
    )
    return [_open(edition, today) for edition in editions]


def _open(edition: ProgrammeEdition, today: date) -> OpenProgramme:
    formula = edition.formula_name
    rows = sorted(edition.parameters.all(), key=lambda row: place_of(formula, row.key))
    found: tuple[list[Term], list[Term]] = ([], [])
    for row in rows:
        if row.holds_on(today):
            value = written(row.value, row.unit) if row.is_set else ""
            found[row.key in PROCEDURE].append(Term(label_of(row.key), value, row.citation))
    return OpenProgramme(edition, *found)


def rights_without_amount(running: list[OpenProgramme]) -> list[Any]:
    """Programmes that a clause authorises without an amount, and that no measure here has opened (policy.md d)."""
    opened = {found.edition.programme_id for found in running}
    rows = Parameter.objects.shared().not_set().exclude(edition=None)
    editions = ProgrammeEdition.objects.templates().with_rule().filter(pk__in=rows.values("edition"))
    by_programme = {edition.programme_id: edition.programme for edition in editions.order_by("pk")}
    return [programme for pk, programme in by_programme.items() if pk not in opened]


@dataclass
class SiteOnOffer:
    """A site with its lettable spaces by kind (label, number, ㎡) and how many of them are free today."""

    site: Site
    kinds: list[tuple[Any, int, str]] = field(default_factory=list)
    free: int = 0

    @property
    def place(self) -> str:
        """Region and street address, what both say told once."""
        region, street = self.site.region, self.site.address
        sizes = range(len(street), 1, -1)
        at = next((region.find(street[:size]) for size in sizes if street[:size] in region), len(region))
        return region[:at] + street

    @property
    def total(self) -> int:
        return sum(count for _label, count, _area in self.kinds)


def sites_on_offer(today: date) -> list[SiteOnOffer]:
    """Every site with something to let. Which startup holds which space is not public."""
    lettable = Space.objects.filter(lettable=True).order_by()
    kinds: dict[int, list[tuple[Any, int, str]]] = defaultdict(list)
    for row in lettable.values("site", "kind").annotate(count=Count("pk"), area=Sum("area")).order_by("site", "kind"):
        kinds[row["site"]].append((SpaceKind(row["kind"]).label, row["count"], _whole(row["area"])))
    free = dict(Space.objects.free_between(today, today).order_by().values_list("site").annotate(Count("pk")))
    sites = Site.objects.filter(pk__in=kinds).order_by("name", "pk")
    return [SiteOnOffer(site, kinds[site.pk], free.get(site.pk, 0)) for site in sites]


def latest_notices(today: date) -> list[Any]:
    """The three newest public notices."""
    return list(on_the_site(today)[:3])


def next_events() -> list[Any]:
    """The four next events."""
    return list(Event.objects.coming(timezone.now())[:4])


def running_contests() -> list[Any]:
    """Contests that are announced, running or on notice; the last finished one."""
    over = ("final", "awarded", "cancelled")
    found = Contest.objects.on_the_site()
    return [*found.exclude(state__in=over)[:4], *found.filter(state__in=over).order_by("-results_on")[:1]]


def latest_articles(organisation: Any) -> list[Any]:
    """The three latest pieces of news or stories."""
    page = apps.get_model("cms", "ArticlePage")
    return list(page.objects.told_by(organisation, "news", "story")[:3]) if hasattr(organisation, "home_page") else []


def shared_texts() -> list[PolicyDocument]:
    """The policy texts that everybody on this deployment shares."""
    return list(PolicyDocument.objects.shared().for_library())
