"""`public` is mounted twice: at /policy/ in the namespace `policy`, and at /<organisation>/policy/ in `site-policy`."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from incubator.policy.views import editions, figures
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
    path("", editions.editions, name="editions"),
    path("<int:pk>/draft/", editions.edition_draft, name="edition-draft"),
    path("<int:pk>/", editions.edition, name="edition"),
    path("<int:pk>/change/", editions.edition_change, name="edition-change"),
    path("<int:pk>/submit/", editions.edition_submit, name="edition-submit"),
    path("<int:pk>/approve/", editions.edition_approve, name="edition-approve"),
    path("<int:pk>/return/", editions.edition_return, name="edition-return"),
    path("<int:pk>/withdraw/", editions.edition_withdraw, name="edition-withdraw"),
    path("<int:pk>/figures/new/", figures.figure_choose, name="figure-choose"),
    path("<int:pk>/figures/<str:key>/", figures.figure_set, name="figure-set"),
    path("figures/<int:pk>/remove/", figures.figure_remove, name="figure-remove"),
]
