"""Queries of the page of operations: which shifts, and which operations of them."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspector.forms.cabinet import QueryForm
from kkm.domain.kinds import DOCUMENTS, TICKETS, OperationKind, PaymentType
from kkm.domain.totals import natural_order, rate_key
from kkm.domain.vat import rate_name
from kkm.models.operation import KIND_NAMES, PAYMENT_NAMES, OperationQuerySet
from kkm.reading.asked_lines import TAXED, AskedLines, Modified, sections_and_rates

MOST = 2**31 - 1
ALL_TICKETS = "tickets"
Choices = list[tuple[Any, Any]]


class ShiftQuery(QueryForm):
    """Which shift, or the shifts from `shift` through `through`."""

    shift = forms.IntegerField(
        label=gettext_lazy("Смена №"),
        required=False,
        min_value=1,
        max_value=MOST,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            gettext_lazy("Введите номер смены: целое число от 1."),
        ),
    )
    through = forms.IntegerField(required=False, min_value=1, max_value=MOST)


def cashier_label(code: str, name: str) -> str:
    """What the filter calls a cashier: «1 Ахметова А.К.», a dash if nobody was named."""
    return f"{code} {name}".strip() or "—"


def section_label(code: str) -> str:
    """What the filter calls a section: its code, a dash for the one without a code."""
    return code or "—"


def kinds_label(kinds: tuple[OperationKind, ...]) -> str:
    """What the filter calls one kind, or all kinds of ticket."""
    if kinds == TICKETS:
        return ALL_TICKETS
    (kind,) = kinds
    return str(kind.value)


def _kinds(label: str) -> tuple[OperationKind, ...]:
    if label == ALL_TICKETS:
        return TICKETS
    return (OperationKind(int(label)),)


class Pill(NamedTuple):
    """A condition in words, and the page without it."""

    text: str
    without: str


def _choice(label: Any, choices: Choices, **more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=choices, required=False, empty_value=None, **more
    )


class OperationsQuery(QueryForm):
    """Which operations of a shift, or of several."""

    kind = _choice(
        gettext_lazy("Вид операции"),
        [
            ("", gettext_lazy("Все")),
            (ALL_TICKETS, gettext_lazy("Все чеки")),
            *((str(kind.value), KIND_NAMES[kind]) for kind in DOCUMENTS),
        ],
        coerce=_kinds,
    )
    cashier = _choice(gettext_lazy("Кассир"), [])
    payment = _choice(
        gettext_lazy("Оплата"),
        [
            ("", gettext_lazy("Любая")),
            *((str(payment.value), name) for payment, name in PAYMENT_NAMES.items()),
        ],
        coerce=lambda value: PaymentType(int(value)),
    )
    offline = _choice(
        gettext_lazy("Режим"),
        [
            ("", gettext_lazy("Любой")),
            ("yes", gettext_lazy("Автономно")),
            ("no", gettext_lazy("На связи")),
        ],
        coerce=lambda value: value == "yes",
    )
    section = _choice(gettext_lazy("Секция"), [])
    rate = _choice(gettext_lazy("НДС"), [])
    modified = _choice(
        gettext_lazy("Скидки и наценки"),
        [
            ("", gettext_lazy("Все")),
            (Modified.DISCOUNT.value, gettext_lazy("Со скидкой")),
            (Modified.MARKUP.value, gettext_lazy("С наценкой")),
        ],
        coerce=Modified,
    )
    up_to = forms.IntegerField(
        label=gettext_lazy("По операцию №"),
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        widget=forms.HiddenInput(),
    )

    def __init__(self, *args: Any, operations: OperationQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections, rates = sections_and_rates(operations)
        in_order = sorted(sections, key=natural_order)
        self._offer("cashier", {cashier_label(*actor): actor for actor in operations.actors()})
        self._offer("section", {section_label(code): code for code in in_order})
        self._choices_of("rate").choices = list(_rate_choices(rates))

    def _offer(self, name: str, values: dict[str, Any]) -> None:
        field = self._choices_of(name)
        field.choices = [("", _("Все")), *((label, label) for label in values)]
        field.coerce = values.get

    def _choices_of(self, name: str) -> forms.TypedChoiceField:
        return cast("forms.TypedChoiceField", self.fields[name])

    @property
    def asked(self) -> dict[str, Any]:
        """For `OperationQuerySet.matching`: «offline: no» is an answer, an absent one is None."""
        self.is_valid()
        names = ("cashier", "payment", "offline", "up_to")
        found = {name: self.cleaned_data.get(name) for name in names}
        return found | {"kinds": self.cleaned_data.get("kind") or ()}

    @property
    def lines(self) -> AskedLines:
        """Which lines the tickets must have."""
        self.is_valid()
        names = ("section", "rate", "modified")
        return AskedLines(**{name: self.cleaned_data.get(name) for name in names})

    @property
    def pills(self) -> Iterator[Pill]:
        """Each condition that is asked for, in the order of the form."""
        self.is_valid()
        for name, field in self.fields.items():
            if self.cleaned_data.get(name) is not None:
                yield Pill(f"{field.label}: {self._words(name)}", self._without(name))

    def _words(self, name: str) -> str:
        value = self.data[name]
        choices = dict(getattr(self.fields[name], "choices", ()))
        return str(choices.get(value, value))

    def _without(self, name: str) -> str:
        query = cast("QueryDict", self.data).copy()
        for left_out in (name, "page"):
            query.pop(left_out, None)
        return f"?{query.urlencode()}"


def _rate_choices(rates: Iterable[int | None]) -> Iterator[tuple[str, str]]:
    """The rates that occur, highest first, and all of them together."""
    yield "", _("Все")
    known = {rate for rate in rates if rate is not None}
    if known:
        yield TAXED, _("Любая ставка")
    for rate in sorted(known, reverse=True):
        yield rate_key(rate), rate_name(rate)
    if None in rates:
        yield rate_key(None), _("Без НДС")
