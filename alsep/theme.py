"""The theme of the pages: light, dark, or the choice of the system."""

from django.http import HttpRequest

COOKIE = "theme"
THEMES = ("light", "dark")


def theme(request: HttpRequest) -> dict[str, str]:
    """For templates: `theme` is "light", "dark" or, when nobody has chosen, ""."""
    chosen = request.COOKIES.get(COOKIE, "")
    if chosen not in THEMES:
        chosen = ""
    return {"theme": chosen}
