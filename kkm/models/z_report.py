"""Frozen Z's. Rows are only ever added, by `kkm.journal`."""

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kkm.domain.snapshot import Snapshot
from kkm.models.operation import FiscalOperation
from kkm.models.relations import KeyOfRegister, OneOfRegister, RowOfOperation


class ZReport(RowOfOperation):
    """A frozen Z: the text of the `Snapshot` that its closing operation seals."""

    number = models.IntegerField(_("номер операции"))
    shift_number = models.IntegerField(_("номер смены"))
    text = models.TextField(_("снимок итогов"))
    operation = OneOfRegister(
        FiscalOperation,
        models.PROTECT,
        from_fields=["kkm", "number"],
        to_fields=["kkm", "number"],
        related_name="z",
        verbose_name=_("закрытие смены"),
    )
    shift = OneOfRegister(
        "kkm.Shift",
        models.PROTECT,
        from_fields=["kkm", "shift_number"],
        to_fields=["kkm", "number"],
        related_name="z",
        verbose_name=_("смена"),
    )

    class Meta:
        ordering = ["kkm", "number"]
        verbose_name = _("Z-отчёт")
        verbose_name_plural = _("Z-отчёты")
        constraints = [
            models.UniqueConstraint(fields=["kkm", "number"], name="z_is_of_one_closing"),
            models.UniqueConstraint(fields=["kkm", "shift_number"], name="z_is_of_one_shift"),
            KeyOfRegister(
                fields=["kkm", "number"],
                to="kkm.FiscalOperation",
                to_fields=["kkm", "number"],
                name="z_is_of_an_operation_of_the_register",
            ),
            KeyOfRegister(
                fields=["kkm", "shift_number"],
                to="kkm.Shift",
                to_fields=["kkm", "number"],
                name="z_is_of_a_shift_of_the_register",
            ),
        ]

    def __str__(self):
        return f"Z {self.shift}"

    @cached_property
    def snapshot(self) -> Snapshot:
        """The frozen figures."""
        return Snapshot.parse(self.text)
