"""A forger with the database in his hands: the triggers are off, and after him every seal and
every sign is in order again.
"""

from django.db import connection

from kkm.audit.journal_stream import operations
from kkm.domain import seal as seals
from kkm.domain.kinds import TICKETS
from kkm.domain.operation import sealed_fields
from kkm.models import (
    FISCAL_MODELS,
    KKM,
    FiscalOperation,
    Position,
    Registration,
    Shift,
    SignedHead,
    ZReport,
    triggers,
)


def unlock() -> None:
    """No triggers until the test's transaction is rolled back."""
    connection.check_constraints()  # PostgreSQL drops no trigger while deferred checks wait
    triggers.remove(connection, FISCAL_MODELS)


def cut(kkm: KKM, number: int) -> None:
    """Everything from this operation on is gone, signed heads too; what was closed in it is open
    again.
    """
    gone = FiscalOperation.objects.filter(kkm=kkm, number__gte=number)
    for model in (Position, ZReport):
        model.objects.filter(kkm=kkm, number__gte=number)._raw_delete("default")
    gone._raw_delete("default")
    SignedHead.objects.filter(kkm=kkm, number__gte=number)._raw_delete("default")
    for model in (Shift, Registration):
        model.objects.filter(kkm=kkm, first_number__gte=number)._raw_delete("default")
        model.objects.filter(kkm=kkm, last_number__gte=number).update(
            last_number=None, closed_at=None
        )


def rewrite(kkm: KKM, number: int) -> None:
    """Another cashier at this operation; every sign and seal from it on is computed anew, and no
    signed head is left to tell.
    """
    FiscalOperation.objects.filter(kkm=kkm, number=number).update(actor_name="Чужая Ч.Ч.")
    SignedHead.objects.filter(kkm=kkm, number__gte=number)._raw_delete("default")
    previous = seals.GENESIS
    for one in list(operations(kkm)):
        sign = ""
        if one.kind in TICKETS:
            sign = seals.fiscal_sign(
                previous, kkm.serial_number, one.number, one.kind, one.occurred, one.amount
            )
        previous = seals.seal(
            sealed_fields(one._replace(fiscal_sign=sign), previous, kkm.serial_number)
        )
        FiscalOperation.objects.filter(kkm=kkm, number=one.number).update(
            fiscal_sign=sign, seal=previous
        )


def edit(rows, **values: object) -> None:
    """Rows changed where they stand."""
    assert rows.update(**values)
