"""What the register in the terminal sells: a demo price list, taxed as on the day of the sale."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from kkm.demo.goods import GROCERY, Good
from kkm.domain.money import Money, tenge
from kkm.domain.ticket import goods_of

PRICES = GROCERY.goods[:14]
_ORDERED = re.compile(r"(\d{1,3})(?:[*xх](\d{1,4})(?:[.,](\d{1,3}))?)?")


class Taken(NamedTuple):
    """So much (in thousandths) of a good."""

    good: Good
    quantity: int

    @property
    def cost(self) -> Money:
        """As the API counts it: to the whole tenge."""
        return Money((goods_of(self.quantity, tenge(self.good.price)).tiyn + 50) // 100 * 100)

    def position(self, today: date) -> dict:
        """As `check` takes it; the API counts the VAT."""
        good, rate = self.good, self.good.tax.rate_on(today)
        return {
            "PositionName": good.name,
            "Count": f"{self.quantity // 1000}.{self.quantity % 1000:03d}",
            "Price": good.price,
            "TaxType": 0 if rate is None else 100,
            "TaxPercent": 0 if rate is None else rate // 1000,
            "SectionCode": good.section,
            "UnitCode": good.unit,
        }


def ordered(text: str) -> list[Taken]:
    """«1 3*2 7*0,450»: numbers of the price list, with quantities.

    ValueError with a sentence for what it is not.
    """
    taken = []
    for word in text.split():
        match = _ORDERED.fullmatch(word)
        if not match or not 0 < int(match[1]) <= len(PRICES):
            raise ValueError(
                _(
                    "«{word}» — не товар: нужен номер из списка, можно с количеством, например 3*2."
                ).format(word=word)
            )
        quantity = int(match[2]) * 1000 + int((match[3] or "").ljust(3, "0")) if match[2] else 1000
        if not quantity:
            raise ValueError(_("«{word}»: количество должно быть больше нуля.").format(word=word))
        taken.append(Taken(PRICES[int(match[1]) - 1], quantity))
    return taken
