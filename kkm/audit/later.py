"""Where a check begins that reads only what came after the last check of a register.

The last check must be signed and have found nothing. What follows is read from the last shift that
was closed by then: the seals from there on must lead to the seal that the check has signed, so the
closing is the one that it has read. Acts before it tell the state of the register. What stands
before the closing is not read again: only a check of the whole journal finds what is changed there.
"""

from __future__ import annotations

from typing import NamedTuple

from kkm.audit.journal_stream import operations
from kkm.domain import seal as seals
from kkm.domain.checker import Start
from kkm.domain.heading import Requisites, Unreadable
from kkm.domain.kinds import OperationKind
from kkm.domain.operation import Operation, sealed_fields
from kkm.models import KKM, Audit
from kkm.reading.frozen import frozen_before

_BLOCKINGS = (OperationKind.BLOCK, OperationKind.UNBLOCK)
_REGISTRATIONS = (OperationKind.ACTIVATION, OperationKind.DEREGISTRATION)


class Later(NamedTuple):
    """Where the check begins, and the earlier check that it follows."""

    start: Start
    audit: Audit


def after_last_check(kkm: KKM) -> Later | None:
    """Where a check may begin; None if the whole journal has to be read.

    So it is where there was no check, where the last one found something or its signature does not
    fit, where no shift was closed before it, and where the closing is not what it was.
    """
    audit = Audit.objects.latest_of(kkm)
    if audit is None or not audit.holds or not audit.signature_fits:
        return None
    read = kkm.operations.filter(number__lte=audit.operations)
    closings = read.filter(kind=OperationKind.CLOSE_SHIFT).order_by("-number")
    number = closings.values_list("number", flat=True).first()
    if number is None:
        return None
    start = _start_after(kkm, number)
    if start is None:
        return None
    if number == audit.operations and start.seal != audit.seal:
        return None
    return Later(start, audit)


def _start_after(kkm: KKM, number: int) -> Start | None:
    """What the closing of this number left behind; None if its seal does not fit it."""
    near = list(operations(kkm, number - 1, number))
    if len(near) != 2 or not _is_sealed(kkm, *near):
        return None
    try:
        requisites = frozen_before(kkm.pk, number)
    except Unreadable:
        return None
    return _start(kkm, near[1], requisites)


def _is_sealed(kkm: KKM, before: Operation, closing: Operation) -> bool:
    fields = sealed_fields(closing, before.seal, kkm.serial_number)
    return seals.seal(fields) == closing.seal


def _start(kkm: KKM, closing: Operation, requisites: Requisites | None) -> Start:
    acts = kkm.operations.acts().filter(number__lt=closing.number)
    kinds = acts.order_by("-number").values_list("kind", flat=True)
    registration = kinds.filter(kind__in=_REGISTRATIONS).first()
    blocking = kinds.filter(kind__in=_BLOCKINGS).first()
    return Start(
        number=closing.number,
        seal=closing.seal,
        occurred=closing.occurred,
        balance=closing.balance,
        last_shift=closing.shift,
        active=registration == OperationKind.ACTIVATION,
        blocked_by_operation=blocking == OperationKind.BLOCK,
        requisites=requisites,
    )
