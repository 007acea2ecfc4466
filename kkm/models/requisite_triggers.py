"""Conditions of triggers that guard the requisites of registers with a journal: rows have what the
last freezing operation says (`kkm.domain.heading`).

An UPDATE of a requisite in the row of a register, a taxpayer or an OFD is refused unless the last
activation or change of requisites of every such register has frozen the new value: the journal is
written first, then the row changes. Names of sections are not guarded here; the audit compares them
too.
"""

from collections.abc import Collection, Mapping

from kkm.domain.heading import KEY, OF_OFD, OF_REGISTER, OF_TAXPAYER
from kkm.domain.kinds import FREEZING, OperationKind
from kkm.models.operation import FiscalOperation
from kkm.models.reference import OFD, Taxpayer
from kkm.models.register import KKM

SENTENCE = "the register has a journal: its requisites change by an operation of it"
GUARDED = (KKM, Taxpayer, OFD)
_JOURNAL = FiscalOperation._meta.db_table
_REGISTER = KKM._meta.db_table
_TAXPAYER = Taxpayer._meta.db_table
_OFD = OFD._meta.db_table
_DIFFERS = {"postgresql": "IS DISTINCT FROM", "sqlite": "IS NOT"}
_FROZEN = {
    "postgresql": "(NULLIF({details}, '')::jsonb #>> '{{{key},{name}}}')",
    "sqlite": "json_extract(NULLIF({details}, ''), '$.{key}.{name}')",
}


def wrong_updates(vendor: str, columns: Mapping[type, Collection[str]]) -> dict[str, str]:
    """By table: the condition under which an UPDATE is refused.

    `columns` are those that the tables of `GUARDED` have now: a migration may create the triggers
    before a later one adds the column of a new requisite.
    """
    return {
        _REGISTER: _of_register(vendor, columns[KKM]),
        _TAXPAYER: _of_row(vendor, "taxpayer_id", OF_TAXPAYER),
        _OFD: _of_row(vendor, "ofd_id", OF_OFD),
    }


def _of_register(vendor: str, columns: Collection[str]) -> str:
    code = f"COALESCE((SELECT CAST(code AS text) FROM {_OFD} WHERE id = NEW.ofd_id), '')"
    names = [name for name in OF_REGISTER if name in columns]
    values = {}
    for name in names:
        values[name] = f"NEW.{name}"
    values["ofd_code"] = code
    changed = _changed(vendor, [*names, "ofd_id"])
    return f"({changed}) AND {_has_journal('NEW.id')} AND ({_disagree(vendor, 'NEW.id', values)})"


def _of_row(vendor: str, key: str, requisites: Mapping[str, str]) -> str:
    """Of a row that several registers share: the journal of one of them does not agree."""
    values = {}
    for requisite, column in requisites.items():
        values[requisite] = f"CAST(NEW.{column} AS text)"
    wrong = f"{_has_journal('k.id')} AND ({_disagree(vendor, 'k.id', values)})"
    registers = f"EXISTS (SELECT 1 FROM {_REGISTER} k WHERE k.{key} = NEW.id AND {wrong})"
    return f"({_changed(vendor, requisites.values())}) AND {registers}"


def _changed(vendor: str, columns: Collection[str]) -> str:
    differs = _DIFFERS[vendor]
    return " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)


def _has_journal(register: str) -> str:
    return f"EXISTS (SELECT 1 FROM {_JOURNAL} WHERE kkm_id = {register})"


def _disagree(vendor: str, register: str, values: Mapping[str, str]) -> str:
    """Whether the last freezing operation of a register says another value of a requisite."""
    kinds = ", ".join(str(kind.value) for kind in FREEZING)
    # The index of acts is used only for its own condition, word for word.
    act = OperationKind.ACTIVATION.value
    details = (
        f"(SELECT details FROM {_JOURNAL} WHERE kkm_id = {register} AND kind >= {act} "
        f"AND kind IN ({kinds}) ORDER BY number DESC LIMIT 1)"
    )
    conditions = []
    for name, value in values.items():
        frozen = _FROZEN[vendor].format(details=details, key=KEY, name=name)
        conditions.append(f"{frozen} {_DIFFERS[vendor]} {value}")
    return " OR ".join(conditions)
