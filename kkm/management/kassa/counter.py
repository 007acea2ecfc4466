"""The register in the terminal: a menu, a price list, and printed tickets."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import segno
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kkm.domain.money import Money
from kkm.management.kassa.client import Api, Refused, Unreachable, ticket
from kkm.management.kassa.prices import PRICES, Ordered, ordered

SALE, SALE_RETURN = 2, 3
CASH, CARD = 0, 1
# The type of a printed line that holds the text of a QR code.
QR_LINE = 2


class Counter:
    """One register and one cashier. `ask` prints a question and reads the typed line."""

    def __init__(
        self,
        api: Api,
        serial: str,
        console: Console,
        ask: Callable[[str], str],
    ) -> None:
        self._api = api
        self._serial = serial
        self._console = console
        self._ask = ask
        self._actions = {
            "1": (_("Продажа"), self.sell),
            "2": (_("Возврат продажи"), self.take_back),
            "3": (_("Внесение"), lambda: self.place(0)),
            "4": (_("Изъятие"), lambda: self.place(1)),
            "5": (_("X-отчёт"), lambda: self.report("XReport")),
            "6": (_("Закрыть смену: Z-отчёт"), lambda: self.report("ZReport")),
        }

    def work(self) -> None:
        """Work until «0» or the end of the input."""
        while True:
            self._menu()
            try:
                chosen = self._ask(_("Действие: ")).strip()
                if chosen == "0":
                    return
                self._do(chosen)
            except EOFError:
                return
            except (Refused, Unreachable, ValueError) as refusal:
                self._say(str(refusal), "red")

    def _do(self, chosen: str) -> None:
        if chosen in self._actions:
            _name, action = self._actions[chosen]
            action()
        elif chosen:
            self._say(_("Такого действия нет."), "red")

    def _menu(self) -> None:
        self._say(f"\n{_('Касса')} {self._serial}", "bold")
        for key, (name, _action) in self._actions.items():
            self._say(f"  {key}  {name}")
        self._say(f"  0  {_('Выход')}")

    def sell(self) -> None:
        """A sale of goods of the price list, paid in cash or by card."""
        self._price_list()
        goods = ordered(self._ask(_("Товары (например: 1 3*2 7*0,450): ")))
        if not goods:
            return
        today = timezone.localdate()
        positions = [good.position(today) for good in goods]
        self._register(SALE, positions, self._paid(goods))

    def _price_list(self) -> None:
        table = Table(box=SIMPLE, show_header=False, pad_edge=False)
        table.add_column(justify="right", style="dim")
        table.add_column()
        table.add_column(justify="right")
        for place, good in enumerate(PRICES, 1):
            table.add_row(str(place), good.name, f"{good.price}.00")
        self._console.print(table)

    def _paid(self, goods: list[Ordered]) -> dict[int, Money]:
        """The payment that the cashier types. Cash is the sum that the buyer handed over."""
        total = Money.sum(good.cost for good in goods)
        question = _(
            "К оплате {total}. Наличными: сколько дали (Enter — без сдачи); картой — к: "
        ).format(total=total)
        answer = self._ask(question).strip().lower()
        if answer in ("к", "k"):
            return {CARD: total}
        if not answer:
            return {CASH: total}
        return {CASH: _typed(answer)}

    def take_back(self) -> None:
        """A return of a whole ticket, found by its fiscal sign. The money is returned in cash."""
        number = self._ask(_("Номер чека (ФП): ")).strip()
        sold = self._api.data(
            "Check/HistoryByNumber", CashboxUniqueNumber=self._serial, Number=number
        )
        positions = [_position_of(row) for row in sold["Positions"]]
        total = str(sold["Total"])
        basis = {
            "CheckNumber": sold["Number"],
            "DateTime": sold["RegistratedOn"],
            "RegistrationNumber": sold["CashboxRegistrationNumber"],
            "Total": total,
            "IsOffline": sold["IsOffline"],
        }
        paid = {CASH: Money.parse(total)}
        self._register(SALE_RETURN, positions, paid, ReturnBasisDetails=basis)

    def _register(
        self,
        kind: int,
        positions: list[dict],
        paid: dict[int, Money],
        **more: object,
    ) -> None:
        """Send a ticket, and show it."""
        asked = ticket(self._serial, kind, positions, paid, **more)
        try:
            data = self._api.data("check", **asked)
        except Unreachable:
            # The external number is the same, so the ticket cannot be recorded twice.
            data = self._api.data("check", **asked)
        for line in data["TicketPrintFormat"]:
            self._show(line)

    def _show(self, line: dict) -> None:
        if line["Type"] == QR_LINE:
            self._console.print(Text(_qr(line["Value"])))
        style = ""
        if line["Style"]:
            style = "bold"
        self._say(line["Value"], style)

    def place(self, kind: int) -> None:
        """A deposit of cash (kind 0) or a withdrawal (kind 1)."""
        money = _typed(self._ask(_("Сумма: ")))
        asked = {
            "CashboxUniqueNumber": self._serial,
            "OperationType": kind,
            "Sum": money.plain,
        }
        data = self._api.data("MoneyOperation", **asked)
        self._say(_("Наличных в кассе: {sum}").format(sum=data["Sum"]), "green")

    def report(self, path: str) -> None:
        """An X-report, or a Z-report that closes the shift."""
        data = self._api.data(path, CashboxUniqueNumber=self._serial)
        title = _("{report}, смена {number}: документов {documents}").format(
            report=path[0], number=data["ShiftNumber"], documents=data["DocumentCount"]
        )
        table = Table(title=title, box=SIMPLE)
        table.add_column(_("Вид"), justify="left")
        for name in (_("Чеков"), _("Сумма"), _("НДС")):
            table.add_column(name, justify="right")
        kinds = {
            "Sell": _("Продажи"),
            "Buy": _("Покупки"),
            "ReturnSell": _("Возвраты продаж"),
            "ReturnBuy": _("Возвраты покупок"),
        }
        for kind, name in kinds.items():
            figures = data[kind]
            amount = figures["Taken"] - figures["Change"]
            vat = figures["VAT"]
            table.add_row(name, str(figures["Count"]), f"{amount:.2f}", f"{vat:.2f}")
        self._console.print(table)
        self._say(_("Наличных в кассе: {sum}").format(sum=data["SumInCashbox"]), "bold")

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style=style))


def _typed(text: str) -> Money:
    """A typed sum. ValueError with a sentence for the user."""
    try:
        return Money.parse(text.strip())
    except ValueError as error:
        raise ValueError(_("Сумма пишется тенге и тиынами, например 472 900.00.")) from error


def _position_of(row: dict) -> dict:
    """A position of the history in the form of `check`.

    The history gives the sum after discount and markup. Both are sent back as they are.
    """
    tax_type = 0
    if row["IsNds"]:
        tax_type = 100
    return {
        "Count": str(row["Count"]),
        "Price": str(row["Price"]),
        "Discount": str(row["DiscountTenge"]),
        "Markup": str(row["Markup"]),
        "TaxPercent": str(row["TaxPercent"]),
        "PositionName": row["PositionName"],
        "TaxType": tax_type,
        "UnitCode": row["UnitCode"],
    }


def _qr(text: str) -> str:
    """A QR code in half blocks."""
    out = StringIO()
    segno.make(text, error="l").terminal(out, border=1, compact=True)
    return out.getvalue()
