"""Lines of tickets. Rows are only ever added, by `kkm.journal`."""

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kkm.domain.heading import parsed
from kkm.domain.kinds import PositionRole
from kkm.domain.money import Money
from kkm.domain.thousandths import thousandths_text
from kkm.domain.vat import rate_name
from kkm.fields import LineDetailsField, MoneyField
from kkm.models.operation import FiscalOperation, not_negative
from kkm.models.relations import KeyOfRegister, RowOfOperation


class Position(RowOfOperation):
    """A line of a ticket: a position, or a discount or markup on the whole ticket (then goods and
    price are zero).

    `quantity` in thousandths, `rate` in thousandths of a percent (empty: «без НДС»), `vat` never
    negative.
    """

    pk = models.CompositePrimaryKey("kkm", "number", "line")
    quantity = models.BigIntegerField(_("количество, тысячные"))
    price = MoneyField(_("цена"))
    goods = MoneyField(_("стоимость"))
    discount = MoneyField(_("скидка"))
    markup = MoneyField(_("наценка"))
    vat = MoneyField(_("НДС"))
    number = models.IntegerField(_("номер операции"))
    rate = models.PositiveIntegerField(_("ставка НДС"), null=True)
    line = models.PositiveSmallIntegerField(_("строка"))
    role = models.PositiveSmallIntegerField(
        _("вид строки"), choices=[(role.value, role.name) for role in PositionRole]
    )
    section = models.CharField(_("секция"), max_length=20, blank=True)
    name = models.CharField(_("наименование"), max_length=300, blank=True)
    details = LineDetailsField(_("подробности"), blank=True)
    operation = models.ForeignObject(
        FiscalOperation,
        models.PROTECT,
        from_fields=["kkm", "number"],
        to_fields=["kkm", "number"],
        related_name="positions",
        verbose_name=_("операция"),
    )

    class Meta:
        ordering = ["kkm", "number", "line"]
        verbose_name = _("позиция чека")
        verbose_name_plural = _("позиции чеков")
        constraints = [
            KeyOfRegister(
                fields=["kkm", "number"],
                to="kkm.FiscalOperation",
                to_fields=["kkm", "number"],
                name="position_is_of_an_operation_of_the_register",
            ),
            not_negative("quantity", "price", "goods", "discount", "markup", "vat"),
            models.CheckConstraint(
                condition=Q(role=PositionRole.ITEM.value, quantity__gt=0)
                | Q(role=PositionRole.DISCOUNT.value, goods=0, markup=0)
                | Q(role=PositionRole.MARKUP.value, goods=0, discount=0),
                name="position_fits_its_role",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def total(self) -> Money:
        """Goods − discount + markup."""
        return self.goods - self.discount + self.markup

    @property
    def amount_of_goods(self) -> str:
        """The quantity as printed: «2», «0.45»."""
        return thousandths_text(self.quantity)

    @property
    def rate_name(self) -> str:
        """«16.00%», or empty."""
        return rate_name(self.rate)

    @cached_property
    def facts(self) -> dict:
        """`details`, parsed. Raises `Unreadable`."""
        return parsed(self.details)
