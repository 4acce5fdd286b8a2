"""`public` is mounted twice: at /policy/ in the namespace `policy`, and at /<organisation>/policy/ in `site-policy`."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from incubator.policy.views import editions, figures, measures, objections, overview, texts
from incubator.policy.views import public as library

app_name = "policy"


class ClausePath(StringConverter):
    """The number of a clause as the text writes it: 九, 3-1. Nothing that no text could hold."""

    regex = r"[^/\x00-\x20]{1,20}"


register_converter(ClausePath, "clause")

public = [
    path("", library.documents, name="documents"),
    path("<slug:slug>/", library.document, name="document"),
    path("<slug:slug>/<clause:path>/", library.clause, name="clause"),
]

office = [
    path("notices/", objections.notice_list, name="notices"),
    path("objections/", objections.objection_list, name="objections"),
    path("objections/record/", objections.objection_record, name="objection-record"),
    path("objections/<int:pk>/", objections.objection, name="objection"),
    path("objections/<int:pk>/do/<slug:act>/", objections.objection_act, name="objection-act"),
    path("objections/<int:pk>/file/<slug:which>/", objections.objection_paper, name="objection-paper"),
    path("", editions.editions, name="editions"),
    path("<int:pk>/draft/", editions.edition_draft, name="edition-draft"),
    path("<int:pk>/", editions.edition, name="edition"),
    path("<int:pk>/change/", editions.edition_change, name="edition-change"),
    path("<int:pk>/notice/", editions.edition_notice, name="edition-notice"),
    path("<int:pk>/papers/", editions.edition_papers, name="edition-papers"),
    path("<int:pk>/submit/", editions.edition_submit, name="edition-submit"),
    path("<int:pk>/approve/", editions.edition_approve, name="edition-approve"),
    path("<int:pk>/return/", editions.edition_return, name="edition-return"),
    path("<int:pk>/withdraw/", editions.edition_withdraw, name="edition-withdraw"),
    path("<int:pk>/figures/new/", figures.figure_choose, name="figure-choose"),
    path("<int:pk>/figures/<str:key>/", figures.figure_set, name="figure-set"),
    path("figures/<int:pk>/remove/", figures.figure_remove, name="figure-remove"),
    path("figures/<int:pk>/verify/", figures.figure_verify, name="figure-verify"),
    path("<int:pk>/supersede/", editions.edition_supersede, name="edition-supersede"),
    path("<int:pk>/compare/<int:other>/", overview.edition_compare, name="edition-compare"),
    path("rights/", overview.programmes, name="programmes"),
    path("measures/new/", measures.measure_enter, name="measure-enter"),
    path("measures/import/", texts.measure_import, name="measure-import"),
    path("measures/<int:pk>/", measures.measure, name="measure"),
    path("measures/<int:pk>/change/", measures.measure_change, name="measure-change"),
    path("measures/<int:pk>/split/", measures.measure_split, name="measure-split"),
    path("measures/<int:pk>/scan/", measures.measure_scan, name="measure-scan"),
    path("measures/<int:pk>/scan/file/", measures.measure_scan_file, name="measure-scan-file"),
    path("measures/<int:pk>/submit/", measures.measure_submit, name="measure-submit"),
    path("measures/<int:pk>/file/", measures.measure_confirm, name="measure-file"),
    path("measures/<int:pk>/return/", measures.measure_return, name="measure-return"),
    path("measures/<int:pk>/drop/", measures.measure_drop, name="measure-drop"),
    path("texts/<int:pk>/", texts.text, name="text"),
    path("texts/<int:pk>/confirm/", texts.text_confirm, name="text-confirm"),
    path("texts/<int:pk>/scan/", texts.text_scan, name="text-scan"),
    path("texts/<int:pk>/export/", texts.text_export, name="text-export"),
    path("texts/<int:pk>/replace/", texts.text_replace, name="text-replace"),
    path("clauses/<int:pk>/", texts.clause_resting, name="clause-resting"),
]
