"""Every address of Alsep starts here."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from alsep import views
from inspector.views import account
from reports import consumer

handler400, handler403, handler404, handler500 = (
    f"alsep.views.{name}" for name in ("bad_request", "forbidden", "not_found", "own_failure")
)

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("keys/", views.keys, name="keys"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("language/", set_language, name="set_language"),
    re_path(r"^[vV][eE][rR][iI][fF][yY]/", include("reports.urls")),  # a QR has it in capitals
    path("consumer", consumer.page, name="consumer"),
    path("consumer.pdf", consumer.pdf, name="consumer_pdf"),
    path("", include("inspector.urls")),
    path("", include("kkm.webkassa.urls")),
    # One way in, one way out, one page of the password: the throttle and the access log stand there.
    path("admin/login/", account.admin_login),
    path("admin/logout/", account.Logout.as_view()),
    path("admin/password_change/", RedirectView.as_view(pattern_name="password_change")),
    path("admin/", admin.site.urls),
]
