"""The description of the API as a judge of requests and answers."""

from functools import cache

from jsonschema import Draft202012Validator

from kkm.webkassa.call import Call
from kkm.webkassa.call_table import CALLS
from kkm.webkassa.manual.openapi import document


def operation(call: Call) -> dict:
    """What the document says of a call."""
    return document("ru")["paths"][call.address]["post"]


@cache
def judge(path: str, part: str) -> Draft202012Validator:
    """Of a request (`request`) or of a whole answer (`answer`) of the call of a path."""
    told = operation(next(call for call in CALLS if call.path == path))
    where = told["requestBody"] if part == "request" else told["responses"]["200"]
    return Draft202012Validator(
        {
            **where["content"]["application/json"]["schema"],
            "components": document("ru")["components"],
        }
    )
