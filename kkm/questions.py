"""Questions that stand between every ticket and its answer, each declared once.

To compose such a statement takes the ORM longer than the database takes to execute it,
and PostgreSQL takes longer to plan it than to execute it.

On PostgreSQL each question is a PL/pgSQL function that a migration has made. Its plan stays
with the connection of the server, also behind a pool that gives each transaction another one.
On SQLite a question is a plain statement.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
# Where functions look names up. Unless pg_temp is named, it comes first.
SEARCH_PATH = "pg_catalog, public, pg_temp"

# The types that parameters may have, each with a value that marks the place of a parameter in the
# statement of a queryset. It fits into the smallest columns, and is no constant of ours.
_SAMPLES: dict[str, Callable[[int], object]] = {
    "bigint": lambda place: 31_000 + place,
    "text": lambda place: f"SAMPLE{place}",
    "date": lambda place: date(1900, 1, 1) + timedelta(place),
    "timestamp with time zone": lambda place: datetime(1900, 1, 1, tzinfo=UTC) + timedelta(place),
}
# What the engines call differently: the aggregate that joins texts.
_WORDS = {"postgresql": {"string_agg": "string_agg"}, "sqlite": {"string_agg": "group_concat"}}

# A plan that was made while the tables were new would read them whole until they are analyzed: rows
# are found by their keys, however few there are. (What has no key is then reckoned as so dear that
# it would be compiled.) The first line of the body: a name may be that of a column of the answer.
_FUNCTION = """\
DROP FUNCTION IF EXISTS {name};
CREATE FUNCTION {name}({types})
RETURNS TABLE ({columns})
LANGUAGE plpgsql {volatility} ROWS 1
SET search_path = {path}
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
{lock}RETURN QUERY
{text};
END $$;
"""


class Question:
    """A question of at most one row.

    `name`: that of its function.
    `asked`: an SQL text with its parameters in braces, or what makes a queryset of values
    from its parameters.
    `lock`: a statement with its parameters in braces too. On PostgreSQL it is executed before,
    so that the question sees what others have committed until it had the lock.
    `parameters`: the type of each, in their order.
    """

    def __init__(
        self,
        name: str,
        asked: str | Callable[..., QuerySet],
        lock: str = "",
        **parameters: str,
    ) -> None:
        self.name = name
        self.lock = lock
        self.parameters = parameters
        self._asked = asked

    @cached_property
    def text(self) -> str:
        """The SQL text for the database of this process, with its parameters in braces."""
        if isinstance(self._asked, str):
            return self._asked
        return _text_of(self._asked, self.parameters)

    def ask(self, cursor: CursorWrapper, **values: object) -> None:
        """Execute the question; its row is fetched from the cursor."""
        parameters: dict[str, Any] = {}
        for name, value in values.items():
            parameters[name] = _stored(value)
        cursor.execute(self._statement, parameters)

    def first(self, **values: object) -> tuple[Any, ...] | None:
        """The row for these parameters, as the driver returns it."""
        with connection.cursor() as cursor:
            self.ask(cursor, **values)
            return cursor.fetchone()

    @cached_property
    def plain(self) -> str:
        """The same with parameters as Django's cursors take them by name."""
        return self._filled(self.text, self._places)

    @cached_property
    def _statement(self) -> str:
        if connection.vendor == "postgresql":
            return f"SELECT * FROM {self.name}({', '.join(self._places.values())})"
        return self.plain

    @property
    def _places(self) -> dict[str, str]:
        return {name: f"%({name})s" for name in self.parameters}

    def definition(self, cursor: CursorWrapper) -> str:
        """The statements that make its function.

        What it returns is asked of PostgreSQL.
        """
        numbers = {}
        for place, name in enumerate(self.parameters, 1):
            numbers[name] = f"${place}"
        lock, volatility = "", "STABLE"
        if self.lock:
            locking = self._filled(self.lock, numbers)
            lock = locking.replace("SELECT", "PERFORM", 1) + ";\n"
            volatility = "VOLATILE"
        return _FUNCTION.format(
            name=self.name,
            types=", ".join(self.parameters.values()),
            columns=",\n    ".join(self._columns(cursor)),
            volatility=volatility,
            path=SEARCH_PATH,
            lock=lock,
            text=self._filled(self.text, numbers).strip(),
        )

    def _columns(self, cursor: CursorWrapper) -> list[str]:
        """Names and types of what it returns."""
        nothing = {}
        for name, type_ in self.parameters.items():
            nothing[name] = f"CAST(NULL AS {type_})"
        cursor.execute(self._filled(self.text, nothing))
        described = list(cursor.description)
        columns: dict[str, str] = {}
        for column in described:
            cursor.execute("SELECT format_type(%s, NULL)", [column.type_code])
            name = column.name
            if name in columns:
                name = f"{name}_{len(columns) + 1}"
            columns[name] = cursor.fetchone()[0]
        return [f"{name} {type_}" for name, type_ in columns.items()]

    def _filled(self, text: str, places: Mapping[str, str]) -> str:
        return text.format(**places, **_WORDS[connection.vendor])


def _text_of(asked: Callable[..., QuerySet], parameters: Mapping[str, str]) -> str:
    """The text of a queryset, its parameters in braces and its constants written out.

    AssertionError if it does not ask for one of its parameters.
    """
    samples, names = {}, {}
    for place, (name, type_) in enumerate(parameters.items()):
        sample = _SAMPLES[type_](place)
        samples[name] = sample
        names[_stored(sample)] = f"{{{name}}}"
    statement, values = asked(**samples).query.sql_with_params()
    missing = names.keys() - set(values)
    if missing:
        raise AssertionError(f"a parameter that the queryset does not ask for: {missing}")
    words = [names.get(value) or _literal(value) for value in values]
    return textwrap.fill(statement % tuple(words), 100, break_on_hyphens=False)


def _literal(value: object) -> str:
    """A constant as SQL has it: whole numbers, and texts that no line break would change."""
    if type(value) is int:
        return str(value)
    if isinstance(value, str) and re.fullmatch(r"\w*", value):
        return f"'{value}'"
    raise AssertionError(f"a constant that cannot be written out: {value!r}")


def _stored(value: object) -> object:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def column_names(model: type[Model], prefix: str = "") -> list[str]:
    """What `values_list` is asked for to make instances of a model.

    `prefix` («taxpayer__») leads to a model that is joined.
    """
    return [prefix + field.attname for field in model._meta.concrete_fields]


def instance_of(model: type[Row], values: Iterable) -> Row:
    """An instance of a model from its `column_names`; none of them may need to be converted."""
    return model.from_db(connection.alias, column_names(model), list(values))
