"""Who may see which register, and what they did."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Staff or an inspector."""
