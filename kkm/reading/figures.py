"""How single figures of `Totals` and `Balance` are named and written, wherever one of them is
told to be wrong.
"""

from typing import Any, cast

from django.db.models import Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm.domain.kinds import OperationKind, PaymentType
from kkm.domain.money import Money
from kkm.domain.vat import rate_name
from kkm.models.operation import BALANCE_COLUMNS, KIND_NAMES, PAYMENT_NAMES, FiscalOperation

MEASURES = {
    "tickets": gettext_lazy("чеков"),
    "amount": gettext_lazy("сумма"),
    "change": gettext_lazy("сдача"),
    "payments": gettext_lazy("оплат"),
    "paid": gettext_lazy("оплачено"),
    "positions": gettext_lazy("позиций"),
    "goods": gettext_lazy("стоимость позиций"),
    "discounts": gettext_lazy("скидок"),
    "discount": gettext_lazy("сумма скидок"),
    "markups": gettext_lazy("наценок"),
    "markup": gettext_lazy("сумма наценок"),
    "turnover": gettext_lazy("оборот"),
    "vat": gettext_lazy("НДС"),
    "placements": gettext_lazy("операций с наличными"),
    "placed": gettext_lazy("сумма операций с наличными"),
    "offline": gettext_lazy("автономных"),
    "documents": gettext_lazy("документов"),
}
_SUMS = {"amount", "change", "paid", "goods", "discount", "markup", "turnover", "vat", "placed"}


def cell_name(key: str) -> str:
    """A cell of `Totals`: «сумма: Продажа», «оплачено: Продажа, Наличные», «оборот: Продажа,
    16.00%».
    """
    measure, *keys = key.split("/", 2)
    name = str(MEASURES.get(measure, measure))
    if not keys:
        return name
    kind, *split = keys
    if kind.isdecimal() and int(kind) in KIND_NAMES:
        kind = str(KIND_NAMES[OperationKind(int(kind))])
        split = [_split_name(measure, part) for part in split]
    return f"{name}: {', '.join([kind, *split])}"


def _split_name(measure: str, split: str) -> str:
    if measure in ("payments", "paid") and split.isdecimal() and int(split) in PAYMENT_NAMES:
        return str(PAYMENT_NAMES[PaymentType(int(split))])
    if measure not in ("turnover", "vat"):
        return split
    if split.isdecimal():
        return rate_name(int(split))
    return _("без НДС")


def cell_figure(key: str, value: Any) -> str:
    """What stands in it: a sum in tenge, or a count."""
    measure = key.split("/")[0]
    if measure in _SUMS:
        return tenge_of(value)
    return str(value)


def balance_name(name: str) -> str:
    """A figure of the running balance."""
    if name not in BALANCE_COLUMNS:
        return name
    field = FiscalOperation._meta.get_field(BALANCE_COLUMNS[name])
    return str(cast("Field", field).verbose_name)


def balance_figure(name: str, value: Any) -> str:
    """What it is: a sum in tenge, or a count."""
    if name.endswith("_count") or name not in BALANCE_COLUMNS:
        return str(value)
    return tenge_of(value)


def tenge_of(tiyn: Any) -> str:
    """A sum in tenge; what is no whole number of tiyn as it stands."""
    try:
        return f"{Money(int(tiyn))} ₸"
    except (TypeError, ValueError):
        return str(tiyn)
