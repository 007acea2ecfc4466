"""One object of a line, read field by field; what is wrong is named with the whole path of the
field and a Russian sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm import values
from kkm.domain.limits import MONEY_LIMIT
from kkm.domain.money import ZERO, Money
from kkm.domain.printable import UNPRINTABLE, without_controls

_REFUSED = {  # by the domain, which sees several fields at once
    "goods": gettext_lazy("стоимость не равна количеству × цене или слишком велика."),
    "discount": gettext_lazy("скидка больше стоимости позиции."),
    "amount": gettext_lazy("сумма должна быть больше нуля."),
    "total": gettext_lazy("скидки больше суммы чека, или она слишком велика."),
}


class BadLine(Exception):
    """A line that cannot be taken: `field` is where («positions[0].price», or empty), `reason` a
    sentence for a person.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason

    def __str__(self) -> str:
        return (
            _("поле {field}: {reason}").format(field=self.field, reason=self.reason)
            if self.field
            else self.reason
        )


class Fields:
    """The fields of one object, read by type; what is wrong is raised as BadLine with the whole
    path of the field.
    """

    def __init__(self, values: Mapping, path: str = "") -> None:
        self._values, self._path = values, path

    def wrong(self, name: str, reason: str) -> NoReturn:
        """Refuse a field."""
        raise BadLine(self._path + name, reason)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._values.get(name) is not None

    def text(self, name: str, limit: int, *, needed: bool = False) -> str:
        """A text or a number, as written."""
        text = self._values.get(name)
        if text is None:
            text = ""
        return self._checked(name, text, limit, needed=needed)

    def _checked(self, name: str, text: object, limit: int, *, needed: bool = False) -> str:
        if not isinstance(text, str):
            self.wrong(name, _("нужен текст."))
        text = without_controls(text)
        if needed and not text:
            self.wrong(name, _("обязательное поле."))
        if len(text) > limit:
            self.wrong(name, _("не более {limit} знаков.").format(limit=limit))
        if UNPRINTABLE.search(text):
            self.wrong(name, _("есть знак, который нельзя напечатать."))
        return text

    def texts(self, name: str, limit: int) -> list[str]:
        """A list of texts."""
        values = self._values[name]
        if not isinstance(values, list):
            self.wrong(name, _("нужен список текстов."))
        return [
            self._checked(f"{name}[{place}]", text, limit, needed=True)
            for place, text in enumerate(values)
        ]

    def typed(self, name: str, requisite: Callable[[str], str], sentence: str) -> str:
        """A requisite of a domain type."""
        try:
            return str(requisite(self.text(name, 50, needed=True)))
        except ValueError:
            self.wrong(name, sentence)

    def choice(self, name: str, table: Mapping[str, Any]) -> Any:
        """One of the words of a table."""
        word = self.text(name, 50, needed=True)
        if word not in table:
            self.wrong(
                name,
                _("«{word}» — не из списка: {words}.").format(word=word, words=", ".join(table)),
            )
        return table[word]

    def flag(self, name: str) -> bool:
        """true or false; false where there is none."""
        flag = self._values.get(name) or False
        return flag if isinstance(flag, bool) else self.wrong(name, _("нужно true или false."))

    def money(self, name: str, *, needed: bool = False) -> Money:
        """Tenge with at most two decimals, not negative; zero where there is none."""
        text = self.text(name, 60, needed=needed)
        if not text:
            return ZERO
        return self._read(name, text, values.money)

    def money_or_list(self, name: str) -> Money:
        """The same, or the sum of a list of such."""
        listed = self._values.get(name)
        if not isinstance(listed, list):
            return self.money(name)
        total = ZERO
        for place, value in enumerate(listed):
            path = f"{name}[{place}]"
            text = self._checked(path, value, 60, needed=True)
            total += self._read(path, text, values.money)
        if total >= MONEY_LIMIT:
            sentence = _("сумма {text} отрицательна или не меньше 10¹² тенге.")
            self.wrong(name, sentence.format(text=total))
        return total

    def quantity(self, name: str) -> int:
        """A positive number with at most three decimals, in thousandths."""
        return self._read(name, self.text(name, 60, needed=True), values.quantity)

    def rate(self, name: str) -> int | None:
        """A VAT rate in percent, in thousandths of a percent; None for «без НДС»."""
        text = self.text(name, 60)
        if not text:
            return None
        return self._read(name, text, values.percent)

    def moment(self, name: str) -> datetime:
        """A moment in UTC: ISO 8601 with its offset, or dd.MM.yyyy HH:mm:ss in Almaty."""
        reader = partial(values.moment, iso_has_offset=True)
        return self._read(name, self.text(name, 40, needed=True), reader)

    def _read(self, name: str, text: str, reader: Callable[[str], Any]) -> Any:
        """By a reader of `kkm.values`."""
        try:
            return reader(text)
        except values.Unreadable as error:
            self.wrong(name, str(error))

    def part(self, name: str) -> Fields:
        """An object inside."""
        part = self._values.get(name)
        return (
            Fields(part, f"{self._path}{name}.")
            if isinstance(part, dict)
            else self.wrong(name, _("нужен объект в фигурных скобках."))
        )

    def parts(self, name: str, *, needed: bool = False) -> list[Fields]:
        """A list of objects inside."""
        parts = self._values.get(name) or []
        if (
            not isinstance(parts, list)
            or not all(isinstance(part, dict) for part in parts)
            or (needed and not parts)
        ):
            self.wrong(
                name,
                _("нужен непустой список объектов.") if needed else _("нужен список объектов."),
            )
        return [Fields(part, f"{self._path}{name}[{place}].") for place, part in enumerate(parts)]

    def built(self, make: Callable[..., Any], **facts: Any) -> Any:
        """A value of the domain; what it refuses is told in our words."""
        try:
            return make(**facts)
        except ValueError as error:
            field = str(error).partition(":")[0]
            self.wrong(field, str(_REFUSED.get(field, error)))
