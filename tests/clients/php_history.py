"""A Laravel package and a shopping centre's collector in PHP (WebkassaIntegration): they sell
nothing and read everything. Paths without a version, `Take` of 500 shifts; the token is renewed at
code 2.
"""

import json

from tests.clients.wire import Wire


class HistoryReader(Wire):
    """All registers of a login."""

    def __init__(self, token: str = "") -> None:
        super().__init__()
        self.token = token

    def authorize(self) -> None:
        body = json.dumps({"Login": self.login, "Password": self.password})
        self.token = self.post("/api/Authorize", body)["Data"]["Token"]

    def ask(self, path: str, **fields: object) -> object:
        """As PHP's `post`: code 2 means «log in and ask again»."""
        told = self.post(f"/api{path}", json.dumps({**fields, "Token": self.token}))
        if told.get("Errors", [{}])[0].get("Code") == 2:
            self.authorize()
            told = self.post(f"/api{path}", json.dumps({**fields, "Token": self.token}))
        assert not told.get("Errors"), told
        return told["Data"]

    def tickets(self, first: str, last: str) -> list[dict]:
        """Every ticket of the shifts of a period."""
        found = []
        for cashbox in self.ask("/cashboxes/availableForReadHistory"):
            number = cashbox["CashboxUniqueNumber"]
            shifts = self.ask(
                "/Shift/ExternalHistory",
                CashboxUniqueNumber=number,
                FromDate=first,
                ToDate=last,
                Skip=0,
                Take=500,
            )
            for shift in shifts["Shifts"]:
                found += self._of_shift(number, shift["ShiftNumber"])
        return found

    def _of_shift(self, cashbox: str, shift: int) -> list[dict]:
        items, total = [], 1
        while len(items) < total:
            page = self.ask(
                "/Ticket/ExternalHistory",
                CashboxUniqueNumber=cashbox,
                ShiftNumber=shift,
                Skip=len(items),
                Take=2,
            )
            items += page["Items"]
            total = page["Total"]
        return items
