"""What the search of the journal shows: acts in the reader's words, and the page of each record that has one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from billing.acts import ACT_LABELS as BILLING_LABELS
from billing.states import FUNDS_MOVES, PAYOUT_MOVES
from incubator.accounts.models import Membership, User
from incubator.accounts.roles import Role
from incubator.contests.acts import ACT_LABELS as CONTEST_LABELS
from incubator.contests.acts import WORDS as CONTEST_WORDS
from incubator.core.listing import asked_days, asked_id, asked_words
from incubator.core.views import link
from incubator.guarantees.acts import ACT_LABELS as GUARANTEE_LABELS
from incubator.guarantees.acts import WORDS as GUARANTEE_WORDS
from incubator.journal.models import Entry
from incubator.journal.timeline import labels_of
from incubator.policy.states import BUDGET_MOVES, EDITION_MOVES, MEASURE_MOVES, NOTICE_MOVES, OBJECTION_MOVES
from incubator.reports.states import FROZEN_MOVES
from incubator.subjects.states import ERASURE_MOVES
from incubator.subsidies.states import APPLICATION_MOVES, CLAIM_MOVES, CLAWBACK_MOVES, REVISION_MOVES
from incubator.subsidies.views.shared import ACT_WORDS
from incubator.tenants.acts import ACT_LABELS as TENANT_LABELS
from mentors.acts import ACT_LABELS as MENTOR_LABELS
from spaces.acts import ACT_LABELS as LEASE_LABELS
from spaces.acts import BOOKING_LABELS, BOOKING_SETTING_LABELS, REPAIR_LABELS, WAITING_LABELS

LABELS = {
    **GUARANTEE_LABELS,
    **CONTEST_LABELS,
    **TENANT_LABELS,
    **LEASE_LABELS,
    **REPAIR_LABELS,
    **BOOKING_LABELS,
    **BOOKING_SETTING_LABELS,
    **WAITING_LABELS,
    **MENTOR_LABELS,
    **BILLING_LABELS,
    **labels_of("subsidies.subsidyapplication", APPLICATION_MOVES),
    **labels_of("subsidies.claim", CLAIM_MOVES),
    **labels_of("policy.programmeedition", EDITION_MOVES),
    **labels_of("policy.measuredraft", MEASURE_MOVES),
    **labels_of("policy.publicnotice", NOTICE_MOVES),
    **labels_of("policy.objection", OBJECTION_MOVES, file=gettext_lazy("Filed")),
    **labels_of("policy.budgetorder", BUDGET_MOVES),
    **labels_of("subsidies.clawback", CLAWBACK_MOVES),
    **labels_of("subsidies.claimrevision", REVISION_MOVES),
    **labels_of("billing.payout", PAYOUT_MOVES),
    **labels_of("billing.authorityfunds", FUNDS_MOVES),
    **labels_of("reports.frozenmonth", FROZEN_MOVES),
    **labels_of("subjects.erasure", ERASURE_MOVES),
}
# Acts that change no state and are called the same whatever they are done to.
WORDS = {
    **CONTEST_WORDS,
    **GUARANTEE_WORDS,
    "accept_invitation": gettext_lazy("Invitation accepted"),
    "approved": gettext_lazy("Approved by the authority"),
    "clawback": gettext_lazy("Repayment decided"),
    "cut": gettext_lazy("Cut by the authority"),
    "publish_edition": gettext_lazy("Edition published"),
    "refused": gettext_lazy("Refused by the authority"),
    "withdraw_edition": gettext_lazy("Edition withdrawn"),
    "add_site": gettext_lazy("Site added"),
    "add_space": gettext_lazy("Space added"),
    "attach": gettext_lazy("Paper added"),
    "ask_erasure": gettext_lazy("Erasure asked for"),
    "change_edition": gettext_lazy("Changed"),
    "change_lines": gettext_lazy("Lines changed"),
    "change_site": gettext_lazy("Site changed"),
    "copy_own": gettext_lazy("Person took a copy of their own data"),
    "copy_person": gettext_lazy("Copy of a person's data made"),
    "download": gettext_lazy("File opened or downloaded"),
    "draft_edition": gettext_lazy("Drafted"),
    "draft_notice": gettext_lazy("Notice drafted"),
    "end_role": gettext_lazy("Role ended"),
    "export": gettext_lazy("Exported"),
    "give_role": gettext_lazy("Role given"),
    "import_document": gettext_lazy("Policy text imported"),
    "draft_measure": gettext_lazy("Local measure entered"),
    "change_measure": gettext_lazy("Changed"),
    "file_measure": gettext_lazy("Local measure filed"),
    "confirm_text": gettext_lazy("Policy text confirmed"),
    "end_document": gettext_lazy("End of a measure set"),
    "plan_succession": gettext_lazy("Its successor follows"),
    "invite": gettext_lazy("Invitation sent"),
    "record_head_lease": gettext_lazy("Head lease recorded"),
    "record_reply": gettext_lazy("Official reply recorded"),
    "record_slip": gettext_lazy("Bank slip recorded"),
    "remove_parameter": gettext_lazy("Figure removed"),
    "reset_factor": gettext_lazy("Second factor reset"),
    "reveal": gettext_lazy("Personal data shown in full"),
    "send_again": gettext_lazy("Invitation sent again"),
    "set_parameter": gettext_lazy("Figure set"),
    "verify_parameter": gettext_lazy("Figure verified"),
    "withdraw_invitation": gettext_lazy("Invitation withdrawn"),
    "check refusal": gettext_lazy("Sampled check of the refusal"),
    "commit_waiting": gettext_lazy("Commit the rests in order of filing"),
    "confirm_budget": gettext_lazy("Confirm the entry"),
    "dismiss_flag": gettext_lazy("Note and dismiss"),
    "download_file": gettext_lazy("File opened or downloaded"),
    "enter account": gettext_lazy("Enter the payee account"),
    "final": gettext_lazy("Result final"),
    "founder_joined": gettext_lazy("Invitation accepted"),
    "freeze": gettext_lazy("Freeze the figures of a month"),
    "import_results": gettext_lazy("Take the bank's results"),
    "invite_founder": gettext_lazy("Invitation sent"),
    "make_file": gettext_lazy("Make the file for the bank"),
    "open_budget_line": gettext_lazy("Open a budget line"),
    "open_organisation": gettext_lazy("Open an organisation"),
    "propose_budget": gettext_lazy("Enter budgets and their documents"),
    "record_funds": gettext_lazy("Record the authority's money"),
    "remedied": gettext_lazy("New decision confirmed"),
    "say_budget": gettext_lazy("Budget of the edition"),
    "take_receipt": gettext_lazy("Received"),
    "verify account": gettext_lazy("Verify the payee account"),
}
# The page of a record, by its kind; other kinds have no page of their own.
PAGES = {
    "contests.contest": "office:contests:contest",
    "contests.event": "office:events:event",
    "billing.bankline": "office:bank:line",
    "billing.statement": "office:bank:statement",
    "tenants.startup": "office:dossier",
    "spaces.lease": "office:spaces:lease",
    "spaces.booking": "office:bookings:booking",
    "billing.fapiao": "office:billing:fapiao",
    "policy.programmeedition": "office:policy:edition",
    "policy.measuredraft": "office:policy:measure",
    "policy.policydocument": "office:policy:text",
    "subsidies.subsidyapplication": "office:subsidies:application",
    "subsidies.claim": "office:subsidies:claim",
}


@dataclass(frozen=True)
class Line:
    """One entry as it is shown and exported."""

    entry: Entry
    act: str
    kind: str
    person: str
    roles: str
    subject: str
    move: str
    url: str


def found(request: HttpRequest) -> QuerySet[Entry]:
    """The entries that the address asks for, the newest first."""
    rows = Entry.objects.matching(asked_words(request)).of_days(*asked_days(request))
    kind, _dot, act = request.GET.get("what", "").replace("\0", "")[:150].partition(" ")
    rows = rows.filter(subject_type=kind) if kind else rows
    rows = rows.filter(act=act) if act else rows
    who = asked_id(request, "who")
    return (rows.filter(user=who) if who else rows).latest_first()


def lines(request: HttpRequest, entries: Iterable[Entry]) -> list[Line]:
    """Entries in the reader's words."""
    entries = list(entries)
    held = roles_named(entries)
    return [
        Line(
            entry,
            act_name(entry.subject_type, entry.act),
            kind_name(entry.subject_type),
            str(entry.user) if entry.user else pgettext("actor", "System"),
            "、".join(str(Role(role).label) for role in entry.role.split(",") if role in Role.values),
            held.get(entry.pk, entry.subject_name),
            " → ".join(state_name(entry.subject_type, state) for state in (entry.state_from, entry.state_to) if state),
            link(request, PAGES[entry.subject_type], entry.subject_id) if entry.subject_type in PAGES else "",
        )
        for entry in entries
    ]


def roles_named(entries: Iterable[Entry]) -> dict[int, str]:
    """For acts on roles: whose role it was, as the person is called today. The entry itself does not keep the name."""
    about = {entry.pk: entry.subject_id for entry in entries if entry.subject_type == "accounts.membership"}
    rows = Membership.objects.filter(pk__in=about.values()).select_related("user").in_bulk()
    return {pk: f"{rows[held].user}: {rows[held].get_role_display()}" for pk, held in about.items() if held in rows}


def act_name(kind: str, act: str) -> str:
    """What happened, in words; an act that nobody named reads as it is written."""
    if act in ACT_WORDS:
        return _(ACT_WORDS[act])
    return str(LABELS.get((kind, act)) or WORDS.get(act) or act.replace("_", " "))


def kind_name(kind: str) -> str:
    """What kind of record it is."""
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):  # the kind of an old entry whose table is gone
        return kind


@cache
def states_of(kind: str) -> dict[str, Any]:
    """The names of the states of one kind of record."""
    try:
        return dict(apps.get_model(kind)._meta.get_field("state").flatchoices)
    except (LookupError, ValueError, FieldDoesNotExist):  # no such table or state: an old entry keeps its words
        return {}


def state_name(kind: str, state: str) -> str:
    return str(states_of(kind).get(state, state))


def kinds() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What there is to choose: each kind of record with the acts that were done to it."""
    acts: dict[str, set[str]] = {}
    for kind, act in Entry.objects.different("subject_type", "act"):
        acts.setdefault(kind, set()).add(act)
    named = [
        (kind, kind_name(kind), sorted(((f"{kind} {act}", act_name(kind, act)) for act in done), key=lambda pair: pair[1]))
        for kind, done in acts.items()
    ]
    return sorted(named, key=lambda group: group[1])


def persons() -> QuerySet[User]:
    """Everybody who did something here."""
    return User.objects.filter(pk__in=[pk for (pk,) in Entry.objects.different("user_id")]).order_by("name", "pk")
