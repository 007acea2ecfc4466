"""`manage.py kassa`: a small register in the terminal, for trials and demonstrations.

It uses the HTTP API only.
"""

from __future__ import annotations

import os
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TextIO, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console
from rich.live import Live
from rich.text import Text

from kkm.arguments import positive
from kkm.management.kassa.client import Api, Refused, Unreachable
from kkm.management.kassa.counter import Counter
from kkm.management.kassa.storm import Storm, Tally


class Command(BaseCommand):
    """A register with a menu; with `--storm` a test by many clients at once."""

    requires_system_checks = ()
    requires_migrations_checks = False
    ask = staticmethod(input)

    def add_arguments(self, parser: CommandParser) -> None:
        """The server, the cashier and the register."""
        parser.description = _("Касса в терминале: работает с любым сервером по API касс.")
        parser.add_argument(
            "--base",
            default="http://127.0.0.1:8000",
            help=_("адрес сервера (по умолчанию %(default)s)"),
        )
        credentials = {
            "key": _("ключ API"),
            "login": _("логин кассира"),
            "password": _("пароль кассира"),
        }
        for name, what in credentials.items():
            upper = name.upper()
            text = _("{what}; или переменная KASSA_{name}").format(what=what, name=upper)
            default = os.environ.get(f"KASSA_{upper}", "")
            parser.add_argument(f"--{name}", default=default, help=text)
        parser.add_argument(
            "--kkm", metavar="ЗНМ", help=_("какая касса; без неё — первая действующая")
        )
        self._add_storm(parser)

    def _add_storm(self, parser: CommandParser) -> None:
        """The options of a test by many clients."""
        parser.add_argument(
            "--storm",
            type=positive,
            metavar="N",
            help=_("нагрузка: сколько клиентов продают одновременно"),
        )
        parser.add_argument(
            "--registers",
            type=positive,
            default=1,
            metavar="M",
            help=_("нагрузка: на скольких кассах"),
        )
        parser.add_argument(
            "--seconds",
            type=positive,
            default=10,
            metavar="S",
            help=_("нагрузка: сколько секунд"),
        )
        parser.add_argument(
            "--drop",
            type=int,
            default=0,
            metavar="%",
            help=_("нагрузка: сколько ответов из ста потерять и запросить снова"),
        )
        parser.add_argument(
            "--log",
            type=Path,
            metavar=_("ФАЙЛ"),
            help=_("нагрузка: записать подтверждённые чеки"),
        )

    def handle(
        self,
        *,
        base: str,
        key: str,
        login: str,
        password: str,
        kkm: str | None,
        storm: int | None,
        registers: int,
        seconds: int,
        drop: int,
        log: Path | None,
        **_options: object,
    ) -> None:
        """Log in, then work with the menu or run the test."""
        if not (key and login and password):
            raise CommandError(
                _("Нужны --key, --login и --password (или KASSA_KEY, KASSA_LOGIN, KASSA_PASSWORD).")
            )
        api = Api(base, key, connections=storm or 1)
        serials = _serials(api, login, password, kkm)
        # Django's wrapper of the output is a text stream, though it does not inherit from one.
        console = Console(file=cast("TextIO", self.stdout), highlight=False)
        if storm is None:
            Counter(api, serials[0], console, self.ask).work()
            return
        with _opened(log) as file:
            test = Storm(api, serials[:registers], storm, seconds, drop)
            _run(test, Tally(file), console)


def _run(storm: Storm, tally: Tally, console: Console) -> None:
    """Run a test and print its counts, live and at the end."""
    heading = _("Нагрузка: клиентов {clients}, касс {registers}, секунд {seconds}.").format(
        clients=storm.clients, registers=len(storm.registers), seconds=storm.seconds
    )
    console.print(Text(heading))
    start = time.monotonic()
    threads = storm.start(tally)
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        while any(thread.is_alive() for thread in threads):
            threads[0].join(0.25)
            live.update(Text(tally.line(time.monotonic() - start)))
    console.print(Text(tally.line(time.monotonic() - start)))


def _serials(api: Api, login: str, password: str, kkm: str | None) -> list[str]:
    """Log in and return the serial numbers of the registers to work with, at least one."""
    try:
        api.log_in(login, password)
        if kkm:
            return [kkm]
        serials = api.registers()
    except (Refused, Unreachable) as refusal:
        raise CommandError(str(refusal)) from refusal
    if not serials:
        raise CommandError(_("У кассира нет действующих касс."))
    return serials


def _opened(log: Path | None) -> AbstractContextManager[TextIO | None]:
    """The open log file, buffered by lines; None if none is wanted."""
    if log is None:
        return nullcontext()
    return log.open("w", buffering=1)
