"""Addresses of mentors: `office`, `portal`, `site` (everybody)."""

from django.urls import path

from mentors.views import meetings, own, pairings, people, public, sessions

app_name = "mentors"

office = [
    path("", people.mentors, name="mentors"),
    path("new/", people.mentor_add, name="mentor-add"),
    path("<int:pk>/", people.mentor, name="mentor"),
    path("<int:pk>/change/", people.mentor_change, name="mentor-change"),
    path("<int:pk>/invite/", people.mentor_invite, name="mentor-invite"),
    path("<int:pk>/account/", people.account_enter, name="account-enter"),
    path("<int:pk>/account/verify/", people.account_verify, name="account-verify"),
    path("<int:pk>/conflicts/new/", people.interest_add, name="interest-add"),
    path("conflicts/<int:pk>/end/", people.interest_end, name="interest-end"),
    path("pairings/", meetings.pairings, name="pairings"),
    path("pairings/<int:pk>/", meetings.pairing, name="pairing"),
    path("pairings/<int:pk>/<slug:act>/", meetings.pairing_act, name="pairing-act"),
    path("sessions/", meetings.sessions, name="sessions"),
    path("sessions/<int:pk>/", meetings.session, name="session"),
    path("sessions/<int:pk>/<slug:act>/", meetings.session_act, name="session-act"),
    path("needs/", meetings.needs, name="needs"),
    path("needs/<int:pk>/change/", meetings.need_change, name="need-change"),
    path("needs/<int:pk>/mentors/", meetings.suggest, name="suggest"),
    path("needs/<int:pk>/propose/", meetings.propose, name="propose"),
    path("<int:pk>/<slug:act>/", people.mentor_act, name="mentor-act"),
]
portal = [
    path("", own.home, name="home"),
    path("profile/", own.profile, name="profile"),
    path("profile/<slug:act>/", own.profile_act, name="profile-act"),
    path("conflicts/new/", own.interest_add, name="interest-add"),
    path("need/<int:pk>/", own.need, name="need"),
    path("find/<int:pk>/", pairings.find, name="find"),
    path("find/<int:pk>/choose/", pairings.choose, name="choose"),
    path("pairings/<int:pk>/", pairings.pairing, name="pairing"),
    path("pairings/<int:pk>/plan/", sessions.session_plan, name="session-plan"),
    path("pairings/<int:pk>/log/", sessions.log_new, name="log-new"),
    path("pairings/<int:pk>/goals/new/", pairings.goal_add, name="goal-add"),
    path("pairings/<int:pk>/<slug:act>/", pairings.pairing_act, name="pairing-act"),
    path("goals/<int:pk>/", pairings.goal_move, name="goal-move"),
    path("sessions/<int:pk>/", sessions.session, name="session"),
    path("sessions/<int:pk>/log/", sessions.session_log, name="session-log"),
    path("sessions/<int:pk>/note/", sessions.note_write, name="note-write"),
    path("sessions/<int:pk>/calendar.ics", sessions.session_calendar, name="session-calendar"),
    path("sessions/<int:pk>/<slug:act>/", sessions.session_act, name="session-act"),
]
site = [
    path("", public.directory, name="directory"),
    path("apply/", public.apply, name="apply"),
    path("<int:pk>/", public.profile, name="profile"),
]
