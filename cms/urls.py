"""Below /<organisation>/, beside its Wagtail pages."""

from django.urls import include, path

from cms import objecting, views
from incubator.subsidies.views.calculator import calculator
from mentors import urls as mentors

app_name = "site"
urlpatterns = [
    path("notices/", views.notice_list, name="notices"),
    path("notices/<slug:code>/", views.notice_detail, name="notice"),
    path("notices/<slug:code>/object/", objecting.object_start, name="object"),
    path("notices/<slug:code>/object/write/", objecting.object_write, name="object-write"),
    path("notices/<slug:code>/objections/<slug:secret>/", objecting.objection, name="objection"),
    path("mentors/", include((mentors.site, "mentors"))),
    path("calculator/", calculator, name="calculator"),
    path("verify/", views.verify_entry, name="verify"),
]
