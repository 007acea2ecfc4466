"""Icons: pictures of static/icons.svg inside a page."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, classes: str = "icon icon-small") -> SafeString:
    """An icon by its id in icons.svg. `classes`: the CSS classes that give it its size."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        classes,
        static("icons.svg"),
        name,
    )
