"""Pages that belong to no room: the public home page, and what machines that watch us ask for."""

from django.conf import settings
from django.http import FileResponse, HttpRequest, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alsep import health


def home(request):
    """What Alsep is, for whom, and how an inspector comes in (figure 1 of the manual)."""
    return render(request, "home.html")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200, or 503 and what fails."""
    answer = health.examine()
    return JsonResponse(answer, status=200 if answer["status"] == "ok" else 503)


@require_safe
def favicon(request: HttpRequest) -> FileResponse:
    """Our icon under the name that browsers ask for where a page names none (a PDF in a tab of its own)."""
    return FileResponse((settings.BASE_DIR / "static" / "icon.svg").open("rb"), content_type="image/svg+xml")
