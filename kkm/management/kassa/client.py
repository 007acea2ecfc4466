"""A client of the register API."""

from __future__ import annotations

import json
from decimal import Decimal
from uuid import uuid4

import urllib3
from django.utils.translation import gettext as _

from kkm.domain.money import Money

ACTIVE = 1
_WAIT = urllib3.Timeout(connect=5, read=30)


class Refused(Exception):
    """The API refused a call: its code and its sentence."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text

    def __str__(self) -> str:
        return f"{self.text} [{self.code}]"


class Unreachable(Exception):
    """There was no readable answer. The call may have been carried out or not."""


class Api:
    """One integration at one base URL. Several threads may share it."""

    def __init__(
        self,
        base: str,
        key: str,
        *,
        connections: int = 1,
        language: str = "ru",
    ) -> None:
        self._base = base.rstrip("/")
        headers = {
            "x-api-key": key,
            "content-type": "application/json",
            "accept-language": language,
        }
        self._pool = urllib3.PoolManager(
            maxsize=connections,
            block=True,
            headers=headers,
            timeout=_WAIT,
            retries=False,
        )
        self.token = ""

    def call(self, path: str, **fields: object) -> dict:
        """The whole answer to a call, with sums as `Decimal`."""
        body: dict[str, object] = {}
        if self.token:
            body["Token"] = self.token
        body |= fields
        url = f"{self._base}/api/v4/{path}"
        try:
            response = self._pool.request("POST", url, body=json.dumps(body))
            return json.loads(response.data, parse_float=Decimal)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            text = _("Сервер {base} не ответил: {error}")
            raise Unreachable(text.format(base=self._base, error=error)) from error

    def data(self, path: str, **fields: object):
        """The `Data` of an answer. Refused if the answer has errors instead.

        The answer to a repeated call has `Data` too.
        """
        answer = self.call(path, **fields)
        if "Data" in answer:
            return answer["Data"]
        error = answer["Errors"][0]
        raise Refused(error["Code"], error["Text"])

    def log_in(self, login: str, password: str) -> None:
        """Get a token for the following calls."""
        data = self.data("Authorize", Login=login, Password=password)
        self.token = data["Token"]

    def registers(self) -> list[str]:
        """Serial numbers of the cashier's registers that are active and not blocked."""
        rows = self.data("Cashboxes")["List"]
        return [row["UniqueNumber"] for row in rows if row["CurrentStatus"] == ACTIVE]


def ticket(
    serial: str,
    kind: int,
    positions: list[dict],
    paid: dict[int, Money],
    **more: object,
) -> dict:
    """The fields of `check`, with an external number that no other ticket has."""
    payments = [{"Sum": money.plain, "PaymentType": way} for way, money in paid.items()]
    return {
        "CashboxUniqueNumber": serial,
        "OperationType": kind,
        "Positions": positions,
        "Payments": payments,
        "ExternalCheckNumber": str(uuid4()),
        **more,
    }
