"""The operators' pages about leases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.forms import differences_of
from incubator.core.listing import asked_choice, asked_id, asked_words
from incubator.core.pieces import Filter, way
from incubator.core.refusals import attempt, refusal_of, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import serve_file
from incubator.journal.models import Entry
from incubator.journal.timeline import events_of
from incubator.tenants.forms import NoteForm
from spaces import services
from spaces.acts import ACT_LABELS
from spaces.forms import LeaseChangeForm, LeaseForm, LineFormSet, SignForm, filled_lines
from spaces.models import Lease, LineKind, Space
from spaces.states import LEASE_MOVES, LeaseState

WAY = [
    LeaseState.DRAFT,
    LeaseState.APPROVED,
    LeaseState.SIGNED,
    LeaseState.ACTIVE,
    LeaseState.ENDED,
    LeaseState.SETTLED,
]
BLANK_LINES = [{"kind": LineKind.PREMISES}, {"kind": LineKind.BROADBAND}, {"kind": LineKind.SOFTWARE}]


@permitted("spaces.read_leases")
def leases(request: HttpRequest) -> HttpResponse:
    """Every lease, searched and filtered."""
    rows = Lease.objects.matching(asked_words(request)).with_lines().order_by("-starts_on", "-pk")
    state = asked_choice(request, "state", LeaseState.values)
    rows = rows.filter(state=state) if state else rows
    filters = [Filter("state", _("State"), LeaseState.choices)]
    return render(request, "spaces/office/leases.html", {"page": paginate(request, rows), "filters": filters})


@permitted("spaces.read_leases")
def lease(request: HttpRequest, pk: int) -> HttpResponse:
    """One lease: where it stands, its lines, what may be done now."""
    found = get_object_or_404(Lease.objects.with_lines().select_related("drafter", "approver"), pk=pk)
    context = {
        "lease": found,
        "steps": way([(state.value, state.label) for state in WAY], found.state),
        "moves": {move.act for move in possible_moves(LEASE_MOVES, found, request.actor)},
        "total": sum(line.monthly_amount for line in found.lines.all()),
        "events": events_of(Entry.objects.about(found).select_related("user"), ACT_LABELS),
    }
    return render(request, "spaces/office/lease.html", context)


@permitted("spaces.draft_lease")
def lease_draft(request: HttpRequest) -> HttpResponse:
    """Draft a lease with its lines."""
    room = Space.objects.filter(pk=asked_id(request, "space"), lettable=True).select_related("site").first()
    form = LeaseForm(request.POST or None, initial={"startup": request.GET.get("startup", ""), "site": room.site_id if room else ""})
    lines = line_forms(request, [{"kind": LineKind.PREMISES, "space": room}, *BLANK_LINES[1:]] if room else BLANK_LINES)
    if is_ready(request, form, lines):
        lease = attempt(form, draft_lease, request, form.cleaned_data, lines)
        if lease:
            messages.success(request, _("The lease is drafted. A manager other than you approves it."))
            return to(request, "office:spaces:lease", lease.pk)
    return lease_form_page(request, form, lines, _("Draft a lease"), link(request, "office:spaces:leases"))


def draft_lease(request: HttpRequest, fields: dict[str, Any], lines: Any) -> Lease:
    """The act, as the form gives it."""
    head = {name: value for name, value in fields.items() if name != "startup"}
    return services.draft_lease(fields["startup"], by=request.actor, lines=filled_lines(lines), **head)


@permitted("spaces.draft_lease")
def lease_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    lease = get_object_or_404(Lease.objects.with_lines(), pk=pk)
    names = ("startup", "site", "agreement", "starts_on", "ends_on", "owner_consent", "proration", "renews", "version")
    form = LeaseChangeForm(request.POST or None, initial={name: getattr(lease, name) for name in names})
    lines = line_forms(request, [as_initial(line) for line in lease.lines.all()])
    if is_ready(request, form, lines) and attempt(
        form, services.change_lease, lease, by=request.actor, lines=filled_lines(lines), **form.facts()
    ):
        messages.success(request, _("Saved."))
        return to(request, "office:spaces:lease", pk)
    refusal = refusal_of(form)
    if refusal and refusal.code == "stale":
        form.offer_again(Lease.objects.get(pk=pk).version)
        for number, line in enumerate(lines.forms, start=1):
            form.differences += differences_of(line, _("Line %(number)s: ") % {"number": number})
    return lease_form_page(request, form, lines, _("Change the draft"), link(request, "office:spaces:lease", pk))


@permitted("spaces.move_lease")
def lease_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a draft as a second person."""
    lease = get_object_or_404(Lease.objects.with_lines(), pk=pk)
    if request.method == "POST":
        services.approve_lease(lease, by=request.actor)
        messages.success(request, _("The lease is approved. Its spaces are kept for it."))
        return to(request, "office:spaces:lease", pk)
    effects = [_("Nobody else can be given these spaces for this time."), _("The lines can no longer be changed.")]
    return confirm_page(request, lease, _("Approve"), effects)


@permitted("spaces.move_lease")
def lease_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the signatures with the scan."""
    lease = get_object_or_404(Lease.objects.with_lines(), pk=pk)
    form = SignForm(request.POST or None, request.FILES or None, initial={"signed_on": timezone.localdate()})
    if form.is_valid():
        fields = {"signed_on": form.cleaned_data["signed_on"], "upload": form.cleaned_data["file"]}
        signed = attempt(form, services.sign_lease, lease, by=request.actor, **fields)
        if signed:
            messages.success(request, _("Lease %(number)s is signed.") % {"number": signed.number})
            return to(request, "office:spaces:lease", pk)
    effects = [_("The lease receives its number."), _("It runs from its first day on.")]
    return confirm_page(request, lease, _("Record the signatures"), effects, form)


@permitted("spaces.move_lease")
def lease_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a lease that is not signed."""
    lease = get_object_or_404(Lease.objects.with_lines(), pk=pk)
    form = NoteForm(request.POST or None)
    if form.is_valid() and attempt(form, services.cancel_lease, lease, by=request.actor, **form.cleaned_data):
        messages.success(request, _("The lease is cancelled. Its spaces are free."))
        return to(request, "office:spaces:lease", pk)
    effects = [_("The lease is closed for good."), _("Its spaces are free again.")]
    return confirm_page(request, lease, _("Cancel the lease"), effects, form, danger=True)


@permitted("spaces.read_leases")
def lease_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed scan."""
    lease = get_object_or_404(Lease.objects.exclude(document=None).select_related("document"), pk=pk)
    return serve_file(lease.document, by=request.actor, inline="inline" in request.GET)


def line_forms(request: HttpRequest, initial: list[dict[str, Any]]) -> Any:
    """The lines as a set of forms; "another line" adds a blank one and keeps what was typed."""
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and "more" in data:
        count = data.get("lines-TOTAL_FORMS", "")
        data["lines-TOTAL_FORMS"] = (
            str(int(count) + 1) if count.isascii() and count.isdigit() and len(count) < 3 else "1"
        )
    return LineFormSet(data, initial=initial, prefix="lines")


def is_ready(request: HttpRequest, form: Any, lines: Any) -> bool:
    """Whether the person meant to save and both parts can be read."""
    if request.method != "POST" or "more" in request.POST:
        return False
    return all([form.is_valid(), lines.is_valid()])


def as_initial(line: Any) -> dict[str, Any]:
    """A stored line as the start of its form."""
    return {name: getattr(line, name) for name in LineFormSet.form.base_fields}


def lease_form_page(request: HttpRequest, form: Any, lines: Any, title: str, cancel: str) -> HttpResponse:
    """Head and lines in one form."""
    context = {"form": form, "lines": lines, "title": title, "cancel": cancel, "more": "more" in request.POST}
    return render(request, "spaces/office/lease_form.html", context, status=status_of(form))


def confirm_page(
    request: HttpRequest, lease: Lease, title: str, effects: list[str], form: Any = None, *, danger: bool = False
) -> HttpResponse:
    """What an act will do, before it is done."""
    cancel = link(request, "office:spaces:lease", lease.pk)
    context = {"lease": lease, "title": title, "effects": effects, "form": form, "cancel": cancel, "danger": danger}
    return render(request, "spaces/office/confirm.html", context, status=status_of(form) if form else 200)
