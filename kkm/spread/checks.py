"""Whether a journal that Citus has spread is guarded and asked as it should be.

Nothing is changed: what is tried is undone by an error that follows it.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from kkm.models import FISCAL_MODELS, KKM, FiscalOperation, ZReport
from kkm.models.triggers import REFUSAL
from kkm.spread import keys
from kkm.spread.citus import DATABASE_SETTINGS, ROLE_SETTINGS, functions, rows, value

_JOURNAL = FiscalOperation._meta.db_table
_REGISTERS = KKM._meta.db_table
_Z = ZReport._meta.db_table
_TRIGGERS = (
    "SELECT count(*) FROM pg_trigger "
    "WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal AND tgenabled = 'O'"
)
_OF_SHARDS = "SELECT DISTINCT result FROM run_command_on_shards(%s, %s)"
_NODES = (
    "SELECT n.nodename || ':' || n.nodeport, r.result "
    "FROM run_command_on_all_nodes(%s) r JOIN pg_dist_node n USING (nodeid)"
)
_HAS_FUNCTION = "SELECT to_regprocedure('{signature}') IS NOT NULL"
_REGISTER = f"SELECT kkm_id FROM {_JOURNAL} WHERE number = 1 LIMIT 1"
# The second error undoes what the first statement has done, should it not be refused.
_TRY = "DO $$ BEGIN {statement}; RAISE EXCEPTION 'done'; END $$"
_TASKS = re.compile(r"Task Count: (\d+)")


def faults(connection: Any) -> list[str]:
    """What is wrong, in sentences."""
    found = _settings(connection) + _functions(connection) + _triggers_of_shards(connection)
    register = rows(connection, _REGISTER)
    if register:
        kkm = register[0][0]
        found += _refusals(connection, kkm) + _shards(connection, kkm)
    return found


def has_journal(connection: Any) -> bool:
    """Whether there is a register to try it with."""
    return bool(rows(connection, _REGISTER))


def _settings(connection: Any) -> list[str]:
    found = []
    for name, wanted in (ROLE_SETTINGS | DATABASE_SETTINGS).items():
        asked = f"SELECT current_setting('{name}')"
        for server, answer in rows(connection, _NODES, asked):
            if answer != wanted:
                text = _("{server}: настройка {name} — {answer}, а должна быть {wanted}.")
                found.append(
                    text.format(server=server, name=name, answer=answer, wanted=wanted),
                )
    return found


def _functions(connection: Any) -> list[str]:
    """Every machine has the functions of questions."""
    found = []
    for signature in functions(connection):
        asked = _HAS_FUNCTION.format(signature=signature)
        for server, answer in rows(connection, _NODES, asked):
            if answer != "t":
                text = _("{server}: нет функции {signature}.")
                found.append(text.format(server=server, signature=signature))
    return found


def _triggers_of_shards(connection: Any) -> list[str]:
    found = []
    for table in keys.spread_tables():
        wanted = value(connection, _TRIGGERS.format(table=table))
        asked = _TRIGGERS.format(table="%s")
        answers = rows(connection, _OF_SHARDS, table, asked)
        if answers != [(str(wanted),)]:
            text = _("{table}: не на всех частях таблицы стоят триггеры.")
            found.append(text.format(table=table))
    return found


def _refusals(connection: Any, kkm: int) -> list[str]:
    """The triggers refuse to remove the rows of a register, whichever machine is asked."""
    found = []
    for model in FISCAL_MODELS:
        table = model._meta.db_table
        of_register = f"{table} WHERE kkm_id = {kkm}"
        if not rows(connection, f"SELECT 1 FROM {of_register} LIMIT 1"):
            continue
        statement = _TRY.format(statement=f"DELETE FROM {of_register}")
        for server, answer in rows(connection, _NODES, statement):
            if REFUSAL not in answer:
                text = _("{server}: удаление из {table} не отклонено: {answer}")
                found.append(text.format(server=server, table=table, answer=answer))
    return found


def _shards(connection: Any, kkm: int) -> list[str]:
    """What an append and an audit of a register ask is answered by one shard."""
    found = []
    for statement in _of_a_register(kkm):
        lines = rows(connection, f"EXPLAIN (COSTS OFF) {statement}")
        text = "\n".join(line for (line,) in lines)
        if _TASKS.findall(text) != ["1"]:
            sentence = _("Отвечает не одна часть таблицы: {statement}")
            found.append(sentence.format(statement=statement))
    return found


def _of_a_register(kkm: int) -> list[str]:
    """Statements of the kinds that append and audit."""
    found = [
        f"SELECT FROM {_REGISTERS} WHERE id = {kkm} FOR NO KEY UPDATE",
        f"INSERT INTO {_Z} (kkm_id, number, shift_number, text) VALUES ({kkm}, 1, 1, '')",
        f"SELECT FROM {_JOURNAL} o LEFT JOIN {_Z} z ON z.kkm_id = o.kkm_id "
        f"AND z.number = o.number WHERE o.kkm_id = {kkm} ORDER BY o.number",
    ]
    for model in FISCAL_MODELS:
        found.append(f"SELECT FROM {model._meta.db_table} WHERE kkm_id = {kkm}")
    return found
