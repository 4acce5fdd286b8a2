"""Addresses of subsidies: `office` (operators), `portal` (startups), `verify` (everybody)."""

from django.urls import path

from incubator.subsidies.views import claims, public, wizard
from incubator.subsidies.views import office as desk
from incubator.subsidies.views import portal as startup

office = [
    path("", desk.desk, name="desk"),
    path("start/", desk.start_for_site, name="start"),
    path("applications/<int:pk>/", desk.application, name="application"),
    path("applications/<int:pk>/receipt/", desk.receipt, name="receipt"),
    path("applications/<int:pk>/do/<slug:act>/", desk.act, name="act"),
    path("applications/<int:pk>/papers/<int:evidence_pk>/", desk.check, name="check"),
    path("applications/<int:pk>/papers/<int:evidence_pk>/file/", desk.evidence_file, name="evidence-file"),
    path("applications/<int:pk>/lines/<int:line_pk>/cut/", desk.cut, name="cut"),
    path("applications/<int:pk>/costs/", wizard.office_costs, name="costs"),
    path("applications/<int:pk>/evidence/", wizard.office_evidence, name="evidence"),
    path("applications/<int:pk>/evidence/<int:evidence_pk>/remove/", wizard.office_remove, name="remove"),
    path("applications/<int:pk>/send/", wizard.office_send, name="send"),
    path("claims/", claims.claim_list, name="claims"),
    path("claims/start/", claims.start, name="claim-start"),
    path("claims/<int:pk>/", claims.claim, name="claim"),
    path("claims/<int:pk>/do/<slug:act>/", claims.act, name="claim-act"),
    path("claims/<int:pk>/lines/<int:line_pk>/remove/", claims.remove_line, name="claim-line-remove"),
    path("claims/<int:pk>/paper/<slug:which>/", claims.paper, name="claim-paper"),
]

portal = [
    path("", startup.applications, name="applications"),
    path("start/", startup.start, name="start"),
    path("<int:pk>/", startup.application, name="application"),
    path("<int:pk>/receipt/", startup.receipt, name="receipt"),
    path("<int:pk>/do/<slug:act>/", startup.act, name="act"),
    path("<int:pk>/papers/<int:evidence_pk>/file/", startup.evidence_file, name="evidence-file"),
    path("<int:pk>/costs/", wizard.portal_costs, name="costs"),
    path("<int:pk>/evidence/", wizard.portal_evidence, name="evidence"),
    path("<int:pk>/evidence/<int:evidence_pk>/remove/", wizard.portal_remove, name="remove"),
    path("<int:pk>/send/", wizard.portal_send, name="send"),
]

verify = [path("<str:code>/", public.verify, name="verify")]
