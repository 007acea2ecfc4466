"""Many clients at once: each sells at registers that it shares with others, loses answers, and
asks again.
"""

from __future__ import annotations

import itertools
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
from kkm.management.kassa.prices import PRICES, Taken

PAUSE = 0.05  # seconds before a call whose answer was lost is made again
AGAIN = 40  # how often it is
WAITING = {7, 10, 11}  # blocked, not active, 24 hours: the register will not get better by itself


@dataclass
class Tally:
    """What has come of it. `log` gets a line for each ticket that was acknowledged: its own
    number and its fiscal sign.
    """

    log: TextIO | None = None
    taken: int = 0
    lost: int = 0
    refused: Counter = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, asked: dict, data: dict, seconds: float) -> None:
        """A ticket was acknowledged."""
        with self._lock:
            self.taken += 1
            self.latencies.append(seconds)
            if self.log:
                self.log.write(
                    f"{asked['CashboxUniqueNumber']} {asked['ExternalCheckNumber']} {data['CheckNumber']}\n"
                )

    def refuse(self, code: int) -> None:
        """A ticket was refused."""
        with self._lock:
            self.refused[code] += 1

    def lose(self) -> None:
        """An answer did not come, or was thrown away."""
        with self._lock:
            self.lost += 1

    def line(self, seconds: float) -> str:
        """The live line: throughput, latencies, refusals."""
        with self._lock:
            sorted_, refused = sorted(self.latencies), dict(self.refused)
        told = {
            "taken": self.taken,
            "rate": self.taken / max(seconds, 0.001),
            "p50": 1000 * _quantile(sorted_, 0.50),
            "p99": 1000 * _quantile(sorted_, 0.99),
            "refused": ", ".join(f"[{code}] {count}" for code, count in sorted(refused.items()))
            or "0",
            "lost": self.lost,
        }
        words = _(
            "чеков {taken}, {rate:.0f} в секунду, p50 {p50:.0f} мс, p99 {p99:.0f} мс, отказов: {refused}, потеряно ответов {lost}"
        )
        return words.format(**told)


@dataclass(frozen=True)
class Storm:
    """`clients` threads at `registers`, until `seconds` have passed; of a hundred answers `drop`
    are thrown away and asked for again.
    """

    api: Api
    registers: list[str]
    clients: int
    seconds: float
    drop: int = 0
    seed: int = 1

    def start(self, tally: Tally) -> list[threading.Thread]:
        """Everybody begins; whoever started them joins them."""
        end = time.monotonic() + self.seconds
        shared = itertools.cycle(self.registers)
        facts = []
        for number in range(self.clients):
            dice = random.Random(f"{self.seed}/{number}")  # noqa: S311 no secrets here
            facts.append((next(shared), dice))
        threads = [
            threading.Thread(target=self._sell, args=(serial, dice, tally, end), daemon=True)
            for serial, dice in facts
        ]
        for thread in threads:
            thread.start()
        return threads

    def _sell(self, serial: str, dice: random.Random, tally: Tally, end: float) -> None:
        while time.monotonic() < end:
            basket = [
                Taken(dice.choice(PRICES), 1000 * dice.randint(1, 3))
                for _line in range(dice.choice((1, 1, 2, 3)))
            ]
            asked = ticket(
                serial,
                SALE,
                [one.position(timezone.localdate()) for one in basket],
                {CARD: Money.sum(one.cost for one in basket)},
            )
            start = time.monotonic()
            try:
                data = self._acknowledged(asked, dice, tally)
            except Refused as refusal:
                tally.refuse(refusal.code)
                if refusal.code in WAITING:
                    return
            except Unreachable:
                continue
            else:
                tally.take(asked, data, time.monotonic() - start)

    def _acknowledged(self, asked: dict, dice: random.Random, tally: Tally) -> dict:
        """Ask until there is an answer.

        Unreachable if there never is one: nobody knows then what became of the ticket.
        """
        for attempt in range(AGAIN):
            try:
                data = self.api.data("check", **asked)
            except Unreachable:
                tally.lose()
                if attempt == AGAIN - 1:
                    raise
                time.sleep(PAUSE)
                continue
            if dice.randrange(100) >= self.drop:
                return data
            tally.lose()
        return data


def _quantile(sorted_: list[float], share: float) -> float:
    return sorted_[min(len(sorted_) - 1, int(share * len(sorted_)))] if sorted_ else 0.0
