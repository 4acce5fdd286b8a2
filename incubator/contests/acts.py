"""What the acts on contests and events are called in the journal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incubator.contests.states import CONTEST_MOVES, ENTRY_MOVES, EVENT_MOVES, SEAT_MOVES, SHEET_MOVES
from incubator.journal.timeline import labels_of

ACT_LABELS = {
    **labels_of("contests.contest", CONTEST_MOVES),
    **labels_of("contests.entry", ENTRY_MOVES),
    **labels_of("contests.scoresheet", SHEET_MOVES),
    **labels_of("contests.event", EVENT_MOVES),
    **labels_of("contests.attendee", SEAT_MOVES),
}
# Acts that change no state.
WORDS = {
    "add_judge": _("Judge added to the jury"),
    "change_contest": _("Contest changed"),
    "change_event": _("Event changed"),
    "check_blind": _("Blind copy looked through"),
    "clear_leak": _("Hit of the leak test explained"),
    "draft_contest": _("Contest drafted"),
    "draft_event": _("Event drafted"),
    "look_for_leaks": _("Leak test run"),
    "rank_again": _("Entries ranked again"),
    "record_conflict": _("Conflict of interest recorded"),
    "refill": _("Free seats of the jury filled"),
    "register_attendee": _("Registered for an event"),
    "remove_judge": _("Judge taken out of the jury"),
    "revoke_certificate": _("Certificate revoked"),
    "set_stage": _("Stage of the pitch day set"),
    "start_entry": _("Entry begun"),
    "walk_in": _("Came without registering"),
}
