from django.urls import path

from spaces.views import booking_office, bookings, leases, rentroll, runs
from spaces.views import office as views

app_name = "spaces"

office = [
    path("", views.spaces, name="spaces"),
    path("grid/", rentroll.grid, name="grid"),
    path("grid/export/", rentroll.grid_export, name="grid-export"),
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

own_bookings = [
    path("", bookings.search, name="search"),
    path("mine/", bookings.mine, name="mine"),
    path("feed/", bookings.feed, name="feed"),
    path("waiting/<int:pk>/leave/", bookings.wait_leave, name="wait-leave"),
    path("door/<str:door>/", bookings.door, name="door"),
    path("resources/<int:pk>/", bookings.book, name="book"),
    path("resources/<int:pk>/week/", bookings.week, name="week"),
    path("resources/<int:pk>/series/", bookings.series, name="series"),
    path("<int:pk>/", bookings.booking, name="booking"),
    path("<int:pk>/move/", bookings.move, name="move"),
    path("<int:pk>/cancel/", bookings.cancel, name="cancel"),
]

office_bookings = [
    path("", booking_office.calendar, name="calendar"),
    path("all/", booking_office.booking_list, name="list"),
    path("search/", booking_office.search, name="search"),
    path("approvals/", booking_office.approvals, name="approvals"),
    path("closures/", booking_office.closures, name="closures"),
    path("closures/new/", booking_office.closure_add, name="closure-add"),
    path("closures/<int:pk>/lift/", booking_office.closure_lift, name="closure-lift"),
    path("permits/", booking_office.permits, name="permits"),
    path("permits/new/", booking_office.permit_grant, name="permit-grant"),
    path("permits/<int:pk>/suspend/", booking_office.permit_suspend, name="permit-suspend"),
    path("resources/", booking_office.resource_list, name="resources"),
    path("resources/new/", booking_office.resource_add, name="resource-add"),
    path("resources/<int:pk>/", booking_office.book, name="book"),
    path("resources/<int:pk>/week/", booking_office.week, name="week"),
    path("resources/<int:pk>/series/", booking_office.series, name="series"),
    path("resources/<int:pk>/change/", booking_office.resource_change, name="resource-change"),
    path("resources/<int:pk>/hours/", booking_office.resource_hours, name="resource-hours"),
    path("resources/<int:pk>/door/", booking_office.resource_door, name="resource-door"),
    path("sites/<int:pk>/hours/", booking_office.site_hours, name="site-hours"),
    path("classes/new/", booking_office.group_add, name="group-add"),
    path("rules/new/", booking_office.policy_add, name="policy-add"),
    path("rules/<int:pk>/", booking_office.policy_change, name="policy-change"),
    path("prices/new/", booking_office.tariff_add, name="tariff-add"),
    path("prices/<int:pk>/end/", booking_office.tariff_end, name="tariff-end"),
    path("plans/new/", booking_office.plan_add, name="plan-add"),
    path("plans/join/", booking_office.plan_join, name="plan-join"),
    path("<int:pk>/", booking_office.booking, name="booking"),
    path("<int:pk>/move/", booking_office.move, name="move"),
    path("<int:pk>/cancel/", booking_office.cancel, name="cancel"),
    path("<int:pk>/approve/", booking_office.approve, name="approve"),
    path("<int:pk>/reject/", booking_office.reject, name="reject"),
    path("<int:pk>/came/", booking_office.undo_release, name="undo-release"),
]
