"""The register API as a cash register calls it: by HTTP only."""

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
    """The API said no: its code and its sentence."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.code, self.text = code, text

    def __str__(self) -> str:
        return f"{self.text} [{self.code}]"


class Unreachable(Exception):
    """Nothing, or nothing that can be read, came back: the call may have been carried out, or
    not.
    """


class Api:
    """One integration at one base URL. Safe between threads."""

    def __init__(self, base: str, key: str, *, connections: int = 1, language: str = "ru") -> None:
        self._base = base.rstrip("/")
        headers = {
            "x-api-key": key,
            "content-type": "application/json",
            "accept-language": language,
        }
        self._pool = urllib3.PoolManager(
            maxsize=connections, block=True, headers=headers, timeout=_WAIT, retries=False
        )
        self.token = ""

    def call(self, path: str, **fields: object) -> dict:
        """A whole answer, sums in it as `Decimal`."""
        body = json.dumps(({"Token": self.token} if self.token else {}) | fields)
        try:
            response = self._pool.request("POST", f"{self._base}/api/v4/{path}", body=body)
            return json.loads(response.data, parse_float=Decimal)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise Unreachable(
                _("Сервер {base} не ответил: {error}").format(base=self._base, error=error)
            ) from error

    def data(self, path: str, **fields: object):
        """The `Data` of an answer.

        Refused if there is none; the answer to a repeated call is as good as the first.
        """
        answer = self.call(path, **fields)
        if "Data" in answer:
            return answer["Data"]
        error = answer["Errors"][0]
        raise Refused(error["Code"], error["Text"])

    def enter(self, login: str, password: str) -> None:
        """Get a token."""
        self.token = self.data("Authorize", Login=login, Password=password)["Token"]

    def registers(self) -> list[str]:
        """Serial numbers of the cashier's registers that are on the record and not blocked."""
        return [
            row["UniqueNumber"]
            for row in self.data("Cashboxes")["List"]
            if row["CurrentStatus"] == ACTIVE
        ]


def ticket(
    serial: str, kind: int, positions: list[dict], paid: dict[int, Money], **more: object
) -> dict:
    """The fields of `check`, under a number that no other ticket has."""
    return {
        "CashboxUniqueNumber": serial,
        "OperationType": kind,
        "Positions": positions,
        "Payments": [{"Sum": money.plain, "PaymentType": way} for way, money in paid.items()],
        "ExternalCheckNumber": str(uuid4()),
        **more,
    }
