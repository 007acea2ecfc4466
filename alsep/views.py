"""Pages of the project as a whole: the home page, the pages for monitoring, and the error pages.

Django's own error pages read the body of the request for its CSRF token. If the body is
unreadable, they fail too, and the answer lacks our headers. The pages here do not read the body.
"""

from http import HTTPStatus

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from alsep import health
from alsep.theme import theme
from kkm import signing
from kkm.webkassa.view import error_response, is_api_address


def home(request):
    """The public home page with the login of the cabinet (figure 1 of the
    user manual of Alsep Kassa Online)."""
    return render(request, "home.html")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Status 200, or 503 with the parts that fail."""
    answer = health.examine()
    status = HTTPStatus.OK
    if answer["status"] != "ok":
        status = HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(answer, status=status)


@never_cache
@vary_on_headers("Accept")
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys for verifying our signatures, the current one first.

    JSON for programs; a page for a browser, which prefers HTML. `?format=json` is always JSON.
    """
    current = signing.current_id()
    rows = []
    for key, pem in signing.public_keys().items():
        is_current = key == current
        rows.append({"id": key, "algorithm": signing.ALGORITHM, "current": is_current, "pem": pem})
    preferred = request.get_preferred_type(["application/json", "text/html"])
    if preferred == "text/html" and request.GET.get("format") != "json":
        return render(request, "keys.html", {"keys": rows})
    return JsonResponse({"keys": rows})


@require_safe
def favicon(request: HttpRequest) -> FileResponse:
    """The icon under the default name.

    Browsers ask for this name if a page names no icon, for example for a PDF in its own tab.
    """
    icon = settings.BASE_DIR / "static" / "icon.svg"
    return FileResponse(icon.open("rb"), content_type="image/svg+xml")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request is unreadable."""
    if is_api_address(request):
        return error_response(HTTPStatus.BAD_REQUEST, _("Запрос нельзя прочесть."))
    return _page_without_body(request, "400.html", HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the user may not do this."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: there is no such page."""
    return render(request, "404.html", status=404)


def own_failure(request: HttpRequest) -> HttpResponse:
    """500: a failure on our side. The page needs no database."""
    if is_api_address(request):
        return error_response(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            _("Сбой на нашей стороне. Повторите вызов с тем же ExternalCheckNumber."),
        )
    return _page_without_body(request, "500.html", HTTPStatus.INTERNAL_SERVER_ERROR)


def _page_without_body(request: HttpRequest, template: str, status: HTTPStatus) -> HttpResponse:
    """A page that knows the address and the theme, but neither the user nor what was sent."""
    context = {
        "request": request,
        **theme(request),
    }
    page = get_template(template).render(context)
    return HttpResponse(page, status=status)
