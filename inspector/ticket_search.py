"""Tickets by what the search of the cabinet is given: a fiscal sign, or an external number."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kkm.domain.seal import number_in_sign
from kkm.models import KKM, FiscalOperation

SHORTEST = 7  # characters: a fiscal sign has six digits after the operation's number
MOST = 5


def tickets_by_number(registers: QuerySet[KKM], text: str) -> list[FiscalOperation]:
    """Operations of these registers whose fiscal sign or external number is `text`, `MOST` at most.

    A fiscal sign tells the number of its operation, and an external number is unique in its
    register: both are found by an index. Signs of other systems that were imported are not found.
    """
    wanted = text.strip()
    if len(wanted) < SHORTEST:
        return []
    named = Q(external_number=wanted)
    number = number_in_sign(wanted)
    if number is not None:
        named |= Q(number=number, fiscal_sign=wanted)
    operations = FiscalOperation.objects.filter(named, kkm__in=registers)
    return list(operations.select_related("kkm").order_by("kkm", "number")[:MOST])
