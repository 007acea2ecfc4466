"""What an audit finds, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm.audit.anchors import (
    CHANGED_AUDIT,
    FOREIGN_MEMORY,
    MISSING_AUDIT,
    UNKNOWN_AUDIT,
    UNKNOWN_MEMORY,
)
from kkm.domain.anchor import BAD_SIGNATURE, OTHER_HEAD, UNKNOWN_KEY
from kkm.domain.checker import LAW, Finding, Rule
from kkm.domain.seal import fingerprint
from kkm.local_time import clock
from kkm.reading.figures import (
    MEASURES,
    balance_figure,
    balance_name,
    cell_figure,
    cell_name,
    tenge_of,
)

SENTENCES = {
    Rule.NUMBER: gettext_lazy(
        "Нумерация нарушена: ожидалась операция № {expected}, стоит № {found}."
    ),
    Rule.SEAL: gettext_lazy(
        "Печать операции не сходится с её содержанием и печатью перед ней: должна быть {expected}, "
        "стоит {found}."
    ),
    Rule.SIGN: gettext_lazy("Фискальный признак неверен: должен быть {expected}, стоит {found}."),
    Rule.BALANCE: gettext_lazy(
        "Итог не сходится, «{subject}»: должно быть {expected}, стоит {found}."
    ),
    Rule.CASH: gettext_lazy("Наличных в кассе стало меньше нуля: {found}."),
    Rule.PAYMENTS: gettext_lazy(
        "Оплаты не равны сумме операции: сумма {expected}, оплачено {found}."
    ),
    Rule.LINES: gettext_lazy("Позиции не сходятся с суммой: по расчёту {expected}, стоит {found}."),
    Rule.VAT: gettext_lazy("НДС позиции неверен: по расчёту {expected}, стоит {found}."),
    Rule.TIME: gettext_lazy("Время идёт назад: после {expected} стоит {found}."),
    Rule.SHIFT: gettext_lazy("Номер смены неверен: должен быть {expected}, стоит {found}."),
    Rule.SHIFT_LENGTH: gettext_lazy(
        "Операция позже, чем через 24 часа после открытия смены: прошло {found}."
    ),
    Rule.STATE: gettext_lazy(
        "Операция не могла быть принята: в этот момент состояние кассы её не допускало."
    ),
    Rule.OFFLINE: gettext_lazy(
        "Автономная операция передана позже, чем через 72 часа: прошло {found}."
    ),
    Rule.Z: gettext_lazy(
        "Z-отчёт не сходится со своей сменой, «{subject}»: по операциям смены {expected}, в отчёте "
        "{found}."
    ),
    Rule.SPAN: gettext_lazy(
        "Таблица не сходится с журналом, «{subject}»: по журналу {expected}, стоит {found}."
    ),
    Rule.SIGNATURE: gettext_lazy(
        "Журнал не сходится с подписью (ключ {source}): подписано {expected}, стоит {found}."
    ),
    Rule.MEMORY: gettext_lazy(
        "Журнал не тот, что видели раньше ({source}): была печать {expected}, стоит {found}."
    ),
    Rule.EMPTY: gettext_lazy("Операций нет, хотя они должны быть."),
    Rule.REQUISITES: gettext_lazy(
        "Реквизиты не сходятся с журналом, «{subject}»: в журнале {expected}, стоит {found}."
    ),
}
FAULTS = {
    "": gettext_lazy("Подписи нет, хотя эта операция должна быть подписана."),
    UNKNOWN_KEY: gettext_lazy("Подпись сделана неизвестным ключом ({source})."),
    BAD_SIGNATURE: gettext_lazy(
        "Подпись неверна (ключ {source}): подписанный текст изменён или подпись подделана."
    ),
    OTHER_HEAD: gettext_lazy("Подписана не эта операция (ключ {source})."),
    CHANGED_AUDIT: gettext_lazy(
        "Проверка {source} в истории проверок изменена: её подпись неверна."
    ),
    UNKNOWN_AUDIT: gettext_lazy(
        "Проверка {source} в истории проверок подписана неизвестным ключом."
    ),
    FOREIGN_MEMORY: gettext_lazy(
        "Увиденная вершина журнала ({source}) вписана в базу или изменена в обход программы: её "
        "подпись неверна. Против журнала она не говорит."
    ),
    UNKNOWN_MEMORY: gettext_lazy(
        "Увиденная вершина журнала ({source}) подписана неизвестным ключом."
    ),
    MISSING_AUDIT: gettext_lazy("Проверки {source} в истории проверок нет."),
}
SUBJECTS = {
    "shift": gettext_lazy("смена"),
    "registration": gettext_lazy("регистрация"),
    "z": gettext_lazy("Z-отчёт смены"),
    "name": gettext_lazy("номер"),
    "first_number": gettext_lazy("первая операция"),
    "last_number": gettext_lazy("последняя операция"),
    "opened_at": gettext_lazy("открыта"),
    "closed_at": gettext_lazy("закрыта"),
}
REQUISITES = {
    "taxpayer": gettext_lazy("налогоплательщик"),
    "taxpayer_number": gettext_lazy("ИИН/БИН"),
    "vat_series": gettext_lazy("серия свидетельства по НДС"),
    "vat_number": gettext_lazy("номер свидетельства по НДС"),
    "trade_name": gettext_lazy("торговая точка"),
    "address": gettext_lazy("адрес применения"),
    "address_kk": gettext_lazy("адрес применения на казахском"),
    "identity_number": gettext_lazy("ИНК ОФД"),
    "ofd": gettext_lazy("ОФД"),
    "ofd_host": gettext_lazy("сайт проверки чека"),
    "ofd_code": gettext_lazy("код ОФД"),
    "ofd_kk": gettext_lazy("ОФД на казахском"),
    "ofd_en": gettext_lazy("ОФД на английском"),
    "sections": gettext_lazy("отделы (секции)"),
}
_LONG = 80


def sentence(finding: Finding | Mapping) -> str:
    """What is wrong, in a sentence of the reader's language; a finding, or what the history of
    checks keeps of one.
    """
    if isinstance(finding, Mapping):
        finding = Finding(
            finding["number"],
            Rule(finding["rule"]),
            finding["expected"],
            finding["found"],
            finding["source"],
        )
    if finding.rule is Rule.SIGNATURE and finding.expected == "signature":
        return str(FAULTS.get(str(finding.found), finding.found)).format(source=finding.source)
    subject, expected, found = _READERS.get(finding.rule, _plainly)(finding.expected, finding.found)
    return str(SENTENCES[finding.rule]).format(
        subject=subject, expected=_said(expected), found=_said(found), source=_said(finding.source)
    )


def law(rule: Rule | str) -> str:
    """Where it is written: «приказ № 626, пп. 78, 79»."""
    parts = []
    for part in LAW[Rule(rule)].split("; "):
        order, _colon, items = part.partition(": ")
        if not items:
            parts.append(_("Налоговый кодекс"))
        else:
            many = "," in items or "–" in items
            points = _("пп. {items}") if many else _("п. {items}")
            parts.append(
                _("приказ № {order}, {items}").format(order=order, items=points.format(items=items))
            )
    return "; ".join(parts)


def _plainly(expected: object, found: object) -> tuple:
    return "", expected, found


def _sums(expected: object, found: object) -> tuple:
    return (
        "",
        tenge_of(expected) if expected != "" else 0,
        tenge_of(found) if expected != "" else found,
    )


def _times(expected: object, found: object) -> tuple:
    return "", _clock(expected), _clock(found)


def _lasting(expected: object, found: object) -> tuple:
    return (
        "",
        "",
        _("{hours} ч {minutes} мин").format(hours=found // 3600, minutes=found % 3600 // 60),
    )


def _heads(expected: object, found: object) -> tuple:
    return "", fingerprint(str(expected)), fingerprint(str(found))


def _balance(expected: object, found: object) -> tuple:
    name, _space, value = str(expected).partition(" ")
    return balance_name(name), balance_figure(name, value), balance_figure(name, found)


def _frozen(expected: object, found: object) -> tuple:
    """Of a Z: a cell and what stands in it, both ends, or a requisite."""
    key, _space, value = str(expected).rpartition(" ")
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        wrong = next((name for name in expected if expected[name] != found.get(name)), "")
        return _balance(f"{wrong} {expected.get(wrong, 0)}", found.get(wrong, 0))
    if key.split("/")[0] in MEASURES:
        return cell_name(key), cell_figure(key, value), cell_figure(key, found)
    return (
        _("отчёт целиком") if expected in ("", "Z") else _("реквизит"),
        "" if expected == "Z" else expected,
        found,
    )


def _requisite(expected: object, found: object) -> tuple:
    name, _space, value = str(expected).partition(" ")
    if name not in REQUISITES:
        return _("реквизиты целиком"), _("записаны"), found
    return REQUISITES[name], value, found


def _span(expected: object, found: object) -> tuple:
    subject, _space, value = str(expected or found).partition(" ")
    title = " — ".join(str(SUBJECTS.get(part, part)) for part in subject.split("."))
    if "." not in subject:
        return (
            f"{title} {value}",
            _("есть") if expected else _("нет"),
            _("есть") if found else _("нет"),
        )
    known = value, found
    return title, *(
        _clock(each) if subject.endswith("_at") and each != "" else each for each in known
    )


_READERS = {
    Rule.SEAL: _heads,
    Rule.SIGNATURE: _heads,
    Rule.MEMORY: _heads,
    Rule.BALANCE: _balance,
    Rule.CASH: _sums,
    Rule.PAYMENTS: _sums,
    Rule.LINES: _sums,
    Rule.VAT: _sums,
    Rule.TIME: _times,
    Rule.SHIFT_LENGTH: _lasting,
    Rule.OFFLINE: _lasting,
    Rule.Z: _frozen,
    Rule.SPAN: _span,
    Rule.REQUISITES: _requisite,
}


def _clock(seconds: object) -> str:
    try:
        return clock(datetime.fromtimestamp(int(seconds), UTC))
    except (TypeError, ValueError, OverflowError, OSError):
        return str(seconds)


def _said(value: object) -> str:
    text = str(value)
    return "—" if text == "" else text if len(text) <= _LONG else f"{text[:_LONG]}…"
