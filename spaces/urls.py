from django.urls import path

from spaces.views import leases, runs
from spaces.views import office as views

app_name = "spaces"

office = [
    path("", views.spaces, name="spaces"),
    path("sites/new/", views.site_add, name="site-add"),
    path("sites/<int:pk>/change/", views.site_change, name="site-change"),
    path("new/", views.space_add, name="space-add"),
    path("head-leases/new/", views.head_lease_record, name="head-lease-record"),
    path("head-leases/<int:pk>/file/", views.head_lease_file, name="head-lease-file"),
    path("leases/", leases.leases, name="leases"),
    path("leases/new/", leases.lease_draft, name="lease-draft"),
    path("leases/<int:pk>/", leases.lease, name="lease"),
    path("leases/<int:pk>/change/", leases.lease_change, name="lease-change"),
    path("leases/<int:pk>/approve/", leases.lease_approve, name="lease-approve"),
    path("leases/<int:pk>/sign/", leases.lease_sign, name="lease-sign"),
    path("leases/<int:pk>/cancel/", leases.lease_cancel, name="lease-cancel"),
    path("leases/<int:pk>/file/", leases.lease_file, name="lease-file"),
]
portal: list = []

billing_runs = [
    path("", runs.run_list, name="runs"),
    path("new/", runs.run_start, name="run-start"),
    path("<int:pk>/", runs.run, name="run"),
    path("<int:pk>/issue/", runs.run_issue, name="run-issue"),
]
