"""Lets schemathesis get deep: half of its requests get a valid key, token and register, half of its
tickets add up.

API_URL, API_KEY, API_LOGIN, API_PASSWORD, API_KASSA tell where and who; the command is in docs/api.md.
"""

from __future__ import annotations

import json
import os
import random
from urllib.request import Request, urlopen

import schemathesis
from hypothesis import strategies as st

URL, KEY, KASSA = (os.environ[f"API_{name}"] for name in ("URL", "KEY", "KASSA"))
LOGIN = {"Login": os.environ["API_LOGIN"], "Password": os.environ["API_PASSWORD"]}
dice = random.Random(626)

schemathesis.openapi.format(
    "moment", st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds"))
)


def token() -> str:
    """Of the cashier."""
    headers = {"x-api-key": KEY, "content-type": "application/json"}
    with urlopen(
        Request(f"{URL}/api/v4/Authorize", json.dumps(LOGIN).encode(), headers)
    ) as response:
        return json.load(response)["Data"]["Token"]


TOKEN = token()


@schemathesis.hook
def map_headers(context, headers):
    """A key of ours, mostly."""
    return {**(headers or {}), "x-api-key": KEY} if dice.random() < 0.9 else headers


@schemathesis.hook
def map_body(context, body):
    """The own token and register, mostly; a ticket that could be one, half of the time."""
    if not isinstance(body, dict) or dice.random() < 0.1:
        return body
    known = {"Token": TOKEN, "CashboxUniqueNumber": KASSA, **(LOGIN if dice.random() < 0.5 else {})}
    body = {name: known.get(name, value) for name, value in body.items()}
    if "ShiftNumber" in body and dice.random() < 0.7:
        body["ShiftNumber"] = dice.randint(1, 5)
    return probable(body) if "Positions" in body and dice.random() < 0.7 else body


def probable(ticket: dict) -> dict:
    """The same ticket with names, prices and rates of a shop, paid as it comes to."""
    if not isinstance(ticket["Positions"], list) or not all(
        isinstance(one, dict) for one in ticket["Positions"]
    ):
        return ticket
    positions = []
    for one in ticket["Positions"]:
        rate = dice.choice(
            [{}, {"TaxPercent": 16, "TaxType": 100}, {"TaxPercent": 0, "TaxType": 0}]
        )
        priced = {
            "PositionName": "Товар",
            "Count": dice.randint(1, 9),
            "Price": dice.randint(0, 5000),
            **rate,
        }
        positions.append(
            {**told(one, "PositionName", "SectionCode", "UnitCode", "Mark", "Gtin"), **priced}
        )
    due = sum(one["Count"] * one["Price"] for one in positions)
    way, more = dice.choice([(0, 0), (0, 500), (1, 0), (4, 0)])
    kept = told(
        ticket,
        "Token",
        "CashboxUniqueNumber",
        "OperationType",
        "ExternalCheckNumber",
        "ExternalOrderNumber",
        "PaperKind",
    )
    return {**kept, "Positions": positions, "Payments": [{"PaymentType": way, "Sum": due + more}]}


def told(fields: dict, *names: str) -> dict:
    """Some of the fields, without texts that no paper would take."""
    return {
        name: value
        for name, value in fields.items()
        if name in names and not (isinstance(value, str) and not value.isprintable())
    }
