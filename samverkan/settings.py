"""Settings: one file, every value checked by ``samverkan.env`` before anything else starts."""

from pathlib import Path

from celery.schedules import schedule
from csp.constants import NONE, SELF

from samverkan import env

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.read()

MODE = ENVIRONMENT.mode
DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
READER_KEY = ENVIRONMENT.reader_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
BASE_URL = ENVIRONMENT.base_url
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECOND_FACTOR_REQUIRED = ENVIRONMENT.second_factor
#: Off is structure mode: agreement, groups and meetings, and nothing of cases in menus, addresses, administration or
#: what the app role may touch in the database.
CASES = ENVIRONMENT.cases

INSTALLED_APPS = [
    "samverkan",
    "samverkan.audit",
    "groups",
    "meetings",
    *(["interventions"] if CASES else []),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "guardian",
    "pgtrigger",
    "pghistory",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    # Outermost, so that an answer which another middleware gives in place of a page carries the policy as well.
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "samverkan.middleware.NoStoreMiddleware",
    "samverkan.middleware.OpenPageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "samverkan.middleware.LanguageMiddleware",
    "samverkan.sessions.IdleMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "samverkan.sessions.SignInMiddleware",
    "samverkan.middleware.MethodMiddleware",
    "samverkan.middleware.SecondFactorMiddleware",
    "samverkan.middleware.ReaderMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "samverkan.urls"
WSGI_APPLICATION = "samverkan.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

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
                "django.template.context_processors.i18n",
                "samverkan.context.site",
                "groups.context.structure",
            ],
        },
    },
]

# Two logins to one database: the web and the workers are `default` (owns nothing, bound by row-level security);
# only `manage.py prepare_database` and `manage.py migrate --database owner` use `owner`.
DATABASES = {
    "default": ENVIRONMENT.database
    | {
        "ENGINE": "samverkan.postgresql",
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": "test_samverkan"},
    },
}
if ENVIRONMENT.owner_database:
    DATABASES["owner"] = ENVIRONMENT.owner_database | {
        "ENGINE": "samverkan.postgresql",
        "TEST": {"MIRROR": "default"},
    }
if MODE == "test" and ENVIRONMENT.owner_database:
    # Tests arrange rows as the owner; every request and task in them becomes the app role (tests/conftest.py).
    DATABASES["default"] |= ENVIRONMENT.owner_database | {"ENGINE": "samverkan.postgresql"}
DATABASE_ADMIN_URL = ENVIRONMENT.admin_database_url
DATABASE_BACKUP_URL = ENVIRONMENT.backup_database_url
# Of the few statements that samverkan.kept and the access log run all the time.
PREPARED_STATEMENTS = ENVIRONMENT.prepared_statements
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Throttling counts in PostgreSQL, so that nobody gets free guesses, or is locked out, when the broker is down.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "samverkan_cache"}
}

AUTH_USER_MODEL = "groups.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# guardian stores the grants; its own checks are not asked (a model-level permission would open everything, and
# superusers pass), so its authentication backend stays out on purpose.
ANONYMOUS_USER_NAME = None
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

ACCOUNT_ADAPTER = "groups.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Django's own: allauth's would keep a second list of addresses, by which a person could still sign in, and be sent a
# link, at an address that an administrator has since changed.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_FORMS = {
    "login": "samverkan.sign_in_forms.LoginForm",
    "reauthenticate": "samverkan.sign_in_forms.ReauthenticateForm",
    "reset_password": "groups.accounts_forms.ResetPasswordForm",
    "reset_password_from_key": "samverkan.sign_in_forms.ResetPasswordKeyForm",
    "change_password": "samverkan.sign_in_forms.ChangePasswordForm",
}
ACCOUNT_LOGOUT_ON_GET = False
# The person stays signed in here; every other session ends, since the password is part of what it is signed with.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "accessibility": "5/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.proxies
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Samverkan"
MFA_ADAPTER = "samverkan.sign_in.MFAAdapter"
# Administrators vouch for addresses; there is no list of addresses to be verified.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "samverkan.sign_in_forms.CodeForm",
    "reauthenticate": "samverkan.sign_in_forms.CodeAgainForm",
    "activate_totp": "samverkan.sign_in_forms.ActivateForm",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "account_login"

SESSION_COOKIE_AGE = 9 * 60 * 60
SESSION_IDLE_SECONDS = ENVIRONMENT.idle_minutes * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https
SESSION_COOKIE_NAME = "__Host-session" if ENVIRONMENT.https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if ENVIRONMENT.https else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = ENVIRONMENT.https
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "samverkan.errors.csrf_failure"

SECURE_SSL_REDIRECT = ENVIRONMENT.production
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 63_072_000 if ENVIRONMENT.production else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = ENVIRONMENT.production
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.proxies else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    },
}

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
FORMAT_MODULE_PATH = ["samverkan.formats"]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(ENVIRONMENT.static_root) if ENVIRONMENT.static_root else BASE_DIR / "var" / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", BASE_DIR / "node_modules" / "bootstrap" / "dist"),
]
# Icons are written into the pages as inline SVG, so none is served as a file of its own.
ICONS = BASE_DIR / "node_modules" / "bootstrap-icons" / "icons"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = MODE == "test"

#: What ``load_demo`` calls with the people by part, after its own.
DEMO_STEPS = ["groups.demo_agreements.add_agreements"] + (["interventions.demo.add_case"] if CASES else [])

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

EMAIL_BACKEND = "samverkan.mail.Backend"
EMAIL_HOST = ENVIRONMENT.email.get("EMAIL_HOST", "localhost")
EMAIL_PORT = ENVIRONMENT.email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = ENVIRONMENT.email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = ENVIRONMENT.email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(ENVIRONMENT.email.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(ENVIRONMENT.email.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.from_address
CONTACT_ADDRESS = ENVIRONMENT.contact_address

CELERY_BROKER_URL = ENVIRONMENT.redis_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
}
# What is mailed, most in a hurry first: somebody who cannot sign in waits for theirs.
OUTBOXES = ["groups.notices.OUTBOX", "meetings.deliveries.OUTBOX"]
# Each kind of notice, and what says before it is sent whether it is still wanted (groups/notices.py).
NOTICE_KINDS = {
    "password_reset": "groups.accounts.RESET",
    "account_changed": "groups.accounts.CHANGED",
    "agreement_ends": "groups.agreement_notices.ENDS",
    "hand_over_receive": "groups.handover_notices.RECEIVE",
    "hand_over_nobody": "groups.handover_notices.NOBODY",
    "reorganisation_planned": "groups.reorganising_notices.PLANNED",
    "reorganisation_done": "groups.reorganising_notices.DONE",
    "plan_due": "groups.programme_notices.DUE",
    "duty_due": "meetings.duty_notices.DUE",
}
# A claimed mail is another worker's to send after this long; longer than a scan, so that only a killed one loses it.
DELIVERY_LEASE_SECONDS = ENVIRONMENT.delivery_lease
# How long a notice that was sent, or given up, is kept: a mail server tries for days (RFC 5321 4.5.4.1), and whoever
# missed a mail says so within weeks. Addresses that visitors typed, of people who may be nobody, go with it.
NOTICE_DAYS = ENVIRONMENT.notice_days
# Days before an agreement's last one at which those who answer for it are told.
AGREEMENT_WARNINGS = ENVIRONMENT.agreement_warnings
# A turn that was missed is not made up for: the next one finds the same rows due.
CELERY_BEAT_SCHEDULE = {
    "send-due-mail": {
        "task": "samverkan.tasks.send_due",
        "schedule": schedule(ENVIRONMENT.delivery_scan),
        "options": {"expires": max(1, ENVIRONMENT.delivery_scan - 5)},
    },
    # Each hour rather than each day: whoever plans a meeting finds the year's duties on its agenda soon.
    "place-duties": {
        "task": "meetings.tasks.place_duties",
        "schedule": schedule(60 * 60),
        "options": {"expires": 55 * 60},
    },
    # Each hour, though a day is what counts: a turn missed at night is made up for in the morning.
    "warn-of-agreements": {
        "task": "groups.tasks.warn_of_agreements",
        "schedule": schedule(60 * 60),
        "options": {"expires": 55 * 60},
    },
    "carry-out-reorganisations": {
        "task": "groups.tasks.carry_out_reorganisations",
        "schedule": schedule(15 * 60),
        "options": {"expires": 14 * 60},
    },
    "remind-of-plans": {
        "task": "groups.tasks.remind_of_plans",
        "schedule": schedule(60 * 60),
        "options": {"expires": 55 * 60},
    },
    "remind-of-duties": {
        "task": "meetings.tasks.remind_of_duties",
        "schedule": schedule(60 * 60),
        "options": {"expires": 55 * 60},
    },
    "remove-old-notices": {
        "task": "groups.tasks.remove_old_notices",
        "schedule": schedule(6 * 60 * 60),
        "options": {"expires": 60 * 60},
    },
    # More often than a worker may be silent, so that nobody waits long for one that has died.
    "sweep-imports": {
        "task": "groups.tasks.sweep_imports",
        "schedule": schedule(5 * 60),
        "options": {"expires": 4 * 60},
    },
    "seal-access-log": {
        "task": "samverkan.audit.tasks.seal",
        "schedule": schedule(60),
        "options": {"expires": 55},
    },
}

# What people answer for, and must hand over when they leave: modules with the functions of
# groups.handover_sources.Source. An installation without cases leaves the last one out.
HAND_OVER_SOURCES = (
    "groups.handover_roles",
    "groups.handover_contacts",
    "groups.handover_duties",
    "meetings.handover",
    *(["interventions.handover"] if CASES else []),
)

# What follows when agencies become another: modules with the functions of groups.reorganising_sources.Source.
REORGANISATION_SOURCES = (
    "groups.reorganising_structure",
    "meetings.reorganising",
    *(["interventions.reorganising"] if CASES else []),
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"discreet": {"()": "samverkan.logs.Discreet"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["discreet"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
