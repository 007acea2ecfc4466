"""Settings of Alsep.

Whatever differs between machines is an environment variable, or a line of `.env`:

ALSEP_ENV
    production (the default) | development: DEBUG, a built-in SECRET_KEY, plain HTTP
SECRET_KEY
    key of sessions and tokens; required in production
DEBUG
    refused in production; on in development unless 0
DATABASE_URL
    sqlite:////var/lib/alsep/alsep.sqlite3 (the default: in STATE_DIR)
    | postgres://user:password@host:5432/name
STATE_DIR
    directory of SQLite and of the cache of printed reports; default: var/ beside manage.py
SIGNING_KEYS
    directory of the keys that sign heads of journals, outside the database
    (`manage.py signing_key` makes them); default: keys/ in STATE_DIR
ALLOWED_HOSTS
    host names, comma separated
CSRF_TRUSTED_ORIGINS
    origins with their scheme, comma separated (behind a proxy that ends TLS)
TRUSTED_PROXIES
    how many proxies before us append to X-Forwarded-For; default 0: the header is ignored
SECURE_TLS
    0: cookies and pages without TLS too (a trial without a proxy); default 1 in production
CABINET_URL
    address of the cabinet, printed in the passport of a register and in the QR codes of reports
    and tickets
"""

from pathlib import Path

import bootstrap
import environ
import fontpkg_ibm_plex_mono
import fontpkg_onest
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

ENVIRONMENT = env.str("ALSEP_ENV", "production")
if ENVIRONMENT not in ("production", "development"):
    raise ImproperlyConfigured(
        f"ALSEP_ENV is {ENVIRONMENT!r}; it may be production or development."
    )
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.bool("DEBUG", not PRODUCTION)
development_key = "for development only, known to everybody, refused in production"
SECRET_KEY = env.str("SECRET_KEY", "" if PRODUCTION else development_key)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured(
        "DEBUG is on. Production does not start with it: unset DEBUG, or set ALSEP_ENV=development."
    )
if PRODUCTION and not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Make one with: openssl rand -base64 48. "
        "To try Alsep out: make demo."
    )

STATE_DIR = Path(env.path("STATE_DIR", default=str(BASE_DIR / "var"))())
STATE_DIR.mkdir(parents=True, exist_ok=True)
SIGNING_KEYS = Path(env.str("SIGNING_KEYS", str(STATE_DIR / "keys")))
SECURE_TLS = env.bool("SECURE_TLS", PRODUCTION)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CABINET_URL = env.str("CABINET_URL", "http://127.0.0.1:8000/")

ROOT_URLCONF = "alsep.urls"
WSGI_APPLICATION = "alsep.wsgi.application"

INSTALLED_APPS = [
    "inspector",
    "kkm",
    "reports",
    "alsep.apps.AlsepAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
]

MIDDLEWARE = [
    # The first, so that redirects to TLS and static files have the policy too.
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "alsep.not_allowed.NotAllowedMiddleware",
    "alsep.unreadable.UnreadableMiddleware",
    "axes.middleware.AxesMiddleware",
    "alsep.unsigned.UnsignedMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "alsep.theme.theme",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# -- database
database = env.db_url("DATABASE_URL", default=f"sqlite:///{STATE_DIR / 'alsep.sqlite3'}")
if database["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: writers wait at BEGIN instead of failing in the middle of a transaction.
    # FULL: a recorded operation survives a loss of power.
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    database["CONN_MAX_AGE"] = 60
    database["CONN_HEALTH_CHECKS"] = True
    # Behind a pool the next fetch could come to another connection. What is long (a journal) is
    # read in a transaction, which keeps its own, and asks for such a cursor itself.
    database["DISABLE_SERVER_SIDE_CURSORS"] = True
DATABASES = {"default": database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Printed Z-reports. They never change, so they are rendered once.
    "paper": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": STATE_DIR / "paper",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

# -- users, passwords and sessions
AUTH_USER_MODEL = "inspector.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "cabinet"
LOGOUT_REDIRECT_URL = "home"
validators = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{validators}.UserAttributeSimilarityValidator"},
    {
        "NAME": f"{validators}.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": f"{validators}.CommonPasswordValidator"},
    {"NAME": f"{validators}.NumericPasswordValidator"},
]
# A working day, in seconds.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# 5 for one name from one address; more where papers of all registers are checked.
AXES_FAILURE_LIMIT = "reports.verify.guess_limit.limit"
# In hours.
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
# The admin of axes is not needed: a new passport, which has a new password, ends a lockout.
AXES_ENABLE_ADMIN = False
AXES_RESET_ON_SUCCESS = True
# Failures stay on record when the counter is reset.
AXES_ENABLE_ACCESS_FAILURE_LOG = True
# Over this limit axes drops the newest failures.
AXES_ACCESS_FAILURE_LOG_PER_USER_LIMIT = 1_000_000
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# The access log keeps the whole address.
AXES_CLIENT_IP_CALLABLE = "inspector.address.throttled_address"

# -- security of pages
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        # The style sheet of Bootstrap has icons as data: URLs.
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_TLS
SECURE_SSL_REDIRECT = SECURE_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_TLS
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# -- language and time
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Русский")), ("kk", _("Қазақша"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Almaty"
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = "alsep.formats"

# -- static files: ours, and those of packages
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION
STATIC_ROOT = env.str("STATIC_ROOT", str(STATE_DIR / "static"))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", next(iter(bootstrap.__path__))),
    ("fonts/onest", fontpkg_onest.ROOT / "files"),
    ("fonts/plex-mono", fontpkg_ibm_plex_mono.ROOT / "files"),
]
staticfiles_backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
if PRODUCTION:
    staticfiles_backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": staticfiles_backend},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
    },
}
