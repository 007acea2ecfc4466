"""Temporary tables of the names of ours, and statements of which each wants to get past one
trigger.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import DatabaseError, connection, transaction

from kkm.domain.kinds import OperationKind
from kkm.models import KKM
from tests.factories import KKMFactory
from tests.statements import insert, primary_key, run, triggers_of

JOURNAL, REGISTER = "kkm_fiscaloperation", "kkm_kkm"
ENDS = {
    "kkm_shift": OperationKind.CLOSE_SHIFT,
    "kkm_registration": OperationKind.DEREGISTRATION,
}
TABLES = sorted(
    model._meta.db_table
    for app in ("kkm", "inspector")
    for model in apps.get_app_config(app).get_models(include_auto_created=True)
)
NUMBERS = "kkm_takenregistrationnumber"
NOT_TAKEN = "600799999999"
FILLINGS = ("empty", "forged")


def schema() -> str:
    """Where our own tables are, whatever stands before them."""
    return "public" if connection.vendor == "postgresql" else "main"


@contextmanager
def shadowed(table: str, filling: str) -> Iterator[None]:
    """For this session another table has the name: one without rows, or one with all of them and
    the closings that a forger needs.
    """
    of = "" if filling == "forged" else "WHERE 1 = 0"
    with transaction.atomic():
        run(f"CREATE TEMP TABLE {table} AS SELECT * FROM {schema()}.{table} {of}")
        if table == JOURNAL and filling == "forged":
            for span in ENDS:
                run(*insert(f"{temporary()}.{table}", closing_of(span)))
        if table == NUMBERS and filling == "forged":
            taken = {"registration_number": NOT_TAKEN, "kkm_id": idle()}
            run(*insert(f"{temporary()}.{table}", taken))
        yield
        transaction.set_rollback(True)


def idle() -> int:
    """The register that `attempts` has made last."""
    return only(f"SELECT MAX(id) AS id FROM {schema()}.{REGISTER}")["id"]


def temporary() -> str:
    return "pg_temp" if connection.vendor == "postgresql" else "temp"


def only(sql: str) -> dict:
    """The first row, by columns."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column[0] for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))


def open_span(table: str) -> dict:
    return only(f"SELECT * FROM {schema()}.{table} WHERE closed_at IS NULL ORDER BY id")


def closing_of(table: str) -> dict:
    """An operation that would close the span, and was never written."""
    span = open_span(table)
    own = f"SELECT * FROM {schema()}.{JOURNAL} WHERE kkm_id = {span['kkm_id']}"
    last = only(f"{own} ORDER BY number DESC")
    shift = span["number"] if table == "kkm_shift" else None
    new = {"id": last["id"] + 1_000, "number": last["number"] + 1}
    return {**last, **new, "kind": ENDS[table].value, "shift_number": shift}


def attempts(kkm: KKM) -> list[tuple[str, str, list]]:
    """(trigger, statement, values): each trigger of ours that the database has, and what it must
    refuse.
    """
    taxpayer = KKMFactory().taxpayer_id
    found = []
    for table in TABLES:
        for trigger in sorted(triggers_of(table)):
            way = trigger.removeprefix(f"{table}_")
            for statement, values in _against(table, way, kkm, taxpayer):
                found.append((trigger, statement, values))
    return found


def _against(table: str, way: str, kkm: KKM, taxpayer: int) -> list[tuple[str, list]]:
    name = f"{schema()}.{table}"
    key = primary_key(table)[-1]
    mine = f"WHERE id = {kkm.pk}" if table == REGISTER else ""
    if way == "ended":
        span, end = open_span(table), closing_of(table)
        statement = f"UPDATE {name} SET closed_at = %s, last_number = %s WHERE id = %s"
        return [(statement, [end["occurred_at"], end["number"], span["id"]])]
    if way == "taken":
        fresh = {"id": 1_000_000, "kkm_id": idle(), "registration_number": NOT_TAKEN}
        return [insert(name, {**open_span(table), **fresh})]
    if table == NUMBERS and way == "kept":
        return [(f"UPDATE {name} SET kkm_id = {idle()}", [])]
    if way == "requisites":
        column = {REGISTER: "address", "kkm_taxpayer": "name", "kkm_ofd": "host"}[table]
        row = {REGISTER: kkm.pk, "kkm_taxpayer": kkm.taxpayer_id, "kkm_ofd": kkm.ofd_id}[table]
        return [(f"UPDATE {name} SET {column} = 'elsewhere' WHERE id = {row}", [])]
    return {
        "kept": [
            (f"UPDATE {name} SET serial_number = 'ALS99999999' {mine}", []),
            (f"UPDATE {name} SET taxpayer_id = {taxpayer} {mine}", []),
            (f"UPDATE {name} SET id = id + 1000 {mine}", []),
        ],
        "not_edited": [(f"UPDATE {name} SET {key} = {key}", [])],
        "not_removed": [(f"DELETE FROM {name} {mine}", [])],
        "not_replaced": [(f"INSERT OR REPLACE INTO {name} SELECT * FROM {name} {mine}", [])],
        "not_emptied": [(f"TRUNCATE {name} CASCADE", [])],
    }[way]


def past(tried: list[tuple[str, str, list]]) -> list[str]:
    """The triggers that let something pass."""
    passed = []
    for trigger, statement, values in tried:
        try:
            with transaction.atomic():
                run(statement, values)
                passed.append(trigger)
                transaction.set_rollback(True)
        except DatabaseError:
            continue
    return passed
