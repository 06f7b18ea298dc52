"""The table of contents. Everything needs a sign-in unless a view says otherwise (LoginRequiredMiddleware)."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from samverkan import accessibility, site

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("meetings.urls")),
    path("groups/", include("groups.urls")),
    path("plan/", include("groups.plan_urls")),
    path("plan/", include("meetings.plan_urls")),
    *([path("cases/", include("interventions.urls"))] if settings.CASES else []),
    path("account/", include("samverkan.accounts_urls")),
    # The administration has no password page of its own: the account's tells the person and ends other sessions.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    # Nor does it lead to rows by their kind and key: that would tell of rows that are not the administration's.
    path("admin/r/<path:row>/", site.nothing),
    path("admin/", admin.site.urls),
    path("accessibility/", accessibility.statement, name="accessibility"),
    path("language/", site.language, name="language"),
    path("healthz", site.healthz, name="healthz"),
    path("robots.txt", site.robots, name="robots"),
]
handler400 = "samverkan.errors.bad_request"
handler403 = "samverkan.errors.forbidden"
handler404 = "samverkan.errors.not_found"
handler429 = "samverkan.errors.too_many"
handler500 = "samverkan.errors.broken"
