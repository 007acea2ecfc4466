"""Refusals of the door: one class for each, with its sentence inside. What was refused has left nothing behind."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """The door said no. `str()` is a sentence for a person; `facts` are what it was made of."""

    sentence = _("Операция не принята.")

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts = facts

    def __str__(self) -> str:
        return str(self.sentence).format(**self.facts)


class NotActive(Refusal):
    """The register is not on the record."""

    sentence = _("Касса не состоит на учёте: операции не принимаются.")


class AlreadyActive(Refusal):
    """It is on the record already."""

    sentence = _("Касса уже состоит на учёте под номером {registration_number}.")


class AlreadyDeregistered(Refusal):
    """Somebody was faster, or it has never been on the record."""

    sentence = _("Касса уже снята с учёта.")


class RegistrationNumberTaken(Refusal):
    """An РНМ belongs to one active register."""

    sentence = _(
        "Регистрационный номер {registration_number} уже присвоен другой действующей кассе."
    )


class Blocked(Refusal):
    """By the tax authority (order No. 626, items 95, 96). A reason from the cabinet's list is said in the reader's language."""

    sentence = _("Касса заблокирована: {reason}.")

    def __str__(self) -> str:
        reason = self.facts.get("reason") or gettext("причина не указана")
        return str(self.sentence).format(reason=gettext(reason))


class AlreadyBlocked(Refusal):
    """Nothing to block."""

    sentence = _("Касса уже заблокирована.")


class NotBlocked(Refusal):
    """Nothing to unblock."""

    sentence = _("Касса не заблокирована.")


class ShiftTooLong(Refusal):
    """Order No. 626, item 93: 24 hours from the first operation; then only closing."""

    sentence = _("Смена № {number} открыта более 24 часов: закройте её Z-отчётом.")


class NoOpenShift(Refusal):
    """Nothing to close."""

    sentence = _("Нет открытой смены.")


class ShiftIsOpen(Refusal):
    """Order No. 626, items 118–120: the configuration changes only with the shift closed."""

    sentence = _(
        "Касса {serial_number}: смена № {number} открыта. Реквизиты меняются только при закрытой смене: сначала закройте её Z-отчётом."
    )


class RequisitesUnreadable(Refusal):
    """What the journal froze of the taxpayer cannot be read (`kkm.domain.heading.Unreadable`): somebody has changed it."""

    sentence = _("Реквизиты кассы не читаются: её журнал повреждён.")


class NotEnoughCash(Refusal):
    """domain.md 2, rule 8."""

    sentence = _("Недостаточно наличных в кассе: есть {cash}, нужно {needed}.")


class TimeRunsBackwards(Refusal):
    """Order No. 626, items 118–120: no time earlier than that of the last fiscal document."""

    sentence = _("Время операции {at} раньше последней операции кассы ({last}).")


class TimeInFuture(Refusal):
    """An operation cannot be received before it happens."""

    sentence = _("Время операции {at} ещё не наступило.")


class OfflineTooLong(Refusal):
    """Order No. 626, items 106, 107."""

    sentence = _("Автономная операция от {at} передана позже 72 часов.")


class UnknownVatRate(Refusal):
    """The rate is not in force on that day."""

    sentence = _("Ставка НДС {rate} не действует {day}.")


class ExternalNumberTaken(Refusal):
    """An external number names one operation of a register, with one content."""

    sentence = _("Внешний номер {external_number} уже занят операцией с другим содержанием.")
