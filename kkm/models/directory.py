"""Which register has which number that is unique in the country: its serial number, and the РНМ
under which it is on the record.

Tables of registers are spread over machines by register (`kkm.spread`), and no machine can tell
alone whether a number is free. These tables are small, stand on each machine as a whole, and have
one row for each number: the second of two who ask for a number at once waits for the first, and is
refused. They have nothing that the rows of the registers do not say.

A register cannot be without its row, nor an open registration: a foreign key of the register and a
trigger (`kkm.models.directory_triggers`) say so. Whoever saves registers writes the first table
(`KKM.save`, `KKMQuerySet`), the door the second one, each in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from kkm.fields import RegistrationNumberField, SerialNumberField

if TYPE_CHECKING:
    from kkm.models.register import KKM

BATCH = 1_000  # rows of a statement


class TakenSerialNumber(models.Model):
    """A serial number, and the register that has it."""

    serial_number = SerialNumberField(_("серийный номер (ЗНМ)"), primary_key=True)
    kkm = models.ForeignKey(
        "kkm.KKM",
        models.CASCADE,
        db_index=False,
        related_name="taken_serial_numbers",
        verbose_name=_("касса"),
    )

    class Meta:
        ordering = ["serial_number"]
        default_permissions = ()
        verbose_name = _("занятый серийный номер")
        verbose_name_plural = _("занятые серийные номера")
        constraints = [
            # The key that registers name.
            models.UniqueConstraint(
                fields=["kkm", "serial_number"], name="serial_number_of_the_register"
            )
        ]

    def __str__(self):
        return self.serial_number


class TakenRegistrationNumber(models.Model):
    """An РНМ, and the register that is on the record under it now."""

    registration_number = RegistrationNumberField(_("РНМ"), primary_key=True)
    kkm = models.ForeignKey(
        "kkm.KKM",
        models.PROTECT,
        db_index=False,
        related_name="taken_registration_numbers",
        verbose_name=_("касса"),
    )

    class Meta:
        ordering = ["registration_number"]
        default_permissions = ()
        verbose_name = _("занятый регистрационный номер")
        verbose_name_plural = _("занятые регистрационные номера")
        constraints = [
            models.UniqueConstraint(fields=["kkm"], name="one_taken_number_of_the_register")
        ]

    def __str__(self):
        return self.registration_number


def is_taken_by_another(kkm: KKM) -> bool:
    """Whether another register has the serial number of this one, which need not be saved yet."""
    rows = TakenSerialNumber.objects.filter(serial_number=kkm.serial_number)
    return rows.exclude(kkm=kkm.pk).exists()


def take_serial_numbers(kkms: Iterable[KKM]) -> None:
    """Write the serial numbers of saved registers, in the transaction that saves them.

    Numbers that they had before become free. IntegrityError if another register has one.
    """
    wanted = {kkm.pk: str(kkm.serial_number) for kkm in kkms}
    new = dict(wanted)
    stale = []
    for row in TakenSerialNumber.objects.filter(kkm__in=list(wanted)):
        if row.serial_number == wanted[row.kkm_id]:
            del new[row.kkm_id]
        else:
            stale.append(row.serial_number)
    if stale:
        TakenSerialNumber.objects.filter(serial_number__in=stale).delete()
    rows = [TakenSerialNumber(kkm_id=kkm, serial_number=serial) for kkm, serial in new.items()]
    TakenSerialNumber.objects.bulk_create(rows, BATCH)
