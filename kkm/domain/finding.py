"""What a check of a journal finds: the rules that can be broken, and one finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple


class Rule(StrEnum):
    """What an operation can break. The law behind each stands in `LAW`."""

    NUMBER = "number"
    SEAL = "seal"
    SIGN = "sign"
    BALANCE = "balance"
    CASH = "cash"
    PAYMENTS = "payments"
    LINES = "lines"
    VAT = "vat"
    TIME = "time"
    SHIFT = "shift"
    SHIFT_LENGTH = "shift_length"
    STATE = "state"
    OFFLINE = "offline"
    Z = "z"
    SPAN = "span"
    SIGNATURE = "signature"
    # The journal no longer has the seal that was noted by an earlier audit or when an inspector
    # opened the register; or such a note is missing, or its signature does not fit.
    MEMORY = "memory"
    EMPTY = "empty"
    REQUISITES = "requisites"


LAW = {
    Rule.NUMBER: "626: 78, 79",
    Rule.SEAL: "626: 78, 79, 105",
    Rule.SIGN: "626: 106",
    Rule.BALANCE: "626: 79, 105",
    Rule.CASH: "626: 105",
    Rule.PAYMENTS: "626: 105",
    Rule.LINES: "626: 105",
    Rule.VAT: "НК РК; 626: 105",
    Rule.TIME: "626: 118–120",
    Rule.SHIFT: "626: 93",
    Rule.SHIFT_LENGTH: "626: 93",
    Rule.STATE: "626: 95, 96",
    Rule.OFFLINE: "626: 106, 107",
    Rule.Z: "626: 79, 105",
    Rule.SPAN: "626: 105",
    Rule.SIGNATURE: "626: 79, 86",
    Rule.MEMORY: "626: 79, 86",
    Rule.EMPTY: "626: 104, 105",
    Rule.REQUISITES: "626: 105, 118–120",
}

SIGNATURE = "signature"  # expected where a signature is missing or wrong; `found` says the fault
WHOLE_Z = "Z"  # expected where a Z-report cannot be read at all


class TableRow(NamedTuple):
    """A row of a table beside the journal, as the subject of a finding.

    `expected` and `found` of the finding: whether there is such a row.
    """

    table: str
    name: str | int


class TableField(NamedTuple):
    """A field of a row of a table beside the journal, as the subject of a finding."""

    table: str
    field: str


Subject = str | TableRow | TableField


@dataclass(frozen=True, slots=True)
class Finding:
    """At operation `number`, by `rule`: what was expected (`source` says so), and what stands.

    `subject`: which of several figures is wrong. By BALANCE it is a name in `Balance`, by Z a cell
    of `Totals`, by REQUISITES a name in `Requisites`, by SPAN a row or a field.
    """

    number: int
    rule: Rule
    expected: object = ""
    found: object = ""
    source: str = ""
    subject: Subject | None = None

    @property
    def fault(self) -> str | None:
        """What is wrong with a signature itself ("": there is none); None of other findings."""
        if self.rule is Rule.SIGNATURE and self.expected == SIGNATURE:
            return str(self.found)
        return None

    @property
    def stored(self) -> dict[str, Any]:
        """The finding as the history of checks keeps and signs it, and as checks print it.

        The form never changes: it has no place for the subject, which is written before the value.
        """
        expected, found = self.expected, self.found
        if isinstance(self.subject, TableRow):
            row = f"{self.subject.table} {self.subject.name}"
            expected, found = "", ""
            if self.expected:
                expected = row
            if self.found:
                found = row
        elif isinstance(self.subject, TableField):
            expected = f"{self.subject.table}.{self.subject.field} {expected}"
        elif self.subject is not None:
            expected = f"{self.subject} {expected}"
        return {
            "number": self.number,
            "rule": self.rule,
            "expected": expected,
            "found": found,
            "source": self.source,
        }

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> Finding:
        """The inverse of `stored`; a value that stood behind a subject is a text afterwards."""
        rule = Rule(stored["rule"])
        expected, found = stored["expected"], stored["found"]
        subject: Subject | None = None
        if rule is Rule.SPAN:
            subject, expected, found = _parsed_span(expected, found)
        elif rule in _SEPARATED and isinstance(expected, str) and " " in expected:
            subject, expected = _SEPARATED[rule](expected)
        return cls(stored["number"], rule, expected, found, stored["source"], subject)


def _parsed_span(expected: object, found: object) -> tuple[Subject, object, object]:
    name, value = _first_word(str(expected or found))
    table, point, field = name.partition(".")
    if point:
        return TableField(table, field), value, found
    return TableRow(table, value), bool(expected), bool(found)


def _first_word(text: str) -> tuple[str, str]:
    word, _space, rest = text.partition(" ")
    return word, rest


def _last_word_apart(text: str) -> tuple[str, str]:
    rest, _space, word = text.rpartition(" ")
    return rest, word


# How the subject is told from the value in the stored form: the code of a section, which is in the
# name of a cell, may have spaces; names of requisites have none, their values may.
_SEPARATED = {
    Rule.BALANCE: _first_word,
    Rule.REQUISITES: _first_word,
    Rule.Z: _last_word_apart,
}
