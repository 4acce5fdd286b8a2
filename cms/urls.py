"""Below /<organisation>/, beside its Wagtail pages."""

from django.urls import path

from cms import views

app_name = "site"
urlpatterns = [
    path("notices/", views.notice_list, name="notices"),
    path("notices/<slug:code>/", views.notice_detail, name="notice"),
    path("verify/", views.verify_entry, name="verify"),
]
