"""Russian names for the tables of an export: no catalogue of translations is there."""

from __future__ import annotations

from kkm.domain.kinds import OperationKind, PositionRole

KINDS: dict[int, str] = {
    OperationKind.PURCHASE: "Покупка",
    OperationKind.PURCHASE_RETURN: "Возврат покупки",
    OperationKind.SALE: "Продажа",
    OperationKind.SALE_RETURN: "Возврат продажи",
    OperationKind.DEPOSIT: "Внесение",
    OperationKind.WITHDRAWAL: "Изъятие",
    OperationKind.CLOSE_SHIFT: "Закрытие смены (Z-отчёт)",
    OperationKind.ACTIVATION: "Постановка на учёт",
    OperationKind.DEREGISTRATION: "Снятие с учёта",
    OperationKind.BLOCK: "Блокировка",
    OperationKind.UNBLOCK: "Разблокировка",
    OperationKind.REQUISITES: "Изменение реквизитов",
}
PAYMENT_NAMES = ("Наличные", "Банковская карта", "Кредит", "Тара", "Мобильный платёж")
ROLES: dict[int, str] = {
    PositionRole.ITEM: "позиция",
    PositionRole.DISCOUNT: "скидка на чек",
    PositionRole.MARKUP: "наценка на чек",
}
# In the order of `kkm.domain.operation.FIELDS`.
BALANCES = (
    "Необнуляемая сумма продаж",
    "Необнуляемая сумма покупок",
    "Необнуляемая сумма возвратов продаж",
    "Необнуляемая сумма возвратов покупок",
    "Продаж за всё время",
    "Покупок за всё время",
    "Возвратов продаж за всё время",
    "Возвратов покупок за всё время",
    "Внесений за всё время",
    "Изъятий за всё время",
    "Наличных в кассе",
)
