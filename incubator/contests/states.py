"""States of a contest, an entry, a score sheet, an event and a seat, and the moves between them (lifecycles.md 2.3)."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubator.accounts.roles import Role
from incubator.core.states import SYSTEM, Move, moves

CLOCK = frozenset({SYSTEM})
MANAGER, OWNER, OFFICER = (frozenset({role}) for role in (Role.MANAGER, Role.OWNER, Role.OFFICER))
FINANCE, JUDGE = frozenset({Role.FINANCE}), frozenset({Role.JUDGE})
HOSTS = frozenset({Role.MANAGER, Role.OFFICER})
ENTRANT = frozenset({SYSTEM, Role.FOUNDER})  # a public entrant has no account: the product acts for whoever holds the link


class ContestState(TextChoices):
    """Where a contest stands."""

    DRAFT = "draft", pgettext_lazy("contest", "Draft")
    PUBLISHED = "published", pgettext_lazy("contest", "Announced")
    REGISTRATION = "registration", pgettext_lazy("contest", "Open for registration")
    SCREENING = "screening", pgettext_lazy("contest", "Entries are screened")
    JUDGING = "judging", pgettext_lazy("contest", "In judging")
    FROZEN = "frozen", pgettext_lazy("contest", "Scores frozen")
    PROVISIONAL = "provisional", pgettext_lazy("contest", "Ranked")
    NOTICED = "noticed", pgettext_lazy("contest", "On public notice")
    FINAL = "final", pgettext_lazy("contest", "Result final")
    AWARDED = "awarded", pgettext_lazy("contest", "Awarded")
    CANCELLED = "cancelled", pgettext_lazy("contest", "Cancelled")


CONTEST_TONES = {
    "published": "indigo", "registration": "jade", "screening": "amber", "judging": "amber", "frozen": "indigo",
    "provisional": "indigo", "noticed": "amber", "final": "jade", "awarded": "jade", "cancelled": "red",
}  # fmt: skip
PUBLIC_STATES = tuple(state.value for state in ContestState if state != ContestState.DRAFT)
RULED = ("registration", "screening", "judging", "frozen", "provisional", "noticed", "final", "awarded")  # the rules are locked
RESULT_STATES = ("final", "awarded")  # names stand beside the ranks
AFTER_FREEZE = ("frozen", "provisional", "noticed", "final", "awarded")

CONTEST_MOVES = moves(
    Move("publish", _("Announce the contest"), ("draft",), "published", MANAGER, signs="publisher", tone="primary"),
    Move("cancel", _("Cancel the contest"), ("draft", "published", "registration", "screening", "judging"), "cancelled", OWNER, tone="danger"),
    Move("open_registration", _("Open registration"), ("published",), "registration", CLOCK),
    Move("close_registration", _("Close registration"), ("registration",), "screening", CLOCK),
    Move("open_judging", _("Open judging"), ("screening",), "judging", MANAGER, signs="opener", tone="primary"),
    Move("ask_freeze", _("Propose to freeze the scores"), ("judging",), None, MANAGER, signs="freeze_asker", tone="primary"),
    Move("freeze", _("Freeze the scores"), ("judging",), "frozen", HOSTS | OWNER, unlike=("freeze_asker",), signs="freezer", tone="primary"),
    Move("rank", _("Rank the entries"), ("frozen",), "provisional", CLOCK),
    Move("publish_notice", _("Put the result on public notice"), ("provisional",), "noticed", MANAGER, signs="noticer", tone="primary"),
    Move("reopen", _("Take the result back after an objection"), ("noticed",), "frozen", MANAGER, tone="danger"),
    Move("finalise", _("Make the result final"), ("noticed",), "final", JUDGE, unlike=("noticer", "publisher"), signs="finaliser", tone="primary"),
    Move("order_award", _("Order the prizes"), ("final",), None, FINANCE, signs="award_orderer", tone="primary"),
    Move("award", _("Approve the prizes and issue certificates"), ("final",), "awarded", MANAGER, unlike=("award_orderer",), signs="awarder",
         tone="primary"),
)  # fmt: skip


class EntryState(TextChoices):
    """Where an entry stands."""

    DRAFT = "draft", pgettext_lazy("entry", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("entry", "Submitted")
    RETURNED = "returned", pgettext_lazy("entry", "Returned for correction")
    ELIGIBLE = "eligible", pgettext_lazy("entry", "Eligible")
    INELIGIBLE = "ineligible", pgettext_lazy("entry", "Not eligible")
    WITHDRAWN = "withdrawn", pgettext_lazy("entry", "Withdrawn")
    DISQUALIFIED = "disqualified", pgettext_lazy("entry", "Disqualified")
    LAPSED = "lapsed", pgettext_lazy("entry", "Not submitted in time")


ENTRY_TONES = {"submitted": "amber", "returned": "amber", "eligible": "jade", "ineligible": "red", "disqualified": "red"}
ENTRY_MOVES = moves(
    Move("submit", _("Submit the entry"), ("draft", "returned"), "submitted", ENTRANT, tone="primary"),
    Move("lapse", _("Close without submission"), ("draft", "returned"), "lapsed", CLOCK),
    Move("pass", _("Find eligible"), ("submitted",), "eligible", OFFICER, signs="screener", tone="primary"),
    Move("return", _("Return for correction"), ("submitted",), "returned", OFFICER, signs="screener"),
    Move("exclude", _("Find not eligible"), ("submitted",), "ineligible", OFFICER, signs="screener", tone="danger"),
    Move("withdraw", _("Withdraw the entry"), ("submitted", "eligible"), "withdrawn", ENTRANT, tone="danger"),
    Move("disqualify", _("Disqualify"), ("eligible",), "disqualified", MANAGER, tone="danger"),
)


class SheetState(TextChoices):
    """Where the sheet of one judge for one entry stands."""

    ASSIGNED = "assigned", pgettext_lazy("score sheet", "To be scored")
    SEALED = "sealed", pgettext_lazy("score sheet", "Scored")
    RECUSED = "recused", pgettext_lazy("score sheet", "Recused")
    ABSTAINED = "abstained", pgettext_lazy("score sheet", "Abstained")
    SET_ASIDE = "set_aside", pgettext_lazy("score sheet", "Set aside after an objection")


SHEET_TONES = {"assigned": "amber", "sealed": "jade", "recused": "plain", "abstained": "plain", "set_aside": "red"}
SHEET_MOVES = moves(
    Move("seal", _("Hand the scores in"), ("assigned",), "sealed", JUDGE, tone="primary"),
    Move("unseal", _("Take the own scores back"), ("sealed",), "assigned", JUDGE),
    Move("recuse", _("Declare a conflict"), ("assigned",), "recused", JUDGE | MANAGER),
    Move("abstain", _("Abstain"), ("assigned",), "abstained", JUDGE),
    Move("set_aside", _("Set a sheet aside"), ("sealed",), "set_aside", MANAGER, tone="danger"),
)


class EventState(TextChoices):
    """Where an event stands."""

    DRAFT = "draft", pgettext_lazy("event", "Draft")
    PUBLISHED = "published", pgettext_lazy("event", "On the site")
    HELD = "held", pgettext_lazy("event", "Held")
    CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")


EVENT_TONES = {"published": "jade", "held": "plain", "cancelled": "red"}
EVENT_MOVES = moves(
    Move("publish", _("Put on the site"), ("draft",), "published", HOSTS, tone="primary"),
    Move("cancel", _("Cancel the event"), ("published",), "cancelled", MANAGER, tone="danger"),
    Move("hold", _("Close after it was held"), ("published",), "held", HOSTS | CLOCK),
)


class SeatState(TextChoices):
    """Where a person's registration for an event stands."""

    WAITING = "waiting", pgettext_lazy("seat", "On the waiting list")
    SEATED = "seated", pgettext_lazy("seat", "Registered")
    ATTENDED = "attended", pgettext_lazy("seat", "Came")
    CANCELLED = "cancelled", pgettext_lazy("seat", "Cancelled")


SEAT_TONES = {"waiting": "amber", "seated": "indigo", "attended": "jade"}
SEAT_MOVES = moves(
    Move("seat", _("Give a free place"), ("waiting",), "seated", CLOCK),
    Move("check_in", _("Check in"), ("seated", "waiting"), "attended", HOSTS, tone="primary"),
    Move("cancel", _("Cancel the registration"), ("waiting", "seated"), "cancelled", CLOCK | HOSTS),
)
