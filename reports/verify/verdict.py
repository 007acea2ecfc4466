"""Does a paper agree with the journal? The journal is asked anew; it shows itself only to who
holds a paper that agrees.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm import signing
from kkm.domain.heading import RegisterHeading, Unreadable
from kkm.domain.kinds import TICKETS
from kkm.domain.requisites import SerialNumber
from kkm.domain.seal import fingerprint
from kkm.domain.statement import Statement
from kkm.domain.token import Claim, Damaged, Token
from kkm.errors import KeyUnavailable
from kkm.local_time import clock
from kkm.models import KKM, FiscalOperation, Shift, SignedHead
from kkm.reading.frozen import heading_of_shift, heading_of_stay
from reports.kinds import KINDS
from reports.parts import blocks, labels
from reports.parts.alarms import alarms_of
from reports.parts.claim import anew
from reports.parts.heading import UNREADABLE, place, requisites
from reports.report import Row


class Doubt(StrEnum):
    """Why a paper does not agree. UNSURE: nobody can tell now, the key is missing."""

    DAMAGED = "damaged"
    FORGED = "forged"
    UNKNOWN = "unknown"
    CUT = "cut"
    REWRITTEN = "rewritten"
    FIGURES = "figures"
    UNSURE = "unsure"


REASONS = {
    Doubt.DAMAGED: gettext_lazy(
        "Код на бумаге повреждён или прочитан не до конца. Наведите камеру ещё раз."
    ),
    Doubt.FORGED: gettext_lazy("Код подписан не нашим ключом: он подделан или изменён."),
    Doubt.UNKNOWN: gettext_lazy("Такой кассы в кабинете нет."),
    Doubt.CUT: gettext_lazy(
        "Журнал кассы короче, чем бумага: операции № {number}, до которой она составлена, в нём "
        "нет."
    ),
    Doubt.REWRITTEN: gettext_lazy(
        "Журнал кассы другой: у операции № {number} не то контрольное значение, что на бумаге."
    ),
    Doubt.FIGURES: gettext_lazy("Итоги в журнале не те, что были напечатаны."),
    Doubt.UNSURE: gettext_lazy(
        "Ключа, которым подписан код на бумаге, сейчас нет на сервере. О бумаге это ничего не "
        "говорит: наведите камеру позже."
    ),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a token is worth. `claim`: what it says of its paper, if the signature is ours; `doubt`:
    why the paper does not agree. Only of a paper that agrees: what else it says in its heading, and
    its main figures.
    """

    claim: Claim | None = None
    doubt: Doubt | None = None
    heading: tuple[Row, ...] = ()
    figures: tuple[Row, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether the journal says what the paper says."""
        return self.doubt is None

    @property
    def is_unsure(self) -> bool:
        """Whether it cannot be told now."""
        return self.doubt is Doubt.UNSURE

    @property
    def reason(self) -> str:
        """Why it does not, in a sentence."""
        return (
            str(REASONS[self.doubt]).format(number=self.claim.number if self.claim else "")
            if self.doubt
            else ""
        )

    @property
    def title(self) -> str:
        """What kind of report it is."""
        return str(
            _("Акт снятия ККМ с учёта")
            if self.claim.kind == "act"
            else KINDS[self.claim.kind].title
        )

    @property
    def said(self) -> tuple[Row, ...]:
        """What the token itself says: it was printed, and is nothing of the journal."""
        claim = self.claim
        return (
            Row(_("ЗНМ"), claim.serial),
            *_span(claim),
            Row(_("КОНТРОЛЬНОЕ ЗНАЧЕНИЕ"), fingerprint(claim.fingerprint)),
        )


def verdict(text: str) -> Verdict:
    """Over the token of this text. NotAToken for what is none at all."""
    try:
        token = Token.parse(text)
    except Damaged:
        return Verdict(doubt=Doubt.DAMAGED)
    claim = token.claim
    doubt = _doubt_of_signature(token)
    if doubt:
        return Verdict(doubt=doubt)
    kkm = KKM.objects.filter(serial_number=claim.serial).select_related("taxpayer", "ofd").first()
    return _of_journal(claim, kkm) if kkm else Verdict(claim, Doubt.UNKNOWN)


def _doubt_of_signature(token: Token) -> Doubt | None:
    """A key that is not here is one of ours if it has signed heads of this register; then nobody
    can tell who made the token.
    """
    claim = token.claim
    try:
        if signing.verify_bytes(claim.bytes, token.key, token.signature):
            return None
    except KeyUnavailable:
        return Doubt.UNSURE
    if not signing.knows(token.key) and _has_signed(token.key, claim.serial):
        return Doubt.UNSURE
    return Doubt.FORGED


def _has_signed(key: str, serial: str) -> bool:
    """Whether a key whose id begins so has signed a head of this register."""
    try:
        heads = SignedHead.objects.filter(kkm__serial_number=SerialNumber(serial))
    except ValueError:
        return False
    return heads.filter(key__startswith=key).exists()


def _of_journal(claim: Claim, kkm: KKM) -> Verdict:
    last = kkm.operations.filter(number=claim.number).first()
    if last is None:
        return Verdict(claim, Doubt.CUT)
    if not last.seal.startswith(claim.fingerprint):
        return Verdict(claim, Doubt.REWRITTEN)
    shifts = list(
        kkm.shifts.filter(number__range=(claim.first_shift, claim.last_shift)).select_related(
            "z__operation", "registration"
        )
    )
    now = anew(claim, kkm, shifts, last)
    if now.digest != claim.digest or _thawed(claim, kkm, shifts, now):
        return Verdict(claim, Doubt.FIGURES)
    closed = bool(shifts) and _covers(claim, shifts[-1])
    return Verdict(
        claim, None, _heading(claim, kkm, shifts, last), tuple(_figures(now, closed=closed))
    )


def _thawed(claim: Claim, kkm: KKM, shifts: Sequence[Shift], now: Statement) -> bool:
    """Whether a frozen Z that the paper printed is gone, cannot be read, or is not what its
    operations come to.
    """
    try:
        if claim.kind in ("z", "shift"):
            return any(alarms_of(shift) for shift in shifts if _covers(claim, shift))
        if claim.kind == "act" and not kkm.registrations.filter(last_number=claim.number).exists():
            return True
        if claim.kind in ("period", "act"):
            return any(
                dict(shift.frozen.totals.cells) != now.parts.get((shift.number,))
                for shift in shifts
            )
    except Unreadable:
        return True
    return False


def _covers(claim: Claim, shift: Shift) -> bool:
    """Whether the shift had been closed when the paper was made."""
    return not shift.is_open and shift.last_number <= claim.number


# -- what is shown ---------------------------------------------------------------------------------


def _heading(
    claim: Claim, kkm: KKM, shifts: Sequence[Shift], last: FiscalOperation
) -> tuple[Row, ...]:
    """Whose paper it is, where and when. What cannot be read is said."""
    return (*_whose(kkm, shifts, last), *_span(claim), *_when(claim, shifts, last))


def _whose(kkm: KKM, shifts: Sequence[Shift], last: FiscalOperation) -> Iterator[Row]:
    try:
        heading = _frozen_heading(kkm, shifts, last)
    except Unreadable:
        yield Row(str(UNREADABLE), strong=True)
        return
    yield Row(heading.taxpayer, strong=True)
    yield Row(place(heading))
    yield from requisites(heading)


def _frozen_heading(kkm: KKM, shifts: Sequence[Shift], last: FiscalOperation) -> RegisterHeading:
    if shifts:
        return heading_of_shift(shifts[-1])
    return heading_of_stay(kkm.registrations.get(last_number=last.number))


def _when(claim: Claim, shifts: Sequence[Shift], last: FiscalOperation) -> Iterator[Row]:
    if claim.kind == "act":
        yield Row(_("СНЯТА С УЧЕТА"), clock(last.occurred_at))
    if shifts:
        yield Row(
            _("НАЧАЛО СМЕНЫ") if len(shifts) == 1 else _("НАЧАЛО ПЕРВОЙ СМЕНЫ"),
            clock(shifts[0].opened_at),
        )
        if _covers(claim, shifts[-1]):
            yield Row(
                _("КОНЕЦ СМЕНЫ") if len(shifts) == 1 else _("КОНЕЦ ПОСЛЕДНЕЙ СМЕНЫ"),
                clock(shifts[-1].closed_at),
            )


def _span(claim: Claim) -> Iterator[Row]:
    if claim.kind == "act":
        yield Row(_("АКТ №"), claim.number)
    if claim.first_shift != claim.last_shift:
        yield Row(_("СМЕНЫ №"), f"{claim.first_shift} — {claim.last_shift}")
    elif claim.first_shift:
        yield Row(_("СМЕНА №"), claim.first_shift)


def _figures(now: Statement, *, closed: bool) -> Iterator[Row]:
    """The main figures of the paper in its own words, those that stand on it and no others."""
    totals, closing, names = now.sums, now.closing, _names(now.kind, closed)
    if now.kind == "sections":
        yield from blocks.section_result(totals).rows
    else:
        of_cashiers = now.kind == "cashiers"
        kinds, titles = (
            (labels.RETURNS_BESIDE, labels.CASHIER) if of_cashiers else (TICKETS, labels.TICKETS)
        )
        yield from (
            Row(
                str(titles[kind]), totals.money("amount", kind), count=totals.count("tickets", kind)
            )
            for kind in kinds
        )
    if now.kind not in ("sections", "cashiers"):
        yield Row(names["revenue"], totals.revenue, strong=True)
        yield Row(names["cash"], closing.cash, strong=True)
        yield Row(names["ends"], strong=True)
        yield from blocks.non_resettable(closing)
    yield Row(names["documents"], totals.count("documents"))
    yield Row(_("КОНТРОЛЬНОЕ ЗНАЧЕНИЕ"), fingerprint(now.seal), strong=True)


def _names(kind: str, closed: bool) -> dict[str, str]:
    if kind in ("period", "act"):
        names = (
            _("ВЫРУЧКА ЗА ПЕРИОД"),
            _("НАЛИЧНЫХ НА КОНЕЦ ПЕРИОДА"),
            _("НЕОБНУЛ. СУММЫ НА КОНЕЦ ПЕРИОДА"),
        )
    else:
        ends = (
            _("НЕОБНУЛ. СУММЫ НА КОНЕЦ СМЕНЫ") if closed else _("НЕОБНУЛ. СУММЫ НА МОМЕНТ ОТЧЕТА")
        )
        names = (_("ВЫРУЧКА"), _("НАЛИЧНЫХ В КАССЕ"), ends)
    documents = {"period": _("ДОКУМЕНТОВ ЗА ПЕРИОД"), "act": _("ДОКУМЕНТОВ ЗА ВРЕМЯ УЧЕТА")}
    of_shift = _("ДОКУМЕНТОВ ЗА СМЕНУ") if kind in ("z", "x", "shift") else _("ДОКУМЕНТОВ")
    return dict(
        zip(
            ("revenue", "cash", "ends", "documents"),
            (*names, documents.get(kind, of_shift)),
            strict=True,
        )
    )
