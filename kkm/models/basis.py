"""Which ticket a return names, as the database reads it out of `details`: returns are found by
it through an index.
"""

from django.db.models import BooleanField, Func, TextField

from kkm.domain.kinds import RETURNED

_KINDS = ", ".join(str(int(kind)) for kind in sorted(RETURNED))


class _OfBasis(Func):
    """A text of the basis in `details`, NULL where there is none.

    `details` are JSON by RFC 8785 and begin with the basis: it is the first text under its name.
    PostgreSQL looks for it in the text, so that no row that was tampered with can break a query.
    """

    arity = 1
    output_field = TextField()
    name = ""

    def as_postgresql(self, compiler, connection, **context):
        """By a regular expression."""
        template = f"""substring(%(expressions)s, '"{self.name}":"([^"]*)"')"""
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(self, compiler, connection, **context):
        """By its path, if it is JSON."""
        path = f"json_extract(%(expressions)s, '$.basis.{self.name}')"
        template = f"CASE WHEN json_valid(%(expressions)s) THEN {path} END"
        return self.as_sql(compiler, connection, template=template, **context)


class BasisNumber(_OfBasis):
    """The number of the ticket that a return names."""

    name = "number"


class BasisTime(_OfBasis):
    """The time of that ticket, as the return writes it."""

    name = "at"


class IsReturn(Func):
    """Whether a kind is that of a return.

    The kinds are written out: SQLite uses the index only of the same words.
    """

    arity = 1
    output_field = BooleanField()
    template = f"(%(expressions)s IN ({_KINDS}))"
