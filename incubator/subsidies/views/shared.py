"""What several pages of subsidies need: find a case, describe it, answer a refusal at its field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, gettext, gettext_noop, pgettext_lazy

from incubator.core.pieces import Check, Event, Reason, Step, way
from incubator.core.states import possible_moves
from incubator.core.views import link
from incubator.documents.models import DocumentKind
from incubator.documents.services import serve_file
from incubator.journal.models import Entry
from incubator.policy.models import ReasonCode
from incubator.subsidies.assessment import line_key, why_in
from incubator.subsidies.conditions import Condition
from incubator.subsidies.models import ApplicationLine, Claim, SubsidyApplication
from incubator.subsidies.states import APPLICATION_MOVES, CLAIM_MOVES

WAY = (
    ("draft", pgettext_lazy("step", "Prepared")),
    ("submitted", pgettext_lazy("step", "Sent in")),
    ("in_review", pgettext_lazy("step", "Checked by a case officer")),
    ("recommended", pgettext_lazy("step", "Endorsed by a manager")),
    ("endorsed", pgettext_lazy("step", "Put into a claim")),
    ("in_claim", pgettext_lazy("step", "Decided by the authority")),
)
PLACES = {"returned": "draft", "appealed": "in_review", "refused": "in_review", "refused_final": "in_review", "withdrawn": "draft", "lapsed": "draft"}
STOPPED = {"returned", "refused", "refused_final", "withdrawn", "lapsed"}

type Fits = Callable[[Any, str], bool]  # whether an act belongs to this moment of a record


def face(request: HttpRequest) -> str:
    """Office or portal: the same page is shown in both, in its own shell."""
    match = request.resolver_match
    return match.namespaces[0] if match else "office"


def find_application(request: Any, pk: int) -> SubsidyApplication:
    """The application, if this person may see it; else 404, as for one that does not exist."""
    seen = SubsidyApplication.objects.visible_to(request.actor).for_pages()
    return get_object_or_404(seen.select_related("lease", "head_lease", "endorser", "receipt"), pk=pk)


def find_claim(request: Any, pk: int) -> Claim:
    seen = Claim.objects.visible_to(request.actor)
    return get_object_or_404(seen.select_related("measure", "organisation", "document", "notice", "reply__document", "receipt"), pk=pk)


def steps_of(application: SubsidyApplication) -> list[Step]:
    """The way of the application, with the step it is at."""
    here = PLACES.get(application.state, application.state)
    return way(WAY, here, stopped=application.state in STOPPED)


def events_of(request: HttpRequest, record: Any, table: Any) -> list[Event]:
    """The timeline of a record from the journal, the newest first. The same act by the same person in a row (papers
    looked through one after another) is one event. A startup's people see acts, not the operator's names, and nothing
    that officers found out for themselves."""
    labels = {move.act: move.label for move in table}
    inside = request.actor.in_office  # type: ignore[attr-defined]
    events = []
    entries = Entry.objects.about(record).select_related("user")
    if not inside:
        entries = entries.exclude(act__in=FOR_OFFICERS)
    for (act, user), group in groupby(entries, key=lambda entry: (entry.act, entry.user)):
        same = list(group)
        title = labels.get(act) or gettext(ACT_WORDS.get(act, act))
        by = str(user or gettext("Fuhua")) if inside or user == request.user else ""
        text = "；".join(dict.fromkeys(filter(None, map(event_text, reversed(same)))))
        events.append(Event(same[0].at, title, text, by, tone="jade" if same[0].state_to else "plain"))
    return events


def event_text(entry: Entry) -> str:
    """What an event was about: the paper or line that it names, and the note."""
    item = entry.facts.get("item") or ""
    about = str(DocumentKind(item).label) if item in DocumentKind.values else entry.facts.get("line", "")
    return " ".join(filter(None, (about, entry.note)))


ACT_WORDS = {
    "start": gettext_noop("Started"),
    "change costs": gettext_noop("Costs changed"),
    "add person": gettext_noop("Person added"),
    "add activity": gettext_noop("Activity added"),
    "add stage": gettext_noop("Stage added"),
    "add investment": gettext_noop("Investment added"),
    "remove source": gettext_noop("Taken out"),
    "attach evidence": gettext_noop("Paper attached"),
    "detach evidence": gettext_noop("Paper taken out"),
    "check evidence": gettext_noop("Paper checked"),
    "cut line": gettext_noop("Line cut"),
    "restore line": gettext_noop("Cut taken back"),
    "sealed": gettext_noop("Snapshot sealed"),
    "notice": gettext_noop("Notice published"),
    "order": gettext_noop("Ordered"),
    "open": gettext_noop("Opened"),
    "print_audit": gettext_noop("Audit pack printed"),
    "enter account": gettext_noop("Payee account entered"),
    "verify account": gettext_noop("Payee account verified"),
    "check refusal": gettext_noop("Refusal checked"),
    "dismiss_flag": gettext_noop("Sign looked at"),
    "used elsewhere": gettext_noop("Refused: used elsewhere"),
    "commit_waiting": gettext_noop("Waiting amounts committed"),
}
FOR_OFFICERS = ("check refusal", "dismiss_flag")


def application_events(request: HttpRequest, application: SubsidyApplication) -> list[Event]:
    return events_of(request, application, APPLICATION_MOVES)


def claim_events(request: HttpRequest, claim: Claim) -> list[Event]:
    return events_of(request, claim, CLAIM_MOVES)


def reasons_of(application: SubsidyApplication) -> list[Reason]:
    """The rows of "why this amount" in the reader's language, each with the clause and its words."""
    return list(reasons_in(application.trace))


def reasons_in(record: dict[str, Any]) -> Iterator[Reason]:
    """The steps of a trace but the last one, the total, which is left to the page."""
    key = "zh" if (get_language() or "zh").startswith("zh") else "en"
    for step in why_in(record)[:-1]:
        source = step["source"]
        yield Reason(step["label"][key], step["expression"], shown(step["result"]), "", source["quote"], source["text"], source["url"])


def shown(result: str) -> str:
    """A result as people read it: amounts with separators, everything else as it stands."""
    try:
        return f"{Decimal(result):,.2f}" if "." in result else result
    except InvalidOperation:
        return result


def checks_of(conditions: list[Condition]) -> list[Check]:
    """Conditions as pages show them: the sentence, for a failed one the reason and the missing paper, the clause's own
    words, and where they stand."""
    failed = {condition.code for condition in conditions if condition.holds is False}
    codes = {code.code: code for code in ReasonCode.objects.filter(code__in=failed)} if failed else {}
    return [
        Check(
            condition.sentence,
            condition.holds,
            note_of(condition, codes),
            condition.ground.label or condition.ground.clause if condition.ground else "",
            condition.ground.url if condition.ground else "",
        )
        for condition in conditions
    ]


def note_of(condition: Condition, codes: dict[str, ReasonCode]) -> str:
    """What stands below a condition: the coded reason, who can put it right, the paper that is missing, the words."""
    parts = []
    code = codes.get(condition.code) if condition.holds is False else None
    if code:
        parts.append(gettext("Reason: %(reason)s (%(who)s).") % {"reason": code.label, "who": code.fix})
    if condition.paper and condition.holds is False:
        parts.append(gettext("Missing paper: %(paper)s.") % {"paper": DocumentKind(condition.paper).label})
    if condition.ground:
        parts.append(f"「{condition.ground.quote}」")
    return " ".join(parts)


def lines_of(application: SubsidyApplication) -> list[Any]:
    """The lines with their invoices, and the code the formula gave to each that got nothing."""
    codes = {code.code: code for code in ReasonCode.objects.all()}
    given = {line_key(row): row.get("reason") for row in application.trace.get("result", {}).get("lines", [])}
    lines = list(application.lines.select_related("fapiao__document", "reason", "investment__startup", *ApplicationLine.SOURCES[1:]).prefetch_related("fapiao__slips__document"))
    for line in lines:
        line.code = line.reason or codes.get(given.get(line.key) or "")
    return lines


def buttons(
    request: Any, record: Any, table: Any, page: str, acts: Collection[str], *, fits: Fits | None = None, within: tuple[int, ...] = ()
) -> list[dict[str, Any]]:
    """The acts that this person may do now and that `fits` this record, with their pages; `within` begins the address.
    The service decides again when it is done."""
    name = f"{face(request)}:subsidies:{page}"
    return [
        {"act": move.act, "label": move.label, "tone": move.tone, "url": link(request, name, *within, record.pk, move.act)}
        for move in possible_moves(table, record, request.actor)
        if move.act in acts and (fits is None or fits(record, move.act))
    ]


def serve_receipt(request: Any, application: SubsidyApplication) -> HttpResponse:
    """The receipt of an application as PDF; 404 while it is being printed."""
    if application.receipt is None:
        raise Http404
    return serve_file(application.receipt, by=request.actor, inline="inline" in request.GET)


def done(request: HttpRequest, sentence: str, answer: HttpResponse) -> HttpResponse:
    """Say what happened, and go on."""
    messages.success(request, sentence)
    return answer


