"""The protocol of a check of a journal: what was found, and how anybody makes sure of it.

It is made of a row of the history of checks alone, so it says the same whenever it is printed. It
has an address of its own: it is not asked for by days.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm.domain import check_statement
from kkm.domain.check_statement import CheckStatement
from kkm.domain.heading import RegisterHeading, Unreadable
from kkm.domain.period import Period
from kkm.domain.seal import fingerprint
from kkm.domain.token import Claim
from kkm.errors import RequisitesUnreadable
from kkm.local_time import clock
from kkm.models import KKM, Audit
from kkm.reading.finding_sentences import law, sentence
from kkm.reading.frozen import heading_at
from reports.kinds.kind import KeptRecord, PaperKind
from reports.paper.qr import site
from reports.parts.heading import address_line, requisites, signatures
from reports.report import Block, Column, Report, Row, SignedRecord, Table, Value

NAME = check_statement.KIND


def make(audit: Audit) -> Report:
    """The protocol of a kept check, whose signature must fit."""
    name = _("Протокол проверки журнала № {number}")
    subtitle = _("ПРОВЕРКА № {number} ОТ {at}")
    head = _head(audit)
    day = timezone.localdate(audit.at)
    return Report(
        kind=NAME,
        name=name.format(number=audit.number),
        title=_("ПРОТОКОЛ ПРОВЕРКИ ЖУРНАЛА"),
        subtitle=subtitle.format(number=audit.number, at=clock(audit.at)),
        taxpayer=head.taxpayer,
        registration_number=head.registration_number,
        address=head.address,
        requisites=head.rows,
        facts=tuple(_facts(audit)),
        blocks=tuple(_blocks(audit)),
        ending=(
            Row(_("КОНТРОЛЬНОЕ ЗНАЧЕНИЕ"), fingerprint(audit.seal) or "—"),
            Row(_("Проверить: {site}").format(site=site())),
        ),
        identities=(),
        made_at=audit.at,
        made_by=audit.by,
        serial=audit.kkm.serial_number,
        number=audit.operations,
        seal=audit.seal,
        statement=statement_of(audit),
        days=str(Period.day(day)),
        record=SignedRecord(audit.findings, audit.key, audit.signature),
    )


def statement_of(audit: Audit) -> CheckStatement:
    """What the protocol of a check claims."""
    return CheckStatement(
        serial=audit.kkm.serial_number,
        number=audit.number,
        last_seal=audit.seal,
        text=audit.text,
    )


# Whose journal it is.


class _Head:
    """Whose journal was checked, as it was frozen before the check ended; only the ЗНМ where that
    cannot be read, which is what the check has found then.
    """

    def __init__(self, heading: RegisterHeading | None, serial: str) -> None:
        if heading is None:
            self.taxpayer = str(RequisitesUnreadable.sentence)
            self.address = ""
            self.registration_number = "—"
            self.rows: tuple[Row, ...] = (Row(_("ЗНМ"), serial),)
            return
        self.taxpayer = heading.taxpayer
        self.address = address_line(heading)
        self.registration_number = heading.registration_number
        self.rows = requisites(heading)


def _head(audit: Audit) -> _Head:
    serial = str(audit.kkm.serial_number)
    try:
        return _Head(heading_at(audit.kkm, audit.operations, audit.at), serial)
    except Unreadable:
        return _Head(None, serial)


# What it says.


def _facts(audit: Audit) -> Iterator[Row]:
    yield Row(_("ПРОВЕРКА №"), audit.number)
    yield Row(_("ДАТА И ВРЕМЯ ПРОВЕРКИ"), clock(audit.at))
    yield Row(_("КТО ПРОВЕРИЛ"), audit.by)
    yield from _results(audit)


def _results(audit: Audit) -> Iterator[Row]:
    yield Row(_("ПРОВЕРЕНО ОПЕРАЦИЙ"), audit.operations)
    yield Row(_("НАЙДЕНО НАРУШЕНИЙ"), audit.findings_count)
    result = _("ЦЕЛОСТНОСТЬ НАРУШЕНА")
    if audit.holds:
        result = _("ЖУРНАЛ ЦЕЛ")
    yield Row(_("ЗАКЛЮЧЕНИЕ"), result, strong=True)


def _blocks(audit: Audit) -> Iterator[Block]:
    yield _what_was_checked()
    yield _head_of_journal(audit)
    yield _how_to_verify(audit)
    if not audit.holds:
        yield _findings(audit)
    yield signatures()


def _what_was_checked() -> Block:
    sentences = _(
        "Журнал прочитан от первой операции до последней. Пересчитаны: номера операций, "
        "контрольные коды, фискальные признаки, нарастающие итоги, наличные, оплаты и позиции "
        "чеков, НДС каждой позиции, порядок времени, смены, Z-отчёты. Сверены подписанные "
        "контрольные точки, прежние проверки, таблицы и реквизиты."
    )
    return Block(_("ЧТО ПРОВЕРЕНО"), (Row(sentences),))


def _head_of_journal(audit: Audit) -> Block:
    seal = Row(_("КОНТРОЛЬНЫЙ КОД ПОСЛЕДНЕЙ ОПЕРАЦИИ"), audit.seal or "—")
    return Block(_("КОНТРОЛЬНАЯ ТОЧКА ЖУРНАЛА"), (seal,))


def _how_to_verify(audit: Audit) -> Block:
    by_code = _(
        "1. Наведите камеру на QR-код: страница покажет, что хранит о проверке № {number} кабинет."
    )
    by_file = _(
        "2. Без кабинета: в этот PDF вложен файл JSON. В нём statement — подписанный текст, "
        "record — подпись и нарушения. Открытый ключ — {address}."
    )
    address = site().removesuffix("verify/") + "keys/"
    rows = (
        Row(by_code.format(number=audit.number)),
        Row(by_file.format(address=address)),
        Row(_("КЛЮЧ"), audit.key),
        Row(_("ПОДПИСЬ (Ed25519)"), audit.signature),
    )
    return Block(_("КАК ПРОВЕРИТЬ ПРОТОКОЛ"), rows)


def _findings(audit: Audit) -> Block:
    columns = (
        Column(_("ОПЕРАЦИЯ №"), numeric=True, wide=11),
        Column(_("НАРУШЕНИЕ"), wide=61),
        Column(_("ПУНКТ ПРАВИЛ"), wide=28),
    )
    lines: list[tuple[Value, ...]] = []
    for found in audit.found:
        lines.append((found["number"], sentence(found), law(found["rule"])))
    title = _("НАЙДЕННЫЕ НАРУШЕНИЯ")
    if audit.findings_count > len(lines):
        title = _("НАЙДЕННЫЕ НАРУШЕНИЯ: ПЕРВЫЕ {shown} ИЗ {total}")
        title = title.format(shown=len(lines), total=audit.findings_count)
    return Block(title, table=Table(columns, lines))


# The check of the paper.


def _find_record(claim: Claim, kkm: KKM) -> KeptRecord | None:
    audit = kkm.audits.select_related("kkm__taxpayer", "kkm__ofd").filter(number=claim.number)
    kept = audit.first()
    if kept is None:
        return None
    if Claim.of(statement_of(kept)) != claim:
        return KeptRecord(agrees=False)
    if not kept.signature_fits:
        return KeptRecord(agrees=kept.signature_fits)
    head = _head(kept)
    heading = (Row(head.taxpayer, strong=True), Row(head.address), *head.rows)
    return KeptRecord(agrees=True, heading=heading, figures=tuple(_record_rows(kept)))


def _record_rows(audit: Audit) -> Iterator[Row]:
    yield Row(_("ДАТА И ВРЕМЯ ПРОВЕРКИ"), clock(audit.at))
    yield Row(_("КТО ПРОВЕРИЛ"), audit.by)
    yield from _results(audit)
    yield Row(_("КОНТРОЛЬНОЕ ЗНАЧЕНИЕ"), fingerprint(audit.seal) or "—")
    operation = _("Операция № {number}")
    for found in audit.found:
        yield Row(operation.format(number=found["number"]), sentence(found))


KIND = PaperKind(
    name=NAME,
    title=gettext_lazy("Протокол проверки журнала"),
    find_record=_find_record,
    number_label=gettext_lazy("ПРОВЕРКА №"),
)
