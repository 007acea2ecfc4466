"""Triggers between the directory of РНМ and the registrations that last.

A registration cannot begin unless its РНМ is taken by its register, and the row that says so
neither changes nor goes while the registration lasts. For serial numbers the foreign key of the
register says the same.
"""

from __future__ import annotations

from typing import NamedTuple

from kkm.models.directory import TakenRegistrationNumber
from kkm.models.span import Registration

SENTENCE = "the directory of registration numbers says what registrations say"
TABLE = TakenRegistrationNumber._meta.db_table
REGISTRATIONS = Registration._meta.db_table
_LASTS = f"SELECT 1 FROM {REGISTRATIONS} WHERE closed_at IS NULL AND"
_OLD = "registration_number = OLD.registration_number AND kkm_id = OLD.kkm_id"
# On SQLite a row that is replaced is deleted without a trigger.
_SAME = "(registration_number = NEW.registration_number OR kkm_id = NEW.kkm_id)"
_CHANGED = "(OLD.registration_number <> NEW.registration_number OR OLD.kkm_id <> NEW.kkm_id)"
_IS_OF_ONE = f"EXISTS ({_LASTS} {_OLD})"
_TAKEN = (
    f"SELECT 1 FROM {TABLE} "
    "WHERE registration_number = NEW.registration_number AND kkm_id = NEW.kkm_id"
)


class Rule(NamedTuple):
    """A trigger: its table, its name behind that of the table, when, and what it refuses."""

    table: str
    name: str
    when: str
    wrong: str


def rules(vendor: str) -> list[Rule]:
    """Those of a kind of database."""
    found = [
        Rule(
            REGISTRATIONS,
            "taken",
            f"BEFORE INSERT ON {REGISTRATIONS}",
            f"NEW.closed_at IS NULL AND NOT EXISTS ({_TAKEN})",
        ),
        Rule(TABLE, "kept", f"BEFORE UPDATE ON {TABLE}", f"{_CHANGED} AND {_IS_OF_ONE}"),
        Rule(TABLE, "not_removed", f"BEFORE DELETE ON {TABLE}", _IS_OF_ONE),
    ]
    if vendor == "sqlite":
        replaced = f"EXISTS ({_LASTS} {_SAME})"
        found.append(Rule(TABLE, "not_replaced", f"BEFORE INSERT ON {TABLE}", replaced))
    return found
