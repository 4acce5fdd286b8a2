"""The pages of the people who run the deployment, below /platform/."""

from django.urls import path

from incubator.platform.views import health, jobs, organisations, security

app_name = "platform"
urlpatterns = [
    path("", organisations.home, name="home"),
    path("organisations/new/", organisations.organisation_open, name="organisation-open"),
    path("organisations/<int:pk>/owner/", organisations.owner_invite, name="owner-invite"),
    path("security/", security.search, name="security"),
    path("security/export/", security.export, name="security-export"),
    path("health/", health.health, name="health"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/retry/", jobs.retry_all, name="jobs-retry"),
    path("jobs/<int:pk>/retry/", jobs.retry, name="job-retry"),
]
