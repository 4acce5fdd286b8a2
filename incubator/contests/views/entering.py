"""A team's own way: begin, team, project, hand in; later what became of it. Whoever holds the link may act: no account."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incubator.accounts.roles import Role
from incubator.contests.forms import MemberRows, NothingForm, ProjectForm, SendForm, StartForm, TeamForm
from incubator.contests.models import Entry
from incubator.contests.models.entries import BLIND
from incubator.contests.papers import paper_of
from incubator.contests.services import entries
from incubator.contests.views.public import at_home, shown
from incubator.core.errors import BusinessError
from incubator.core.pieces import way
from incubator.core.refusals import attempt, status_of
from incubator.core.throttle import too_many
from incubator.core.views import public
from incubator.documents.services import hand_out
from incubator.tenants.models import Startup

STEPS = ("team", "project", "send")
TEAM_FIELDS = ("track", "team", "company", "uscc", "school", "contact_name", "phone")
MOST, SECONDS = 20, 3600  # entries begun by one address: a contest room is one address


@public
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    """Step 1: the team and its contact. The link of the entry goes there by mail."""
    found = shown(request, slug)
    if not found.takes_entries:
        raise BusinessError(_("This contest takes no entries now."))
    startup = startup_of(request)
    form = StartForm(found, request.POST or None, initial=known(startup, request))
    if request.method == "POST" and form.is_valid():
        if too_many(request, "contest-entry", most=MOST, seconds=SECONDS):
            return render(request, "429.html", status=429)
        if form.is_robot:  # told the same as a person; nothing is kept or sent
            return redirect("contests:contest", request.organisation.slug, slug)
        entry = attempt(form, entries.start_entry, found, startup=startup, **form.cleaned_data)
        if entry:
            messages.success(request, _("Your entry is begun. Its link was sent to you; keep it."))
            return redirect(at(entry, "team"))
    context = {"contest": found, "form": form, "steps": steps_of("start")}
    return render(request, "contests/public/enter.html", at_home(request) | context, status=status_of(form))


def startup_of(request: Any) -> Startup | None:
    """The startup of a founder who is signed in."""
    actor = request.actor
    return Startup.objects.visible_to(actor).first() if actor and Role.FOUNDER in actor.roles else None


def known(startup: Startup | None, request: Any) -> dict[str, Any]:
    if startup is None:
        return {}
    return {"team": startup.short_name, "company": startup.name, "uscc": startup.uscc, "contact_name": request.user.name, "email": request.user.email}


def steps_of(current: str) -> Any:
    labels = [("start", _("Begin")), ("team", _("Team")), ("project", _("Project")), ("send", _("Hand in"))]
    return way(labels, current)


def at(entry: Entry, step: str = "") -> str:
    slug, args = entry.organisation.slug, [entry.contest.slug, entry.key]
    return reverse("contests:entry-step", args=[slug, *args, step]) if step else reverse("contests:entry", args=[slug, *args])


def own(request: Any, slug: str, key: str) -> Entry:
    return get_object_or_404(Entry.objects.select_related("contest", "track", "deck"), contest__slug=slug, key=key)


@public
def entry(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The team's page: where the entry stands, what is missing, the result with its own scores and comments."""
    found = own(request, slug, key)
    sheets = found.sheets.counting() if found.contest.is_resolved else []
    rank = next((row for row in found.contest.ranked if row["entry"] == found.code), None) if found.contest.is_resolved else None
    lines = list(found.contest.criteria.all())
    told = [{"scores": [(line.label, sheet.scores.get(line.key)) for line in lines], "comment": sheet.comment} for sheet in sheets]
    context = {
        "entry": found, "contest": found.contest, "missing": entries.missing_in(found) if found.may_change else [], "told": told, "rank": rank,
        "reason": reason_of(found), "certificates": found.certificates.filter(revoked_at=None),
    }  # fmt: skip
    return answered(render(request, "contests/public/entry.html", at_home(request) | context))


def reason_of(found: Entry) -> str:
    words = entries.REASONS.get(found.reason)
    return words[not (get_language() or "zh").startswith("zh")] if words else ""


def answered(response: HttpResponse) -> HttpResponse:
    """A page behind a secret link: no search engine, no cache."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@public
def entry_step(request: HttpRequest, slug: str, key: str, step: str) -> HttpResponse:
    """Team, project or handing in."""
    if step not in STEPS:
        raise Http404
    found = own(request, slug, key)
    if not found.may_change:
        return redirect(at(found))
    return answered({"team": team, "project": project, "send": send}[step](request, found))


def team(request: Any, found: Entry) -> HttpResponse:
    """The team with its people."""
    given = request.POST if request.method == "POST" else None
    form = TeamForm(found.contest, given, initial={name: getattr(found, name) for name in TEAM_FIELDS})
    people = list(found.members.values("name", "part", "consents"))
    rows = MemberRows(given, prefix="people", initial=people + [{}] * (found.contest.team_most - len(people)))
    if request.method == "POST" and form.is_valid() and rows.is_valid() and attempt(
        form, entries.save_team, found, [row.cleaned_data for row in rows if row.cleaned_data.get("name")], **form.cleaned_data
    ):
        return redirect(at(found, "project"))
    context = {"entry": found, "contest": found.contest, "form": form, "rows": rows, "steps": steps_of("team")}
    return render(request, "contests/public/team.html", at_home(request) | context, status=status_of(form))


def project(request: Any, found: Entry) -> HttpResponse:
    """What judges read."""
    form = ProjectForm(request.POST or None, request.FILES or None, initial={name: getattr(found, name) for name in BLIND})
    if request.method == "POST" and form.is_valid() and attempt(form, entries.save_project, found, **form.cleaned_data):
        return redirect(at(found, "send"))
    context = {"entry": found, "contest": found.contest, "form": form, "steps": steps_of("project")}
    return render(request, "contests/public/project.html", at_home(request) | context, status=status_of(form))


def send(request: Any, found: Entry) -> HttpResponse:
    """Look once more, accept the rules, hand in."""
    if found.state == "submitted":  # handed in already: the changes are in
        return redirect(at(found))
    form = SendForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(form, entries.submit_entry, found):
        messages.success(request, _("Your entry is handed in. You may change it until registration closes."))
        return redirect(at(found))
    context = {"entry": found, "contest": found.contest, "form": form, "steps": steps_of("send"), "missing": entries.missing_in(found)}
    return render(request, "contests/public/send.html", at_home(request) | context, status=status_of(form))


@public
def entry_withdraw(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Take the entry back."""
    found = own(request, slug, key)
    form = NothingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        attempt(form, entries.withdraw_entry, found)
        if not form.errors:
            messages.success(request, _("The entry is withdrawn."))
            return redirect(at(found))
    context = {"form": form, "title": _("Withdraw the entry"), "effects": [_("The entry takes no further part. It cannot be undone.")], "lead": found.code, "cancel": at(found), "danger": True}
    return answered(render(request, "contests/public/confirm.html", at_home(request) | context, status=status_of(form)))


@public
def entry_certificate(request: HttpRequest, slug: str, key: str, certificate: int) -> HttpResponseBase:
    """The team takes its certificate."""
    found = own(request, slug, key)
    one = get_object_or_404(found.certificates.filter(revoked_at=None), pk=certificate)
    paper = paper_of(one)
    return hand_out(paper.file, "application/pdf", paper.original_name)
