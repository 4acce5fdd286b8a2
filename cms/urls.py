"""Below /<organisation>/, beside its Wagtail pages."""

from django.urls import include, path

from cms import objecting, reading, views
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
    path("news/", reading.news, name="news"),
    path("news/feed/", reading.feed, name="feed"),
    path("stories/", reading.stories, name="stories"),
    path("search/", reading.search, name="search"),
    path("sitemap.xml", reading.sitemap, name="sitemap"),
    path("calculator/", calculator, name="calculator"),
    path("verify/", views.verify_entry, name="verify"),
]
