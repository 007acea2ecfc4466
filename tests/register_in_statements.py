"""Does a statement name the register of every fiscal table that it touches?

In each SELECT a fiscal table needs `kkm_id` equal to a parameter, in a list of parameters, or equal
to the register of a table of which that is known: joins and correlated subqueries hand it on.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from kkm.models import FISCAL_MODELS, KKM

FISCAL = {model._meta.db_table for model in FISCAL_MODELS}
REGISTER = KKM._meta.db_table
ROOT = Path(__file__).parents[1]
PRODUCT = ("alsep", "inspector", "kkm", "reports")
# What makes the tables and moves rows between them is no question of the product.
NO_QUESTIONS = ("migrations", "triggers.py")

# They execute what others have written: those others ask.
FOR_OTHERS = ("kkm/questions.py", "inspector/pages.py")

_WORDS = "ON|WHERE|INNER|LEFT|JOIN|GROUP|ORDER|LIMIT|SET|VALUES|FOR|UNION|HAVING|DEFAULT|RETURNING"
_TABLE = re.compile(
    rf'\b(FROM|JOIN|UPDATE|INTO)\s+"?(\w+)"?(?:\s+(?:AS\s+)?"?(?!(?:{_WORDS})\b)(\w+)"?)?',
    re.IGNORECASE,
)
_PARAMETER = r"%s|%\(\w+\)s|\$\d+|\d+"
_COLUMN = r'(?:"?(?P<{0}>\w+)"?\.)?"?(?P<{0}_column>kkm_id|id)"?'
_KNOWN = re.compile(
    rf"{_COLUMN.format('a')}\s*(?:=\s*\(?\s*(?:{_PARAMETER})|IN\s*\(\s*(?:{_PARAMETER}))"
)
# A prefetch and a row of another: (register, number) IN ((%s, %s), …), or = (%s, %s).
_PAIR = re.compile(rf"\({_COLUMN.format('a')},\s*[\w.\"]+\)\s*(?:=|IN)\s*\(+\s*(?:{_PARAMETER})")
_SAME = re.compile(rf"{_COLUMN.format('a')}\s*=\s*\(?\s*{_COLUMN.format('b')}(?![\w\"])")


class Scope(NamedTuple):
    """A SELECT without those inside it, and where it stands: numbers of the scopes around it."""

    text: str
    around: tuple[int, ...]


@lru_cache(maxsize=20_000)
def unnamed(sql: str) -> frozenset[str]:
    """Fiscal tables that a statement touches without naming their register."""
    if not any(table in sql for table in FISCAL):
        return frozenset()
    scopes = list(_scopes(sql))
    tables: dict[tuple[int, str], str] = {}
    for place, scope in enumerate(scopes):
        for verb, table, alias in _TABLE.findall(scope.text):
            if verb.upper() != "INTO" or "kkm_id" not in scope.text:
                tables[place, alias or table] = table
    known, same = _equalities(scopes, tables)
    while True:
        more = {b for a, b in same if a in known} | {a for a, b in same if b in known}
        if more <= known:
            break
        known |= more
    return frozenset(table for key, table in tables.items() if table in FISCAL and key not in known)


def _scopes(sql: str) -> Iterator[Scope]:
    texts: list[list[str]] = [[]]
    around: list[tuple[int, ...]] = [()]
    inside = [0]
    brackets: list[bool] = []
    for at, letter in enumerate(sql):
        if letter == "(":
            begins = bool(re.match(r"\s*SELECT\b", sql[at + 1 : at + 30], re.IGNORECASE))
            brackets.append(begins)
            texts[inside[-1]].append("(" if not begins else "(…")
            if begins:
                around.append(tuple(inside))
                texts.append([])
                inside.append(len(texts) - 1)
        elif letter == ")" and brackets:
            if brackets.pop():
                inside.pop()
            texts[inside[-1]].append(")")
        else:
            texts[inside[-1]].append(letter)
    for text, place in zip(texts, around, strict=True):
        yield Scope("".join(text), place)


def _equalities(scopes: list[Scope], tables: dict[tuple[int, str], str]) -> tuple[set, set]:
    """Tables of which a parameter is the register, and pairs that have the same one."""

    def found(place: int, alias: str | None, column: str) -> list[tuple[int, str]]:
        if not alias:
            return [key for key, table in tables.items() if key[0] == place and table in FISCAL]
        for one in (place, *reversed(scopes[place].around)):
            table = tables.get((one, alias))
            if table:
                fits = column == ("id" if table == REGISTER else "kkm_id")
                return [(one, alias)] if fits else []
        return []

    known, same = set(), set()
    for place, scope in enumerate(scopes):
        for match in (*_KNOWN.finditer(scope.text), *_PAIR.finditer(scope.text)):
            known.update(found(place, match["a"], match["a_column"]))
        for match in _SAME.finditer(scope.text):
            for one in found(place, match["a"], match["a_column"]):
                for other in found(place, match["b"], match["b_column"]):
                    same.add((one, other))
    return known, same


def asked_by() -> str | None:
    """«module.function» of the product that has a statement executed; None where a test has."""
    frame = sys._getframe(2)
    while frame:
        file = _asker(frame.f_code.co_filename)
        if file.asks:
            return f"{file.module}.{frame.f_code.co_name}" if file.module else None
        frame = frame.f_back
    return None


class Asker(NamedTuple):
    """What a file has to do with a statement whose execution it is found in."""

    asks: bool  # No library, and not one of those that ask for others.
    module: str = ""  # Of the product; "" for a test, a migration, a trigger.


@cache
def _asker(filename: str) -> Asker:
    file = Path(filename)
    if ROOT not in file.parents or ".venv" in file.parts:
        return Asker(asks=False)
    parts = file.relative_to(ROOT).parts
    if "/".join(parts) in FOR_OTHERS:
        return Asker(asks=False)
    if parts[0] not in PRODUCT or any(part in NO_QUESTIONS for part in parts):
        return Asker(asks=True)
    module = ".".join((*parts[:-1], file.stem)).removesuffix(".__init__")
    return Asker(asks=True, module=module)
