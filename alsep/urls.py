"""The root of all URLs of Alsep."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from alsep import views
from alsep.switches import set_language, set_theme
from inspector.views import account
from reports.ticket import views as consumer

handler400 = "alsep.views.bad_request"
handler403 = "alsep.views.forbidden"
handler404 = "alsep.views.not_found"
handler500 = "alsep.views.own_failure"

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("keys/", views.keys, name="keys"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("language/", set_language, name="set_language"),
    path("theme/", set_theme, name="set_theme"),
    # A QR code has this path in capitals.
    re_path(r"^[vV][eE][rR][iI][fF][yY]/", include("reports.verify.urls")),
    path("consumer", consumer.page, name="consumer"),
    path("consumer.pdf", consumer.pdf, name="consumer_pdf"),
    path("", include("inspector.urls")),
    path("", include("kkm.webkassa.urls")),
    # The admin uses the login, logout and password pages of the cabinet, because these throttle
    # attempts and write the access log.
    path("admin/login/", account.admin_login),
    path("admin/logout/", account.Logout.as_view()),
    path("admin/password_change/", RedirectView.as_view(pattern_name="password_change")),
    path("admin/", admin.site.urls),
]
