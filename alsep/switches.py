"""The switches of the language and of the theme: they return to the page where they stand.

A page that answers a POST has no address that would show it again.

- Where the POST changes nothing it is repeated: the switch carries what was sent,
  and status 307 makes the browser send it there once more.
- Where it may change something, the page is opened anew
  and says that what was typed is lost.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from alsep.theme import COOKIE, THEMES
from inspector.remembered import forget, remember, way_back

# Names of the addresses whose POST changes nothing.
REPEATABLE = {"verify"}


# The public pages set no cookie, so the switches have no CSRF token: nobody is harmed by them.
@csrf_exempt
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language `language` in this browser and return to the page `next`."""
    response = HttpResponseRedirect(way_back(request))
    chosen = i18n.set_language(request)
    response.cookies.update(chosen.cookies)
    language = request.POST.get("language", "")
    if not translation.check_for_language(language):
        language = translation.get_language()
    with translation.override(language):
        return _returned(request, response)


@csrf_exempt
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember the theme `theme` in this browser and return to the page `next`.

    An unknown theme returns to the choice of the system.
    """
    response = HttpResponseRedirect(way_back(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        remember(response, COOKIE, chosen)
    else:
        forget(response, COOKIE)
    return _returned(request, response)


def _returned(request: HttpRequest, response: HttpResponseRedirect) -> HttpResponse:
    """The way back to a page that was asked for by GET, to one that is asked for by POST once more,
    or to one that has lost what was typed.
    """
    if "repeat" in request.POST and _is_repeatable(response.url):
        response.status_code = HTTPStatus.TEMPORARY_REDIRECT
    elif "answered" in request.POST:
        sentence = _("Страница открыта заново. Введённое не сохранилось: введите его ещё раз.")
        messages.warning(request, sentence)
    return response


def _is_repeatable(address: str) -> bool:
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return False
    return found.view_name in REPEATABLE
