"""How many bytes a ticket of three positions takes, in a fleet of ten thousand registers.

Beside it a bare row: the values of the columns alone, without headers, padding and indexes. The
fleet is kept: `make bench pages` asks the same one.
"""

from __future__ import annotations

from pathlib import Path

from bench.fleet import QUICK, WHOLE, Fleet, kept
from bench.ground import set_up
from bench.measured import Measured, say

POSITIONS = 3
SAMPLE = 12


def measure(directory: Path, quick: bool) -> list[Measured]:
    """The bytes of a row, measured over whole tables."""
    fleet = WHOLE
    if quick:
        fleet = QUICK
    set_up(kept(fleet))
    _verify_sample()
    operation, bare_operation = _bytes_of("FiscalOperation")
    position, bare_position = _bytes_of("Position")
    ticket = operation + POSITIONS * position
    bare = bare_operation + POSITIONS * bare_position
    return [
        _of_a_ticket(ticket, fleet),
        Measured(
            part="size",
            what="the same beside the values of its columns alone",
            ratio=ticket / bare,
            note=f"{bare:.0f} bytes of values",
        ),
    ]


def _of_a_ticket(ticket: float, fleet: Fleet) -> Measured:
    from kkm.models import FiscalOperation, Position

    operations = FiscalOperation.objects.count()
    positions = Position.objects.count()
    return Measured(
        part="size",
        what=f"a ticket of {POSITIONS} positions, bytes with its indexes",
        ratio=ticket,
        aim=1000,
        at_most=True,
        note=(f"{fleet.registers:,} registers, {operations:,} operations, {positions:,} positions"),
    )


def _bytes_of(name: str) -> tuple[float, float]:
    """Bytes a row of a fiscal table: heap and indexes together, and the values alone."""
    from django.apps import apps
    from django.db import connection

    model = apps.get_model("kkm", name)
    table = model._meta.db_table
    sizes = []
    for field in model._meta.concrete_fields:
        sizes.append(f"COALESCE(pg_column_size({field.column}), 0)")
    values = " + ".join(sizes)
    with connection.cursor() as cursor:
        # A partitioned table has no bytes of its own.
        parts = "SELECT SUM(pg_total_relation_size(relid)) FROM pg_partition_tree(%s)"
        cursor.execute(
            f"SELECT GREATEST(pg_total_relation_size(%s), ({parts}))",
            [table, table],
        )
        (whole,) = cursor.fetchone()
        cursor.execute(f"SELECT COUNT(*), AVG({values}) FROM {table}")
        rows, bare = cursor.fetchone()
    total = float(whole) / rows
    say(f"size: {table}, {rows:,} rows, {total:.0f} bytes each, {bare:.0f} of values")
    return total, float(bare)


def _verify_sample() -> None:
    """AssertionError if a journal of the fleet does not hold."""
    from kkm.audit.audit import full_audit
    from kkm.models import KKM

    kkms = KKM.objects.order_by("serial_number")
    every = kkms.count() // SAMPLE
    for kkm in list(kkms)[::every]:
        verdict = full_audit(kkm)
        if not verdict.holds:
            raise AssertionError(f"{kkm}: {verdict.findings[0]}")
