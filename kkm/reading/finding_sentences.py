"""What an audit finds, in sentences of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm.domain.anchor import (
    BAD_SIGNATURE,
    CHANGED_AUDIT,
    FOREIGN_MEMORY,
    MISSING_AUDIT,
    OTHER_HEAD,
    UNKNOWN_AUDIT,
    UNKNOWN_KEY,
    UNKNOWN_MEMORY,
)
from kkm.domain.finding import LAW, WHOLE_Z, Finding, Rule, TableField, TableRow
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
        "Нумерация нарушена: ожидалась операция № {expected}, найдена № {found}."
    ),
    Rule.SEAL: gettext_lazy(
        "Контрольный код операции не сходится с её содержанием и кодом перед ней: должен быть "
        "{expected}, указан {found}."
    ),
    Rule.SIGN: gettext_lazy("Фискальный признак неверен: должен быть {expected}, указан {found}."),
    Rule.BALANCE: gettext_lazy(
        "Итог не сходится, «{subject}»: должно быть {expected}, указано {found}."
    ),
    Rule.CASH: gettext_lazy("Наличных в кассе стало меньше нуля: {found}."),
    Rule.PAYMENTS: gettext_lazy(
        "Оплаты не равны сумме операции: сумма {expected}, оплачено {found}."
    ),
    Rule.LINES: gettext_lazy(
        "Позиции не сходятся с суммой: по расчёту {expected}, указано {found}."
    ),
    Rule.VAT: gettext_lazy("НДС позиции неверен: по расчёту {expected}, указан {found}."),
    Rule.TIME: gettext_lazy("Нарушен порядок времени: после {expected} указано {found}."),
    Rule.SHIFT: gettext_lazy("Номер смены неверен: должен быть {expected}, указан {found}."),
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
        "Таблица не сходится с журналом, «{subject}»: по журналу {expected}, в таблице {found}."
    ),
    Rule.SIGNATURE: gettext_lazy(
        "Журнал не сходится с подписью (ключ {source}): подписано {expected}, в журнале {found}."
    ),
    Rule.MEMORY: gettext_lazy(
        "Журнал отличается от того, что видели раньше ({source}): контрольный код был {expected}, "
        "теперь {found}."
    ),
    Rule.EMPTY: gettext_lazy("Операций нет, хотя они должны быть."),
    Rule.REQUISITES: gettext_lazy(
        "Реквизиты не сходятся с журналом, «{subject}»: в журнале {expected}, указано {found}."
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
        "Увиденная контрольная точка журнала ({source}) вписана в базу или изменена в обход "
        "программы: её подпись неверна. О нарушении самого журнала это не свидетельствует."
    ),
    UNKNOWN_MEMORY: gettext_lazy(
        "Увиденная контрольная точка журнала ({source}) подписана неизвестным ключом."
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
    "directory": gettext_lazy("справочник номеров"),
    "serial_number": gettext_lazy("серийный номер (ЗНМ)"),
    "registration_number": gettext_lazy("РНМ"),
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
_SHOWN = 80  # characters of a value


def sentence(finding: Finding | Mapping) -> str:
    """What is wrong: a finding, or what the history of checks keeps of one."""
    if isinstance(finding, Mapping):
        finding = Finding.parse(finding)
    if finding.fault is not None:
        fault = FAULTS.get(finding.fault, finding.fault)
        return str(fault).format(source=finding.source)
    words_of = _WORDS.get(finding.rule, _plain)
    subject, expected, found = words_of(finding)
    return str(SENTENCES[finding.rule]).format(
        subject=subject,
        expected=_shortened(expected),
        found=_shortened(found),
        source=_shortened(finding.source),
    )


def law(rule: Rule | str) -> str:
    """Where a rule is written: «приказ № 626, пп. 78, 79»."""
    sources = LAW[Rule(rule)].split("; ")
    return "; ".join(map(_law_words, sources))


def _law_words(source: str) -> str:
    """«626: 78, 79» in words; what has no items is the tax code."""
    order, _colon, items = source.partition(": ")
    if not items:
        return _("Налоговый кодекс")
    points = _("п. {items}")
    if "," in items or "–" in items:
        points = _("пп. {items}")
    return _("приказ № {order}, {items}").format(order=order, items=points.format(items=items))


# What a sentence needs of a finding: the subject, what was expected, and what stands there.
Words = tuple[object, object, object]


def _plain(finding: Finding) -> Words:
    return "", finding.expected, finding.found


def _sums(finding: Finding) -> Words:
    if finding.expected == "":
        return "", 0, finding.found
    return "", tenge_of(finding.expected), tenge_of(finding.found)


def _times(finding: Finding) -> Words:
    return "", _clock(finding.expected), _clock(finding.found)


def _duration(finding: Finding) -> Words:
    hours, seconds = divmod(cast("int", finding.found), 3600)
    text = _("{hours} ч {minutes} мин").format(hours=hours, minutes=seconds // 60)
    return "", "", text


def _seals(finding: Finding) -> Words:
    return "", fingerprint(str(finding.expected)), fingerprint(str(finding.found))


def _balance(finding: Finding) -> Words:
    return _balance_words(str(finding.subject), finding.expected, finding.found)


def _balance_words(name: str, expected: object, found: object) -> Words:
    return balance_name(name), balance_figure(name, expected), balance_figure(name, found)


def _z(finding: Finding) -> Words:
    """Of a Z: a cell and what stands in it, one of the balances, or a requisite."""
    expected, found = finding.expected, finding.found
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        return _first_difference(expected, found)
    name = str(finding.subject)
    if name.split("/")[0] in MEASURES:
        return cell_name(name), cell_figure(name, expected), cell_figure(name, found)
    if expected == WHOLE_Z:
        return _("отчёт целиком"), "", found
    if expected == "":
        return _("отчёт целиком"), expected, found
    return _("реквизит"), finding.stored["expected"], found


def _first_difference(expected: Mapping[str, int], found: Mapping[str, object]) -> Words:
    """The first figure of a balance that differs."""
    for name, figure in expected.items():
        if figure != found.get(name):
            return _balance_words(name, figure, found.get(name, 0))
    return _balance_words("", 0, 0)


def _requisite(finding: Finding) -> Words:
    if finding.subject not in REQUISITES:
        return _("реквизиты целиком"), _("записаны"), finding.found
    return REQUISITES[str(finding.subject)], finding.expected, finding.found


def _span(finding: Finding) -> Words:
    subject, expected, found = finding.subject, finding.expected, finding.found
    if isinstance(subject, TableRow):
        title = f"{_subject_name(subject.table)} {subject.name}"
        return title, _is_there(expected), _is_there(found)
    if not isinstance(subject, TableField):
        return str(subject), expected, found
    title = f"{_subject_name(subject.table)} — {_subject_name(subject.field)}"
    if subject.field.endswith("_at"):
        return title, _clock_or_nothing(expected), _clock_or_nothing(found)
    return title, expected, found


def _subject_name(name: str) -> str:
    return str(SUBJECTS.get(name, name))


def _is_there(there: object) -> str:
    if there:
        return _("есть")
    return _("нет")


_WORDS = {
    Rule.SEAL: _seals,
    Rule.SIGNATURE: _seals,
    Rule.MEMORY: _seals,
    Rule.BALANCE: _balance,
    Rule.CASH: _sums,
    Rule.PAYMENTS: _sums,
    Rule.LINES: _sums,
    Rule.VAT: _sums,
    Rule.TIME: _times,
    Rule.SHIFT_LENGTH: _duration,
    Rule.OFFLINE: _duration,
    Rule.Z: _z,
    Rule.SPAN: _span,
    Rule.REQUISITES: _requisite,
}


def _clock_or_nothing(seconds: object) -> object:
    if seconds == "":
        return ""
    return _clock(seconds)


def _clock(seconds: object) -> str:
    try:
        return clock(datetime.fromtimestamp(int(cast("int", seconds)), UTC))
    except (TypeError, ValueError, OverflowError, OSError):
        return str(seconds)


def _shortened(value: object) -> str:
    text = str(value)
    if text == "":
        return "—"
    if len(text) <= _SHOWN:
        return text
    return f"{text[:_SHOWN]}…"
