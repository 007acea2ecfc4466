"""What a check of an export finds, in Russian: no catalogue of translations is there."""

from __future__ import annotations

from kkm.domain.anchor import BAD_SIGNATURE, OTHER_HEAD, UNKNOWN_KEY
from kkm.domain.finding import LAW, Finding, Rule

WRONG = {
    Rule.NUMBER: "нарушена нумерация",
    Rule.SEAL: "контрольный код не сходится с содержанием операции и кодом перед ней",
    Rule.SIGN: "неверен фискальный признак",
    Rule.BALANCE: "не сходится итог после операции",
    Rule.CASH: "наличных в кассе меньше нуля",
    Rule.PAYMENTS: "оплаты не равны сумме операции (в тиынах)",
    Rule.LINES: "позиции не сходятся с суммой (в тиынах)",
    Rule.VAT: "неверен НДС позиции (в тиынах)",
    Rule.TIME: "нарушен порядок времени (в секундах)",
    Rule.SHIFT: "неверен номер смены",
    Rule.SHIFT_LENGTH: "позже 24 часов после открытия смены (в секундах)",
    Rule.STATE: "состояние кассы не допускало этой операции",
    Rule.OFFLINE: "автономная операция передана позже 72 часов (в секундах)",
    Rule.Z: "Z-отчёт не сходится со своей сменой",
    Rule.SPAN: "таблица не сходится с журналом",
    Rule.SIGNATURE: "не сходится с подписью",
    Rule.MEMORY: "журнал отличается от того, что видели раньше",
    Rule.EMPTY: "операций нет, хотя они должны быть",
    Rule.REQUISITES: "реквизиты не совпадают с журналом",
}
FAULTS = {
    "": "подписи нет, хотя эта операция должна быть подписана",
    UNKNOWN_KEY: "подпись сделана ключом, которого нет среди доверенных",
    BAD_SIGNATURE: "подпись неверна: изменён подписанный текст или сама подпись",
    OTHER_HEAD: "подписана не эта операция",
}
_SHOWN = 100  # characters of a value


def sentence(finding: Finding) -> str:
    """What is wrong at an operation, and the rule that it breaks."""
    return f"операция № {finding.number}: {_wrong(finding)} [{law(finding.rule)}]"


def signature_fault(fault: str, key: str) -> str:
    """What is wrong with a signature, and with which key it was made."""
    text = FAULTS.get(fault, fault)
    if not key:
        return text
    return f"{text} (ключ {key})"


def law(rule: Rule) -> str:
    """Where the rule is written."""
    return LAW[rule].replace("626: ", "приказ № 626, п. ").replace("НК РК", "Налоговый кодекс")


def _wrong(finding: Finding) -> str:
    if finding.fault is not None:
        return signature_fault(finding.fault, finding.source)
    stored = finding.stored  # the value with its subject before it
    expected = _shown(stored["expected"])
    found = _shown(stored["found"])
    return f"{WRONG[finding.rule]}: должно быть {expected}, указано {found}"


def _shown(value: object) -> str:
    text = str(value)
    if text == "":
        return "—"
    if len(text) > _SHOWN:
        return f"{text[:_SHOWN]}…"
    return text
