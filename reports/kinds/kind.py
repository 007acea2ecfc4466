"""What has to be said of a kind of report, so that page, paper and the check of a paper know it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kkm.domain.period import Period
from kkm.domain.token import Claim
from kkm.models import KKM, Shift
from reports.parts.recount import Recount, no_figures, nothing_frozen
from reports.report import Report, Row
from reports.scope import ReportScope

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """What the database keeps of the one thing that a paper is about.

    `agrees`: whether it is what the paper says; None if its signature cannot be verified now.
    `heading` and `figures` are shown of a paper that agrees.
    """

    agrees: bool | None
    heading: tuple[Row, ...] = ()
    figures: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperKind:
    """How a printed report of one kind is titled and checked against the journal.

    `main_figures` are the rows that the check shows of a paper that agrees. `split` names the
    columns of an operation by which the statement has parts (`kkm.domain.statement`).
    `contradicts_frozen` says whether a frozen Z that the paper printed is not what the journal
    says. A kind that is about one operation calls its number and moment by the two labels.

    A paper that counts no operations has `find_record`: it finds what the paper is about, or None
    if there is no such record; then `main_figures` and the fields after it are not used.

    A paper has a token if `name` has a place in `kkm.domain.token.PLACES`, and its maker gives
    the report a statement; else it has no QR and cannot be checked, and the fields are not used.
    """

    name: str
    title: StrPromise
    main_figures: Callable[[Recount], Iterable[Row]] = no_figures
    split: tuple[str, ...] = ()
    contradicts_frozen: Callable[[Recount], bool] = nothing_frozen
    find_record: Callable[[Claim, KKM], KeptRecord | None] | None = None
    number_label: StrPromise | str = ""
    moment_label: StrPromise | str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(PaperKind):
    """A kind that is asked for by a day, or by two days if `has_end`.

    `find_shifts` finds the shifts of these days, `make` makes the report of one of them, or, if
    `takes_many`, of all. A kind with `nothing_today` is asked for today unless another day is
    given; the sentence says that there is no shift today. `hint` says what the report shows and
    what has to be chosen.
    """

    find_shifts: Callable[[KKM, Period, date], Sequence[Shift]]
    make: Callable[[ReportScope], Report]
    hint: StrPromise
    has_end: bool = False
    takes_many: bool = False
    nothing_today: StrPromise | str = ""

    @property
    def offers_all_shifts(self) -> bool:
        """Whether one shift of a day can be asked for, and all of them together."""
        return self.takes_many and not self.has_end
