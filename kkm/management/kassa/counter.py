"""The register in the terminal: a menu, a price list, tickets as they would be printed."""

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
from kkm.management.kassa.prices import PRICES, Taken, ordered

PURCHASE, SALE, SALE_RETURN = 0, 2, 3
CASH, CARD = 0, 1
KINDS = ("Sell", "Buy", "ReturnSell", "ReturnBuy")


class Counter:
    """One register, one cashier. `ask` reads a line of the keyboard."""

    def __init__(self, api: Api, serial: str, console: Console, ask: Callable[[str], str]) -> None:
        self._api, self._serial, self._console, self._ask = api, serial, console, ask
        self._actions = {
            "1": (_("Продажа"), self.sell),
            "2": (_("Возврат продажи"), self.take_back),
            "3": (_("Внесение"), lambda: self.place(0)),
            "4": (_("Изъятие"), lambda: self.place(1)),
            "5": (_("X-отчёт"), lambda: self.report("XReport")),
            "6": (_("Закрыть смену: Z-отчёт"), lambda: self.report("ZReport")),
        }

    def work(self) -> None:
        """Until «0» or the end of input."""
        while True:
            self._menu()
            try:
                chosen = self._ask(_("Действие: ")).strip()
                if chosen == "0":
                    return
                if chosen in self._actions:
                    self._actions[chosen][1]()
                elif chosen:
                    self._say(_("Такого действия нет."), "red")
            except EOFError:
                return
            except (Refused, Unreachable, ValueError) as refusal:
                self._say(str(refusal), "red")

    def _menu(self) -> None:
        self._say(f"\n{_('Касса')} {self._serial}", "bold")
        for key, (name, _action) in self._actions.items():
            self._say(f"  {key}  {name}")
        self._say(f"  0  {_('Выход')}")

    def sell(self) -> None:
        """Goods of the price list, paid in cash or by card."""
        self._price_list()
        taken = ordered(self._ask(_("Товары (например: 1 3*2 7*0,450): ")))
        if taken:
            self._register(
                SALE, [one.position(timezone.localdate()) for one in taken], self._paid(taken)
            )

    def _price_list(self) -> None:
        table = Table(box=SIMPLE, show_header=False, pad_edge=False)
        table.add_column(justify="right", style="dim")
        table.add_column()
        table.add_column(justify="right")
        for place, good in enumerate(PRICES, 1):
            table.add_row(str(place), good.name, f"{good.price}.00")
        self._console.print(table)

    def _paid(self, taken: list[Taken]) -> dict[int, Money]:
        total = Money.sum(one.cost for one in taken)
        question = _(
            "К оплате {total}. Наличными: сколько дали (Enter — без сдачи); картой — к: "
        ).format(total=total)
        answer = self._ask(question).strip().lower()
        if answer in ("к", "k"):
            return {CARD: total}
        return {CASH: _typed(answer) if answer else total}

    def take_back(self) -> None:
        """A return of everything on a ticket, named by its fiscal sign; the cash goes back."""
        number = self._ask(_("Номер чека (ФП): ")).strip()
        sold = self._api.data(
            "Check/HistoryByNumber", CashboxUniqueNumber=self._serial, Number=number
        )
        positions = [_again(row) for row in sold["Positions"]]
        basis = {
            "CheckNumber": sold["Number"],
            "DateTime": sold["RegistratedOn"],
            "RegistrationNumber": sold["CashboxRegistrationNumber"],
            "Total": str(sold["Total"]),
            "IsOffline": sold["IsOffline"],
        }
        self._register(
            SALE_RETURN,
            positions,
            {CASH: Money.parse(str(sold["Total"]))},
            ReturnBasisDetails=basis,
        )

    def _register(
        self, kind: int, positions: list[dict], paid: dict[int, Money], **more: object
    ) -> None:
        asked = ticket(self._serial, kind, positions, paid, **more)
        try:
            data = self._api.data("check", **asked)
        except Unreachable:
            data = self._api.data("check", **asked)  # the number makes it safe: at most one ticket
        for line in data["TicketPrintFormat"]:
            if line["Type"] == 2:
                self._console.print(Text(_qr(line["Value"])))
            self._say(line["Value"], "bold" if line["Style"] else "")

    def place(self, kind: int) -> None:
        """Cash into the drawer or out of it."""
        money = _typed(self._ask(_("Сумма: ")))
        asked = {"CashboxUniqueNumber": self._serial, "OperationType": kind, "Sum": money.plain}
        self._say(
            _("Наличных в кассе: {sum}").format(
                sum=self._api.data("MoneyOperation", **asked)["Sum"]
            ),
            "green",
        )

    def report(self, path: str) -> None:
        """An X, or a Z that closes the shift."""
        data = self._api.data(path, CashboxUniqueNumber=self._serial)
        title = _("{report}, смена {number}: документов {documents}").format(
            report=path[0], number=data["ShiftNumber"], documents=data["DocumentCount"]
        )
        table = Table(title=title, box=SIMPLE)
        for name in (_("Вид"), _("Чеков"), _("Сумма"), _("НДС")):
            table.add_column(name, justify="left" if name == _("Вид") else "right")
        names = (_("Продажи"), _("Покупки"), _("Возвраты продаж"), _("Возвраты покупок"))
        for name, kind in zip(names, KINDS, strict=True):
            of_kind = data[kind]
            table.add_row(
                name,
                str(of_kind["Count"]),
                f"{of_kind['Taken'] - of_kind['Change']:.2f}",
                f"{of_kind['VAT']:.2f}",
            )
        self._console.print(table)
        self._say(_("Наличных в кассе: {sum}").format(sum=data["SumInCashbox"]), "bold")

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style=style))


def _typed(text: str) -> Money:
    """A sum as it was typed. ValueError says how a sum is written."""
    try:
        return Money.parse(text.strip())
    except ValueError as error:
        raise ValueError(_("Сумма пишется тенге и тиынами, например 472 900.00.")) from error


def _again(row: dict) -> dict:
    """A position of the history as `check` takes it.

    The history gives a sum after its discount and markup: it comes back as such.
    """
    names = {
        "Count": "Count",
        "Price": "Price",
        "Discount": "DiscountTenge",
        "Markup": "Markup",
        "TaxPercent": "TaxPercent",
    }
    told = {name: str(row[of]) for name, of in names.items()}
    return {
        **told,
        "PositionName": row["PositionName"],
        "TaxType": 100 if row["IsNds"] else 0,
        "UnitCode": row["UnitCode"],
    }


def _qr(text: str) -> str:
    """A QR code in half blocks."""
    out = StringIO()
    segno.make(text, error="l").terminal(out, border=1, compact=True)
    return out.getvalue()
