"""A Dart client of a payment terminal (simple_pay_api): classes with declared types.

A sum declared `double?` fails on an integer, a count declared `int?` on a double; missing fields
are null. Sends whole numbers as integers.
"""

import json

from tests.clients.wire import Wire, typed_double


class TypedTerminal(Wire):
    """One register."""

    SUMS = ("PutMoneySum", "TakeMoneySum", "SumInCashbox")
    OF_KIND = ("Discount", "Markup", "Taken", "Change", "VAT")
    WHOLE = ("ReportNumber", "ShiftNumber", "DocumentCount", "CashierCode")

    def __init__(self, cashbox: str) -> None:
        super().__init__()
        self.cashbox = cashbox
        body = json.dumps({"Login": self.login, "Password": self.password})
        self.token = self.post("/api/Authorize", body)["Data"]["Token"]

    def send(self, path: str, **fields: object) -> dict:
        body = {"Token": self.token, "CashboxUniqueNumber": self.cashbox, **fields}
        told = self.post(f"/api/{path}", json.dumps(body))
        assert told.get("Errors") is None, told
        return told["Data"]

    def sale(self, total: int) -> dict:
        position = {"PositionName": "Услуга", "Count": 1, "Price": total, "TaxType": 0}
        return self.send(
            "Check",
            OperationType=2,
            Positions=[position],
            Payments=[{"Sum": total, "PaymentType": 4}],
        )

    def report(self, path: str) -> dict:
        """The report, each field of the type that its class declares."""
        told = self.send(path)
        for name in self.SUMS:
            typed_double(told[name])
        for name in self.WHOLE:
            assert isinstance(told[name], int), name
        for kind in ("Sell", "Buy", "ReturnSell", "ReturnBuy"):
            for name in self.OF_KIND:
                typed_double(told[kind][name])
            for payment in told[kind]["PaymentsByTypesApiModel"]:
                typed_double(payment["Sum"])
                assert isinstance(payment["Type"], int)
        return told
