"""Rows that the cabinet signs when it writes them. A row that was put in by SQL has no valid
signature.

What is signed is a JSON array by RFC 8785 (`kkm.domain.seal.canonical`); moments are texts of ISO
8601 in UTC:

    control    ["alsep-control-1", id of the inspector, id of the register, granted at]
    seen head  ["alsep-seen-1", id of the user, id of the register, number of the operation, its
               seal, seen at]

The end of a control is not signed. A copy of a control that has ended, put in as one that lasts,
has the same signature: `inspector.access_audit.unsigned_rows` accepts the first of such rows only.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kkm import signing
from kkm.domain import seal as seals
from kkm.domain.moments import utc_iso


def control_text(row) -> str:
    """What is signed of a control."""
    granted_at = utc_iso(row.granted_at)
    return seals.canonical(["alsep-control-1", row.inspector_id, row.kkm_id, granted_at])


def seen_text(row) -> str:
    """What is signed of a head that was seen."""
    at = utc_iso(row.at)
    return seals.canonical(["alsep-seen-1", row.user_id, row.kkm_id, row.number, row.seal, at])


class SignedRow(models.Model):
    """A row with a signature. The private key is not in the database."""

    key = models.CharField(_("ключ"), max_length=16, default="", editable=False)
    signature = models.CharField(_("подпись"), max_length=88, default="", editable=False)

    class Meta:
        abstract = True

    @classmethod
    def create_signed(cls, **fields: object) -> Self:
        """A new row of these fields, signed and saved.

        Raises KeyUnavailable; then nothing is written.
        """
        row = cls(**fields)
        row.sign()
        row.save(force_insert=True)
        return row

    @property
    def text(self) -> str:
        """What is signed of it."""
        raise NotImplementedError

    def sign(self) -> None:
        """Sign the present values; the row is not saved. Raises KeyUnavailable."""
        self.key, self.signature = signing.sign(self.text)

    @cached_property
    def signature_fits(self) -> bool | None:
        """Whether the signature fits the row; None if this cannot be known now."""
        return signing.fits(self.text, self.key, self.signature)
