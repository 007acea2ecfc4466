"""Does a printed report agree with the journal?

The operations that its token names are counted again. Figures of the journal are shown only for a
paper that agrees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kkm import signing
from kkm.domain.heading import RegisterHeading, Unreadable
from kkm.domain.requisites import SerialNumber
from kkm.domain.seal import fingerprint
from kkm.domain.token import Claim, Damaged, PaperToken
from kkm.errors import KeyUnavailable, RequisitesUnreadable
from kkm.local_time import clock
from kkm.models import KKM
from kkm.reading.frozen import heading_of_registration, heading_of_shift
from reports.kinds import PAPER_KINDS
from reports.kinds.kind import KeptRecord
from reports.parts.heading import address_line, requisites
from reports.parts.recount import Recount, recount
from reports.report import Row
from reports.scope import end_of


class PaperProblem(StrEnum):
    """Why a paper does not agree. UNSURE: nobody can tell now, because the key is missing."""

    DAMAGED = "damaged"
    FORGED = "forged"
    UNKNOWN = "unknown"
    CUT = "cut"
    REWRITTEN = "rewritten"
    FIGURES = "figures"
    RECORD_MISSING = "record_missing"
    RECORD_CHANGED = "record_changed"
    UNSURE = "unsure"


REASONS = {
    PaperProblem.DAMAGED: gettext_lazy(
        "Код на бумаге повреждён или прочитан не до конца. Наведите камеру ещё раз."
    ),
    PaperProblem.FORGED: gettext_lazy(
        "Подпись кода не принадлежит Alsep: код подделан или изменён."
    ),
    PaperProblem.UNKNOWN: gettext_lazy("Такой кассы в кабинете нет."),
    PaperProblem.CUT: gettext_lazy(
        "В журнале кассы нет операции № {number}, по которую составлен отчёт на бумаге."
    ),
    PaperProblem.REWRITTEN: gettext_lazy(
        "Журнал кассы не соответствует бумаге: контрольное значение операции № {number} в "
        "нём другое."
    ),
    PaperProblem.FIGURES: gettext_lazy("Итоги в журнале отличаются от напечатанных."),
    PaperProblem.RECORD_MISSING: gettext_lazy(
        "Проверки № {number}, о которой составлен протокол, в истории проверок кассы нет."
    ),
    PaperProblem.RECORD_CHANGED: gettext_lazy(
        "Запись о проверке № {number} в кабинете отличается от той, о которой составлен протокол."
    ),
    PaperProblem.UNSURE: gettext_lazy(
        "Ключа, которым подписан код на бумаге, сейчас нет на сервере. Это не значит, что "
        "бумага недействительна: наведите камеру позже."
    ),
}


@dataclass(frozen=True, slots=True)
class PaperVerdict:
    """Whether a paper agrees with the journal.

    `claim` is what its token says, if the signature is ours; `problem` is why it does not agree.
    A paper that agrees has also its heading and its main figures, as the journal has them.
    `is_of_record`: they are those of a kept record, and nothing was counted.
    """

    claim: Claim | None = None
    problem: PaperProblem | None = None
    heading: tuple[Row, ...] = ()
    figures: tuple[Row, ...] = ()
    is_of_record: bool = False

    @property
    def agrees(self) -> bool:
        """Whether the journal says what the paper says."""
        return self.problem is None

    @property
    def is_unsure(self) -> bool:
        """Whether it cannot be told now."""
        return self.problem is PaperProblem.UNSURE

    @property
    def reason(self) -> str:
        """Why it does not agree, in a sentence."""
        if self.problem is None:
            return ""
        number = self.claim.number if self.claim else ""
        return str(REASONS[self.problem]).format(number=number)

    @property
    def title(self) -> str:
        """What kind of report it is; "" for a token that cannot be trusted."""
        if self.claim is None:
            return ""
        return str(PAPER_KINDS[self.claim.kind].title)

    @property
    def claimed(self) -> tuple[Row, ...]:
        """What the token says: it was printed, and is not read from the journal."""
        if self.claim is None:
            return ()
        return (
            Row(_("ЗНМ"), self.claim.serial),
            *_numbers(self.claim),
            Row(_("КОНТРОЛЬНОЕ ЗНАЧЕНИЕ"), fingerprint(self.claim.fingerprint)),
        )


def verdict(text: str) -> PaperVerdict:
    """The verdict on the paper with a token of this text. NotAToken for a text of another form."""
    try:
        token = PaperToken.parse(text)
    except Damaged:
        return PaperVerdict(problem=PaperProblem.DAMAGED)
    claim = token.claim
    problem = _problem_of_signature(token)
    if problem:
        return PaperVerdict(problem=problem)
    kkm = KKM.objects.filter(serial_number=claim.serial).select_related("taxpayer", "ofd").first()
    if kkm is None:
        return PaperVerdict(claim, PaperProblem.UNKNOWN)
    find_record = PAPER_KINDS[claim.kind].find_record
    if find_record is not None:
        return _verdict_of_record(claim, find_record(claim, kkm))
    return _verdict_of_journal(claim, kkm)


def _problem_of_signature(token: PaperToken) -> PaperProblem | None:
    """A key that is not here is one of ours if it has signed heads of this register; then nobody
    can tell who made the token.
    """
    claim = token.claim
    try:
        if signing.verify_bytes(claim.bytes, token.key, token.signature):
            return None
    except KeyUnavailable:
        return PaperProblem.UNSURE
    if not signing.knows(token.key) and _has_signed(token.key, claim.serial):
        return PaperProblem.UNSURE
    return PaperProblem.FORGED


def _has_signed(key: str, serial: str) -> bool:
    """Whether a key whose id begins so has signed a head of this register."""
    try:
        kkm = KKM.objects.filter(serial_number=SerialNumber(serial)).first()
    except ValueError:
        return False
    return kkm is not None and kkm.signed_heads.filter(key__startswith=key).exists()


def _verdict_of_record(claim: Claim, record: KeptRecord | None) -> PaperVerdict:
    if record is None:
        return PaperVerdict(claim, PaperProblem.RECORD_MISSING)
    if record.agrees is None:
        return PaperVerdict(problem=PaperProblem.UNSURE)
    if not record.agrees:
        return PaperVerdict(claim, PaperProblem.RECORD_CHANGED)
    heading = (*record.heading, *_numbers(claim))
    return PaperVerdict(claim, heading=heading, figures=record.figures, is_of_record=True)


def _verdict_of_journal(claim: Claim, kkm: KKM) -> PaperVerdict:
    last = kkm.operations.filter(number=claim.number).first()
    if last is None:
        return PaperVerdict(claim, PaperProblem.CUT)
    if not last.seal.startswith(claim.fingerprint):
        return PaperVerdict(claim, PaperProblem.REWRITTEN)
    kind = PAPER_KINDS[claim.kind]
    claimed_shifts = kkm.shifts.filter(number__range=(claim.first_shift, claim.last_shift))
    shifts = list(claimed_shifts.select_related("z__operation", "registration"))
    counted = recount(claim, kind.split, kkm, shifts, last)
    if counted.statement.digest != claim.digest or _contradicts_frozen(counted):
        return PaperVerdict(claim, PaperProblem.FIGURES)
    figures = tuple(kind.main_figures(counted))
    return PaperVerdict(claim, heading=tuple(_heading(counted)), figures=figures)


def _contradicts_frozen(counted: Recount) -> bool:
    """Whether a frozen Z that the paper printed is gone, cannot be read, or is not what its
    operations come to.
    """
    try:
        return PAPER_KINDS[counted.claim.kind].contradicts_frozen(counted)
    except Unreadable:
        return True


# -- the heading of a paper that agrees ------------------------------------------------------------


def _heading(counted: Recount) -> Iterator[Row]:
    """Whose paper it is, its numbers, when its shifts began and ended."""
    yield from _register_requisites(counted)
    yield from _numbers(counted.claim)
    yield from _moments(counted)


def _register_requisites(counted: Recount) -> Iterator[Row]:
    """The requisites, or a sentence that they cannot be read."""
    try:
        heading = _frozen_heading(counted)
    except Unreadable:
        yield Row(str(RequisitesUnreadable.sentence), strong=True)
        return
    yield Row(heading.taxpayer, strong=True)
    yield Row(address_line(heading))
    yield from requisites(heading)


def _frozen_heading(counted: Recount) -> RegisterHeading:
    if counted.shifts:
        return heading_of_shift(counted.shifts[-1])
    return heading_of_registration(counted.kkm.registrations.get(last_number=counted.last.number))


def _numbers(claim: Claim) -> Iterator[Row]:
    number_label = PAPER_KINDS[claim.kind].number_label
    if number_label:
        yield Row(str(number_label), claim.number)
    if claim.first_shift != claim.last_shift:
        yield Row(_("СМЕНЫ №"), f"{claim.first_shift} — {claim.last_shift}")
    elif claim.first_shift:
        yield Row(_("СМЕНА №"), claim.first_shift)


def _moments(counted: Recount) -> Iterator[Row]:
    shifts = counted.shifts
    moment_label = PAPER_KINDS[counted.claim.kind].moment_label
    if moment_label:
        yield Row(str(moment_label), clock(counted.last.occurred_at))
    if not shifts:
        return
    begins, ends = _("НАЧАЛО СМЕНЫ"), _("КОНЕЦ СМЕНЫ")
    if len(shifts) > 1:
        begins, ends = _("НАЧАЛО ПЕРВОЙ СМЕНЫ"), _("КОНЕЦ ПОСЛЕДНЕЙ СМЕНЫ")
    yield Row(begins, clock(shifts[0].opened_at))
    if counted.ends_closed:
        yield Row(ends, clock(end_of(shifts[-1])))
