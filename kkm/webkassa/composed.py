"""Questions to the database that are composed once.

The ORM spends more time composing a statement than the database answering it, and three of them stand between every ticket and its
answer: who calls, with which register, in which shift.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


class Question:
    """`ask` makes a queryset of plain values; `samples` are its arguments, each a value that occurs nowhere else in the statement."""

    def __init__(self, ask: Callable[..., QuerySet], **samples: object) -> None:
        self._ask, self._samples = ask, samples

    def first(self, **values: object) -> tuple | None:
        """The first row for these arguments, as the driver returns it."""
        statement, places = self._statement
        given = {name: _stored(value) for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(statement, [given[name] if name else constant for name, constant in places])
            return cursor.fetchone()

    @cached_property
    def _statement(self) -> tuple[str, list[tuple[str, object]]]:
        """Its text, and what stands in each of its places: the name of an argument, or a constant."""
        statement, params = self._ask(**self._samples).query.sql_with_params()
        names = {_stored(sample): name for name, sample in self._samples.items()}
        if set(names) - set(params):
            raise AssertionError(f"an argument that the statement does not ask for: {self._samples}")
        return statement, [(names.get(param, ""), param) for param in params]


def _stored(value: object) -> object:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def columns(model: type[Model], prefix: str = "") -> list[str]:
    """What `values_list` is asked for to make rows of a model, perhaps of one that is joined: `prefix` «taxpayer__»."""
    return [prefix + field.attname for field in model._meta.concrete_fields]


def made(model: type[Row], values: Iterable) -> Row:
    """A row of a model out of its `columns`; none of them may need to be converted."""
    return model.from_db(connection.alias, columns(model), list(values))
