"""Events in the office: list, words and seats, the door, the list of who came, evidence for an activity subsidy."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.contests.forms import EVENT_FIELDS, EventForm, NoteForm, NothingForm, WalkInForm
from incubator.contests.models import Attendee, Event
from incubator.contests.papers import print_event_record
from incubator.contests.services import events
from incubator.contests.states import EVENT_MOVES
from incubator.contests.views.office import form_page
from incubator.core.confirming import confirm_page
from incubator.core.exports import xlsx_answer
from incubator.core.listing import asked_words
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import keep_paper, serve_file
from incubator.journal.services import make_move, record


@permitted("contests.read_contest")
def event_list(request: HttpRequest) -> HttpResponse:
    """All events, the latest first."""
    return render(request, "contests/office/events.html", {"page": paginate(request, Event.objects.order_by("-starts_at", "-pk"))})


@permitted("contests.read_contest")
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event: seats, who registered, who waits, who came."""
    found = get_object_or_404(Event.objects.select_related("contest"), pk=pk)
    acts = [move for move in possible_moves(EVENT_MOVES, found, request.actor) if move.act in ACTS]
    people = list(found.attendees.on_the_list())
    counts = {state: sum(one.state == state for one in people) for state in ("seated", "waiting", "attended")}
    return render(request, "contests/office/event.html", {"event": found, "acts": acts, "people": people, "counts": counts})


@permitted("contests.edit_event")
def event_new(request: HttpRequest) -> HttpResponse:
    """Begin an event."""
    form = EventForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, events.draft_event, by=request.actor, **form.cleaned_data)
        if made:
            return to(request, "office:events:event", made.pk)
    return form_page(request, form, _("New event"), link(request, "office:events:events"))


@permitted("contests.edit_event")
def event_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an event; more seats go to those who wait."""
    found = get_object_or_404(Event, pk=pk)
    form = EventForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in EVENT_FIELDS}
        if attempt(form, events.change_event, Event.objects.get(pk=pk), by=request.actor, **given):
            messages.success(request, _("Saved."))
            return to(request, "office:events:event", pk)
    return form_page(request, form, _("Change the event"), link(request, "office:events:event", pk), lead=found.title)


def hold(found: Event, *, by: Any) -> Event:
    """Close an event that was held."""
    return make_move(found, EVENT_MOVES, "hold", by=by)


ACTS: dict[str, Any] = {
    "publish": (lambda: _("Put the event on the site"), lambda: [_("Everybody may register; followers are told.")], events.publish_event, NothingForm),
    "cancel": (lambda: _("Cancel the event"), lambda: [_("Everybody who registered is told why.")], events.cancel_event, NoteForm),
    "hold": (lambda: _("Close the event"), lambda: [_("Nobody can register any more. The list stays.")], hold, NothingForm),
}


@permitted("contests.edit_event")
def event_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Publish, cancel or close an event."""
    if act not in ACTS:
        raise Http404
    found = get_object_or_404(Event, pk=pk)
    title, effects, service, form_class = ACTS[act]
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        attempt(form, service, found, by=request.actor, **form.cleaned_data)
        if not form.errors:
            messages.success(request, _("Done."))
            return to(request, "office:events:event", pk)
    context = {"form": form, "title": title(), "effects": effects(), "lead": found.title, "cancel": link(request, "office:events:event", pk), "danger": act == "cancel"}
    return confirm_page(request, **context)


@permitted("contests.check_in")
def door(request: HttpRequest, pk: int) -> HttpResponse:
    """The door: a ticket's code, a name or the last four digits find the person; one press checks in."""
    found = get_object_or_404(Event, pk=pk)
    words = asked_words(request)
    people = [one for one in found.attendees.on_the_list() if fits(one, words)][:20] if words else []
    form = WalkInForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(form, events.walk_in, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("Noted."))
        return to(request, "office:events:door", pk)
    came = found.attendees.filter(state="attended").count()
    return render(request, "contests/office/door.html", {"event": found, "people": people, "words": words, "form": form, "came": came}, status=status_of(form))


def fits(one: Attendee, words: str) -> bool:
    wanted = words.strip().upper()
    return wanted in (one.code, one.phone_tail) or words.strip() in one.name


@permitted("contests.check_in")
def check_in(request: HttpRequest, pk: int, attendee: int) -> HttpResponse:
    """Note that a person came."""
    found = get_object_or_404(Attendee.objects.select_related("event"), event=pk, pk=attendee)
    if request.method == "POST":
        events.check_in(found, by=request.actor)
        messages.success(request, _("%(name)s is here.") % {"name": found.name})
    return to(request, "office:events:door", pk)


@permitted("contests.check_in")
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Who registered and who came, as a workbook."""
    found = get_object_or_404(Event, pk=pk)
    record("export", found, by=request.actor)
    head = [_("Name"), _("Company or school"), _("State"), _("Registered on"), _("Came at"), _("Ticket")]
    rows = [
        [one.name, one.employer, one.get_state_display(), timezone.localtime(one.registered_at).date(), timezone.localtime(one.came_at).strftime("%H:%M") if one.came_at else "", one.code]
        for one in found.attendees.on_the_list()
    ]
    return xlsx_answer(f"attendance-{found.slug}", head, rows, title=found.title)


@permitted("contests.edit_event")
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the record of the event into the organisation's papers: evidence for an activity subsidy."""
    found = get_object_or_404(Event, pk=pk, state="held")
    paper = keep_paper(
        print_event_record(found), title=_("Record of the event: %(event)s") % {"event": found.title}, name=f"{found.slug}.pdf", by=request.actor, kind="activity_record",
        issued_on=timezone.localtime(found.ends_at).date(),
    )  # fmt: skip
    return serve_file(paper, by=request.actor, inline=True)
