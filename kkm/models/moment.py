"""Moments as people and papers write them, in the country's time zone."""

from datetime import datetime

from django.utils import timezone


def clock(moment: datetime) -> str:
    """12.03.2026 21:04:38."""
    return f"{timezone.localtime(moment):%d.%m.%Y %H:%M:%S}"


def local_iso(moment: datetime) -> str:
    """2026-03-12T21:04:38+05:00."""
    return timezone.localtime(moment).isoformat(timespec="seconds")
