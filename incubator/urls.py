"""Every address of the site. Each app's urls.py lists its own; the faces `office` and `portal` gather them."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.static import static
from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from incubator.accounts.views import home
from incubator.core.views import public

to_login = public(RedirectView.as_view(pattern_name="account_login", query_string=True))

urlpatterns = [
    path("home/", home, name="home"),
    path("language/", public(set_language), name="set_language"),
    path("accounts/", include("allauth.urls")),
    path("office/<slug:org>/", include("incubator.office.urls")),
    path("portal/<slug:org>/", include("incubator.portal.urls")),
]
