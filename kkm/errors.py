"""Refusals of the door: one class for each, with its sentence.

A refused operation leaves nothing in the database.
"""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """The door refused an operation.

    `str()` is a sentence for the user. `facts` are the values in it. `index` is the place of the
    refused entry among those that were to be recorded together.
    """

    sentence = _("Операция не принята.")
    index = 0

    def __init__(self, **facts: object) -> None:
        # No arguments: a refusal in another process is made anew without any, and gets its facts.
        super().__init__()
        self.facts = facts

    def __str__(self) -> str:
        return str(self.sentence).format(**self.facts)


class KeyUnavailable(Refusal):
    """There is no key to sign with, or none to verify with, or it cannot be read. It says nothing
    against what was signed.

    `why` is for whoever runs the server: it names files, and stays out of answers.
    """

    sentence = _(
        "Сейчас нельзя ни подписать, ни проверить подпись: на сервере нет ключа подписи или он не "
        "читается. Сообщите администратору кабинета."
    )

    @property
    def why(self) -> str:
        """What is wrong with the keys."""
        return str(self.facts.get("why", ""))


class NotActive(Refusal):
    """The register has no registration in force."""

    sentence = _("Касса не состоит на учёте: операции не принимаются.")


class AlreadyActive(Refusal):
    """The register has a registration in force already."""

    sentence = _("Касса уже состоит на учёте под номером {registration_number}.")


class AlreadyDeregistered(Refusal):
    """The register has no registration to end: it was never activated, or is deregistered."""

    sentence = _("Касса уже снята с учёта.")


class RegistrationNumberTaken(Refusal):
    """Another active register has this РНМ."""

    sentence = _(
        "Регистрационный номер {registration_number} уже присвоен другой действующей кассе."
    )


class Blocked(Refusal):
    """The register is blocked by the tax authority (order No. 626, items 95, 96).

    A reason from the list of the cabinet is translated into the reader's language.
    """

    sentence = _("Касса заблокирована: {reason}.")

    def __str__(self) -> str:
        reason = self.facts.get("reason") or gettext("причина не указана")
        return str(self.sentence).format(reason=gettext(str(reason)))


class AlreadyBlocked(Refusal):
    """The register is blocked already."""

    sentence = _("Касса уже заблокирована.")


class NotBlocked(Refusal):
    """The register is not blocked, so it cannot be unblocked."""

    sentence = _("Касса не заблокирована.")


class ShiftTooLong(Refusal):
    """The shift is open for more than 24 hours since its first operation: it can only be closed.

    Source: order No. 626, item 93.
    """

    sentence = _("Смена № {number} открыта более 24 часов: закройте её Z-отчётом.")


class NoOpenShift(Refusal):
    """There is no open shift to close."""

    sentence = _("Нет открытой смены.")


class ShiftIsOpen(Refusal):
    """Order No. 626, items 118–120: the configuration changes only with the shift closed."""

    sentence = _(
        "Касса {serial_number}: смена № {number} открыта. Реквизиты меняются только при закрытой "
        "смене: сначала закройте её Z-отчётом."
    )


class RequisitesUnreadable(Refusal):
    """What the journal froze of the taxpayer cannot be read (`kkm.domain.heading.Unreadable`):
    somebody has changed it.
    """

    sentence = _("Реквизиты кассы не читаются: её журнал повреждён.")


class NotEnoughCash(Refusal):
    """The drawer has less cash than the operation pays out (docs/domain.md, section 2, rule 8)."""

    sentence = _("Недостаточно наличных в кассе: есть {cash}, нужно {needed}.")


class TimeRunsBackwards(Refusal):
    """The operation is earlier than the last one of the register.

    Source: order No. 626, items 118–120.
    """

    sentence = _("Время операции {at} раньше последней операции кассы ({last}).")


class TimeInFuture(Refusal):
    """The operation is later than the moment of its receipt."""

    sentence = _("Время операции {at} ещё не наступило.")


class OfflineTooLong(Refusal):
    """An offline operation was sent later than 72 hours after it was made.

    Source: order No. 626, items 106, 107.
    """

    sentence = _("Автономная операция от {at} передана позже 72 часов.")


class UnknownVatRate(Refusal):
    """The rate is not in force on that day; of a return it is the day of the sale that its basis
    names.

    `line`: its place among the positions and modifiers.
    """

    sentence = _("Ставка НДС {rate} не действует {day}.")


class BasisInFuture(Refusal):
    """A return cannot return what was sold later."""

    sentence = _("Чек-основание от {at} позже самого возврата.")


class DiscountBeyondTurnover(Refusal):
    """A discount under a VAT rate takes off more than was sold at it.

    `modifier`: its place on the ticket.
    """

    sentence = _("Скидка {discount} со ставкой НДС {rate} больше оборота чека по этой ставке.")


class ExternalNumberTaken(Refusal):
    """Another operation of the register has this external number and other content."""

    sentence = _("Внешний номер {external_number} уже занят операцией с другим содержанием.")
