"""Acts on leases: draft, change, approve, sign, start, cancel, end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor, system
from incubator.core.errors import BusinessError, Conflict, IllegalMove
from incubator.core.refusals import clash
from incubator.documents.models import Document, DocumentKind
from incubator.journal.services import lock, make_move, next_number, record
from incubator.tenants.models import Startup
from incubator.tenants.services import add_document, keep_document
from spaces.models import Lease, LeaseLine, LineKind, RentStep, Space, StepKind
from spaces.services.places import check_span
from spaces.states import LEASE_MOVES, LeaseState

Lines = Iterable[Mapping[str, Any]]
DAY = timedelta(days=1)


@transaction.atomic
def draft_lease(startup: Startup, *, by: Actor, lines: Lines, **fields: Any) -> Lease:
    """Draft a lease with its lines. A line without days runs as long as the lease.

    Raises BusinessError at `ends_on` for a span that ends before it starts, and for lines that do not fit."""
    check_span(fields["starts_on"], fields["ends_on"])
    _check_renewal(startup, fields.get("renews"), fields["starts_on"])
    lease = Lease(startup=startup, drafter=by.user, **fields)
    with clash("lease_renewed_once", _("This lease is renewed by another one already."), field="renews"):
        lease.save()
    _write_lines(lease, lines)
    record("draft", lease, by=by, startup=startup.pk)
    return lease


@transaction.atomic
def change_lease(lease: Lease, *, by: Actor, version: int, lines: Lines, **fields: Any) -> Lease:
    """Change a draft and all its lines. Whoever changes it becomes its drafter, so cannot approve it.

    Raises IllegalMove when it is no draft any more, Conflict when somebody saved in between."""
    check_span(fields["starts_on"], fields["ends_on"])
    locked = lock(lease)
    if locked.state != LeaseState.DRAFT:
        raise IllegalMove(
            _("Only a draft can be changed. This lease is %(state)s.") % {"state": locked.get_state_display()}
        )
    if locked.version != version:
        raise Conflict(_("Somebody has changed this draft since you opened it. Compare and save again."), code="stale")
    for name, value in fields.items():
        setattr(locked, name, value)
    _check_renewal(locked.startup, locked.renews, locked.starts_on)
    locked.drafter, locked.version = by.user, locked.version + 1
    with clash("lease_renewed_once", _("This lease is renewed by another one already."), field="renews"):
        locked.save()
    locked.lines.all().delete()
    _write_lines(locked, lines)
    record("change", locked, by=by, version=locked.version)
    return locked


def _check_renewal(startup: Startup, renewed: Lease | None, starts_on: date) -> None:
    """A renewal goes on where the lease before it ends, for the same startup."""
    if renewed is not None and (renewed.startup_id != startup.pk or renewed.last_day + DAY != starts_on):
        raise BusinessError(
            _("A renewal is for the same startup and starts on the day after the lease before it, %(day)s.") % {"day": renewed.last_day + DAY}, field="renews"
        )


def _write_lines(lease: Lease, lines: Lines) -> None:
    """Write the lines of a draft in their order."""
    made = [_line(lease, order, values) for order, values in enumerate(lines, 1)]
    if not made:
        raise BusinessError(_("A lease needs at least one line. Add the premises or a service."))
    for line in made:
        line.save()


def _line(lease: Lease, order: int, values: Mapping[str, Any]) -> LeaseLine:
    """One line, checked against its lease and its space."""
    line = LeaseLine(lease=lease, order=order, **values)
    line.starts_on, line.ends_on = line.starts_on or lease.starts_on, line.ends_on or lease.ends_on
    if not lease.starts_on <= line.starts_on <= line.ends_on <= lease.ends_on:
        raise BusinessError(
            _("Line %(order)d does not run inside the lease (%(first)s to %(last)s). Change its days.")
            % {"order": order, "first": lease.starts_on, "last": lease.ends_on}
        )
    if line.kind == LineKind.PREMISES:
        _check_premises(lease, line)
    elif line.monthly_fee is None:
        raise BusinessError(_("Line %(order)d has no monthly fee. Enter it.") % {"order": order})
    _check_steps(line)
    return line


def _check_steps(line: LeaseLine) -> None:
    """A free time and a new price lie inside the line, and a new price has its day."""
    for day in (line.free_until, line.step_from):
        if day is not None and not line.starts_on <= day <= line.ends_on:
            raise BusinessError(_("Line %(order)d: the free time and the day of the new price lie inside its term.") % {"order": line.order})
    if (line.step_from is None) != (line.step_price is None):
        raise BusinessError(_("Line %(order)d: a new price needs both its day and its amount.") % {"order": line.order})


def steps_of(line: LeaseLine) -> list[RentStep]:
    """The rent steps of a line as its draft says: free time, agreed price, new price; every day has exactly one."""
    edges = {line.starts_on, line.ends_on + DAY}
    edges |= {line.free_until + DAY} if line.free_until else set()
    edges |= {line.step_from} if line.step_from else set()
    days = sorted(edges)
    steps = []
    for first, after in pairwise(days):
        stepped = line.step_from is not None and first >= line.step_from
        free = line.free_until is not None and first <= line.free_until
        price = line.step_price if stepped else line.price
        kind = StepKind.FREE if free else StepKind.STEP if stepped else StepKind.BASE
        steps.append(
            RentStep(organisation=line.organisation, line=line, kind=kind, first_day=first, last_day=after - DAY, list_price=price, due_price=0 if free else price)
        )
    return steps


def _check_premises(lease: Lease, line: LeaseLine) -> None:
    """The space belongs to the site, is for letting, and is as large as what is let of it."""
    space = line.space
    if space is None or line.area is None or line.unit_price is None:
        raise BusinessError(_("Line %(order)d needs a space, an area and a price per ㎡.") % {"order": line.order})
    if space.site_id != lease.site_id:
        raise BusinessError(_("%(space)s is not part of %(site)s.") % {"space": space, "site": lease.site})
    if not space.lettable:
        raise BusinessError(_("%(space)s is not for letting.") % {"space": space})
    if line.area > space.area:
        raise BusinessError(
            _("Line %(order)d lets %(area)s ㎡, but %(space)s has %(whole)s ㎡. Lower the area.")
            % {"order": line.order, "area": line.area, "space": space, "whole": space.area}
        )


@transaction.atomic
def approve_lease(lease: Lease, *, by: Actor) -> Lease:
    """Approve a draft; from now on it keeps its spaces, and what it costs on each day is written out.

    Raises NotAllowed for the drafter (four eyes), Conflict when a space is taken on some day of the span."""
    approved = make_move(lease, LEASE_MOVES, "approve", by=by)
    every = LeaseLine.objects.filter(lease=approved).select_related("space", "organisation").order_by("pk")
    RentStep.objects.bulk_create(step for line in every for step in steps_of(line))
    lines = every.filter(kind=LineKind.PREMISES)
    spaces = Space.objects.filter(pk__in=lines.values("space")).order_by("pk")
    list(spaces.select_for_update(no_key=True))  # in one order for everybody, else two approvals wait for each other
    for line in lines:
        line.holds_space = True
        with clash("lease_line_no_overlap", partial(_taken, line)):
            line.save(update_fields=["holds_space"])
    return approved


def _taken(line: LeaseLine) -> str:
    """When the space is taken inside the span; never by whom."""
    spans = LeaseLine.objects.holding_between(line.starts_on, line.ends_on).filter(space=line.space)
    days = "、".join(f"{held.starts_on} – {held.ends_on}" for held in spans.order_by("starts_on"))
    return _("%(space)s is taken: %(days)s. Choose another space or other days.") % {
        "space": line.space,
        "days": days or f"{line.starts_on} – {line.ends_on}",
    }


@transaction.atomic
def sign_lease(
    lease: Lease,
    *,
    by: Actor,
    signed_on: date,
    upload: UploadedFile | None = None,
    document: Document | None = None,
) -> Lease:
    """Record that both sides have signed, with the scan. The lease receives its number; it starts at once when its
    first day has come. Raises BusinessError at `file` without a scan, at `signed_on` for a day to come."""
    if signed_on > timezone.localdate():
        raise BusinessError(_("This day has not come yet. Enter the day on the paper."), field="signed_on")
    if upload is not None:
        document = add_document(lease.startup, upload, kind=DocumentKind.LEASE, by=by, title=str(lease.site)).document
    if document is None:
        raise BusinessError(_("Attach the lease with both signatures."), field="file")
    keep_document(lease.startup, document)
    number = f"HT-{signed_on.year}-{next_number('HT', year=signed_on.year):06d}"
    signed = make_move(lease, LEASE_MOVES, "sign", by=by, number=number, document=document, signed_on=signed_on)
    return start_lease(signed) if signed.starts_on <= timezone.localdate() else signed


def start_lease(lease: Lease) -> Lease:
    """The clock: the first day has come. Raises BusinessError before it."""
    if lease.starts_on > timezone.localdate():
        raise BusinessError(_("This lease starts on %(day)s, not before.") % {"day": lease.starts_on})
    return make_move(lease, LEASE_MOVES, "start", by=system(lease.organisation))


@transaction.atomic
def cancel_lease(lease: Lease, *, by: Actor, note: str) -> Lease:
    """Drop a draft or an approved lease; its spaces are free again."""
    cancelled = make_move(lease, LEASE_MOVES, "cancel", by=by, note=note)
    _free_spaces(cancelled)
    return cancelled


@transaction.atomic
def end_lease(lease: Lease) -> Lease:
    """The clock: the last day has passed; the spaces are free."""
    ended = make_move(lease, LEASE_MOVES, "end", by=system(lease.organisation), ended_on=lease.ends_on)
    _free_spaces(ended)
    return ended


def _free_spaces(lease: Lease) -> None:
    for line in LeaseLine.objects.filter(lease=lease, holds_space=True):
        line.holds_space = False
        line.save(update_fields=["holds_space"])


def turn_leases(day: date) -> int:
    """Start the signed leases whose first day has come, end the running ones whose last day has passed.

    Repeatable. Returns how many moved."""
    starting = [start_lease(lease) for lease in Lease.objects.to_start_by(day)]
    ending = [end_lease(lease) for lease in Lease.objects.to_end_before(day)]
    return len(starting) + len(ending)
