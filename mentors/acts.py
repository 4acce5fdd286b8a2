"""What happened to mentors, pairings, sessions, statements and classes, in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incubator.journal.timeline import labels_of
from mentors.states import (
    CERTIFICATE_MOVES,
    ENROLMENT_MOVES,
    HONORARIUM_MOVES,
    MATCHING_MOVES,
    MENTOR_MOVES,
    PAIRING_MOVES,
    RATE_MOVES,
    SESSION_MOVES,
)

ACT_LABELS = {
    **labels_of(
        "mentors.mentor", MENTOR_MOVES, apply_mentor=_("Applied as a mentor"), change_mentor=_("Profile changed"), invite_mentor=_("Mentor invited"),
        mentor_joined=_("Signed in as the mentor"), enter_mentor_account=_("Account of the mentor entered"), verify_mentor_account=_("Account of the mentor verified"),
    ),
    **labels_of("mentors.interest", declare_interest=_("Conflict of interest declared"), end_interest=_("Conflict of interest ended")),
    **labels_of("mentors.need", state_need=_("Need stated")),
    **labels_of("mentors.pairing", PAIRING_MOVES, propose_pairing=_("Pairing proposed"), set_goal=_("Goal set"), move_goal=_("Progress of a goal noted")),
    **labels_of(
        "mentors.session", SESSION_MOVES, plan_session=_("Session planned"), rate_session=_("Session rated"), write_note=_("Private note written"),
        remind_session=_("Reminded of a session"), start_session=_("Session started"),
    ),
    **labels_of("mentors.honorarium", HONORARIUM_MOVES, draft_honorarium=_("Statement drafted"), print_honorarium=_("Statement printed")),
    **labels_of("mentors.honorariumrate", RATE_MOVES, draft_rate=_("Rate of honoraria written down")),
    **labels_of("mentors.matchrun", MATCHING_MOVES, draft_matching=_("Matching drafted")),
    **labels_of("accounts.organisation", print_ledger=_("Mentoring ledger printed")),
    **labels_of("mentors.course", make_course=_("Course opened")),
    **labels_of("mentors.courserun", open_class=_("Class opened"), add_lesson=_("Lesson added")),
    **labels_of("mentors.enrolment", ENROLMENT_MOVES, enrol=_("Enrolled"), attend_lesson=_("Attendance noted")),
    **labels_of("mentors.certificate", CERTIFICATE_MOVES, issue_certificate=_("Certificate issued")),
}  # fmt: skip
