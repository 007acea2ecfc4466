"""One object of a line, read field by field.

What is wrong is named with the whole path of the field and a Russian sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NoReturn, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm import values
from kkm.domain.money import ZERO, Money
from kkm.domain.printable import UNPRINTABLE, without_controls
from kkm.domain.ticket import WrongField

Value = TypeVar("Value")

_NUMBER_LENGTH = 60  # characters of a number at most
_MOMENT_LENGTH = 40
_WORD_LENGTH = 50

# What only the domain can refuse, because it sees several fields at once.
_REFUSED = {
    "goods": gettext_lazy("стоимость не равна количеству × цене или слишком велика."),
    "discount": gettext_lazy("скидка больше стоимости позиции."),
    "amount": gettext_lazy("сумма должна быть больше нуля."),
    "total": gettext_lazy("скидки больше суммы чека, или она слишком велика."),
}


class BadLine(Exception):
    """A line that cannot be taken.

    `field`: where it is wrong («positions[0].price»), "" for the whole line. `reason`: a sentence
    for a person.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason

    def __str__(self) -> str:
        if not self.field:
            return self.reason
        return _("поле {field}: {reason}").format(field=self.field, reason=self.reason)


class LineFields:
    """The fields of one object, read by type.

    What is wrong is raised as BadLine with the whole path of the field.
    """

    def __init__(self, values: Mapping, path: str = "") -> None:
        self._values, self._path = values, path

    def refuse(self, name: str, reason: str) -> NoReturn:
        """Raise BadLine for a field."""
        raise BadLine(self._path + name, reason)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._values.get(name) is not None

    # -- texts -------------------------------------------------------------------------------------

    def text(self, name: str, limit: int, *, needed: bool = False) -> str:
        """A text or a number, as written; "" where there is none."""
        text = self._values.get(name)
        if text is None:
            text = ""
        return self._checked(name, text, limit, needed=needed)

    def texts(self, name: str, limit: int) -> list[str]:
        """A list of texts, none of them empty."""
        listed = self._values[name]
        if not isinstance(listed, list):
            self.refuse(name, _("нужен список текстов."))
        texts = []
        for item_name, text in _numbered(name, listed):
            texts.append(self._checked(item_name, text, limit, needed=True))
        return texts

    def _checked(self, name: str, text: object, limit: int, *, needed: bool = False) -> str:
        if not isinstance(text, str):
            self.refuse(name, _("нужен текст."))
        text = without_controls(text)
        if needed and not text:
            self.refuse(name, _("обязательное поле."))
        if len(text) > limit:
            self.refuse(name, _("не более {limit} знаков.").format(limit=limit))
        if UNPRINTABLE.search(text):
            self.refuse(name, _("есть непечатаемый знак."))
        return text

    def typed(self, name: str, requisite: Callable[[str], str], sentence: str) -> str:
        """A requisite of a domain type; `sentence` is the reason if it is none."""
        try:
            return str(requisite(self.text(name, _WORD_LENGTH, needed=True)))
        except ValueError:
            self.refuse(name, sentence)

    def choice(self, name: str, table: Mapping[str, Value]) -> Value:
        """What a table has for the word in the field."""
        word = self.text(name, _WORD_LENGTH, needed=True)
        if word not in table:
            sentence = _("«{word}» — не из списка: {words}.")
            self.refuse(name, sentence.format(word=word, words=", ".join(table)))
        return table[word]

    def flag(self, name: str) -> bool:
        """true or false; false where there is none."""
        flag = self._values.get(name) or False
        if not isinstance(flag, bool):
            self.refuse(name, _("нужно true или false."))
        return flag

    # -- numbers and moments, read by `kkm.values` -------------------------------------------------

    def money(self, name: str, *, needed: bool = False) -> Money:
        """Tenge with at most two decimals, not negative; zero where there is none."""
        text = self.text(name, _NUMBER_LENGTH, needed=needed)
        if not text:
            return ZERO
        return self._read(name, text, values.money)

    def money_or_list(self, name: str) -> Money:
        """The same, or the sum of a list of such."""
        listed = self._values.get(name)
        if not isinstance(listed, list):
            return self.money(name)
        total = ZERO
        for item_name, value in _numbered(name, listed):
            text = self._checked(item_name, value, _NUMBER_LENGTH, needed=True)
            total += self._read(item_name, text, values.money)
        return self._read(name, total, values.within_limit)

    def quantity(self, name: str) -> int:
        """A positive number with at most three decimals, in thousandths."""
        return self._read(name, self.text(name, _NUMBER_LENGTH, needed=True), values.quantity)

    def rate(self, name: str) -> int | None:
        """A VAT rate in percent, in thousandths of a percent; None for «без НДС»."""
        text = self.text(name, _NUMBER_LENGTH)
        if not text:
            return None
        return self._read(name, text, values.percent)

    def moment(self, name: str) -> datetime:
        """A moment in UTC: ISO 8601 with its offset, or dd.MM.yyyy HH:mm:ss in Almaty."""
        reader = partial(values.moment, iso_has_offset=True)
        return self._read(name, self.text(name, _MOMENT_LENGTH, needed=True), reader)

    def _read(self, name: str, value: Any, reader: Callable[[Any], Value]) -> Value:
        try:
            return reader(value)
        except values.WrongValue as error:
            self.refuse(name, str(error))

    # -- objects -----------------------------------------------------------------------------------

    def part(self, name: str) -> LineFields:
        """The fields of an object inside."""
        part = self._values.get(name)
        if not isinstance(part, dict):
            self.refuse(name, _("нужен объект в фигурных скобках."))
        return LineFields(part, f"{self._path}{name}.")

    def part_or_empty(self, name: str) -> LineFields:
        """The same, or an object without fields where there is none."""
        if self.has(name):
            return self.part(name)
        return LineFields({}, f"{self._path}{name}.")

    def parts(self, name: str, *, needed: bool = False) -> list[LineFields]:
        """The fields of each object of a list; empty where there is none and none is needed."""
        sentence = _("нужен список объектов.")
        if needed:
            sentence = _("нужен непустой список объектов.")
        listed = self._values.get(name) or []
        if not isinstance(listed, list) or (needed and not listed):
            self.refuse(name, sentence)
        parts = []
        for item_name, part in _numbered(name, listed):
            if not isinstance(part, dict):
                self.refuse(name, sentence)
            parts.append(LineFields(part, f"{self._path}{item_name}."))
        return parts

    def build(self, make: Callable[..., Value], **arguments: Any) -> Value:
        """A value of the domain; what it refuses is raised as BadLine with a sentence of ours."""
        try:
            return make(**arguments)
        except WrongField as error:
            self.refuse(error.field, str(_REFUSED.get(error.field, error)))


def _numbered(name: str, items: list[Any]) -> list[tuple[str, Any]]:
    """The items of a list with their names: «marks[0]»."""
    return [(f"{name}[{place}]", item) for place, item in enumerate(items)]
