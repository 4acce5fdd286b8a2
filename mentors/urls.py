"""Addresses of mentors: `office`, `portal`, `site` (everybody)."""

from django.urls import path

from mentors.views import own, people, public

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
    path("<int:pk>/<slug:act>/", people.mentor_act, name="mentor-act"),
]
portal = [
    path("", own.home, name="home"),
    path("profile/", own.profile, name="profile"),
    path("profile/<slug:act>/", own.profile_act, name="profile-act"),
    path("conflicts/new/", own.interest_add, name="interest-add"),
    path("need/<int:pk>/", own.need, name="need"),
]
site = [
    path("", public.directory, name="directory"),
    path("apply/", public.apply, name="apply"),
    path("<int:pk>/", public.profile, name="profile"),
]
