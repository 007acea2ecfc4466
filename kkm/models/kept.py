"""Conditions of triggers: the rows of a register that has a journal say what its last freezing act
says (`kkm.domain.heading`).

An UPDATE of a requisite in the row of the register, its taxpayer or its OFD is wrong unless the
last activation or change of requisites of every such register has frozen just the new value: the
door writes the act first, then the row changes. Names of sections are not guarded here; the audit
compares them too.
"""

from kkm.domain.heading import KEY
from kkm.domain.kinds import FREEZING, OperationKind
from kkm.models.operation import FiscalOperation
from kkm.models.reference import OFD, Taxpayer
from kkm.models.register import KKM

SENTENCE = "the register has a journal: its requisites change by an operation of it"
_JOURNAL, _REGISTER, _TAXPAYER, _OFD = (
    model._meta.db_table for model in (FiscalOperation, KKM, Taxpayer, OFD)
)
_OF_TAXPAYER = {
    "name": "taxpayer",
    "taxpayer_number": "taxpayer_number",
    "vat_series": "vat_series",
    "vat_number": "vat_number",
}
_OF_OFD = {
    "name": "ofd",
    "host": "ofd_host",
    "code": "ofd_code",
    "name_kk": "ofd_kk",
    "name_en": "ofd_en",
}
_OF_REGISTER = ("trade_name", "address", "address_kk", "identity_number")
_DIFFERS = {"postgresql": "IS DISTINCT FROM", "sqlite": "IS NOT"}
_READ = {
    "postgresql": "(NULLIF({details}, '')::jsonb #>> '{{{key},{name}}}')",
    "sqlite": "json_extract(NULLIF({details}, ''), '$.{key}.{name}')",
}


def wrong_updates(vendor: str) -> dict[str, str]:
    """By table: when an UPDATE makes a row say what no journal does."""
    return {
        _REGISTER: _of_register(vendor),
        _TAXPAYER: _of_row(vendor, "taxpayer_id", _OF_TAXPAYER),
        _OFD: _of_row(vendor, "ofd_id", _OF_OFD),
    }


def _of_register(vendor: str) -> str:
    changed = _changed(vendor, (*_OF_REGISTER, "ofd_id"))
    code = f"COALESCE((SELECT CAST(code AS text) FROM {_OFD} WHERE id = NEW.ofd_id), '')"
    rows = {name: f"NEW.{name}" for name in _OF_REGISTER} | {"ofd_code": code}
    return f"({changed}) AND {_begun('NEW.id')} AND ({_disagree(vendor, 'NEW.id', rows)})"


def _of_row(vendor: str, key: str, names: dict[str, str]) -> str:
    """Of a row that several registers share: each of them that has a journal must have said so."""
    rows = {told: f"CAST(NEW.{column} AS text)" for column, told in names.items()}
    wrong = f"{_begun('k.id')} AND ({_disagree(vendor, 'k.id', rows)})"
    mine = f"EXISTS (SELECT 1 FROM {_REGISTER} k WHERE k.{key} = NEW.id AND {wrong})"
    return f"({_changed(vendor, names)}) AND {mine}"


def _changed(vendor: str, columns) -> str:
    return " OR ".join(f"OLD.{column} {_DIFFERS[vendor]} NEW.{column}" for column in columns)


def _begun(register: str) -> str:
    return f"EXISTS (SELECT 1 FROM {_JOURNAL} WHERE kkm_id = {register})"


def _disagree(vendor: str, register: str, rows: dict[str, str]) -> str:
    kinds = ", ".join(str(kind.value) for kind in FREEZING)
    act = OperationKind.ACTIVATION.value  # in the words of the index of acts
    last = (
        f"(SELECT details FROM {_JOURNAL} WHERE kkm_id = {register} AND kind >= {act} "
        f"AND kind IN ({kinds}) ORDER BY number DESC LIMIT 1)"
    )
    told = {name: _READ[vendor].format(details=last, key=KEY, name=name) for name in rows}
    return " OR ".join(f"{told[name]} {_DIFFERS[vendor]} {new}" for name, new in rows.items())
