"""The OpenAPI document, made of the declarations that parse the requests and shape the answers;
only the words are added here.
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
from pydantic.json_schema import GenerateJsonSchema

from kkm.domain.money import ZERO
from kkm.webkassa import answers, requests, words
from kkm.webkassa.access import HEADER
from kkm.webkassa.call import Call
from kkm.webkassa.refusals import REPEATED
from kkm.webkassa.views import CALLS  # filled: the modules of the calls have been read

EXAMPLES = Path(__file__).parent / "examples"
REF = "#/components/schemas/"
# Where clients call these. Every call is found under every prefix.
PREFIXES = {
    "Reports/ReportByShiftsAndSections": "api-history",
    "Ticket/GetTicketByExternalCheckNumber": "api-history",
    "cashbox/client-info": "api-portal",
    "organization/main-info": "api-portal",
    "employee/employees-and-cashboxes": "api-portal",
}
IDEMPOTENT = (requests.Check, requests.MoneyOperation, requests.ZReport)
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

    Not to be changed by who gets it.
    """
    with translation.override(language):
        return _document()


def calls() -> list[Call]:
    """The table of calls in the order of a working day."""
    order = list(words.CALLS)
    return sorted(CALLS.values(), key=lambda call: order.index(call.path))


def address(call: Call) -> str:
    """Where it is called."""
    return f"/{PREFIXES.get(call.path, 'api')}/v4/{call.path}"


def example(call: Call, part: str) -> str:
    """A request (`request`) or its answer (`answer`), as text."""
    return (EXAMPLES / f"{_name(call)}.{part}.json").read_text(encoding="utf-8").strip()


def _document() -> dict:
    asked, schemas = _schemas("Request", lambda call: call.asks, _open)
    told, more = _schemas("Answer", lambda call: call.answers, _closed)
    return {
        "openapi": "3.1.0",
        "info": {"title": _("Alsep: API касс"), "version": "4.0", "description": _introduction()},
        "servers": [{"url": "/"}],
        "security": [{"ApiKey": []}],
        "paths": {
            address(call): {"post": _operation(call, asked[call.path], told[call.path])}
            for call in calls()
        },
        "components": {
            "schemas": schemas | more | _refusal(),
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
    codes = (f"| {code} | {what} |" for code, what in words.CODES.items())
    return "\n\n".join(
        [*map(str, words.RULES), "\n".join([_("| Код | Что значит |"), "|---|---|", *codes])]
    )


def _operation(call: Call, asked: dict, told: dict) -> dict:
    name, what = words.CALLS[call.path]
    examples = {"request": {"value": json.loads(example(call, "request"))}}
    answered = {"answer": {"value": json.loads(example(call, "answer"))}}
    return {
        "operationId": _name(call),
        "summary": str(name),
        "description": str(what),
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": asked, "examples": examples}},
        },
        "responses": {
            "200": {
                "description": _("Вызов понят: Data, если выполнен, или Errors, если отклонён"),
                "content": {
                    "application/json": {"schema": _envelope(call, told), "examples": answered}
                },
            },
            **{
                str(status.value): {"$ref": f"#/components/responses/{status.value}"}
                for status in NOT_UNDERSTOOD
            },
        },
    }


def _envelope(call: Call, data: dict) -> dict:
    """`Data` or `Errors`; of what may come twice also both, with the one code that says so."""
    refusal = {"$ref": f"{REF}Refusal"}
    errors = {"type": "array", "items": refusal, "minItems": 1}
    ways = [_exactly(Data=data), _exactly(Errors=errors)]
    if call.asks in IDEMPOTENT:
        again = {"allOf": [refusal, {"properties": {"Code": {"const": REPEATED}}}]}
        ways.append(
            _exactly(
                Data=data, Errors={"type": "array", "items": again, "minItems": 1, "maxItems": 1}
            )
        )
    return {"oneOf": ways}


def _exactly(**properties: dict) -> dict:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _refusal() -> dict:
    table = TypeAdapter(answers.Refusal).json_schema(schema_generator=_Schema)["properties"]
    code = {**table["Code"], "enum": list(words.CODES), "description": _("Код из таблицы")}
    return {
        "Refusal": _exactly(
            Code=code, Text={**table["Text"], "description": _("Причина для человека")}
        )
    }


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
        return 0 if dft == ZERO else super().encode_default(dft)


def _schemas(
    suffix: str, part: Callable[[Call], Any], finish: Callable[[dict], dict]
) -> tuple[dict[str, dict], dict[str, dict]]:
    """By path what stands at its place, and by name all that it refers to."""
    inputs = [(call.path, "validation", TypeAdapter(part(call))) for call in calls()]
    found, definitions = TypeAdapter.json_schemas(
        inputs, ref_template=f"{REF}{{model}}{suffix}", schema_generator=_Schema
    )
    schemas = {f"{name}{suffix}": schema for name, schema in definitions["$defs"].items()}
    places = {path: schema for (path, _mode), schema in found.items()}
    return places, {name: finish(_described(name, schema)) for name, schema in schemas.items()}


def _described(name: str, schema: dict) -> dict:
    """Its docstring is for us who read the source; each field gets the reader's words."""
    fields = {
        field: {**told, "description": words.of_field(name, field)}
        for field, told in schema["properties"].items()
    }
    return {"type": "object", "properties": fields, "required": schema.get("required", [])}


def _closed(schema: dict) -> dict:
    """An answer has what is declared, and nothing else."""
    return {**schema, "additionalProperties": False}


def _open(schema: dict) -> dict:
    """A request may have fields that we do not know, and null for each that may be left out."""
    fields = {
        field: told if field in schema["required"] else _or_null(told)
        for field, told in schema["properties"].items()
    }
    return {**schema, "properties": fields}


def _or_null(schema: dict) -> dict:
    if {"type": "null"} in schema.get("anyOf", ()):
        return schema
    about = {key: value for key, value in schema.items() if key in ("description", "default")}
    return {
        **about,
        "anyOf": [
            {key: value for key, value in schema.items() if key not in about},
            {"type": "null"},
        ],
    }


def _name(call: Call) -> str:
    return call.path.replace("/", "")
