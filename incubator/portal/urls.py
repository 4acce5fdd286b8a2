"""The startups' pages of every app, below /portal/<organisation>/."""

from django.urls import include, path

from billing import urls as billing
from incubator.contests import urls as contests
from incubator.guarantees import urls as guarantees
from incubator.portal import views
from incubator.subsidies import urls as subsidies
from incubator.tenants import urls as tenants
from mentors import urls as mentors
from spaces import urls as spaces

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("inbox/", views.inbox, name="inbox"),
    path("company/", include((tenants.portal, "tenants"))),
    path("costs/", include((billing.portal, "billing"))),
    path("bills/", include((billing.own_bills, "bills"))),
    path("bookings/", include((spaces.own_bookings, "bookings"))),
    path("mentoring/", include((mentors.portal, "mentors"))),
    path("judging/", include((contests.judging_desk, "judging"))),
    path("contests/", include((contests.own, "contests"))),
    path("guarantees/", include((guarantees.portal, "guarantees"))),
    path("subsidies/", include((subsidies.portal, "subsidies"))),
]
