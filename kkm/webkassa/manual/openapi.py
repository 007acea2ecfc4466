"""The OpenAPI document. It is made of the declarations that parse the requests and shape the
answers; only the words and the examples are added here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from kkm.domain.money import ZERO
from kkm.webkassa.call import Call
from kkm.webkassa.call_table import CALLS
from kkm.webkassa.http.access import HEADER
from kkm.webkassa.http.codes import REPEATED
from kkm.webkassa.manual.call_descriptions import CALL_DESCRIPTIONS
from kkm.webkassa.manual.code_descriptions import CODE_DESCRIPTIONS
from kkm.webkassa.manual.field_descriptions import description_of_field
from kkm.webkassa.manual.general_rules import GENERAL_RULES

EXAMPLES = Path(__file__).parent / "examples"
REF = "#/components/schemas/"
NULL = {"type": "null"}
NOT_UNDERSTOOD = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


@cache
def document(language: str | None) -> dict:
    """The whole description in a language of ours; None is that of the settings.

    The callers share it, so none may change it.
    """
    with translation.override(language):
        return _document()


def example(call: Call, part: str) -> str:
    """A request (`request`) or its answer (`answer`), as text."""
    return (EXAMPLES / f"{_name(call)}.{part}.json").read_text(encoding="utf-8").strip()


def _document() -> dict:
    requests, request_schemas = _schemas(lambda call: call.request_type, _open)
    answers, answer_schemas = _schemas(lambda call: call.answer_type, _closed)
    paths = {}
    for call in CALLS:
        operation = _operation(call, requests[call.path], answers[call.path])
        paths[call.address] = {"post": operation}
    return {
        "openapi": "3.1.0",
        "info": {"title": _("Alsep: API касс"), "version": "4.0", "description": _introduction()},
        "servers": [{"url": "/"}],
        "security": [{"ApiKey": []}],
        "paths": paths,
        "components": {
            "schemas": request_schemas | answer_schemas | {"Refusal": _refusal()},
            "responses": {str(status.value): _not_understood(status) for status in NOT_UNDERSTOOD},
            "securitySchemes": {
                "ApiKey": {
                    "type": "apiKey",
                    "in": "header",
                    "name": HEADER,
                    "description": _("Ключ интегратора"),
                }
            },
        },
    }


def _introduction() -> str:
    table = [_("| Код | Что значит |"), "|---|---|"]
    for code, description in CODE_DESCRIPTIONS.items():
        table.append(f"| {code} | {description} |")
    return "\n\n".join([*map(str, GENERAL_RULES), "\n".join(table)])


def _operation(call: Call, request: dict, answer: dict) -> dict:
    """What the document has of a call with these schemas of request and answer."""
    description = CALL_DESCRIPTIONS[call.path]
    responses = {
        "200": {
            "description": _("Вызов записан верно: Data, если выполнен, или Errors, если отклонён"),
            "content": _content(
                _envelope(call, answer), {"answer": {"value": json.loads(example(call, "answer"))}}
            ),
        }
    }
    for status in NOT_UNDERSTOOD:
        responses[str(status.value)] = {"$ref": f"#/components/responses/{status.value}"}
    return {
        "operationId": _name(call),
        "summary": str(description.name),
        "description": str(description.text),
        "requestBody": {
            "required": True,
            "content": _content(
                request, {"request": {"value": json.loads(example(call, "request"))}}
            ),
        },
        "responses": responses,
    }


def _content(schema: dict, examples: dict) -> dict:
    return {"application/json": {"schema": schema, "examples": examples}}


def _envelope(call: Call, data: dict) -> dict:
    """`Data` or `Errors`; of what may be repeated also both, with the one code that says so."""
    refusal = {"$ref": f"{REF}Refusal"}
    errors = {"type": "array", "items": refusal, "minItems": 1}
    ways = [_exactly(Data=data), _exactly(Errors=errors)]
    if call.is_repeatable:
        repeated = {"allOf": [refusal, {"properties": {"Code": {"const": REPEATED}}}]}
        one_error = {"type": "array", "items": repeated, "minItems": 1, "maxItems": 1}
        ways.append(_exactly(Data=data, Errors=one_error))
    return {"oneOf": ways}


def _exactly(**properties: dict) -> dict:
    """An object of these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _refusal() -> dict:
    code = {
        "type": "integer",
        "enum": list(CODE_DESCRIPTIONS),
        "description": _("Код из таблицы"),
    }
    text = {"type": "string", "description": _("Причина для человека")}
    return _exactly(Code=code, Text=text)


def _not_understood(status: HTTPStatus) -> dict:
    errors = {"type": "array", "items": {"$ref": f"{REF}Refusal"}, "minItems": 1}
    return {
        "description": status.phrase,
        "content": {"application/json": {"schema": _exactly(Errors=errors)}},
    }


class _Schema(GenerateJsonSchema):
    """JSON Schema without titles that repeat names, and with sums as numbers."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def encode_default(self, dft: Any) -> Any:
        if dft == ZERO:
            return 0
        return super().encode_default(dft)


def _schemas(
    type_of: Callable[[Call], Any], finish: Callable[[dict], dict]
) -> tuple[dict[str, dict], dict[str, dict]]:
    """The schema of this type of each call by its path, and all schemas that they refer to by their
    names.
    """
    inputs: list[tuple[str, JsonSchemaMode, TypeAdapter]] = []
    for call in CALLS:
        inputs.append((call.path, "validation", TypeAdapter(type_of(call))))
    found, definitions = TypeAdapter.json_schemas(
        inputs, ref_template=f"{REF}{{model}}", schema_generator=_Schema
    )
    by_path = {}
    for (path, _mode), schema in found.items():
        by_path[path] = schema
    by_name = {}
    for name, schema in definitions["$defs"].items():
        by_name[name] = finish(_described(name, schema))
    return by_path, by_name


def _described(name: str, schema: dict) -> dict:
    """The schema with the reader's words for each field; the docstring of its class is for readers
    of the source.
    """
    fields = {}
    for field, declared in schema["properties"].items():
        fields[field] = {**declared, "description": description_of_field(name, field)}
    return {"type": "object", "properties": fields, "required": schema.get("required", [])}


def _closed(schema: dict) -> dict:
    """An answer has what is declared, and nothing else."""
    return {**schema, "additionalProperties": False}


def _open(schema: dict) -> dict:
    """A request may have fields that we do not know, and null for each that may be left out."""
    fields = {}
    for field, declared in schema["properties"].items():
        if field in schema["required"]:
            fields[field] = declared
        else:
            fields[field] = _or_null(declared)
    return {**schema, "properties": fields}


def _or_null(schema: dict) -> dict:
    if NULL in schema.get("anyOf", ()):
        return schema
    about = {}
    declared = {}
    for key, value in schema.items():
        if key in ("description", "default"):
            about[key] = value
        else:
            declared[key] = value
    return {**about, "anyOf": [declared, NULL]}


def _name(call: Call) -> str:
    return call.path.replace("/", "")
