"""Addresses of subsidies: `office` (operators), `portal` (startups), `verify` (everybody)."""

from django.urls import path

from incubator.subsidies.views import (
    budgets,
    claims,
    decisions,
    flags,
    prospects,
    public,
    revisions,
    sources,
    tryout,
    wizard,
)
from incubator.subsidies.views import office as desk
from incubator.subsidies.views import portal as startup

office = [
    path("", desk.desk, name="desk"),
    path("start/", desk.start_for_site, name="start"),
    path("applications/<int:pk>/", desk.application, name="application"),
    path("applications/<int:pk>/receipt/", desk.receipt, name="receipt"),
    path("applications/<int:pk>/do/<slug:act>/", desk.act, name="act"),
    path("applications/<int:pk>/decisions/<int:result_pk>/", decisions.office_result, name="result"),
    path("applications/<int:pk>/decisions/<int:result_pk>/pdf/", decisions.office_result_pdf, name="result-pdf"),
    path("refusals/<int:pk>/check/", decisions.refusal_check, name="refusal-check"),
    path("applications/<int:pk>/papers/<int:evidence_pk>/", desk.check, name="check"),
    path("applications/<int:pk>/papers/<int:evidence_pk>/file/", desk.evidence_file, name="evidence-file"),
    path("applications/<int:pk>/signs/<slug:kind>/<int:other_pk>/", flags.flag, name="flag"),
    path("applications/<int:pk>/lines/<int:line_pk>/cut/", desk.cut, name="cut"),
    path("applications/<int:pk>/costs/", wizard.office_costs, name="costs"),
    path("applications/<int:pk>/costs/add/", sources.office_add, name="add-source"),
    path("payees/", sources.payees, name="payees"),
    path("payees/<int:pk>/verify/", sources.payee_verify, name="payee-verify"),
    path("applications/<int:pk>/evidence/", wizard.office_evidence, name="evidence"),
    path("applications/<int:pk>/evidence/<int:evidence_pk>/remove/", wizard.office_remove, name="remove"),
    path("applications/<int:pk>/send/", wizard.office_send, name="send"),
    path("startups/<int:pk>/prospects/", prospects.of_startup, name="prospects"),
    path("editions/<int:pk>/tryout/", tryout.tryout, name="tryout"),
    path("claims/", claims.claim_list, name="claims"),
    path("claims/start/", claims.start, name="claim-start"),
    path("claims/<int:pk>/", claims.claim, name="claim"),
    path("claims/<int:pk>/do/<slug:act>/", claims.act, name="claim-act"),
    path("claims/<int:pk>/revisions/<int:revision_pk>/", revisions.revision, name="revision"),
    path("claims/<int:pk>/revisions/<int:revision_pk>/do/<slug:act>/", revisions.revision_act, name="revision-act"),
    path("claims/<int:pk>/revisions/<int:revision_pk>/paper/", revisions.revision_paper, name="revision-paper"),
    path("claims/<int:pk>/lines/<int:line_pk>/remove/", claims.remove_line, name="claim-line-remove"),
    path("claims/<int:pk>/paper/<slug:which>/", claims.paper, name="claim-paper"),
    path("budgets/", budgets.budget_list, name="budgets"),
    path("budgets/export/", budgets.export_list, name="budgets-export"),
    path("budgets/new/", budgets.open_new, name="budget-open"),
    path("budgets/<int:pk>/", budgets.budget, name="budget"),
    path("budgets/<int:pk>/export/", budgets.export_entries, name="budget-export"),
    path("budgets/<int:pk>/enter/<slug:kind>/", budgets.enter, name="budget-enter"),
    path("budgets/<int:pk>/waiting/", budgets.commit_rests, name="budget-waiting"),
    path("budgets/orders/<int:pk>/confirm/", budgets.order_confirm, name="budget-confirm"),
    path("budgets/orders/<int:pk>/reject/", budgets.order_reject, name="budget-reject"),
    path("budgets/orders/<int:pk>/withdraw/", budgets.order_withdraw, name="budget-withdraw"),
    path("budgets/orders/<int:pk>/reverse/", budgets.order_reverse, name="budget-reverse"),
    path("budgets/orders/<int:pk>/", budgets.order_paper, name="budget-paper"),
    path("budgets/editions/<int:pk>/", budgets.edition_rule, name="budget-rule"),
]

portal = [
    path("", startup.applications, name="applications"),
    path("programmes/", prospects.programmes, name="programmes"),
    path("start/", startup.start, name="start"),
    path("<int:pk>/", startup.application, name="application"),
    path("<int:pk>/receipt/", startup.receipt, name="receipt"),
    path("<int:pk>/do/<slug:act>/", startup.act, name="act"),
    path("<int:pk>/decisions/<int:result_pk>/", decisions.portal_result, name="result"),
    path("<int:pk>/decisions/<int:result_pk>/pdf/", decisions.portal_result_pdf, name="result-pdf"),
    path("<int:pk>/papers/<int:evidence_pk>/file/", startup.evidence_file, name="evidence-file"),
    path("<int:pk>/costs/", wizard.portal_costs, name="costs"),
    path("<int:pk>/costs/add/", sources.portal_add, name="add-source"),
    path("<int:pk>/evidence/", wizard.portal_evidence, name="evidence"),
    path("<int:pk>/evidence/<int:evidence_pk>/remove/", wizard.portal_remove, name="remove"),
    path("<int:pk>/send/", wizard.portal_send, name="send"),
]

verify = [path("<str:code>/", public.verify, name="verify")]
