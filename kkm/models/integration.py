"""Who may call the register API: integrators by their keys, cashiers by their tokens.

Of a secret only its SHA-256 is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kkm.fields import validate_printable

TOKEN_LIFE = timedelta(hours=24)


def digest_of(secret: str) -> str:
    """What is kept of a secret. It is random and long, so that one round is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiKey(models.Model):
    """The key of an integrator: the header `x-api-key`.

    It is shown once, when it is made; `hint` are its first characters.
    """

    name = models.CharField(_("интегратор"), max_length=200, validators=[validate_printable])
    hint = models.CharField(_("начало ключа"), max_length=8, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("создан"), editable=False)
    revoked_at = models.DateTimeField(_("отозван"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name", "-made_at"]
        verbose_name = _("ключ API")
        verbose_name_plural = _("ключи API")

    def __str__(self):
        return f"{self.name} ({self.hint}…)"

    @classmethod
    def issue(cls, name: str, *, at: datetime, secret: str = "") -> tuple[ApiKey, str]:
        """Make a key: the row, and the secret that nobody can read again."""
        secret = secret or secrets.token_urlsafe(32)
        return cls.objects.create(
            name=name, hint=secret[:8], digest=digest_of(secret), made_at=at
        ), secret


class TokenQuerySet(models.QuerySet):
    """Questions of tokens."""

    def valid(self, now: datetime):
        """Those that give access at this moment.

        They have not expired and are not revoked, nor is the key of the integrator, and the
        cashier is not dismissed.
        """
        not_revoked = Q(revoked_at=None, key__revoked_at=None, cashier__dismissed_at=None)
        return self.filter(not_revoked, issued_at__lte=now, expires_at__gt=now)

    def revoke(self, at: datetime) -> int:
        """End those that are not revoked yet; returns how many there were."""
        return self.filter(revoked_at=None).update(revoked_at=at)


class Token(models.Model):
    """A cashier's token of 24 hours, issued to one integrator."""

    cashier = models.ForeignKey(
        "kkm.Cashier", models.CASCADE, related_name="tokens", verbose_name=_("кассир")
    )
    key = models.ForeignKey(
        ApiKey, models.CASCADE, related_name="tokens", verbose_name=_("ключ API")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    issued_at = models.DateTimeField(_("выдан"))
    expires_at = models.DateTimeField(_("действует до"))
    revoked_at = models.DateTimeField(_("отозван"), null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at"]
        verbose_name = _("токен кассира")
        verbose_name_plural = _("токены кассиров")

    def __str__(self):
        return f"{self.cashier}, {self.key}"

    @classmethod
    def issue(cls, cashier, key: ApiKey, *, at: datetime) -> str:
        """A new token; the secret that the cashier gets.

        His tokens that have long expired are forgotten.
        """
        secret = secrets.token_hex(16)
        cashier.tokens.filter(expires_at__lt=at - TOKEN_LIFE).delete()
        cls.objects.create(
            cashier=cashier,
            key=key,
            digest=digest_of(secret),
            issued_at=at,
            expires_at=at + TOKEN_LIFE,
        )
        return secret


class LateOffline(models.Model):
    """A refusal of a ticket made offline more than 72 hours before it was sent (order No. 626,
    items 106, 107): `occurred_at` by its own clock. While it is the last that was heard of a
    register, the inspector is shown «автономный режим > 72 ч».
    """

    kkm = models.ForeignKey(
        "kkm.KKM",
        models.CASCADE,
        db_index=False,
        related_name="late_offline",
        verbose_name=_("касса"),
    )
    occurred_at = models.DateTimeField(_("время чека"))
    refused_at = models.DateTimeField(_("получен и отклонён"))

    class Meta:
        ordering = ["-refused_at"]
        verbose_name = _("чек, переданный позже 72 часов")
        verbose_name_plural = _("чеки, переданные позже 72 часов")
        indexes = [models.Index(fields=["kkm", "refused_at"], name="late_offline_by_time")]

    def __str__(self):
        return f"{self.kkm}"
