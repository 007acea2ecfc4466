"""Relations between fiscal rows: each is of one register, and its key holds the register.

A row names another by a number that is unique in the register, never by an id: the number of an
operation, of a shift, of the activation that began a registration. So Django's joins, reverse
managers and prefetches compare the register too, and a database that is spread by register finds
both rows in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models.fields.related import (
    ForeignObject,
    ForeignObjectRel,
    ForwardOneToOneDescriptor,
    ReverseOneToOneDescriptor,
)
from django.utils.translation import gettext_lazy as _


class _OneRel(ForeignObjectRel):
    """The other end of a relation to one row."""

    multiple = False


class RowOfOperation(models.Model):
    """A row beside an operation: it has the operation's register, and no index of that alone."""

    kkm = models.ForeignKey(
        "kkm.KKM",
        models.PROTECT,
        db_index=False,
        db_constraint=False,  # that of the operation says more
        related_name="+",
        verbose_name=_("касса"),
    )

    class Meta:
        abstract = True


if TYPE_CHECKING:
    _Relation = ForeignObject[Any, Any]
else:
    _Relation = ForeignObject


class OneOfRegister(_Relation):
    """A relation by several columns that at most one row has."""

    many_to_one = False
    one_to_one = True
    related_accessor_class = ReverseOneToOneDescriptor
    forward_related_accessor_class = ForwardOneToOneDescriptor
    rel_class = _OneRel
    # `select_related` asks it; a constraint of the model enforces it.
    unique = True


class KeyOfRegister(models.BaseConstraint):
    """A foreign key of several columns, the register among them, as the database keeps it.

    `fields` of the row are `to_fields` of the model `to`. PostgreSQL looks at the end of the
    transaction, as for every foreign key of Django.
    """

    def __init__(
        self,
        *,
        fields: Sequence[str],
        to: str,
        to_fields: Sequence[str],
        name: str,
    ) -> None:
        super().__init__(name=name)
        self.fields = tuple(fields)
        self.to = to
        self.to_fields = tuple(to_fields)

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        """For a statement that creates the table."""
        target = _model_of(model, self.to)
        quote = schema_editor.quote_name
        own = _columns(model, self.fields, quote)
        others = _columns(target, self.to_fields, quote)
        table = quote(target._meta.db_table)
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({own}) "
            f"REFERENCES {table} ({others}) DEFERRABLE INITIALLY DEFERRED"
        )

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        """For a table that there is already."""
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} ADD {self.constraint_sql(model, schema_editor)}"

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        """The constraint goes, the columns stay."""
        quote = schema_editor.quote_name
        table = quote(model._meta.db_table)
        return f"ALTER TABLE {table} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "") -> None:
        """Nothing: the columns come from no form, or the form asks itself; the database refuses."""

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs |= {"fields": self.fields, "to": self.to, "to_fields": self.to_fields}
        return path, args, kwargs

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KeyOfRegister):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    __hash__ = models.BaseConstraint.__hash__


def _model_of(model: Any, name: str) -> Any:
    """A model beside another. Where Django makes a table of SQLite anew, the other is alone."""
    try:
        return model._meta.apps.get_model(name)
    except LookupError:
        return apps.get_model(name)


def _columns(model: Any, fields: Sequence[str], quote: Any) -> str:
    names = [model._meta.get_field(name).column for name in fields]
    return ", ".join(map(quote, names))
