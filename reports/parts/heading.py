"""The heading and the end that every report shares."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kkm.domain.heading import RegisterHeading, Requisites, ShiftHeading
from kkm.domain.seal import fingerprint
from kkm.errors import RequisitesUnreadable
from kkm.local_time import clock
from reports.paper.qr import site
from reports.report import Report, Row

UNREADABLE = RequisitesUnreadable.sentence


def report(
    kind: str,
    title: str,
    subtitle: str,
    heading: RegisterHeading,
    body,
    *,
    facts,
    documents,
    identities,
    **more,
) -> Report:
    """The heading that every report shares, and its end: how many documents, the control value,
    the OFD, where to check the paper.
    """
    control = Row(_("КОНТРОЛЬНОЕ ЗНАЧЕНИЕ"), fingerprint(more["statement"].seal))
    ofd = (
        (
            Row(_("Сформировано оператором фискальных данных:")),
            Row(f"{heading.ofd}  {heading.ofd_host}"),
        )
        if heading.ofd
        else ()
    )
    return Report(
        kind=kind,
        title=title,
        subtitle=subtitle,
        taxpayer=heading.taxpayer,
        address=place(heading),
        requisites=requisites(heading),
        facts=tuple(facts),
        blocks=tuple(body),
        ending=(Row(*documents), control, *ofd, Row(_("Проверить: {site}").format(site=site()))),
        identities=tuple(identities),
        **more,
    )


def place(heading: Requisites) -> str:
    """Where the register stands, in the language of the report where it is known, and the name
    of the shop.
    """
    address = (
        heading.address_kk if get_language() == "kk" and heading.address_kk else heading.address
    )
    return ", ".join(part for part in (address, heading.trade_name) if part)


def requisites(heading: RegisterHeading) -> tuple[Row, ...]:
    """The numbers by which the state knows the taxpayer and the register."""
    vat = Row(_("НДС Серия {series}").format(series=heading.vat_series), f"№ {heading.vat_number}")
    rows = (
        Row(_("БИН/ИИН"), heading.taxpayer_number),
        vat if heading.vat_number else None,
        Row(_("ЗНМ"), heading.serial_number),
        Row(_("Код ККМ КГД (РНМ)"), heading.registration_number),
        Row(_("ИНК ОФД"), heading.identity_number) if heading.identity_number else None,
    )
    return tuple(row for row in rows if row)


def times(heading: ShiftHeading) -> tuple[Row, ...]:
    """When the shift was opened and, if it was, closed."""
    opened = Row(_("НАЧАЛО СМЕНЫ"), clock_of(heading.opened_at))
    return (
        (opened, Row(_("КОНЕЦ СМЕНЫ"), clock_of(heading.closed_at)))
        if heading.closed_at
        else (opened,)
    )


def cashier(heading: ShiftHeading) -> str:
    """Who closed the shift, or acted last."""
    return actor(heading.cashier_code, heading.cashier_name)


def actor(code: str, name: str) -> str:
    """«[2] Ибраев Д.С.»"""
    return (f"[{code}] {name}" if code else name) or _("не указан")


def clock_of(iso: str) -> str:
    """The same from ISO 8601."""
    return clock(datetime.fromisoformat(iso))
