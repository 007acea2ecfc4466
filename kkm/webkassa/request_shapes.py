"""What requests of several calls have in common: who calls, which register, which part of a list.

The declarations parse the requests, and the description of the API is made of them. The names of
their classes are the names of the schemas there.
"""

from __future__ import annotations

from typing import Annotated

from django.db.models import QuerySet
from pydantic import BaseModel, ConfigDict, model_validator
from pydantic.alias_generators import to_pascal

from kkm.webkassa.print_lines import WIDTHS
from kkm.webkassa.request_fields import one_of, printable_text, whole, whole_up_to

MOST_TAKEN = 100
MOST_SHIFT = 2**31 - 1

ShiftNumber = Annotated[int, whole(1, MOST_SHIFT)]
# The API calls it PaperKind.
PrintWidth = Annotated[int, one_of(*WIDTHS)]


class Request(BaseModel):
    """A JSON object. Names of fields are read whatever their case, `null` means that the field was
    left out, unknown fields are passed over.
    """

    model_config = ConfigDict(alias_generator=to_pascal, extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _read_any_case(cls, values: object) -> object:
        if not isinstance(values, dict):
            return values
        names = {}
        for field in cls.model_fields.values():
            if field.alias:
                names[field.alias.lower()] = field.alias
        given = {}
        for name, value in values.items():
            if value is not None:
                given[names.get(name.lower(), name)] = value
        return given


class AuthorizedRequest(Request):
    """Who calls: the token that `Authorize` gave."""

    token: Annotated[str, printable_text(100)]


class OfRegisterRequest(AuthorizedRequest):
    """Which register (ЗНМ)."""

    cashbox_unique_number: Annotated[str, printable_text(50, least=1)]


class OfShiftRequest(OfRegisterRequest):
    """Which shift of it."""

    shift_number: ShiftNumber


class ListedRequest(OfRegisterRequest):
    """A part of a long list."""

    skip: Annotated[int, whole(0, MOST_SHIFT)] = 0
    take: Annotated[int, whole_up_to(MOST_TAKEN)] = 50

    def part_of(self, rows: QuerySet) -> QuerySet:
        """The rows that are asked for."""
        return rows[self.skip : self.skip + self.take]

    def place_in(self, rows: QuerySet) -> dict[str, int]:
        """Which part of the list the answer has."""
        return {"Skip": self.skip, "Take": self.take, "Total": rows.count()}
