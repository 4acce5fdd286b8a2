"""Every address of the site. Each app's urls.py lists its own; the faces `office` and `portal` gather them."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.generic import RedirectView
from django.views.i18n import set_language
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from billing import urls as billing
from cms.gate import gate
from cms.reading import robots
from incubator.accounts.views import passkeys, phone
from incubator.accounts.views.home import home
from incubator.accounts.views.public import invitation
from incubator.contests import urls as contests
from incubator.core import health
from incubator.core.styleguide import styleguide
from incubator.core.views import public
from incubator.policy import urls as policy
from incubator.reports import urls as reports
from incubator.subjects import urls as subjects
from incubator.subsidies.views.calculator import calculator
from incubator.subsidies.views.public import verify
from spaces.views.bookings import ical

# Whole packages of others whose views carry none of our decorators; what guards them stands beside them here.
THIRD_PARTY = {
    "allauth": "pages of signing in, made for people without an account",
    "wagtail": "published pages and public documents; /cms/ stands behind cms.gate",
}

# Wagtail's editor needs inline code (walls.md 11). On /cms/ only.
CMS_CSP = settings.SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
}
decorate_urlpatterns(wagtailadmin_urls.urlpatterns, gate)
decorate_urlpatterns(wagtailadmin_urls.urlpatterns, csp_override(CMS_CSP))

to_login = public(RedirectView.as_view(pattern_name="account_login", query_string=True))

urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path("home/", home, name="home"),
    path("health/live/", health.live, name="health-live"),
    path("health/ready/", health.ready, name="health-ready"),
    path("invitation/<str:token>/", invitation, name="invitation"),
    path("language/", public(set_language), name="set_language"),
    # Wagtail's own log-ins know no second factor: ours stand before its includes (walls.md 5).
    path("cms/login/", to_login),
    path("_util/login/", to_login),
    path("accounts/phone/remove/", phone.remove, name="phone-remove"),
    path("accounts/2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove, name="passkey-remove"),
    path("accounts/data/", include(subjects.own)),
    path("accounts/", include("allauth.urls")),
    path("office/<slug:org>/", include("incubator.office.urls")),
    path("portal/<slug:org>/", include("incubator.portal.urls")),
    path("platform/", include("incubator.platform.urls")),
    path("billing/", include((billing.events, "gateway"))),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("policy/calculator/", calculator, name="policy-calculator"),
    path("policy/", include((policy.public, "policy"), namespace="policy")),
    path("ical/<slug:org>/<str:token>.ics", ical, name="ical"),
    path("verify/<slug:org>/<str:code>/", verify, name="verify"),
    path("<slug:org>/policy/", include((policy.public, "policy"), namespace="site-policy")),
    path("<slug:org>/", include((reports.site, "open"))),
    path("<slug:org>/", include((contests.site, "contests"))),
    path("<slug:org>/", include("cms.urls")),
]
if settings.DEBUG or settings.DEMO:
    urlpatterns += [
        path("styleguide/", styleguide, name="styleguide"),
        path("media/<path:path>", public(serve), {"document_root": settings.MEDIA_ROOT}),  # elsewhere the web server's work
    ]
urlpatterns += [path("", include(wagtail_urls))]  # last: every other address is a page, or is not there

handler400 = "incubator.core.failures.unreadable"
handler500 = "incubator.core.failures.failed"
