"""Lines of tickets that are asked for: of a section, of a VAT rate, with a discount or a markup."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q

from kkm.domain.kinds import PositionRole
from kkm.domain.totals import rate_key
from kkm.models.operation import OperationQuerySet
from kkm.models.position import Position

# A rate that is asked for: any, or the name of one by `rate_key`.
TAXED = "taxed"


class Modified(StrEnum):
    """What the sum of a line differs by from its goods."""

    DISCOUNT = "discount"
    MARKUP = "markup"


@dataclass(frozen=True, slots=True)
class AskedLines:
    """Conditions that a line satisfies together. None is no condition; `rate` is `TAXED` or a key
    of `rate_key`. Only positions have a section: discounts and markups on whole tickets have none.
    """

    section: str | None = None
    rate: str | None = None
    modified: Modified | None = None

    def __bool__(self) -> bool:
        return self != AskedLines()

    def narrow(self, operations: OperationQuerySet) -> OperationQuerySet:
        """The operations that have such a line; all of them where nothing is asked for."""
        if not self:
            return operations
        lines = Position.objects.filter(
            self._condition(),
            kkm=OuterRef("kkm"),
            number=OuterRef("number"),
        )
        return operations.filter(Exists(lines))

    def of(self, operations: OperationQuerySet) -> OperationQuerySet:
        """Operations joined with the lines themselves, as `positions`."""
        return operations.filter(self._condition("positions__"))

    def _condition(self, lines: str = "") -> Q:
        """`lines` leads to them: they are joined also where nothing is asked for."""
        found = Q((f"{lines}line__gt", 0))
        if self.section is not None:
            role, section = f"{lines}role", f"{lines}section"
            found &= Q((role, PositionRole.ITEM), (section, self.section))
        if self.rate is not None:
            found &= _has_rate(self.rate, f"{lines}rate")
        if self.modified is not None:
            found &= Q((f"{lines}{self.modified}__gt", 0))
        return found


def _has_rate(asked: str, column: str) -> Q:
    if asked == TAXED:
        return Q((f"{column}__isnull", False))
    if asked == rate_key(None):
        return Q((f"{column}__isnull", True))
    return Q((column, int(asked)))


def sections_and_rates(
    operations: OperationQuerySet,
) -> tuple[set[str], set[int | None]]:
    """The sections and the rates of their lines, in one statement."""
    lines = AskedLines().of(operations)
    columns = ("positions__role", "positions__section", "positions__rate")
    pairs = lines.order_by().values_list(*columns).distinct()
    sections = set()
    rates = set()
    for role, section, rate in pairs:
        rates.add(rate)
        if role == PositionRole.ITEM:
            sections.add(section)
    return sections, rates
