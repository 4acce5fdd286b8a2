from django.urls import path

from incubator.tenants.views import office as office_views
from incubator.tenants.views import portal as portal_views
from incubator.tenants.views import reveal as reveal_views

app_name = "tenants"

office = [
    path("", office_views.startups, name="startups"),
    path("new/", office_views.startup_register, name="startup-register"),
    path("<int:pk>/change/", office_views.startup_change, name="startup-change"),
    path("<int:pk>/account/", office_views.account_enter, name="account-enter"),
    path("<int:pk>/account/verify/", office_views.account_verify, name="account-verify"),
    path("<int:pk>/reveal/", reveal_views.show_in_full, name="reveal"),
    path("<int:pk>/founders/new/", office_views.founder_add, name="founder-add"),
    path("<int:pk>/founders/<int:founder_pk>/invite/", office_views.founder_invite, name="founder-invite"),
    path("<int:pk>/agreements/new/", office_views.agreement_draft, name="agreement-draft"),
    path("agreements/<int:pk>/send/", office_views.agreement_send, name="agreement-send"),
    path("agreements/<int:pk>/cancel/", office_views.agreement_cancel, name="agreement-cancel"),
    path("agreements/<int:pk>/countersign/", office_views.agreement_countersign, name="agreement-countersign"),
    path("<int:pk>/papers/new/", office_views.paper_add, name="paper-add"),
    path("papers/<int:pk>/", office_views.paper, name="paper"),
    path("papers/<int:pk>/withdraw/", office_views.paper_withdraw, name="paper-withdraw"),
]

portal = [
    path("", portal_views.company, name="company"),
    path("<int:pk>/", portal_views.profile, name="profile"),
    path("<int:pk>/contact/", portal_views.contact_change, name="contact-change"),
    path("<int:pk>/papers/new/", portal_views.paper_add, name="paper-add"),
    path("papers/<int:pk>/", portal_views.paper, name="paper"),
    path("papers/<int:pk>/withdraw/", portal_views.paper_withdraw, name="paper-withdraw"),
]
