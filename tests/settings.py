"""Settings of the test suite: the product's own, with a fast password hasher and no disk left behind."""

import os
import tempfile

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DEMO", "1")

from incubator.settings import *  # noqa: E402,F403

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
MEDIA_ROOT = tempfile.mkdtemp(prefix="fuhua-test-")
PRIVATE_ROOT = tempfile.mkdtemp(prefix="fuhua-test-private-")
ALLOWED_HOSTS = ["*"]
WHITENOISE_AUTOREFRESH = True  # no collected folder is needed
OFFICE_IDLE = OFFICE_LONGEST = timedelta(days=36500)  # noqa: F405 - tests travel in time with one browser; test_accounts sets both
