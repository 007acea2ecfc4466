"""Statements that are written once, and that PostgreSQL plans once for a connection.

The ORM takes longer to write some statements than the database takes to execute them, and
PostgreSQL takes longer to plan them than to execute them. This is for the few that stand between
every ticket and its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from itertools import count
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
_numbers = count(1)
# By the driver's connection: the names of the statements that it knows.
_prepared: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()


def prepare_once(cursor: CursorWrapper, name: str, statement: str, types: str = "") -> None:
    """Give a statement a name on this connection of PostgreSQL, unless it has it already.

    `types`: those of its parameters in parentheses, where they do not follow from the statement.
    """
    known = _prepared.setdefault(connection.connection, set())
    if name not in known:
        cursor.execute(f"PREPARE {name} {types} AS {statement}")
        known.add(name)


class PreparedQuery:
    """A queryset of plain values whose statement is written once.

    `build` makes the queryset from its arguments. `samples` are such arguments; each is a value
    that occurs nowhere else in the statement, so that it marks the argument's places there.
    """

    def __init__(self, build: Callable[..., QuerySet], **samples: object) -> None:
        self._build = build
        self._samples = samples

    def first(self, **values: object) -> tuple[Any, ...] | None:
        """The first row for these arguments, as the driver returns it."""
        statement, places = self._statement
        parameters: list[Any] = []
        for name, constant in places:
            if name:
                parameters.append(_stored(values[name]))
            else:
                parameters.append(constant)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                statement = self._prepared(cursor, statement, len(places))
            cursor.execute(statement, parameters)
            return cursor.fetchone()

    def _prepared(self, cursor: CursorWrapper, statement: str, places: int) -> str:
        """What executes the statement, which the connection knows from now on."""
        numbers = range(1, places + 1)
        prepare_once(cursor, self._name, statement % tuple(map("${}".format, numbers)))
        parameters = ", ".join(["%s"] * places)
        return f"EXECUTE {self._name} ({parameters})"

    @cached_property
    def _statement(self) -> tuple[str, list[tuple[str, object]]]:
        """The text, and what stands at each of its places: the name of an argument and a sample
        of it, or "" and a constant.
        """
        statement, parameters = self._build(**self._samples).query.sql_with_params()
        names = {}
        for name, sample in self._samples.items():
            names[_stored(sample)] = name
        if not names.keys() <= set(parameters):
            raise AssertionError(
                f"an argument that the statement does not ask for: {self._samples}"
            )
        places = []
        for parameter in parameters:
            places.append((names.get(parameter, ""), parameter))
        return statement, places

    @cached_property
    def _name(self) -> str:
        table = self._build(**self._samples).model._meta.db_table
        return f"alsep_{table}_{next(_numbers)}"


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
