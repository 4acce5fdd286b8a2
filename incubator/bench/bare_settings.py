"""Django, Wagtail and allauth with our settings and without our apps: what `bench start` holds a worker against."""

from incubator.settings import *  # noqa: F403 - the same packages, middleware and database
from incubator.settings import INSTALLED_APPS as EVERYTHING
from incubator.settings import MIDDLEWARE as EVERY_MIDDLEWARE

OURS = {"incubator", "spaces", "billing", "cms", "mentors"}
INSTALLED_APPS = [app for app in EVERYTHING if app.split(".")[0] not in OURS]
AUTH_USER_MODEL = "auth.User"
MIDDLEWARE = [one for one in EVERY_MIDDLEWARE if one.split(".")[0] not in OURS]
ROOT_URLCONF = "wagtail.admin.urls"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
