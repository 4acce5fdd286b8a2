"""The operators' pages of every app, below /office/<organisation>/."""

from django.urls import include, path

from billing import urls as billing
from incubator.office.views import dashboard, dossier
from incubator.policy import urls as policy
from incubator.subsidies import urls as subsidies
from incubator.tenants import urls as tenants
from spaces import urls as spaces

app_name = "office"
urlpatterns = [
    path("", dashboard.home, name="home"),
    path("inbox/", dashboard.inbox, name="inbox"),
    path("startups/<int:pk>/", dossier.startup, name="dossier"),
    path("startups/", include((tenants.office, "tenants"))),
    path("spaces/", include((spaces.office, "spaces"))),
    path("costs/", include((billing.office, "billing"))),
    path("policy/", include((policy.office, "policy"))),
    path("subsidies/", include((subsidies.office, "subsidies"))),
]
