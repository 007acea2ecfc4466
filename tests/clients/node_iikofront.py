"""A Node adapter between iikoFront and the register (webkassa-iikofront-adapter).

Sends PascalCase with returnBasisDetails in camelCase, sums as JavaScript prints them (noise of
binary fractions), prefixes /api, /api-history and /api-portal. Reads Data.Total, CheckNumber,
DateTime, CashboxRegistrationNumber, OfflineMode of a ticket; looks a lost ticket up by shift
history and GetTicketByExternalCheckNumber; watches client-info.
"""

import json

from tests.clients.wire import Wire


class NodeAdapter(Wire):
    """One register."""

    def __init__(self, cashbox: str) -> None:
        super().__init__()
        self.cashbox = cashbox
        body = json.dumps({"Login": self.login, "Password": self.password})
        self.token = self.post("/api/v4/Authorize", body)["Data"]["Token"]

    def call(self, path: str, **fields: object) -> dict:
        body = {"Token": self.token, "CashboxUniqueNumber": self.cashbox, **fields}
        told = self.post(path, json.dumps(body))
        if told.get("Errors"):
            raise RuntimeError(told["Errors"][0]["Text"])
        return told["Data"]

    def monitor(self) -> tuple[int, str | None]:
        """The status, and until when the licence lasts (None: it does not end)."""
        info = self.call("/api-portal/v4/cashbox/client-info")
        assert info["CashboxUniqueNumber"] == self.cashbox
        return info["CashboxStatus"], info["License"]["LicenseExpirationDate"]

    def units(self) -> set[int]:
        return {unit["Code"] for unit in self.call("/api/v4/references/RefUnits")}

    def sale(self, number: str, price: float, count: float) -> dict:
        """A sale by card; JavaScript's own product is what is paid."""
        position = {
            "PositionName": "Кофе\tлатте",
            "Count": count,
            "Price": price,
            "UnitCode": 796,
            "TaxType": 100,
            "TaxPercent": 16,
        }
        told = self.call(
            "/api/v4/check",
            OperationType=2,
            Positions=[position],
            Payments=[{"Sum": price * count, "PaymentType": 1}],
            RoundType=0,
            ExternalCheckNumber=number,
        )
        return self.fiscal_result(told)

    def fiscal_result(self, told: dict) -> dict:
        """What is kept for a later return. Without one of them the cashier is told of a failure."""
        needed = ("CheckNumber", "DateTime", "Total", "CashboxRegistrationNumber", "OfflineMode")
        return {name: told[name] for name in needed}

    def sale_return(self, number: str, sold: dict, price: float) -> dict:
        position = {
            "PositionName": "Кофе латте",
            "Count": 1,
            "Price": price,
            "TaxType": 100,
            "TaxPercent": 16,
        }
        return self.call(
            "/api/v4/check",
            OperationType=3,
            Positions=[position],
            Payments=[{"Sum": price, "PaymentType": 1}],
            RoundType=0,
            ExternalCheckNumber=number,
            returnBasisDetails={
                "dateTime": sold["DateTime"],
                "total": sold["Total"],
                "checkNumber": sold["CheckNumber"],
                "registrationNumber": sold["CashboxRegistrationNumber"],
                "isOffline": sold["OfflineMode"],
            },
        )

    def recover(self, number: str) -> dict:
        """A ticket whose answer was lost: shift by shift, then by its number."""
        shifts = self.call("/api/v4/Cashbox/ShiftHistory", Skip=0, Take=10)["Shifts"]
        for shift in reversed(shifts):
            listed = self.call(
                "/api/v4/Check/History", ShiftNumber=shift["ShiftNumber"], Skip=0, Take=50
            )
            if any(row["ExternalCheckNumber"] == number for row in listed["Items"]):
                return self.fiscal_result(
                    self.call(
                        "/api-history/v4/Ticket/GetTicketByExternalCheckNumber",
                        ExternalCheckNumber=number,
                        ShiftNumber=shift["ShiftNumber"],
                    )
                )
        raise LookupError(number)

    def report(self, path: str) -> dict:
        return self.call(path)
