"""Addresses of people's rights: `own` (the account pages), `office` (the settings of an organisation)."""

from django.urls import path

from incubator.subjects.views import office as office_views
from incubator.subjects.views import own as own_views

app_name = "subjects"

own = [
    path("", own_views.own_data, name="own-data"),
    path("copy/", own_views.own_copy_ask, name="own-copy"),
    path("copy/<int:pk>/", own_views.own_copy_take, name="own-copy-take"),
    path("erasure/<slug:slug>/", own_views.own_erasure_ask, name="own-erasure"),
]
office = [
    path("", office_views.people, name="people"),
    path("copies/<int:pk>/", office_views.copy_take, name="copy-take"),
    path("erasures/", office_views.erasures, name="erasures"),
    path("erasures/<int:pk>/", office_views.erasure, name="erasure"),
    path("erasures/<int:pk>/receipt/", office_views.receipt, name="receipt"),
    path("erasures/<int:pk>/<slug:act>/", office_views.erasure_act, name="erasure-act"),
    path("<slug:key>/copy/", office_views.copy_make, name="copy-make"),
    path("<slug:key>/erase/", office_views.erasure_ask, name="erasure-ask"),
]
