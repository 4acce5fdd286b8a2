from django.urls import path

from billing.views import ledger
from billing.views import office as office_views
from billing.views import portal as portal_views

app_name = "billing"

office = [
    path("", office_views.fapiao_list, name="fapiao-list"),
    path("new/", office_views.fapiao_record, name="fapiao-record"),
    path("<int:pk>/", office_views.fapiao, name="fapiao"),
    path("<int:pk>/file/", office_views.fapiao_file, name="fapiao-file"),
    path("<int:pk>/slips/new/", office_views.slip_record, name="slip-record"),
    path("slips/<int:pk>/file/", office_views.slip_file, name="slip-file"),
]

portal = [
    path("", portal_views.fapiao_list, name="fapiao-list"),
    path("new/", portal_views.fapiao_record, name="fapiao-record"),
    path("<int:pk>/", portal_views.fapiao, name="fapiao"),
    path("<int:pk>/file/", portal_views.fapiao_file, name="fapiao-file"),
    path("<int:pk>/slips/new/", portal_views.slip_record, name="slip-record"),
    path("slips/<int:pk>/file/", portal_views.slip_file, name="slip-file"),
]

books = [
    path("", ledger.books, name="books"),
    path("close/", ledger.close_propose, name="close-propose"),
    path("close/<int:pk>/<slug:act>/", ledger.close_act, name="close-act"),
    path("entries/<int:pk>/", ledger.entry, name="entry"),
    path("<slug:name>/", ledger.account, name="account"),
]
