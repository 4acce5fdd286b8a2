"""The office's pages about mentors: list, profile, approval, account, conflicts of interest."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.confirming import confirm_page
from incubator.core.listing import asked_choice, asked_words
from incubator.core.pieces import Filter
from incubator.core.refusals import attempt, refusal_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.journal.models import Entry
from incubator.journal.timeline import events_of
from incubator.tenants.forms import NoteForm
from mentors.acts import ACT_LABELS
from mentors.choices import Topic, window_choices
from mentors.forms.people import (
    AccountForm,
    InterestEndForm,
    InterestForm,
    ProfileChangeForm,
    ProfileForm,
    RenewForm,
    TailForm,
    TermForm,
)
from mentors.models import Interest, Mentor
from mentors.services import people as services
from mentors.states import MENTOR_MOVES, MentorState
from mentors.views.shared import form_page


@permitted("mentors.read_mentors")
def mentors(request: HttpRequest) -> HttpResponse:
    """Every mentor, searched and filtered."""
    rows = Mentor.objects.matching(asked_words(request)).by_name().prefetch_related("expertise")
    state = asked_choice(request, "state", MentorState.values)
    topic = asked_choice(request, "topic", Topic.values)
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(expertise__topic=topic) if topic else rows
    filters = [Filter("state", _("State"), MentorState.choices), Filter("topic", _("Topic"), Topic.choices)]
    return render(request, "mentors/office/mentors.html", {"page": paginate(request, rows), "filters": filters})


@permitted("mentors.keep_mentors")
def mentor_add(request: HttpRequest) -> HttpResponse:
    """Write down an application that came on paper or by telephone."""
    form = ProfileForm(request.POST or None)
    if form.is_valid():
        made = attempt(form, services.apply_as_mentor, form.offer(), by=request.actor, **form.facts())
        if made:
            messages.success(request, _("The application is on file. Somebody recommends it, another person approves it."))
            return to(request, "office:mentors:mentor", made.pk)
    return form_page(request, form, _("Write down an application"), link(request, "office:mentors:mentors"), many=True)


@permitted("mentors.read_mentors")
def mentor(request: HttpRequest, pk: int) -> HttpResponse:
    """One mentor: profile, startups, sessions, conflicts, what may be done now."""
    found = get_object_or_404(Mentor.objects.select_related("user", "reviewer", "approver").prefetch_related("expertise", "office_hours"), pk=pk)
    context = {
        "mentor": found,
        "windows": windows_said(found),
        "moves": [move for move in possible_moves(MENTOR_MOVES, found, request.actor) if move.act in ACTS],
        "pairings": found.pairings.with_names().latest_first()[:12],
        "interests": found.interests.select_related("startup", "declared_by").order_by("-since", "-pk"),
        "events": events_of(Entry.objects.about(found).select_related("user"), ACT_LABELS),
        "today": timezone.localdate(),
    }
    return render(request, "mentors/office/mentor.html", context)


def windows_said(mentor: Mentor) -> list[Any]:
    """The office hours in the order of the week."""
    held = {hour.window for hour in mentor.office_hours.all()}
    return [label for key, label in window_choices() if key in held]


@permitted("mentors.keep_mentors")
def mentor_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a profile. The consent to be shown stays with the mentor."""
    found = get_object_or_404(Mentor.objects.prefetch_related("expertise", "office_hours"), pk=pk)
    return change_profile(request, found, own=False, back=link(request, "office:mentors:mentor", pk))


def change_profile(request: HttpRequest, found: Mentor, *, own: bool, back: str) -> HttpResponse:
    """The form of a profile, for the office and for the mentor."""
    form = ProfileChangeForm(request.POST or None, mentor=found, own=own)
    if form.is_valid():
        facts = {"version": form.cleaned_data["version"], "by": request.actor, **form.facts()}
        if attempt(form, services.change_profile, found, form.offer(), **facts):
            messages.success(request, _("Saved."))
            return to(request, "portal:mentors:home") if own else to(request, "office:mentors:mentor", found.pk)
        refusal = refusal_of(form)
        if refusal and refusal.code == "stale":
            form.offer_again(Mentor.objects.get(pk=found.pk).version)
    return form_page(request, form, _("Change the profile"), back, lead=found.name, many=True)


@permitted("mentors.keep_mentors")
def mentor_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Recommend, approve, refuse, pause, resume, renew, end."""
    found = get_object_or_404(Mentor, pk=pk)
    if act not in ACTS:
        raise Http404
    title, effects, form_class, danger, service = ACTS[act]
    today = timezone.localdate()
    initial = {"term_from": today, "term_to": today.replace(year=today.year + 1) if (today.month, today.day) != (2, 29) else today.replace(year=today.year + 1, day=28)}
    form = form_class(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and attempt(form, service, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("Done. The page shows where things stand."))
        return to(request, "office:mentors:mentor", pk)
    back = link(request, "office:mentors:mentor", pk)
    return confirm_page(request, title(), [one() for one in effects], back, form=form, lead=found.name, danger=danger)


def moved(act: str) -> Any:
    return lambda mentor, note="", **more: services.move_mentor(mentor, act, note=note, **more)


ACTS: dict[str, Any] = {
    "review": (lambda: _("Recommend the mentor"), [lambda: _("A manager other than you decides.")], NoteForm, False, services.review_mentor),
    "approve": (
        lambda: _("Approve"),
        [lambda: _("The mentor is invited by mail into the own pages."), lambda: _("From the first day of the term on, startups can be paired with this mentor.")],
        TermForm, False, services.approve_mentor,
    ),
    "refuse": (lambda: _("Refuse the mentor"), [lambda: _("The application is closed. The reason stays on file.")], NoteForm, True, services.refuse_mentor),
    "pause": (lambda: _("Pause"), [lambda: _("No new startups; running pairings go on.")], NoteForm, False, moved("pause")),
    "resume": (lambda: _("Resume"), [lambda: _("New startups can be paired again.")], NoteForm, False, moved("resume")),
    "renew": (lambda: _("Renew the term"), [lambda: _("The term runs on to the new day.")], RenewForm, False, services.renew_mentor),
    "end": (lambda: _("End"), [lambda: _("The service is over; what was done stays on file.")], NoteForm, True, moved("end")),
}  # fmt: skip


@permitted("mentors.keep_mentors")
def mentor_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the invitation again to a mentor who does not sign in yet."""
    found = get_object_or_404(Mentor.objects.filter(state__in=["active", "paused"]), pk=pk)
    if request.method == "POST":
        services.invite_mentor(found, by=request.actor)
        messages.success(request, _("The invitation is on its way."))
        return to(request, "office:mentors:mentor", pk)
    return confirm_page(request, _("Invite into the mentor's pages"), [_("A mail with a link that holds for seven days.")], link(request, "office:mentors:mentor", pk), lead=found.name)


@permitted("mentors.enter_account")
def account_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the account for honoraria."""
    found = get_object_or_404(Mentor, pk=pk)
    form = AccountForm(request.POST or None, initial={"bank_name": found.bank_name})
    if form.is_valid() and attempt(form, services.enter_account, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("The account is on file. A second person verifies it before anything is paid."))
        return to(request, "office:mentors:mentor", pk)
    return form_page(request, form, _("Enter the account"), link(request, "office:mentors:mentor", pk), lead=found.name)


@permitted("mentors.enter_account")
def account_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare the account as a second person."""
    found = get_object_or_404(Mentor, pk=pk)
    form = TailForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and attempt(form, services.verify_account, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("The account is verified."))
        return to(request, "office:mentors:mentor", pk)
    effects = [_("Read the last digits from the bank's own paper, not from this page."), _("Honoraria can be paid to this account.")]
    return confirm_page(request, _("Verify the account"), effects, link(request, "office:mentors:mentor", pk), form=form, lead=f"{found.name} · {found.bank_name}")


@permitted("mentors.keep_mentors")
def interest_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare a conflict of interest for a mentor."""
    found = get_object_or_404(Mentor, pk=pk)
    return declare(request, found, link(request, "office:mentors:mentor", pk), own=False)


def declare(request: HttpRequest, found: Mentor, back: str, *, own: bool) -> HttpResponse:
    """The form of a conflict, for the office and for the mentor."""
    form = InterestForm(request.POST or None, initial={"since": timezone.localdate()})
    if form.is_valid():
        facts = dict(form.cleaned_data)
        if attempt(form, services.declare_interest, found, facts.pop("startup"), by=request.actor, **facts):
            messages.success(request, _("The two are never paired while this holds."))
            return to(request, "portal:mentors:home") if own else to(request, "office:mentors:mentor", found.pk)
    return form_page(request, form, _("Declare a conflict of interest"), back, lead=found.name)


@permitted("mentors.keep_mentors")
def interest_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the fact has ended."""
    found = get_object_or_404(Interest.objects.filter(until=None).select_related("mentor", "startup"), pk=pk)
    form = InterestEndForm(request.POST if request.method == "POST" else None, initial={"until": timezone.localdate()})
    if request.method == "POST" and form.is_valid() and attempt(form, services.end_interest, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("Saved."))
        return to(request, "office:mentors:mentor", found.mentor_id)
    return confirm_page(request, _("The conflict has ended"), [_("From the day after it the two can be paired.")], link(request, "office:mentors:mentor", found.mentor_id), form=form, lead=str(found))
