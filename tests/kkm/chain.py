"""The seal read anew from stored rows, by the specification in `kkm.domain.seal` and with the
standard library alone.
"""

import hashlib
import json

from kkm.models import KKM, FiscalOperation, Position, ZReport

PAYMENTS = ("cash", "card", "credit", "tare", "mobile")
BALANCE = (
    "sale_total",
    "purchase_total",
    "sale_return_total",
    "purchase_return_total",
    "sale_count",
    "purchase_count",
    "sale_return_count",
    "purchase_return_count",
    "deposit_count",
    "withdrawal_count",
    "cash_in_drawer",
)
LINE = (
    "role",
    "section",
    "name",
    "quantity",
    "price",
    "goods",
    "discount",
    "markup",
    "rate",
    "vat",
    "details",
)


def whole(value):
    """Sums as tiyn, other values as they are."""
    return getattr(value, "tiyn", value)


def sealed_text(row: dict, serial_number: str, previous: str) -> str:
    """The JSON array that is sealed, from one row of the journal as a dictionary of its columns."""
    of_it = {"kkm": row["kkm"], "number": row["number"]}
    z = ZReport.objects.filter(**of_it).values_list("text", flat=True).first()
    lines = Position.objects.filter(**of_it).order_by("line").values_list(*LINE)
    array = [
        "alsep-journal-1",
        previous,
        serial_number,
        row["number"],
        row["kind"],
        row["shift__number"] or 0,
        int(row["occurred_at"].timestamp()),
        int(row["received_at"].timestamp()),
        row["offline"],
        row["actor_code"],
        row["actor_name"],
        row["external_number"],
        row["fiscal_sign"],
        whole(row["amount"]),
        [whole(row[name]) for name in PAYMENTS],
        whole(row["change"]),
        [whole(row[name]) for name in BALANCE],
        row["details"],
        hashlib.sha256(z.encode()).hexdigest() if z else "",
        [[whole(value) for value in line] for line in lines],
    ]
    return json.dumps(array, ensure_ascii=False, separators=(",", ":"))


def rows_of(kkm: KKM) -> list[dict]:
    """The journal of a register in its order, as dictionaries."""
    columns = [field.name for field in FiscalOperation._meta.concrete_fields]
    return list(
        FiscalOperation.objects.filter(kkm=kkm).order_by("number").values(*columns, "shift__number")
    )


def recomputed_seals(kkm: KKM) -> list[str]:
    """What the seals of a register must be, from the first operation on."""
    seals: list[str] = []
    for row in rows_of(kkm):
        text = sealed_text(row, kkm.serial_number, seals[-1] if seals else "")
        seals.append(hashlib.sha256(text.encode()).hexdigest())
    return seals


def stored_seals(kkm: KKM) -> list[str]:
    """The seals of a register as they were stored."""
    return [row["seal"] for row in rows_of(kkm)]
