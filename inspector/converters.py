"""What may stand in an address of the cabinet."""

from django.urls.converters import StringConverter


class SerialConverter(StringConverter):
    """A serial number (ЗНМ) as it is stored: anything else is the address of nothing."""

    regex = "[A-Z0-9]{4,20}"
