"""A Delphi driver of the OPOS standard (OposWebkassa).

Paths without a version and in mixed case; numbers as texts of doubles («100.00»); every field of
its classes is sent, empty ones too: an empty ReturnBasisDetails with a sale, nulls. Reads units,
`cashbox/state` (cash in the drawer out of CurrentState.XReport), extended reports, and asks for the
cash in the drawer by a MoneyOperation of nothing.
"""

import json

from tests.clients.wire import Wire, typed_double


class OposDriver(Wire):
    """One register."""

    def __init__(self, cashbox: str) -> None:
        super().__init__()
        self.cashbox = cashbox
        body = json.dumps({"Login": self.login, "Password": self.password})
        self.token = self.post("/api/Authorize", body)["Data"]["Token"]

    def send(self, path: str, **fields: object) -> object:
        body = {"Token": self.token, "CashboxUniqueNumber": self.cashbox, **fields}
        told = self.post(f"/api/{path}", json.dumps(body))
        assert "Errors" not in told, told
        return told["Data"]

    def deposit(self, money: str) -> float:
        told = self.send(
            "MoneyOperation", OperationType="0", Sum=money, ExternalCheckNumber=f"d-{money}"
        )
        return typed_double(told["Sum"])

    def cash_in_drawer(self) -> float:
        return typed_double(self.send("MoneyOperation", OperationType="0", Sum="0.00")["Sum"])

    def receipt(self, number: str, kind: str = "2", basis: dict | None = None) -> dict:
        """Two positions; a discount on one of them; two cards and cash."""
        empty = {"CheckNumber": "", "DateTime": "", "RegistrationNumber": "", "Total": "0"}
        positions = [
            self._position("АИ-92", "20.5", "205.00", discount="2.50"),
            self._position("Вода", "1", "300.00"),
        ]
        return self.send(
            "check",
            OperationType=kind,
            Positions=positions,
            TicketModifiers=[],
            Payments=[
                {"Sum": "2000.00", "PaymentType": "1"},
                {"Sum": "1000.00", "PaymentType": "1"},
                {"Sum": "2000.00", "PaymentType": "0"},
            ],
            Change="500.00",
            RoundType="0",
            ExternalCheckNumber=number,
            CustomerEmail="",
            CustomerXin="",
            ReturnBasisDetails=basis or empty,
        )

    @staticmethod
    def _position(name: str, count: str, price: str, discount: str = "0.00") -> dict:
        return {
            "PositionName": name,
            "PositionCode": "",
            "Count": count,
            "Price": price,
            "Discount": discount,
            "Markup": "0.00",
            "TaxType": "0",
            "TaxPercent": "0",
            "SectionCode": "1",
            "UnitCode": "796",
            "IsStorno": False,
            "Mark": "",
            "GTIN": "",
            "NTIN": None,
        }

    def state(self) -> dict:
        return self.send("cashbox/state")

    def old_state(self) -> dict:
        body = {"Token": self.token, "CashboxUniqueNumber": self.cashbox}
        return self.post("/api-portal/cashbox/state", json.dumps(body))["Data"]

    def units(self) -> list[dict]:
        body = json.dumps({"Token": self.token})
        return self.post("/api/references/RefUnits", body)["Data"]
