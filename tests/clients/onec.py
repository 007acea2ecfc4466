"""An add-on of 1C: times without seconds, lower-case paths, a byte order mark and line breaks in
names copied from a table, VAT counted by piece, its own Idempotency-Key for a Z-report that may be
asked for again after the line was down.
"""

import json

from tests.clients.wire import Wire


class OneC(Wire):
    """One register."""

    def __init__(self, cashbox: str) -> None:
        super().__init__()
        self.cashbox = cashbox
        body = json.dumps({"login": self.login, "password": self.password})
        self.token = self.post("/api/v4/authorize", body)["Data"]["Token"]

    def send(self, path: str, *, key: str = "", **fields: object) -> dict:
        body = {"token": self.token, "cashboxUniqueNumber": self.cashbox, **fields}
        headers = {"Idempotency-Key": key} if key else {}
        told = self.post(f"/api/v4/{path}", "\ufeff" + json.dumps(body), **headers)
        assert "Errors" not in told, told
        return told["Data"]

    def offline_sale(self, number: str, at: str, pieces: int) -> dict:
        """A sale that was made when the line was down; the time as 1C shows it: dd.MM.yyyy
        HH:mm.
        """
        position = {
            "positionName": "\ufeffБулочка\r\nсдобная",
            "count": pieces,
            "price": 0.37,
            "tax": pieces * 0.05,
            "taxType": 100,
            "taxPercent": 16,
        }
        return self.send(
            "check",
            operationType=2,
            positions=[position],
            payments=[{"sum": pieces * 0.37, "paymentType": 0}],
            roundType=0,
            dateTime=at,
            externalCheckNumber=number,
        )

    def close(self, key: str) -> dict:
        return self.send("zreport", key=key)

    def sections(self, first: str, last: str) -> dict:
        return self.send("reports/reportbyshiftsandsections", startDate=first, endDate=last)
