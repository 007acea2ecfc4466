"""The register in the terminal against a live server: it sells, returns, closes the shift; a
storm of it loses no ticket.
"""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from kkm.management.commands.kassa import Command
from kkm.management.kassa.prices import PRICES, ordered
from kkm.models import ApiKey, FiscalOperation
from tests.factories import KKMFactory
from tests.kkm.webkassa.conftest import KEY, LOGIN, PASSWORD, make_cashier
from tests.stories import activate

CARD = 1


@pytest.fixture
def server(live_server, transactional_db):
    """Two registers of one cashier, and the address."""
    ApiKey.issue("1С-Рарус", at=timezone.now(), secret=KEY)
    kkms = [KKMFactory(), KKMFactory()]
    cashier = make_cashier(kkms[0])
    cashier.kkms.add(kkms[1])
    for kkm in kkms:
        activate(kkm, at=timezone.now().replace(microsecond=0))
    return live_server.url, kkms


def kassa(base: str, *keys: str, **how) -> str:
    """What it prints when these lines are typed."""
    typed, out = iter(keys), io.StringIO()

    def ask(_question: str) -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    command = Command(stdout=out)
    command.ask = ask
    call_command(command, base=base, key=KEY, login=LOGIN, password=PASSWORD, **how)
    return out.getvalue()


def test_a_day_at_the_counter(server):
    base, (kkm, _other) = server
    told = kassa(base, "3", "5000", "1", "1 2*2", "1000", "5", "0")
    sold = kkm.operations.tickets().get()
    assert sold.amount.plain == f"{PRICES[0].price + 2 * PRICES[1].price}.00"
    assert sold.change.plain == f"{1000 - PRICES[0].price - 2 * PRICES[1].price}.00"
    assert PRICES[0].name in told
    back = kassa(base, "2", sold.fiscal_sign, "6", "0")
    assert kkm.operations.tickets().last().facts["basis"]["number"] == sold.fiscal_sign
    assert kkm.open_shift is None
    assert "5000" in back


def test_what_is_typed_wrong_is_told_and_nothing_is_sold(server):
    base, (kkm, _other) = server
    told = kassa(
        base, "1", "99", "9", "1", "1*0", "1", "1", "сто", "3", "1.234", "2", "123", "6", "0"
    )
    assert "«99» — не товар" in told
    assert "Такого действия нет." in told
    assert "количество должно быть больше нуля" in told
    assert told.count("Сумма пишется тенге и тиынами") == 2
    assert "[16]" in told  # no such ticket
    assert "[12]" in told  # no shift to close
    assert not kkm.operations.documents().exists()


def test_a_wrong_login_is_a_sentence(server):
    with pytest.raises(CommandError, match=r"\[1\]"):
        call_command(
            "kassa", base=server[0], key=KEY, login=LOGIN, password="не тот", stdout=io.StringIO()
        )


def test_a_server_that_is_not_there_is_a_sentence():
    with pytest.raises(CommandError, match="не ответил"):
        call_command(
            "kassa",
            base="http://127.0.0.1:9",
            key="k",
            login="l",
            password="p",
            stdout=io.StringIO(),
        )


def test_a_storm_with_lost_answers_leaves_every_acknowledged_ticket_in_the_journal_once(
    server, tmp_path
):
    base, kkms = server
    log = tmp_path / "acknowledged"
    told = kassa(base, storm=6, registers=2, seconds=2, drop=20, log=log)
    rows = [line.split() for line in log.read_text().splitlines()]
    signs = dict(FiscalOperation.objects.tickets().values_list("external_number", "fiscal_sign"))
    assert len(rows) > 10
    assert {number: sign for _serial, number, sign in rows} == signs
    assert {serial for serial, _number, _sign in rows} == {kkm.serial_number for kkm in kkms}
    assert re.search(
        r"чеков \d+, \d+ в секунду, p50 \d+ мс, p99 \d+ мс, отказов: 0, потеряно ответов [1-9]",
        told,
    )


@pytest.mark.parametrize("text", ["0", "15x", "1*", "a", "1*0", "1*1,0005"])
def test_an_order_that_makes_no_sense_is_refused(text):
    with pytest.raises(ValueError, match="«"):
        ordered(text)


def test_an_order_is_numbers_with_quantities():
    assert [(one.good, one.quantity) for one in ordered("1 2*3 3*0,45")] == [
        (PRICES[0], 1000),
        (PRICES[1], 3000),
        (PRICES[2], 450),
    ]
