"""Pages that belong to no room: the public home page, what machines that watch us ask for, and what is shown when a request fails.

Django's own pages of failure read the body again for its CSRF token. Where the body is what cannot be read, they fail in their turn, and
the answer has no headers of ours: these do not read it.
"""

from http import HTTPStatus

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alsep import health
from kkm import signing
from kkm.webkassa.views import is_called, refusal


def home(request):
    """What Alsep is, for whom, and how an inspector comes in (figure 1 of the manual)."""
    return render(request, "home.html")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200, or 503 and what fails."""
    answer = health.examine()
    return JsonResponse(answer, status=200 if answer["status"] == "ok" else 503)


@never_cache
@require_safe
def keys(request: HttpRequest) -> JsonResponse:
    """The public keys, the current one first: with them anybody verifies what we have signed."""
    own = signing.current_id()
    pems = signing.public_keys().items()
    return JsonResponse(
        {
            "keys": [
                {"id": key, "algorithm": signing.ALGORITHM, "current": key == own, "pem": pem}
                for key, pem in pems
            ]
        }
    )


@require_safe
def favicon(request: HttpRequest) -> FileResponse:
    """Our icon under the name that browsers ask for where a page names none (a PDF in a tab of its own)."""
    return FileResponse(
        (settings.BASE_DIR / "static" / "icon.svg").open("rb"), content_type="image/svg+xml"
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was sent cannot be read."""
    if is_called(request):
        return refusal(HTTPStatus.BAD_REQUEST, _("Запрос нельзя прочесть."))
    return HttpResponse(get_template("400.html").render(), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not his to do."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing there."""
    return render(request, "404.html", status=404)


def own_failure(request: HttpRequest) -> HttpResponse:
    """Our own failure; the page needs neither the request nor the database."""
    if is_called(request):
        return refusal(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            _("Сбой на нашей стороне. Повторите вызов с тем же ExternalCheckNumber."),
        )
    return HttpResponse(get_template("500.html").render(), status=500)
