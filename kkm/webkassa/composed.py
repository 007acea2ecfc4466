"""Questions to the database that are composed once.

The ORM spends more time composing a statement than the database answering it, and three of them
stand between every ticket and its answer: who calls, with which register, in which shift.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from itertools import count
from typing import TypeVar
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
_numbers = count(1)
_prepared: WeakKeyDictionary[object, set[str]] = (
    WeakKeyDictionary()
)  # by the driver's connection: names that it knows


class Question:
    """`ask` makes a queryset of plain values; `samples` are its arguments, each a value that
    occurs nowhere else in the statement.
    """

    def __init__(self, ask: Callable[..., QuerySet], **samples: object) -> None:
        self._ask, self._samples = ask, samples

    def first(self, **values: object) -> tuple | None:
        """The first row for these arguments, as the driver returns it."""
        statement, places = self._statement
        given = {name: _stored(value) for name, value in values.items()}
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                statement = self._prepared(cursor, statement, len(places))
            cursor.execute(
                statement, [given[name] if name else constant for name, constant in places]
            )
            return cursor.fetchone()

    def _prepared(self, cursor: CursorWrapper, statement: str, places: int) -> str:
        """PostgreSQL plans such a statement longer than it executes it: it plans it once for a
        connection. What executes it.
        """
        known = _prepared.setdefault(connection.connection, set())
        if self._name not in known:
            numbered = statement % tuple(f"${place}" for place in range(1, places + 1))
            cursor.execute(f"PREPARE {self._name} AS {numbered}")
            known.add(self._name)
        return f"EXECUTE {self._name} ({', '.join(['%s'] * places)})"

    @cached_property
    def _statement(self) -> tuple[str, list[tuple[str, object]]]:
        """Its text, and what stands in each of its places: the name of an argument, or a
        constant.
        """
        statement, params = self._ask(**self._samples).query.sql_with_params()
        names = {_stored(sample): name for name, sample in self._samples.items()}
        if set(names) - set(params):
            raise AssertionError(
                f"an argument that the statement does not ask for: {self._samples}"
            )
        return statement, [(names.get(param, ""), param) for param in params]

    @cached_property
    def _name(self) -> str:
        return f"alsep_{self._ask(**self._samples).model._meta.db_table}_{next(_numbers)}"


def _stored(value: object) -> object:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def columns(model: type[Model], prefix: str = "") -> list[str]:
    """What `values_list` is asked for to make rows of a model, perhaps of one that is joined:
    `prefix` «taxpayer__».
    """
    return [prefix + field.attname for field in model._meta.concrete_fields]


def made(model: type[Row], values: Iterable) -> Row:
    """A row of a model out of its `columns`; none of them may need to be converted."""
    return model.from_db(connection.alias, columns(model), list(values))
