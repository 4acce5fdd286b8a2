"""What pages of office and startup both show of a case."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, pgettext_lazy

from incubator.core.pieces import Event, Step, way
from incubator.documents.models import DocumentKind
from incubator.guarantees.acts import WORDS
from incubator.guarantees.models import Guarantee, Vote
from incubator.guarantees.states import GUARANTEE_MOVES
from incubator.journal.models import Entry

WAY = (
    ("draft", pgettext_lazy("step", "Prepared")),
    ("submitted", pgettext_lazy("step", "Checked by an officer")),
    ("prechecked", pgettext_lazy("step", "Visited and appraised by a second officer")),
    ("appraised", pgettext_lazy("step", "Voted on by the committee")),
    ("approved", pgettext_lazy("step", "Approved")),
)


def steps_of(case: Guarantee) -> list[Step]:
    """The way of the case, with the step it is at."""
    stopped = case.state in {"refused", "withdrawn"}
    here = "done" if case.state == "approved" else "appraised" if stopped else case.state
    return way(WAY, here, stopped=stopped)


def next_words(case: Guarantee) -> str:
    """What happens next, for the startup."""
    return {
        "draft": gettext("Attach the papers, then a founder sends it in."),
        "submitted": gettext("An officer compares amount, borrower and papers."),
        "prechecked": gettext("A second officer visits you and appraises the loan."),
        "appraised": gettext("The committee votes: at least three members, an owner among them."),
        "approved": gettext("Take the approval to the bank and sign the loan contract."),
        "refused": gettext("It ends here. You may apply anew."),
        "withdrawn": gettext("You took it back. You may apply anew."),
    }[case.state]


def events_of(request: HttpRequest, case: Guarantee) -> list[Event]:
    """The history, the newest first. A startup's people see acts, not the operator's names, and no votes."""
    labels, inside = {move.act: move.label for move in GUARANTEE_MOVES}, request.actor.in_office  # type: ignore[attr-defined]
    entries = Entry.objects.about(case).select_related("user")
    rows = []
    for entry in entries if inside else entries.exclude(act="vote"):
        title = labels.get(entry.act) or WORDS.get(entry.act) or gettext("Paper attached")
        who = str(entry.user or gettext("Fuhua")) if inside or entry.user == request.user else ""
        rows.append(Event(entry.at, title, said(entry), who, tone="jade" if entry.state_to == "approved" else "plain"))
    return rows


def said(entry: Any) -> str:
    """The paper or the vote that an entry names, and its note."""
    item, choice = entry.facts.get("item", ""), entry.facts.get("choice", "")
    about = str(DocumentKind(item).label) if item in DocumentKind.values else str(Vote.Choice(choice).label) if choice in Vote.Choice.values else ""
    return " ".join(filter(None, (about, entry.note)))
