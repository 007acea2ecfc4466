"""The OpenAPI document as a page prints it: rules, codes, and each call with its fields one
under another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kkm.webkassa.call_table import CALLS
from kkm.webkassa.manual.code_descriptions import CODE_DESCRIPTIONS
from kkm.webkassa.manual.general_rules import GENERAL_RULES
from kkm.webkassa.manual.openapi import NULL, REF, document, example


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A row of a table of fields; `name` is its whole path («Positions[].Price»), `default` what
    stands for it when it is left out.

    `same_as`: the field above that has the same fields below it.
    """

    name: str
    depth: int
    kind: str
    required: bool
    default: str
    text: str
    same_as: str

    @property
    def description(self) -> str:
        """What the field is, which field has the same fields below it, and the default."""
        sentences = [self.text]
        if self.same_as:
            sentences.append(_("Поля — как у %(name)s") % {"name": self.same_as})
        if self.default:
            sentences.append(_("По умолчанию %(value)s") % {"value": self.default})
        return ". ".join(sentences)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A call."""

    anchor: str
    name: str
    description: str
    address: str
    request_fields: list[FieldRow]
    answer_fields: list[FieldRow]
    request_example: str
    answer_example: str


@dataclass(frozen=True, slots=True)
class Manual:
    """The page."""

    rules: list[str]
    codes: dict[int, str]
    chapters: list[Chapter]


def manual(language: str | None) -> Manual:
    """The description in a language, which is the one that is active."""
    codes = {code: str(description) for code, description in CODE_DESCRIPTIONS.items()}
    return Manual(
        rules=list(map(str, GENERAL_RULES)),
        codes=codes,
        chapters=list(_chapters(document(language))),
    )


def _chapters(openapi: dict) -> Iterator[Chapter]:
    schemas = openapi["components"]["schemas"]
    for call in CALLS:
        operation = openapi["paths"][call.address]["post"]
        request = _schema_of(operation["requestBody"])
        done, *_refused = _schema_of(operation["responses"]["200"])["oneOf"]
        yield Chapter(
            anchor=operation["operationId"],
            name=operation["summary"],
            description=operation["description"],
            address=call.address,
            request_fields=list(_fields(request, schemas, {})),
            answer_fields=list(_fields(done["properties"]["Data"], schemas, {})),
            request_example=example(call, "request"),
            answer_example=example(call, "answer"),
        )


def _schema_of(body: dict) -> dict:
    return body["content"]["application/json"]["schema"]


def _fields(
    schema: dict, schemas: dict, listed: dict[str, str], parent: str = "", depth: int = 0
) -> Iterator[FieldRow]:
    """The fields of an object, of each element of a list, and those below them.

    `listed`: by schema the first field that has it. Others of the same schema refer to that field.
    """
    inner, is_list = _inside(schema)
    reference = inner.get("$ref", "")
    if not reference or reference in listed:
        return
    listed[reference] = parent
    if is_list:
        parent += "[]"
    if parent:
        parent += "."
    declared = schemas[reference.removeprefix(REF)]
    for name, field in declared["properties"].items():
        yield FieldRow(
            name=parent + name,
            depth=depth,
            kind=_kind(field),
            required=name in declared["required"],
            default=_default(field),
            text=field["description"],
            same_as=_same_fields(field, listed),
        )
        yield from _fields(field, schemas, listed, parent + name, depth + 1)


def _default(schema: dict) -> str:
    value = schema.get("default")
    if value in (None, "", []):
        return ""
    return str(value).lower()


def _same_fields(schema: dict, listed: dict[str, str]) -> str:
    """The field above that has the same fields, if there is one."""
    inner, _is_list = _inside(schema)
    return listed.get(inner.get("$ref", ""), "")


def _inside(schema: dict) -> tuple[dict, bool]:
    """Without its null and its list; whether it was a list."""
    schema = _without_null(schema)
    if schema.get("type") == "array":
        return schema["items"], True
    return schema, False


def _without_null(schema: dict) -> dict:
    ways = schema.get("anyOf", [])
    if NULL not in ways:
        return schema
    for way in ways:
        if way != NULL:
            return way
    return schema


def _kind(schema: dict) -> str:
    inner, is_list = _inside(schema)
    if is_list:
        return _("список")
    if "$ref" in inner:
        return _("объект")
    if "enum" in inner:
        return _("код")
    return _name_of_type(inner)


def _name_of_type(schema: dict) -> str:
    """A type without parts, in a word."""
    if "format" in schema:
        names = {
            "tenge": _("тенге"),
            "quantity": _("количество"),
            "moment": _("время"),
            "moment-or-day": _("время или день"),
        }
        return names[schema["format"]]
    for way in schema.get("anyOf", [schema]):
        if way.get("type") == "string" and "maxLength" in way:
            return _("текст до {limit} знаков").format(limit=way["maxLength"])
    names = {
        "string": _("текст"),
        "integer": _("целое число"),
        "number": _("число"),
        "boolean": _("да или нет"),
        "object": _("объект"),
    }
    return names[schema["type"]]
