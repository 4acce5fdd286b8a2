"""Codes of matching and of odd sessions, in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

BLOCKS = {
    "CONFLICT": _("a conflict of interest."),
    "NOT_SERVING": _("the mentor is paused, or the term is over."),
    "PAIRED": _("the two are paired already."),
    "NO_PLACE": _("the mentor has no free place."),
    "NO_LANGUAGE": _("no common language."),
    "NO_MODE": _("no common way to meet."),
    "BANNED": _("ruled out by the organisation in this matching."),
    "BELOW_FLOOR": _("too few points."),
}
ALONE = BLOCKS | {
    "FULL": _("All mentors who fit are taken. Recruit one for these topics, or raise a mentor's places."),
    "NO_MENTOR": _("No mentor serves now."),
    "BELOW_FLOOR": _("No mentor reaches the least points. Recruit one for these topics, or widen the half days."),
    "NO_LANGUAGE": _("No mentor speaks one of its languages."),
    "NO_MODE": _("No common way to meet with any mentor. Ask the startup to allow video."),
    "NO_PLACE": _("No mentor has a free place."),
}
PARTS = {
    "needs": _("Need and expertise"),
    "stage": _("Stage"),
    "industry": _("Industry"),
    "hours": _("Time"),
    "language": _("Language"),
    "place": _("Place"),
}
FLAGS = {
    "LATE": _("Logged more than seven days later."),
    "NIGHT": _("Between 22:00 and 7:00."),
    "FAST": _("Confirmed within half a minute from the same address."),
    "SAME_TEXT": _("The text is nearly that of an earlier log."),
    "ONE_STARTUP": _("All the mentor's time this month went to one startup."),
    "DOUBLED": _("More than twice the hours of the month before."),
    "TRAVEL": _("On site elsewhere less than half an hour before or after."),
    "SAMPLE": _("Drawn for the second check of five percent."),
}
