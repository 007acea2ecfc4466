"""What the check says, in Russian: it runs where there is no catalogue of translations."""

from __future__ import annotations

from kkm.domain.anchor import BAD_SIGNATURE, OTHER_HEAD, UNKNOWN_KEY
from kkm.domain.checker import LAW, Finding, Rule
from kkm.domain.kinds import OperationKind as K

KINDS = {
    K.PURCHASE: "Покупка",
    K.PURCHASE_RETURN: "Возврат покупки",
    K.SALE: "Продажа",
    K.SALE_RETURN: "Возврат продажи",
    K.DEPOSIT: "Внесение",
    K.WITHDRAWAL: "Изъятие",
    K.CLOSE_SHIFT: "Закрытие смены (Z-отчёт)",
    K.ACTIVATION: "Постановка на учёт",
    K.DEREGISTRATION: "Снятие с учёта",
    K.BLOCK: "Блокировка",
    K.UNBLOCK: "Разблокировка",
    K.REQUISITES: "Изменение реквизитов",
}
PAYMENT_NAMES = ("Наличные", "Банковская карта", "Кредит", "Тара", "Мобильный платёж")
ROLES = {0: "позиция", 1: "скидка на чек", 2: "наценка на чек"}
BALANCES = (
    *("Необнуляемая сумма продаж", "Необнуляемая сумма покупок"),
    *("Необнуляемая сумма возвратов продаж", "Необнуляемая сумма возвратов покупок"),
    *(
        "Продаж за всё время",
        "Покупок за всё время",
        "Возвратов продаж за всё время",
        "Возвратов покупок за всё время",
    ),
    *("Внесений за всё время", "Изъятий за всё время", "Наличных в кассе"),
)
WRONG = {
    Rule.NUMBER: "нарушена нумерация",
    Rule.SEAL: "печать не сходится с содержанием операции и печатью перед ней",
    Rule.SIGN: "неверен фискальный признак",
    Rule.BALANCE: "не сходится итог после операции",
    Rule.CASH: "наличных в кассе меньше нуля",
    Rule.PAYMENTS: "оплаты не равны сумме операции (в тиынах)",
    Rule.LINES: "позиции не сходятся с суммой (в тиынах)",
    Rule.VAT: "неверен НДС позиции (в тиынах)",
    Rule.TIME: "время идёт назад (в секундах)",
    Rule.SHIFT: "неверен номер смены",
    Rule.SHIFT_LENGTH: "позже 24 часов после открытия смены (в секундах)",
    Rule.STATE: "состояние кассы не допускало этой операции",
    Rule.OFFLINE: "автономная операция передана позже 72 часов (в секундах)",
    Rule.Z: "Z-отчёт не сходится со своей сменой",
    Rule.SPAN: "таблица не сходится с журналом",
    Rule.SIGNATURE: "не сходится с подписью",
    Rule.MEMORY: "не то, что видели раньше",
    Rule.EMPTY: "операций нет, хотя они должны быть",
    Rule.REQUISITES: "реквизиты не те, что заморожены в журнале",
}
FAULTS = {
    "": "подписи нет, хотя эта операция должна быть подписана",
    UNKNOWN_KEY: "подпись сделана ключом, которого нет среди доверенных",
    BAD_SIGNATURE: "подпись неверна: изменён подписанный текст или сама подпись",
    OTHER_HEAD: "подписана не эта операция",
}
_LONG = 100


def sentence(finding: Finding) -> str:
    """What is wrong at an operation, and the rule that it breaks."""
    return f"операция № {finding.number}: {_what(finding)} [{law(finding.rule)}]"


def fault_of(fault: str, key: str) -> str:
    """What is wrong with a signature."""
    return f"{FAULTS.get(fault, fault)} (ключ {key})" if key else FAULTS.get(fault, fault)


def law(rule: Rule) -> str:
    """Where it is written."""
    return LAW[rule].replace("626: ", "приказ № 626, п. ").replace("НК РК", "Налоговый кодекс")


def _what(finding: Finding) -> str:
    if finding.rule is Rule.SIGNATURE and finding.expected == "signature":
        return fault_of(str(finding.found), finding.source)
    return (
        f"{WRONG[finding.rule]}: должно быть {_said(finding.expected)}, стоит "
        f"{_said(finding.found)}"
    )


def _said(value: object) -> str:
    said = str(value)
    return "—" if said == "" else said if len(said) <= _LONG else f"{said[:_LONG]}…"
