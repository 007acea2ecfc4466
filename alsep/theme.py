"""The theme of the pages: light, dark, or the choice of the system."""

from django.http import HttpRequest, HttpResponseRedirect
from django.views.decorators.http import require_POST

from inspector.remembered import forget, remember, way_back

COOKIE = "theme"
THEMES = ("light", "dark")


def theme(request: HttpRequest) -> dict[str, str]:
    """For templates: `theme` is "light", "dark" or, when nobody has chosen, ""."""
    chosen = request.COOKIES.get(COOKIE, "")
    if chosen not in THEMES:
        chosen = ""
    return {"theme": chosen}


@require_POST
def set_theme(request: HttpRequest) -> HttpResponseRedirect:
    """Remember the theme `theme` in this browser and return to the page `next`.

    An unknown theme returns to the choice of the system.
    """
    response = HttpResponseRedirect(way_back(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        remember(response, COOKIE, chosen)
    else:
        forget(response, COOKIE)
    return response
