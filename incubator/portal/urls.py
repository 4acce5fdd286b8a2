"""The startups' pages of every app, below /portal/<organisation>/."""

from django.urls import include, path

from billing import urls as billing
from incubator.portal import views
from incubator.subsidies import urls as subsidies
from incubator.tenants import urls as tenants

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("inbox/", views.inbox, name="inbox"),
    path("company/", include((tenants.portal, "tenants"))),
    path("costs/", include((billing.portal, "billing"))),
    path("bills/", include((billing.own_bills, "bills"))),
    path("subsidies/", include((subsidies.portal, "subsidies"))),
]
