"""The operators' pages of every app, below /office/<organisation>/."""

from django.urls import include, path

from billing import urls as billing
from incubator.accounts import urls as accounts
from incubator.contests import urls as contests
from incubator.guarantees import urls as guarantees
from incubator.office.views import dashboard, decisions, dossier, journal, sign_ins
from incubator.policy import urls as policy
from incubator.reports import urls as reports
from incubator.subjects import urls as subjects
from incubator.subsidies import urls as subsidies
from incubator.tenants import urls as tenants
from mentors import urls as mentors
from spaces import urls as spaces

app_name = "office"
urlpatterns = [
    path("", dashboard.home, name="home"),
    path("inbox/", dashboard.inbox, name="inbox"),
    path("audit/", journal.search, name="audit"),
    path("audit/export/", journal.export, name="audit-export"),
    path("policy/decisions/", decisions.decision_list, name="decisions"),
    path("startups/<int:pk>/", dossier.startup, name="dossier"),
    path("startups/", include((tenants.office, "tenants"))),
    path("spaces/", include((spaces.office, "spaces"))),
    path("bookings/", include((spaces.office_bookings, "bookings"))),
    path("costs/", include((billing.office, "billing"))),
    path("bills/runs/", include((spaces.billing_runs, "runs"))),
    path("bills/", include((billing.bills, "bills"))),
    path("ledger/", include((billing.books, "ledger"))),
    path("bank/", include((billing.bank_pages, "bank"))),
    path("policy/", include((policy.office, "policy"))),
    path("settings/data/", include((subjects.office, "subjects"))),
    path("settings/people/sign-ins/", sign_ins.search, name="sign-ins"),
    path("settings/", include((accounts.office, "accounts"))),
    path("mentors/", include((mentors.office, "mentors"))),
    path("subsidies/", include((subsidies.office, "subsidies"))),
    path("contests/", include((contests.office, "contests"))),
    path("events/", include((contests.events, "events"))),
    path("guarantees/", include((guarantees.office, "guarantees"))),
    path("reports/", include((reports.office, "reports"))),
]
