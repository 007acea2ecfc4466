"""Django has none for Kazakh, and would take those of English: a typed 28.11.2026 would be refused.
Those of Russian are in use in Kazakhstan.
"""

from django.conf.locale.ru.formats import *  # type: ignore[import-untyped]  # noqa: F403

from alsep.formats.ru.formats import *  # noqa: F403
