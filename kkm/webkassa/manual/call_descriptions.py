"""What the description of the API says of each call."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CallDescription(NamedTuple):
    """The name of a call, and what it does."""

    name: Promise
    text: Promise


# By the path of the call.
CALL_DESCRIPTIONS = {
    "Authorize": CallDescription(
        _("Вход кассира"),
        _(
            "Выдаёт токен на 24 часа. Пять неверных паролей подряд закрывают вход с этого адреса "
            "на 30 минут."
        ),
    ),
    "Cashboxes": CallDescription(
        _("Кассы"), _("Кассы, которые открыты этому кассиру, и состояние каждой.")
    ),
    "Employee/List": CallDescription(
        _("Кассиры"), _("Работающие кассиры налогоплательщика и номера их касс.")
    ),
    "Check": CallDescription(
        _("Чек"),
        _(
            "Регистрирует продажу, покупку или возврат. Открывает смену, если она не открыта. "
            "Повтор с тем же ExternalCheckNumber и тем же "
            "содержанием ничего не записывает: придёт прежний чек и рядом с ним код 14."
        ),
    ),
    "MoneyOperation": CallDescription(
        _("Внесение и изъятие"),
        _(
            "Наличные в кассу или из неё. Повтор с тем же ExternalCheckNumber безопасен, как у "
            "чека."
        ),
    ),
    "XReport": CallDescription(
        _("X-отчёт"),
        _("Отчёт открытой смены без гашения: от запроса ничего не меняется."),
    ),
    "ZReport": CallDescription(
        _("Z-отчёт: закрыть смену"),
        _(
            "Закрывает смену и возвращает её Z-отчёт. Второй раз ту же смену закрыть нельзя: код "
            "12. С заголовком Idempotency-Key повтор после потерянного ответа возвращает тот же "
            "Z-отчёт и следующую смену не закрывает."
        ),
    ),
    "ZReport/History": CallDescription(
        _("Выпущенные Z-отчёты"),
        _("Z-отчёты кассы, начиная с первого, страницами."),
    ),
    "ZReport/ByShiftNumber": CallDescription(
        _("Z-отчёт по номеру смены"), _("Z-отчёт одной закрытой смены.")
    ),
    "Cashbox/ShiftHistory": CallDescription(
        _("Смены"),
        _("Когда смены открывались и закрывались; у открытой нет CloseDate."),
    ),
    "Reports/ControlTape": CallDescription(
        _("Контрольная лента"),
        _("Каждая операция смены по порядку; Number есть только у чеков."),
    ),
    "Reports/ReportByShiftsAndSections": CallDescription(
        _("Отчёт по секциям"),
        _("Секции по сменам, которые были открыты в указанный период."),
    ),
    "Check/History": CallDescription(
        _("Чеки смены"), _("Чеки одной смены с позициями, страницами.")
    ),
    "Check/HistoryByNumber": CallDescription(
        _("Чек по номеру"), _("Один чек по его фискальному признаку.")
    ),
    "Ticket/PrintFormat": CallDescription(
        _("Чек для печати"),
        _(
            "Строки чека по ширине бумаги на двух языках: первый называет Accept-Language (kk-KZ, "
            "ru-RU), второй — Secondary-Language."
        ),
    ),
    "ShiftClose": CallDescription(
        _("Закрытие смены"),
        _("То же, что ZReport: так смену закрывают старые клиенты."),
    ),
    "XReport/extended": CallDescription(
        _("X-отчёт с частями"),
        _("X-отчёт с секциями, налогами, скидками и наценками."),
    ),
    "ZReport/extended": CallDescription(
        _("Z-отчёт с частями"),
        _("Закрывает смену, как ZReport, и возвращает её отчёт с частями."),
    ),
    "Ticket/GetTicketByExternalCheckNumber": CallDescription(
        _("Чек по внешнему номеру"),
        _("Чек с этим ExternalCheckNumber: если ответ на Check потерялся."),
    ),
    "Cashbox/state": CallDescription(
        _("Состояние кассы"),
        _("Реквизиты кассы, последняя операция и X-отчёт открытой смены."),
    ),
    "cashbox/client-info": CallDescription(
        _("Может ли касса работать"),
        _("Состояние кассы для наблюдения. Лицензия бессрочна, срок ОФД неизвестен: даты пусты."),
    ),
    "Cashbox/ChangeToken": CallDescription(
        _("Смена токена ОФД"),
        _("Токены ОФД здесь не хранятся: вызов отклоняется кодом 4."),
    ),
    "cashboxes/availableForReadHistory": CallDescription(
        _("Кассы, историю которых можно читать"),
        _("Кассы, которые открыты этому кассиру."),
    ),
    "Shift/ExternalHistory": CallDescription(
        _("Смены за период"),
        _("Смены, которые были открыты в какой-то момент периода, страницами."),
    ),
    "Ticket/ExternalHistory": CallDescription(
        _("Чеки смены для внешних систем"),
        _("То же, что Check/History."),
    ),
    "organization/main-info": CallDescription(
        _("Налогоплательщик"),
        _("Реквизиты налогоплательщика этого кассира."),
    ),
    "employee/employees-and-cashboxes": CallDescription(
        _("Кассиры и их кассы"),
        _("То же, что Employee/List."),
    ),
    "references/RefUnits": CallDescription(
        _("Единицы измерения"),
        _("Коды единиц и их названия на трёх языках."),
    ),
}
