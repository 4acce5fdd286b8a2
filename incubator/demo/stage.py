"""What is on stage while the story is told: the organisation, its people, startups, papers and cases by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from incubator.accounts.actors import Actor
from incubator.accounts.models import Organisation
from incubator.core.scoping import organisation_context
from incubator.demo.clock import Clock
from incubator.demo.days import Days
from incubator.demo.organisations import Home, House
from incubator.demo.sheets import Sheet, press
from incubator.demo.startups import Tenant
from incubator.documents.models import Document
from incubator.documents.services import attach_upload
from incubator.documents.uploads import OwnPrint
from incubator.policy.models import PolicyDocument
from incubator.subsidies.models import Claim, SubsidyApplication
from incubator.tenants.models import Startup
from incubator.tenants.services import add_document
from spaces.models import HeadLease, Site, Space

type Event = tuple[date, Callable[[], object]]


@dataclass
class Stage:
    """One organisation's part of the story, filled as it is told."""

    house: House
    days: Days
    clock: Clock
    organisation: Organisation
    office: dict[str, Actor] = field(default_factory=dict)
    startups: dict[str, Startup] = field(default_factory=dict)
    founders: dict[str, Actor] = field(default_factory=dict)
    papers: dict[str, dict[str, Document]] = field(default_factory=dict)  # by startup ("" the house), by kind
    sites: dict[str, Site] = field(default_factory=dict)
    rooms: dict[str, Space] = field(default_factory=dict)
    head_leases: dict[str, HeadLease] = field(default_factory=dict)
    cases: dict[str, SubsidyApplication] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    measure: PolicyDocument | None = None
    people_measure: PolicyDocument | None = None

    def tenant(self, key: str) -> Tenant:
        return next(tenant for tenant in self.house.tenants if tenant.key == key)

    def home(self, name: str) -> Home:
        return next(home for home in self.house.homes if home.name == name)

    def tell(self, events: Iterable[Event]) -> None:
        """Let the events happen in the order of their days, each on its own day and in its own transaction."""
        for day, act in sorted(events, key=lambda event: event[0]):
            with self.clock.at(day), organisation_context(self.organisation):
                act()

    def file(self, sheet: Sheet, kind: str, *, by: Actor, startup: Startup | None = None, **fields: Any) -> Document:
        """Print a sheet and upload it, into the startup's vault or for the organisation itself."""
        (body,) = press([sheet])
        return self.upload(body, kind, by=by, startup=startup, title=sheet.title, **fields)

    def upload(
        self, body: bytes, kind: str, *, by: Actor, startup: Startup | None = None, title: str, **fields: Any
    ) -> Document:
        """Upload a PDF as a person would."""
        upload = OwnPrint(f"{title}.pdf", body, "application/pdf")
        if startup is None:
            return attach_upload(upload, kind=kind, by=by, title=title, **fields)
        return add_document(startup, upload, kind=kind, by=by, title=title, **fields).document
