"""Matching signs for a person, never a block: what other applicants' applications of the organisation have in common
with this one, over all programmes and years (lifecycles.md 6). Telephones and accounts are compared, never shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from incubator.subsidies.models import Evidence, SubsidyApplication
from incubator.subsidies.models.flags import FlagKind, FlagNote
from incubator.tenants.models import AccountVerification, Founder, Startup
from spaces.models import LeaseLine

SHOWN = 50  # a sign that more applications share says nothing of one of them


@dataclass(frozen=True)
class Flag:
    """One sign between two applications, and the officer's note that dismisses it, if any."""

    kind: str
    label: Any
    other: SubsidyApplication
    note: FlagNote | None


def flags_of(application: SubsidyApplication) -> list[Flag]:
    """Every sign of this application, those not yet looked at first."""
    notes = {(note.kind, note.other_id): note for note in application.flag_notes.select_related("user")}
    pairs = [(kind, other) for kind, others in _signs(application) for other in list(others)[:SHOWN]]
    flags = [Flag(kind, FlagKind(kind).label, other, notes.get((kind, other.pk))) for kind, other in pairs]
    return sorted(flags, key=lambda flag: (flag.note is not None, flag.kind, -flag.other.pk))


def _others(application: SubsidyApplication) -> Any:
    """What other applicants of the organisation have sent in, ever."""
    rows = SubsidyApplication.objects.exclude(pk=application.pk).exclude(state="draft").for_pages()
    if application.startup_id:
        return rows.exclude(startup=application.startup_id)
    return rows.exclude(startup=None, site=application.site_id)


def _signs(application: SubsidyApplication) -> Iterator[tuple[str, Iterable[SubsidyApplication]]]:
    others = _others(application)
    papers = application.evidence.values("document__sha256")
    same = Evidence.objects.filter(document__sha256__in=papers).exclude(document__sha256="").values("application")
    yield FlagKind.PAPER, others.filter(pk__in=same)
    startup = application.startup
    if startup is None:
        return
    yield FlagKind.ACCOUNT, others.filter(startup__in=_same_account(startup))
    yield FlagKind.PHONE, others.filter(startup__in=_same_phone(startup, others))
    yield FlagKind.REPRESENTATIVE, others.filter(startup__in=_same_person(startup))
    if application.lease_id:
        rooms = application.lease.lines.exclude(space=None).values("space")
        leases = LeaseLine.objects.filter(space__in=rooms).values("lease")
        yield FlagKind.ROOM, others.filter(lease__in=leases)


def _same_account(startup: Startup) -> Any:
    """Startups for which the same account was ever verified."""
    mine = AccountVerification.objects.filter(startup=startup).values("account_index")
    return AccountVerification.objects.filter(account_index__in=mine).values("startup")


def _same_person(startup: Startup) -> Any:
    """Startups with the same legal representative by name, or with a founder who has the same identity number."""
    numbers = Founder.objects.filter(startup=startup).exclude(resident_id_index="").values("resident_id_index")
    by_number = Founder.objects.filter(resident_id_index__in=numbers).values("startup")
    named = Startup.objects.filter(legal_representative=startup.legal_representative).exclude(legal_representative="")
    return Startup.objects.filter(pk__in=by_number) | named


def _same_phone(startup: Startup, others: Any) -> list[int]:
    """Startups with applications that share a telephone. The numbers are sealed, so they are compared here."""
    mine = phones(startup)
    if not mine:
        return []
    candidates = Startup.objects.filter(pk__in=others.values("startup")).prefetch_related("founders")
    return [one.pk for one in candidates if mine & phones(one)]


def phones(startup: Startup) -> set[str]:
    """The telephones of a startup and its people, as digits."""
    given = [startup.contact_phone, *(founder.phone for founder in startup.founders.all())]
    return {digits for number in given if (digits := "".join(filter(str.isdigit, number or ""))[-11:])}
