"""One settings file. Everything that differs between machines is read from the environment (docs/operate/setup.md);
a development machine needs nothing set, production refuses to start without its secrets."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.contrib.messages import constants as message_levels
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from incubator.core import environment as env
from incubator.core.roles import connection_options

BASE_DIR = Path(__file__).resolve().parent.parent
DEMO = env.flag("DEMO", default=False)
DEBUG = env.flag("DEBUG", default=not DEMO and not env.text("SECRET_KEY", default=""))

# Development keys: good for a machine that nobody else reaches. Production sets its own (see the check below).
SECRET_KEY = env.text("SECRET_KEY", default="development-only-" + "0" * 40)
FUHUA_PII_KEYS = env.words("FUHUA_PII_KEYS", default=["ZGV2ZWxvcG1lbnQtb25seS1rZXktZm9yLWZ1aHVhLTA="])
FUHUA_INDEX_KEY = env.text("FUHUA_INDEX_KEY", default="development-only")
if not DEBUG and not DEMO:
    for name in ("SECRET_KEY", "FUHUA_PII_KEYS", "FUHUA_INDEX_KEY", "DATABASE_URL"):
        if not env.text(name, default=""):
            raise ImproperlyConfigured(f"{name} must be set when DEBUG is off (docs/operate/setup.md)")

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEBUG or DEMO else [])
SITE_URL = env.address("SITE_URL", default="http://127.0.0.1:8000")  # in mails and on papers, without a last slash
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "incubator.core",
    "incubator.accounts",
    "incubator.journal",
    "incubator.documents",
    "incubator.notices",
    "incubator.policy",
    "incubator.tenants",
    "incubator.subjects",
    "billing",
    "spaces",
    "mentors",
    "incubator.contests",
    "incubator.subsidies",
    "incubator.guarantees",
    "incubator.reports",
    "incubator.office",
    "incubator.portal",
    "incubator.platform",
    "cms",
    "incubator.demo",
    "incubator.bench",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "procrastinate.contrib.django",
    "rules",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "incubator.accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "incubator.accounts.middleware.HtmxLogin",
    "incubator.accounts.middleware.StaffMFA",
    "incubator.accounts.middleware.OrganisationMiddleware",
    "incubator.journal.middleware.RefusalMiddleware",
    "incubator.journal.middleware.FormKeys",
    "incubator.core.failures.Refusals",
]

ROOT_URLCONF = "incubator.urls"
WSGI_APPLICATION = "incubator.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "incubator.core.context.page",
                "incubator.demo.context.sign_in",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "incubator.core.templatetags.fuhua"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database: PostgreSQL only. Without an address, a development machine or the demo runs its own server.
DATABASE_URL = env.text("DATABASE_URL", default="")
if not DATABASE_URL and (DEBUG or DEMO):
    from incubator.core import pgserver

    DATABASE_URL = pgserver.ensure()
DATABASES = {"default": env.database(DATABASE_URL)}
DATABASES["default"]["OPTIONS"]["options"] = connection_options("fuhua_app")
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

TASKS = {"default": {"BACKEND": "incubator.core.jobs.QueueBackend"}}

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "incubator.accounts.adapters.AccountAdapter"
SMS_BACKEND = env.text("FUHUA_SMS", default="incubator.accounts.texting.Console" if DEBUG or DEMO else "")
SMS_PER_DAY = env.whole_number("FUHUA_SMS_PER_DAY", 500, least=0, most=1_000_000)  # of the whole deployment
CODE_LIFE = timedelta(minutes=5)
ACCOUNT_LOGIN_METHODS = {"email", "phone"} if SMS_BACKEND else {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "incubator.accounts.display.name_of"
ACCOUNT_SIGNUP_FIELDS = ["email*", *(["phone"] if SMS_BACKEND else []), "password1*", "password2*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PHONE_VERIFICATION_TIMEOUT = int(CODE_LIFE.total_seconds())
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_RATE_LIMITS = {  # three tries a code: at most 60 guesses a day of a million, for one account
    "request_login_code": "20/m/ip,3/m/key,20/d/key",
    "verify_phone": "30/m/ip,1/30s/key,10/d/key",
    "change_phone": "5/m/user",
}
ACCOUNT_FORMS = {
    "login": "incubator.accounts.code_forms.Login",
    "request_login_code": "incubator.accounts.code_forms.RequestCode",
    "confirm_login_code": "incubator.accounts.code_forms.ConfirmCode",
    "change_phone": "incubator.accounts.code_forms.ChangePhone",
    "verify_phone": "incubator.accounts.code_forms.ConfirmPhone",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole_number("TRUSTED_PROXIES", 0, least=0, most=9)
USERSESSIONS_TRACK_ACTIVITY = False
MFA_ADAPTER = "incubator.accounts.adapters.MFA"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "incubator.accounts.factor_forms.Authenticate",
    "reauthenticate": "incubator.accounts.factor_forms.Reauthenticate",
    "activate_totp": "incubator.accounts.factor_forms.ActivateTOTP",
    "add_webauthn": "incubator.accounts.passkey_forms.AddPasskey",
    "edit_webauthn": "incubator.accounts.passkey_forms.RenamePasskey",
    "authenticate_webauthn": "incubator.accounts.passkey_forms.Authenticate",
    "login_webauthn": "incubator.accounts.passkey_forms.Login",
    "reauthenticate_webauthn": "incubator.accounts.passkey_forms.Reauthenticate",
}
MFA_TRUST_ENABLED = False  # a trusted browser shows no proof
MFA_TOTP_ISSUER = "孵化"
MFA_TOTP_TOLERANCE = int(DEMO)  # half minutes before and after; more than 0 lets a code be used twice (allauth)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home/"
SESSION_SERIALIZER = "incubator.core.encryption.SealedJSON"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # the portal; the office, the site editor and the platform end earlier:
OFFICE_IDLE, OFFICE_LONGEST = timedelta(minutes=30), timedelta(hours=8)

# Browser side
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "object-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE and env.flag("SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
if env.whole_number("TRUSTED_PROXIES", 0, least=0, most=9):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
REQUEST_MAX_BYTES = 32 * 1024 * 1024  # one file of 20 MB and its form
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 0  # always spooled to disk
FILE_UPLOAD_HANDLERS = ["incubator.documents.intake.StopAtLimit"]
DATA_UPLOAD_MAX_NUMBER_FILES = 5
MESSAGE_LEVEL = message_levels.INFO

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Files
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".static"
MEDIA_URL = "/media/"
MEDIA_ROOT = env.folder("FUHUA_MEDIA", BASE_DIR / ".files" / "media")
PRIVATE_ROOT = env.folder("FUHUA_PRIVATE", BASE_DIR / ".files" / "private")
PRIVATE_ACCEL = env.text("FUHUA_ACCEL", default="")  # the internal address at which nginx finds PRIVATE_ROOT
UPLOAD_SCANNER = env.text("FUHUA_SCANNER", default="")  # the dotted name of a class; none: nothing is scanned
CLAMD_ADDRESS = env.text("FUHUA_CLAMD", default="/run/clamav/clamd.ctl")
DOCUMENT_QUOTA_MB = env.whole_number("FUHUA_QUOTA_MB", 10_240, least=1, most=10_000_000)  # of each organisation
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or DEMO

# Online payments (docs/operate/setup.md); django-payments reads both PAYMENT_ names
PAYMENT_HOST = "fuhua.invalid"  # its own callback addresses are not mounted
PAYMENT_VARIANT_FACTORY = "billing.providers.provider_for"
GATEWAY_ADDRESS = env.text("FUHUA_GATEWAY", default="http://127.0.0.1:8899" if DEBUG or DEMO else "")  # of the test gateway

# Post
EMAIL_HOST_NAME = env.text("EMAIL_HOST", default="")
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
if EMAIL_HOST_NAME:
    MAILERS["default"] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": EMAIL_HOST_NAME,
            "port": env.whole_number("EMAIL_PORT", 587, least=1, most=65535),
            "username": env.text("EMAIL_HOST_USER", default=""),
            "password": env.text("EMAIL_HOST_PASSWORD", default=""),
            "use_tls": env.flag("EMAIL_USE_TLS", default=True),
        },
    }
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", default="fuhua@localhost")

# Wagtail: public sites only (walls.md 13)
WAGTAIL_SITE_NAME = "孵化"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_WORKFLOW_ENABLED = False  # its views are closed (cms.gate); they come with review by two persons
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "csv", "txt"]
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# Every line passes the mask of incubator.core.redaction. Django's own handlers are replaced: they would write past it.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "incubator.core.redaction.Redact"}},
    "formatters": {"server": {"()": "django.utils.log.ServerFormatter", "format": "[{server_time}] {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["redact"]},
        "server": {"class": "logging.StreamHandler", "filters": ["redact"], "formatter": "server"},
    },
    "loggers": {
        "django": {"handlers": [], "level": "NOTSET", "propagate": True},
        "django.server": {"handlers": ["server"], "level": "INFO", "propagate": False},
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", default="WARNING")},
}
