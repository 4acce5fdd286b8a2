"""Addresses of guarantees: `office` (operators), `portal` (startups)."""

from django.urls import path

from incubator.guarantees.views import office as desk
from incubator.guarantees.views import portal as startup

office = [
    path("", desk.register, name="register"),
    path("funds/open/", desk.fund_open, name="fund-open"),
    path("funds/<int:pk>/", desk.fund, name="fund"),
    path("funds/<int:pk>/money/", desk.money, name="money"),
    path("funds/<int:pk>/money/<int:order_pk>/paper/", desk.money_paper, name="money-paper"),
    path("funds/<int:pk>/money/<int:order_pk>/<slug:act>/", desk.money_act, name="money-act"),
    path("cases/<int:pk>/", desk.case, name="case"),
    path("cases/<int:pk>/do/<slug:act>/", desk.act, name="case-act"),
    path("cases/<int:pk>/papers/<int:paper_pk>/", desk.paper, name="paper"),
]
portal = [
    path("", startup.own, name="cases"),
    path("apply/", startup.apply, name="apply"),
    path("<int:pk>/", startup.case, name="case"),
    path("<int:pk>/change/", startup.change, name="change"),
    path("<int:pk>/papers/add/", startup.paper_add, name="paper-add"),
    path("<int:pk>/papers/<int:paper_pk>/", startup.paper, name="paper"),
    path("<int:pk>/do/<slug:act>/", startup.act, name="act"),
]
