"""The heading and the end that every report shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kkm.domain.heading import RegisterHeading, Requisites, ShiftHeading, coded_name
from kkm.domain.identities import Identity
from kkm.domain.seal import fingerprint
from kkm.domain.statement import Statement
from kkm.local_time import clock
from kkm.models import KKM, OFD, FiscalOperation
from reports.paper.qr import site
from reports.report import Block, Report, Row


def assemble(
    kind: str,
    *,
    name: str,
    title: str,
    subtitle: str,
    heading: RegisterHeading,
    facts: Iterable[Row],
    blocks: Iterable[Block],
    documents: Row,
    identities: Iterable[Identity],
    kkm: KKM,
    last: FiscalOperation,
    statement: Statement | None = None,
    made_at: datetime,
    made_by: str,
    days: str = "",
) -> Report:
    """A report with the heading and the end that every report has."""
    return Report(
        kind=kind,
        name=name,
        title=title,
        subtitle=subtitle,
        taxpayer=heading.taxpayer,
        registration_number=heading.registration_number,
        address=address_line(heading),
        requisites=requisites(heading),
        facts=tuple(facts),
        blocks=tuple(blocks),
        ending=(documents, *_ending(heading, last, statement)),
        identities=tuple(identities),
        made_at=made_at,
        made_by=made_by,
        serial=kkm.serial_number,
        number=last.number,
        seal=last.seal,
        statement=statement,
        days=days,
    )


def _ending(
    heading: RegisterHeading, last: FiscalOperation, statement: Statement | None
) -> Iterator[Row]:
    """The control value of the last operation that counts, the OFD, where to check the paper."""
    yield Row(_("КОНТРОЛЬНОЕ ЗНАЧЕНИЕ"), fingerprint(last.seal))
    if heading.ofd:
        yield Row(_("Сформировано оператором фискальных данных:"))
        yield Row(f"{heading.ofd}  {heading.ofd_host}")
    if statement is not None:
        yield Row(_("Проверить: {site}").format(site=site()))


def signatures() -> Block:
    """Lines for the signatures of the official and the taxpayer."""
    line = "_" * 26
    rows = (
        Row(""),
        Row(_("ДОЛЖНОСТНОЕ ЛИЦО"), line),
        Row(""),
        Row(_("НАЛОГОПЛАТЕЛЬЩИК"), line),
    )
    return Block(_("ПОДПИСИ"), rows, in_ending=True)


def address_line(heading: Requisites) -> str:
    """Where the register stands, in the language of the report where it is known, and the name
    of the shop.
    """
    return ", ".join(filter(None, (place(heading), heading.trade_name)))


def place(register: Requisites | KKM) -> str:
    """Where a register stands: in Kazakh for a Kazakh reader where that address is known, otherwise
    in Russian.
    """
    if get_language() == "kk" and register.address_kk:
        return register.address_kk
    return register.address


def ofd_name(ofd: OFD) -> str:
    """Its name in Kazakh for a Kazakh reader where that is known, otherwise in Russian."""
    if get_language() == "kk" and ofd.name_kk:
        return ofd.name_kk
    return ofd.name


def requisites(heading: RegisterHeading) -> tuple[Row, ...]:
    """The numbers by which the state knows the taxpayer and the register."""
    return tuple(_requisites(heading))


def _requisites(heading: RegisterHeading) -> Iterator[Row]:
    yield Row(_("БИН/ИИН"), heading.taxpayer_number)
    if heading.vat_number:
        series = _("НДС Серия {series}").format(series=heading.vat_series)
        yield Row(series, f"№ {heading.vat_number}")
    yield Row(_("ЗНМ"), heading.serial_number)
    yield Row(_("Код ККМ КГД (РНМ)"), heading.registration_number)
    if heading.identity_number:
        yield Row(_("ИНК ОФД"), heading.identity_number)


def times(heading: ShiftHeading) -> Iterator[Row]:
    """When the shift was opened and, if it was, closed."""
    closed_at = None
    if heading.closed_at:
        closed_at = datetime.fromisoformat(heading.closed_at)
    return start_and_end(datetime.fromisoformat(heading.opened_at), closed_at)


def start_and_end(opened_at: datetime, closed_at: datetime | None) -> Iterator[Row]:
    """The start and, if there is one, the end of a shift."""
    yield Row(_("НАЧАЛО СМЕНЫ"), clock(opened_at))
    if closed_at:
        yield Row(_("КОНЕЦ СМЕНЫ"), clock(closed_at))


def report_time(now: datetime) -> Row:
    """When the report was made."""
    return Row(_("ДАТА И ВРЕМЯ ОТЧЕТА"), clock(now))


def cashier(heading: ShiftHeading) -> str:
    """Who closed the shift, or acted last."""
    return actor(heading.cashier_code, heading.cashier_name)


def actor(code: str, name: str) -> str:
    """«[2] Ибраев Д.С.»"""
    return coded_name(code, name) or _("не указан")


def clock_of(iso: str) -> str:
    """A moment of ISO 8601 as papers write it."""
    return clock(datetime.fromisoformat(iso))
