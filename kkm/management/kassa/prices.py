"""The demo price list of the register in the terminal. VAT is that of the day of the sale."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from kkm.demo.goods import GROCERY, Good
from kkm.domain.money import Money, tenge
from kkm.domain.ticket import goods_of

PRICES = GROCERY.goods[:14]
# A place in the list; after an asterisk or x the whole part and the fraction of the quantity.
_ORDERED = re.compile(r"(\d{1,3})(?:[*xх](\d{1,4})(?:[.,](\d{1,3}))?)?")


class Ordered(NamedTuple):
    """A quantity of a good, in thousandths."""

    good: Good
    quantity: int

    @property
    def cost(self) -> Money:
        """The cost rounded to a whole tenge, as the API computes it."""
        exact = goods_of(self.quantity, tenge(self.good.price))
        return Money((exact.tiyn + 50) // 100 * 100)

    def position(self, today: date) -> dict:
        """A position of `check`. The API computes the VAT."""
        fields = {
            "PositionName": self.good.name,
            "Count": f"{self.quantity // 1000}.{self.quantity % 1000:03d}",
            "Price": self.good.price,
            "TaxType": 0,
            "TaxPercent": 0,
            "SectionCode": self.good.section,
            "UnitCode": self.good.unit,
        }
        rate = self.good.tax.rate_on(today)
        if rate is not None:
            fields["TaxType"] = 100
            fields["TaxPercent"] = rate // 1000
        return fields


def ordered(text: str) -> list[Ordered]:
    """Goods from a typed line: «1 3*2 7*0,450» are places in the price list, with quantities.

    ValueError with a sentence for the user if a word is not a good.
    """
    return [_ordered(word) for word in text.split()]


def _ordered(word: str) -> Ordered:
    match = _ORDERED.fullmatch(word)
    if not match or not 0 < int(match[1]) <= len(PRICES):
        text = _("«{word}» — не товар: нужен номер из списка, можно с количеством, например 3*2.")
        raise ValueError(text.format(word=word))
    place, whole, fraction = match.groups(default="")
    quantity = 1000
    if whole:
        quantity = int(whole) * 1000 + int(fraction.ljust(3, "0"))
    if not quantity:
        raise ValueError(_("«{word}»: количество должно быть больше нуля.").format(word=word))
    return Ordered(PRICES[int(place) - 1], quantity)
