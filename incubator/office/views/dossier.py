"""The company file 一企一档: everything that the office knows about one startup, on one page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import rules
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from billing.acts import ACT_LABELS as BILLING_LABELS
from billing.models import RENT_AND_LINES, Fapiao
from incubator.core.periods import Month, months_from
from incubator.core.states import possible_moves
from incubator.core.views import permitted
from incubator.journal.models import Entry
from incubator.journal.timeline import events_of, labels_of
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.prospects import prospects
from incubator.subsidies.states import APPLICATION_MOVES
from incubator.tenants.acts import ACT_LABELS as TENANT_LABELS
from incubator.tenants.models import Agreement, Founder, Startup, StartupDocument
from incubator.tenants.permissions import may_read_category
from incubator.tenants.states import AGREEMENT_MOVES
from incubator.tenants.vault import vault_of
from spaces.acts import ACT_LABELS as LEASE_LABELS
from spaces.models import Lease

APPLICATION_LABELS = labels_of(SubsidyApplication._meta.label_lower, APPLICATION_MOVES)
LABELS = {**TENANT_LABELS, **LEASE_LABELS, **BILLING_LABELS, **APPLICATION_LABELS}
MONTHS_SHOWN = 12
EVENTS_SHOWN, ENTRIES_READ = 20, 200
ACTS = {
    "change": "tenants.change_startup",
    "enter_account": "tenants.enter_account",
    "verify_account": "tenants.verify_account",
    "reveal": "tenants.reveal_personal",
    "draft_agreement": "tenants.draft_agreement",
    "add_document": "tenants.add_document",
    "draft_lease": "spaces.draft_lease",
    "record_fapiao": "billing.record_fapiao",
    "read_category": "tenants.read_category",
}


@dataclass(frozen=True)
class Cell:
    """One month of one cost: the invoices that cover it, and whether they are paid."""

    state: str  # paid, unpaid or none
    fapiao: tuple[Fapiao, ...]


@permitted("tenants.read_startups")
def startup(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of one startup: identity, people, agreement, leases, costs, papers, applications, history."""
    found = get_object_or_404(Startup.objects.visible_to(request.actor), pk=pk)
    agreements, leases = list(Agreement.objects.of(found)), list(Lease.objects.of(found))
    invoices = list(Fapiao.objects.of(found).with_paid().latest_first())
    papers = list(StartupDocument.objects.visible_to(request.actor).of(found).beside_costs())
    sent_in = SubsidyApplication.objects.visible_to(request.actor).filter(startup=found)
    applications = list(sent_in.for_pages().with_decided_amount())
    records = [found, *agreements, *leases, *invoices, *applications, *(paper.document for paper in papers)]
    for agreement in agreements:
        agreement.acts = {move.act for move in possible_moves(AGREEMENT_MOVES, agreement, request.actor)}
    may_claims = rules.has_perm("subsidies.view_application", request.actor)
    may = {f"can_{name}": rules.has_perm(permission, request.actor) for name, permission in ACTS.items()}
    context = {
        "startup": found,
        "founders": Founder.objects.of(found),
        "agreements": agreements,
        "leases": leases,
        "invoices": invoices,
        "coverage": coverage(invoices),
        **vault_of(request, papers),
        "applications": applications,
        "events": events_of(entries_about(records)[:ENTRIES_READ], LABELS, name_subject=True)[:EVENTS_SHOWN],
        "today": timezone.localdate(),
        "can_prospects": may_claims,
        "prospects": prospects(found, latest=True, of_persons=may_read_category(request.actor)) if may_claims else [],
        **may,
    }
    return render(request, "office/dossier.html", context)


def coverage(invoices: Iterable[Fapiao]) -> list[tuple[Month, list[Cell]]]:
    """The last twelve months, the latest first: for each kind of cost, whether invoices cover it and are paid."""
    last = Month.of(timezone.localdate())
    months = reversed(months_from(last.plus(1 - MONTHS_SHOWN), last))
    rows = list(invoices)
    return [(month, [_cell(rows, kind, month) for kind in RENT_AND_LINES]) for month in months]


def _cell(rows: list[Fapiao], kind: str, month: Month) -> Cell:
    found = tuple(row for row in rows if row.kind == kind and row.period_from <= month.first <= row.period_to)
    state = "none" if not found else "paid" if all(row.is_paid for row in found) else "unpaid"
    return Cell(state, found)


def entries_about(records: Iterable[Model]) -> Any:
    """The journal of several records together, the newest first."""
    ids: dict[str, list[int]] = {}
    for record in records:
        ids.setdefault(record._meta.label_lower, []).append(record.pk)
    about = Q()
    for subject_type, keys in ids.items():
        about |= Q(subject_type=subject_type, subject_id__in=keys)
    return Entry.objects.filter(about).exclude(act="download").latest_first()
