"""Addresses of reports: `office` (operators), `site` (everybody, below /<organisation>/)."""

from django.urls import path

from incubator.reports.views import frozen, office, public

office = [
    path("", office.overview, name="overview"),
    path("budgets/", office.budgets, name="budgets"),
    path("times/", office.processing, name="times"),
    path("rows/<slug:by>/", office.rows, name="rows"),
    path("stays/<slug:step>/", office.step_rows, name="stays"),
    path("export/<slug:what>/", office.export, name="export"),
    path("print/", office.printed, name="print"),
    path("months/", frozen.months, name="months"),
    path("months/freeze/", frozen.freeze, name="month-freeze"),
    path("months/<int:pk>/", frozen.month, name="month"),
    path("months/<int:pk>/sign/", frozen.sign, name="month-sign"),
    path("months/<int:pk>/reject/", frozen.reject, name="month-reject"),
    path("months/<int:pk>/rows/<slug:code>/", frozen.month_rows, name="month-rows"),
    path("months/<int:pk>/export/", frozen.export, name="month-export"),
]

site = [
    path("open-data/", public.open_data, name="data"),
    path("open-data/grants.json", public.grants_json, name="grants-json"),
    path("open-data/grants.csv", public.grants_csv, name="grants-csv"),
    path("statistics/", public.statistics, name="statistics"),
]
