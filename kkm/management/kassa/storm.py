"""A test by many clients at once.

Each client sells at a register that it shares with others. It loses answers and repeats the calls.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TextIO

from django.utils import timezone
from django.utils.translation import gettext as _

from kkm.domain.money import Money
from kkm.management.kassa.client import Api, Refused, Unreachable, ticket
from kkm.management.kassa.counter import CARD, SALE
from kkm.management.kassa.prices import PRICES, Ordered

# Seconds before a call is repeated whose answer was lost.
PAUSE = 0.05
# How many times a call is made at most.
ATTEMPTS = 40
# Error codes after which a client gives up: blocked, not active, shift over 24 hours.
FINAL_CODES = {7, 10, 11}


@dataclass
class Tally:
    """The counts of a test.

    `log` gets a line for each acknowledged ticket: serial number of the register, external number
    and fiscal sign. `latencies` are in seconds.
    """

    log: TextIO | None = None
    acknowledged: int = 0
    lost: int = 0
    refused: Counter = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count_acknowledged(self, asked: dict, data: dict, seconds: float) -> None:
        """Count a ticket that was acknowledged after some seconds."""
        serial = asked["CashboxUniqueNumber"]
        number = asked["ExternalCheckNumber"]
        sign = data["CheckNumber"]
        with self._lock:
            self.acknowledged += 1
            self.latencies.append(seconds)
            if self.log:
                self.log.write(f"{serial} {number} {sign}\n")

    def count_refused(self, code: int) -> None:
        """Count a ticket that was refused."""
        with self._lock:
            self.refused[code] += 1

    def count_lost(self) -> None:
        """Count an answer that did not come or was dropped."""
        with self._lock:
            self.lost += 1

    def line(self, seconds: float) -> str:
        """The live line: the rate, the latencies and the refusals after some seconds."""
        with self._lock:
            latencies = sorted(self.latencies)
            refused = sorted(self.refused.items())
            taken, lost = self.acknowledged, self.lost
        refusals = [f"[{code}] {count}" for code, count in refused]
        words = _(
            "чеков {taken}, {rate:.0f} в секунду, p50 {p50:.0f} мс, p99 {p99:.0f} мс, "
            "отказов: {refused}, потеряно ответов {lost}"
        )
        return words.format(
            taken=taken,
            lost=lost,
            rate=taken / max(seconds, 0.001),
            p50=1000 * _quantile(latencies, 0.50),
            p99=1000 * _quantile(latencies, 0.99),
            refused=", ".join(refusals) or "0",
        )


@dataclass(frozen=True)
class Storm:
    """`clients` threads sell at `registers` for so many seconds.

    Of a hundred answers `drop` are dropped, and their calls repeated.
    """

    api: Api
    registers: list[str]
    clients: int
    seconds: float
    drop: int = 0
    seed: int = 1

    def start(self, tally: Tally) -> list[threading.Thread]:
        """Start the clients. The caller joins the threads."""
        end = time.monotonic() + self.seconds
        threads = []
        for number in range(self.clients):
            serial = self.registers[number % len(self.registers)]
            # Not for secrets.
            dice = random.Random(f"{self.seed}/{number}")  # noqa: S311
            thread = threading.Thread(
                target=self._sell, args=(serial, dice, tally, end), daemon=True
            )
            threads.append(thread)
        for thread in threads:
            thread.start()
        return threads

    def _sell(self, serial: str, dice: random.Random, tally: Tally, end: float) -> None:
        while time.monotonic() < end:
            asked = _ticket(serial, dice)
            start = time.monotonic()
            try:
                data = self._acknowledged(asked, dice, tally)
            except Refused as refusal:
                tally.count_refused(refusal.code)
                if refusal.code in FINAL_CODES:
                    return
            except Unreachable:
                continue
            else:
                tally.count_acknowledged(asked, data, time.monotonic() - start)

    def _acknowledged(self, asked: dict, dice: random.Random, tally: Tally) -> dict:
        """Repeat a call until there is an answer.

        Unreachable if there is none in the end: whether the ticket was recorded is unknown then.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                data = self.api.data("check", **asked)
            except Unreachable:
                tally.count_lost()
                if attempt == ATTEMPTS:
                    raise
                time.sleep(PAUSE)
                continue
            if dice.randrange(100) >= self.drop:
                return data
            tally.count_lost()
        return data


def _ticket(serial: str, dice: random.Random) -> dict:
    """A sale of one to three goods, paid by card, as fields of `check`."""
    today = timezone.localdate()
    basket = []
    for _line in range(dice.choice((1, 1, 2, 3))):
        basket.append(Ordered(dice.choice(PRICES), 1000 * dice.randint(1, 3)))
    positions = [good.position(today) for good in basket]
    total = Money.sum(good.cost for good in basket)
    return ticket(serial, SALE, positions, {CARD: total})


def _quantile(ascending: list[float], share: float) -> float:
    """0 of an empty list."""
    if not ascending:
        return 0.0
    index = int(share * len(ascending))
    return ascending[min(len(ascending) - 1, index)]
