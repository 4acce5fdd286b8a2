"""What the operator's desk shows, gathered from every subject."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from billing.models import BankLine, Payout
from incubator.accounts.roles import Role
from incubator.core.charts import Series, stacked_columns
from incubator.core.money import wan
from incubator.core.pieces import Figure, Task
from incubator.policy.models import MeasureDraft, ProgrammeEdition
from incubator.reports.amounts import in_wan
from incubator.subsidies.assessment import last_quarters
from incubator.subsidies.models import Claim, ClaimLine, SubsidyApplication
from incubator.subsidies.states import ClaimState
from incubator.tenants.models import Startup
from spaces.models import Lease, Space

SHOWN = 8
KINDS = ("rent", "broadband", "software")


def todays_tasks(request: Any) -> list[Task]:
    """What waits for this person's roles, the oldest first. Empty for a viewer, who only reads."""
    roles = request.actor.roles
    tasks: list[Task] = []
    if Role.OFFICER in roles:
        tasks += [application_task(request, row, _("Check")) for row in waiting_for_officer(request)]
    if Role.MANAGER in roles:
        tasks += [application_task(request, row, _("Endorse")) for row in oldest(SubsidyApplication.objects.awaiting_endorsement())]
    if roles & {Role.FINANCE, Role.MANAGER, Role.OWNER}:
        tasks += [claim_task(request, claim) for claim in waiting_claims(roles)]
    tasks += payout_tasks(request, roles)
    tasks += bank_tasks(request, roles)
    if roles & {Role.MANAGER, Role.OWNER}:
        tasks += [edition_task(request, edition) for edition in ProgrammeEdition.objects.own().needing_approval()[:SHOWN]]
        tasks += [measure_task(request, draft) for draft in MeasureDraft.objects.needing_approval()[:SHOWN]]
        tasks += [lease_task(request, lease) for lease in expiring_leases()]
    return tasks


def oldest(rows: Any) -> Any:
    return rows.for_pages().order_by("moved_at", "pk")[:SHOWN]


def waiting_for_officer(request: Any) -> Any:
    """New applications, and the cases that this officer has taken."""
    rows = SubsidyApplication.objects.visible_to(request.actor).awaiting_officer()
    return [row for row in oldest(rows) if row.officer_id in {None, request.user.pk}]


def application_task(request: Any, row: SubsidyApplication, kind: str) -> Task:
    days = (timezone.now() - row.moved_at).days
    return Task(
        kind,
        f"{row.applicant_name}：{row.edition.programme.get_kind_display()}",
        at(request, "subsidies:application", row.pk),
        ngettext("for %(days)d day", "for %(days)d days", days) % {"days": days} if days else _("today"),
        _("%(number)s, %(amount)s yuan") % {"number": row.number, "amount": f"{row.amount:,.2f}"},
        tone="amber",
    )


# state → roles that act next, and the word for it
NEXT = {
    ClaimState.ASSEMBLING: ({Role.FINANCE}, "seal"),
    ClaimState.SEALED: ({Role.MANAGER, Role.OWNER}, "file"),
    ClaimState.FILED: ({Role.FINANCE}, "receipt"),
    ClaimState.ACCEPTED: ({Role.FINANCE}, "decision"),
    ClaimState.RETURNED: ({Role.FINANCE}, "correct"),
    ClaimState.RECORDED: ({Role.MANAGER, Role.OWNER}, "confirm"),
    ClaimState.DECIDED: ({Role.MANAGER}, "notice"),
    ClaimState.NOTICED: ({Role.MANAGER}, "result"),
    ClaimState.CONFIRMED: ({Role.FINANCE}, "pay"),
    ClaimState.PAID: ({Role.MANAGER}, "close"),
}


def next_words() -> dict[str, str]:
    """What is to be done next with a claim, in the reader's language."""
    return {
        "seal": _("check the lines and seal it"),
        "file": _("sign it and file it with the authority"),
        "receipt": _("record the authority's receipt"),
        "decision": _("record the authority's decision when it comes"),
        "correct": _("correct it and seal it again"),
        "confirm": _("compare the record with the reply and confirm it"),
        "notice": _("publish the notice"),
        "result": _("confirm the result after the notice"),
        "pay": _("order the payouts"),
        "close": _("check that everything was passed on, and close it"),
    }


def waiting_claims(roles: frozenset[str]) -> list[Claim]:
    states = [state for state, (who, _word) in NEXT.items() if roles & who]
    return list(Claim.objects.awaiting(*states).select_related("measure", "notice").order_by("moved_at")[:SHOWN])


def claim_task(request: Any, claim: Claim) -> Task:
    word = next_words()[NEXT[ClaimState(claim.state)][1]]
    due = _("from %(day)s") % {"day": claim.notice.confirm_from} if claim.state == ClaimState.NOTICED and claim.notice else ""
    return Task(
        pgettext("task", "Claim"),
        _("%(number)s: %(word)s") % {"number": claim, "word": word},
        at(request, "subsidies:claim", claim.pk),
        due,
        _("%(amount)s yuan for %(period)s") % {"amount": f"{claim.total:,.2f}", "period": claim.period},
        tone="indigo",
    )


def payout_tasks(request: Any, roles: frozenset[str]) -> list[Task]:
    """The queues of payouts in which something waits for these roles, one task for each queue."""
    rows = Payout.objects.all()
    queues = [
        ({Role.MANAGER, Role.OWNER}, "to_approve", rows.to_approve(), _("approve or cancel the payouts")),
        ({Role.MANAGER}, "to_confirm", rows.to_confirm(), _("compare the authority's payments with their slips")),
        ({Role.FINANCE}, "to_record", rows.to_record(), _("record the authority's payments when their slips come")),
        ({Role.FINANCE}, "to_send", rows.to_send(), _("make the file for the bank")),
        ({Role.OFFICER, Role.FINANCE}, "bank_returned", rows.filter(state="bank_returned"), _("returned payments wait for a corrected account")),
    ]
    return [
        Task(pgettext("task", "Payout"), word, f"{at(request, 'subsidies:payouts')}?queue={key}", "", _("%(amount)s yuan") % {"amount": f"{found.total():,.2f}"}, tone="indigo")
        for who, key, found, word in queues
        if roles & who and found.exists()
    ]


def bank_tasks(request: Any, roles: frozenset[str]) -> list[Task]:
    """Bank lines that wait for these roles, one task for each list; a leader's own matches are somebody else's to confirm."""
    rows, kind = BankLine.objects.all(), pgettext("task", "Bank")
    waiting = rows.filter(state="waiting").exclude(matcher=request.user).exclude(plan__has_key="for")
    lists = [
        ({Role.FINANCE}, "bank:decide", rows.filter(state="proposed"), _("tick the matches that the product proposes"), ""),
        ({Role.FINANCE}, "bank:lines", rows.filter(state__in=["imported", "suspense"]), _("find out what this bank money is for"), "?state=open"),
        ({Role.MANAGER, Role.OWNER}, "bank:second", waiting, _("confirm matches of bank money"), ""),
    ]
    return [
        Task(kind, word, f"{at(request, name)}{query}", "", ngettext("%(count)d line", "%(count)d lines", count) % {"count": count}, tone="amber")
        for who, name, found, word, query in lists
        if roles & who and (count := found.count())
    ]


def edition_task(request: Any, edition: ProgrammeEdition) -> Task:
    return Task(pgettext("task", "Policy"), _("%(edition)s: approve or return it") % {"edition": edition}, at(request, "policy:edition", edition.pk), tone="indigo")


def measure_task(request: Any, draft: MeasureDraft) -> Task:
    title = _("%(title)s: compare it with the scan") % {"title": draft}
    return Task(pgettext("task", "Policy"), title, at(request, "policy:measure", draft.pk), tone="indigo")


def expiring_leases() -> list[Lease]:
    """Leases that end within 60 days, the first to end first."""
    today = timezone.localdate()
    rows = Lease.objects.running_on(today).filter(ends_on__lte=today + timedelta(days=60))
    return list(rows.select_related("startup").order_by("ends_on", "pk")[:5])


def lease_task(request: Any, lease: Lease) -> Task:
    return Task(
        pgettext("task", "Lease"),
        _("%(startup)s: lease %(number)s ends") % {"startup": lease.startup.short_name, "number": lease.number},
        at(request, "spaces:lease", lease.pk),
        f"{lease.ends_on:%Y-%m-%d}",
        tone="jade",
        late=lease.ends_on < timezone.localdate() + timedelta(days=30),
    )


def at(request: Any, name: str, *args: Any) -> str:
    return reverse(f"office:{name}", args=[request.organisation.slug, *args])


def key_figures(request: Any) -> list[Figure]:
    """Startups in incubation, rooms let, subsidies waiting, subsidies decided this year."""
    today = timezone.localdate()
    rooms = Space.objects.filter(lettable=True)
    count, free = rooms.count(), rooms.free_between(today, today).count()
    waiting = SubsidyApplication.objects.visible_to(request.actor).filter(state__in=["submitted", "in_review", "recommended"])
    decided = ClaimLine.objects.filter(decision__isnull=False, claim__sealed_at__year=today.year)
    new = Startup.objects.filter(settled_on__year=today.year).count()
    return [
        Figure(_("Startups in incubation"), Startup.objects.incubated_on(today).count(), pgettext("count of firms", "firms"),
               _("%(count)d settled this year") % {"count": new}, "jade", at(request, "tenants:startups")),
        Figure(_("Rooms let"), f"{(count - free) * 100 / count:.1f}" if count else "–", "%",
               _("%(let)d of %(count)d rooms") % {"let": count - free, "count": count}, "", at(request, "spaces:spaces")),
        Figure(_("Subsidies being checked"), wan(waiting.sum_of("claimed")), _("10,000 yuan"),
               ngettext("%(count)d application", "%(count)d applications", waiting.count()) % {"count": waiting.count()},
               "amber", at(request, "subsidies:desk")),
        Figure(_("Subsidies decided this year"), wan(decided.aggregate(total=Sum("decided"))["total"] or Decimal(0)), _("10,000 yuan"),
               _("by the authority"), "", at(request, "subsidies:claims")),
    ]


def subsidy_chart() -> Any:
    """Amounts that passed our own check, by quarter and kind of cost, in 10,000 yuan."""
    quarters = [str(quarter) for quarter in reversed(last_quarters(timezone.localdate(), 6))]
    rows = SubsidyApplication.objects.filter(period__in=quarters, state__in=["endorsed", "in_claim", "approved", "cut"])
    sums = {
        (row["period"], row["edition__programme__kind"]): row["total"]
        for row in rows.values("period", "edition__programme__kind").annotate(total=Sum("assessed")).order_by()
    }
    names = {"rent": _("Rent"), "broadband": _("Broadband"), "software": _("Public software")}
    series = [Series(names[kind], [in_wan(sums.get((quarter, kind), Decimal(0))) for quarter in quarters]) for kind in KINDS]
    return stacked_columns(_("Subsidies endorsed by quarter"), _("10,000 yuan"), quarters, series)
