"""Units of measure as they are printed on a ticket, by the code that a position names
(classifier МКЕИ; zeros before it left out).
"""

from django.utils.translation import gettext_lazy as _

UNITS = {
    "796": _("шт"),
    "778": _("упак"),
    "166": _("кг"),
    "163": _("г"),
    "168": _("т"),
    "112": _("л"),
    "111": _("мл"),
    "6": _("м"),
    "4": _("см"),
    "55": _("м²"),
    "113": _("м³"),
    "356": _("ч"),
    "359": _("сут"),
    "5114": _("услуга"),
}

ENGLISH = {
    "796": "pcs",
    "778": "pack",
    "166": "kg",
    "163": "g",
    "168": "t",
    "112": "l",
    "111": "ml",
    "6": "m",
    "4": "cm",
    "55": "m²",
    "113": "m³",
    "356": "h",
    "359": "day",
    "5114": "service",
}
