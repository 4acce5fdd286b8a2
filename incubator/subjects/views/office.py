"""The settings about people's rights: copies of their data, and erasures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.proof import proved_again
from incubator.core.confirming import confirm_page
from incubator.core.listing import asked_words
from incubator.core.refusals import attempt, status_of
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.services import hand_out, serve_file
from incubator.journal.services import record
from incubator.subjects import copies, erasing
from incubator.subjects.forms import ErasureForm, NothingForm, RefusalForm
from incubator.subjects.knowing import about, people_of
from incubator.subjects.models import Erasure, SubjectCopy
from incubator.subjects.states import ERASURE_MOVES


@permitted("subjects.serve_person")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody whose data are here, the copies that wait, and the erasures."""
    context = {
        "page": paginate(request, people_of(request.organisation, asked_words(request))),
        "copies": SubjectCopy.objects.filter(expires_at__gt=timezone.now()).select_related("user", "founder", "startup", "made_by").order_by("-asked_at"),
    }
    return render(request, "subjects/office/people.html", context)


@permitted("subjects.move_erasure")
def erasures(request: HttpRequest) -> HttpResponse:
    """The requests to erase, the latest first."""
    return render(request, "subjects/office/erasures.html", {"page": paginate(request, Erasure.objects.latest_first())})


@permitted("subjects.serve_person")
@proved_again
def copy_make(request: HttpRequest, key: str) -> HttpResponse:
    """Make a copy of what this organisation holds about a person."""
    whom = about(key, request.organisation)
    if request.method == "POST":
        copies.ask_copy(whom, by=request.actor)
        messages.success(request, _("The copy is being made. It waits here for a week."))
        return to(request, "office:subjects:people")
    effects = [
        _("A file with everything that this organisation holds about the person, numbers in full."),
        _("Give it to this person only, after you have seen who it is."),
        _("It waits seven days, then it is deleted. Who made it and who took it is on record."),
    ]
    return confirm_page(request, _("Make a copy of the data"), effects, link(request, "office:subjects:people"), lead=name_of(whom))


@permitted("subjects.serve_person")
@proved_again
def copy_take(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download a copy; that it was taken is on record."""
    copy = get_object_or_404(SubjectCopy.objects.exclude(ready_at=None).filter(expires_at__gt=timezone.now()), pk=pk)
    copies.note_taken(copy)
    record("download", copy, by=request.actor, sha256=copy.sha256)
    return hand_out(copy.file, "application/zip", f"fuhua-copy-{copy.pk}.zip")


@permitted("subjects.serve_person")
@proved_again
def erasure_ask(request: HttpRequest, key: str) -> HttpResponse:
    """Write down a request to erase, and check at once what goes and what stays."""
    whom = about(key, request.organisation)
    form = ErasureForm(request.POST or None)
    if form.is_valid():
        made = attempt(form, ask_and_check, whom, request.actor, **form.cleaned_data)
        if made:
            messages.success(request, _("Checked. A second person must approve before anything goes."))
            return to(request, "office:subjects:erasure", made.pk)
    context = {"form": form, "title": _("Erase a person's data"), "lead": name_of(whom), "submit": _("Check what goes and what stays"), "cancel": link(request, "office:subjects:people")}
    return render(request, "subjects/office/form.html", context, status=status_of(form))


def ask_and_check(whom: dict[str, Any], by: Any, **fields: Any) -> Erasure:
    return erasing.check_erasure(erasing.ask_erasure(whom, by=by, **fields), by=by)


@permitted("subjects.move_erasure")
def erasure(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: where it stands, what goes, what stays and why, and the receipt."""
    found = get_object_or_404(Erasure.objects.latest_first(), pk=pk)
    words = ("why", "basis", "until")
    lines = [row | {name: erasing.in_words(row[name]) for name in words} | {"table": erasing.table_name(row["table"])} for row in found.plan]
    acts = [move.act for move in possible_moves(ERASURE_MOVES, found, request.actor)]
    return render(request, "subjects/office/erasure.html", {"erasure": found, "lines": lines, "acts": acts})


@permitted("subjects.move_erasure")
@proved_again
def erasure_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Check again, approve or refuse."""
    found = get_object_or_404(Erasure.objects.latest_first(), pk=pk)
    if act not in ACTS:
        raise Http404
    title, effects, form_class, danger = ACTS[act]
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and attempt(form, SERVICES[act], found, by=request.actor, **form.cleaned_data):
        messages.success(request, DONE[act]())
        return to(request, "office:subjects:erasure", pk)
    context = {"form": form, "effects": [one() for one in effects], "title": title(), "lead": str(found), "danger": danger, "cancel": link(request, "office:subjects:erasure", pk)}
    return confirm_page(request, **context)


SERVICES = {"check": erasing.check_erasure, "approve": erasing.approve_erasure, "refuse": erasing.refuse_erasure}
ACTS: dict[str, Any] = {
    "check": (lambda: _("Check what goes and what stays"), [lambda: _("The lists are made anew."), lambda: _("A second person must approve before anything goes.")], NothingForm, False),
    "approve": (
        lambda: _("Approve the erasure"),
        [lambda: _("What is listed as going is erased at once. Nothing brings it back."), lambda: _("What must stay stays, for the reasons listed."), lambda: _("A receipt is printed.")],
        NothingForm,
        True,
    ),
    "refuse": (lambda: _("Refuse the erasure"), [lambda: _("Nothing is erased.")], RefusalForm, False),
}
DONE = {
    "check": lambda: _("Checked. A second person must approve before anything goes."),
    "approve": lambda: _("Approved. The data go now; the receipt follows."),
    "refuse": lambda: _("The request is refused."),
}


@permitted("subjects.move_erasure")
def receipt(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The receipt as PDF."""
    found = get_object_or_404(Erasure.objects.exclude(document=None).select_related("document"), pk=pk)
    return serve_file(found.document, by=request.actor, inline=True)


def name_of(whom: dict[str, Any]) -> str:
    startup = whom["startup"]
    return str(whom["founder"] or whom["user"] or startup.contact_name)

