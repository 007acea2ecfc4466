"""The OpenAPI document as a page prints it: rules, codes, and each call with its fields one
under another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kkm.webkassa import words
from kkm.webkassa.openapi import REF, address, calls, document, example

NULL = {"type": "null"}


@dataclass(frozen=True, slots=True)
class Field:
    """A row of a table of fields; `name` is its whole path («Positions[].Price»), `default` what
    stands for it when it is left out.

    `like`: the field above that has the same fields below it.
    """

    name: str
    depth: int
    kind: str
    required: bool
    default: str
    what: str
    like: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A call."""

    anchor: str
    name: str
    what: str
    address: str
    asked: list[Field]
    told: list[Field]
    request: str
    answer: str


@dataclass(frozen=True, slots=True)
class Manual:
    """The page."""

    rules: list[str]
    codes: dict[int, str]
    chapters: list[Chapter]


def manual(language: str | None) -> Manual:
    """The description in a language, which is the one that is active."""
    told = document(language)
    return Manual(
        [str(rule) for rule in words.RULES],
        {code: str(what) for code, what in words.CODES.items()},
        list(_chapters(told)),
    )


def _chapters(told: dict) -> Iterator[Chapter]:
    schemas = told["components"]["schemas"]
    for call in calls():
        operation = told["paths"][address(call)]["post"]
        asked = operation["requestBody"]["content"]["application/json"]["schema"]
        data = operation["responses"]["200"]["content"]["application/json"]["schema"]["oneOf"][0][
            "properties"
        ]["Data"]
        yield Chapter(
            anchor=operation["operationId"],
            name=operation["summary"],
            what=operation["description"],
            address=address(call),
            asked=list(_fields(asked, schemas, {})),
            told=list(_fields(data, schemas, {})),
            request=example(call, "request"),
            answer=example(call, "answer"),
        )


def _fields(
    schema: dict, schemas: dict, seen: dict[str, str], before: str = "", depth: int = 0
) -> Iterator[Field]:
    """The fields of an object, of each thing of a list, and those below them; of objects of one
    kind only the first one's.
    """
    inner, lists = _inside(schema)
    if "$ref" not in inner or inner["$ref"] in seen:
        return
    seen[inner["$ref"]] = before
    declared = schemas[inner["$ref"].removeprefix(REF)]
    for name, told in declared["properties"].items():
        path = f"{before}{'[]' if lists else ''}{'.' if before or lists else ''}{name}"
        yield Field(
            path,
            depth,
            _kind(told),
            name in declared["required"],
            _default(told),
            told["description"],
            _like(told, seen),
        )
        yield from _fields(told, schemas, seen, path, depth + 1)


def _default(schema: dict) -> str:
    value = schema.get("default")
    return "" if value in (None, "", []) else str(value).lower()


def _like(schema: dict, seen: dict[str, str]) -> str:
    """Whose fields it has, if they have been listed."""
    return seen.get(_inside(schema)[0].get("$ref", ""), "")


def _inside(schema: dict) -> tuple[dict, bool]:
    """Without its null and its list; whether it was a list."""
    plain = (
        next((way for way in schema.get("anyOf", ()) if way != NULL), schema)
        if NULL in schema.get("anyOf", ())
        else schema
    )
    return (plain["items"], True) if plain.get("type") == "array" else (plain, False)


def _kind(schema: dict) -> str:
    inner, lists = _inside(schema)
    if lists:
        return _("список")
    if "$ref" in inner:
        return _("объект")
    if "enum" in inner:
        return _("код")
    return _named(inner)


def _named(schema: dict) -> str:
    """A type without parts, in a word."""
    text = next((way for way in schema.get("anyOf", [schema]) if way.get("type") == "string"), {})
    if "format" in schema:
        names = {
            "tenge": _("тенге"),
            "quantity": _("количество"),
            "moment": _("время"),
            "moment-or-day": _("время или день"),
        }
        return names[schema["format"]]
    if "maxLength" in text:
        return _("текст до {limit} знаков").format(limit=text["maxLength"])
    return {
        "string": _("текст"),
        "integer": _("целое число"),
        "number": _("число"),
        "boolean": _("да или нет"),
        "object": _("объект"),
    }[schema["type"]]
