"""`manage.py import_operations`: a file of operations goes through the door once, line by line,
or says which line cannot.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from kkm.domain.kinds import OperationKind as K
from kkm.importing.json_lines import LONGEST
from kkm.journal.statements import REPEATED, TAKEN_NUMBERS
from kkm.models import KKM, FiscalOperation, Position, ZReport, triggers
from tests.factories import KKMFactory
from tests.kkm.lines import OTHER, SERIAL, TEN, position, text, ticket
from tests.stories import activate, sell

ALMATY = ZoneInfo("Asia/Almaty")
SAMPLE = Path(__file__).parents[2] / "data" / "operations.jsonl"


@pytest.fixture
def registers(db) -> dict[str, KKM]:
    """The two registers of the sample, on the record."""
    made = {serial: KKMFactory(serial_number=serial) for serial in (SERIAL, OTHER)}
    for kkm in made.values():
        activate(kkm, at=datetime(2026, 3, 1, 9, 0, tzinfo=ALMATY))
    return made


@pytest.fixture
def file(tmp_path):
    """Write lines (objects, texts or bytes) into a file."""

    def write(*lines: object) -> Path:
        path = tmp_path / "operations.jsonl"
        as_bytes = (
            line if isinstance(line, bytes) else str(line).encode() for line in map(text, lines)
        )
        path.write_bytes(b"\n".join(as_bytes) + b"\n")
        return path

    return write


def run(path: Path, **options: object) -> None:
    call_command("import_operations", str(path), verbosity=0, **options)


def refusal(path: Path, **options: object) -> str:
    with pytest.raises(CommandError) as caught:
        run(path, **options)
    assert caught.value.returncode == 1
    return str(caught.value)


def documents() -> list[str]:
    return list(
        FiscalOperation.objects.documents()
        .order_by("kkm", "number")
        .values_list("external_number", flat=True)
    )


# -- the sample ------------------------------------------------------------------------------------


def test_the_sample_goes_through_the_door(registers, capsys):
    run(SAMPLE)
    assert "Новых — 84, уже были — 0." in capsys.readouterr().out
    zs = ZReport.objects.order_by("operation__kkm__serial_number", "shift__number")
    figures = [
        (z.snapshot.heading.serial_number, str(z.snapshot.totals.money("amount", K.SALE)))
        for z in zs
    ]
    assert figures == [
        ("ALS90001801", "136 504.00"),
        ("ALS90001801", "95 149.00"),
        ("ALS90001802", "235 508.00"),
        ("ALS90001802", "126 922.00"),
    ]
    assert FiscalOperation.objects.filter(offline=True).exists()
    returns = FiscalOperation.objects.filter(kind=K.SALE_RETURN)
    assert {one.facts["basis"]["registration_number"] for one in returns} == {"600700180102"}


def test_the_sample_twice_writes_nothing_new(registers, capsys):
    run(SAMPLE)
    before = list(FiscalOperation.objects.values_list("seal", flat=True))
    run(SAMPLE, batch=7)
    assert "Новых — 0, уже были — 84." in capsys.readouterr().out
    assert list(FiscalOperation.objects.values_list("seal", flat=True)) == before


@pytest.mark.parametrize("batch", [1, 5, 500])
def test_the_size_of_a_batch_changes_nothing(registers, batch):
    run(SAMPLE, batch=batch)
    last = [kkm.operations.latest("number") for kkm in registers.values()]
    assert [(one.number, str(one.sale_total), str(one.cash_in_drawer)) for one in last] == [
        (49, "231 653.00", "20 607.00"),
        (37, "362 430.00", "20 855.00"),
    ]


def test_a_rehearsal_checks_everything_and_writes_nothing(registers, capsys):
    run(SAMPLE, dry_run=True)
    assert "Проверено, ничего не записано: новых — 84" in capsys.readouterr().out
    assert documents() == []


def test_one_register_can_be_asked_for(registers, capsys):
    run(SAMPLE, kkm=OTHER)
    assert "Новых — 36, уже были — 0. Строк других касс пропущено — 48." in capsys.readouterr().out
    assert not registers[SERIAL].operations.documents().exists()


# -- what a line says ------------------------------------------------------------------------------


def test_a_ticket_is_recorded_as_it_is_written(registers, file):
    line = ticket(
        cashier={"code": "2", "name": "Ибраев Д.С."},
        received_at="10.03.2026 10:20:00",
        offline=True,
        positions=[
            {
                "name": "Казы",
                "quantity": "0.455",
                "price": 6900.5,
                "section": "01",
                "rate": "16",
                "discount": 100,
                "unit": 166,
            },
            {
                "name": "Аспирин",
                "quantity": 1,
                "price": "1000",
                "markup": "50.05",
                "rate": 5,
                "gtin": "4870001",
                "marks": ["0101", "0102"],
            },
            {"name": "Пакет", "quantity": 1, "price": 30, "goods": "29.5"},
        ],
        modifiers=[{"kind": "discount", "amount": "19.28", "rate": 16, "name": "Клуб"}],
        payments={"card": "3000", "cash": 1500},
        change="400",
        buyer="990314002564",
        basis={
            "number": "17004481",
            "at": "09.03.2026 12:00:00",
            "total": "4100.00",
            "registration_number": "600700180101",
        },
    )
    run(file(line))
    (made,) = FiscalOperation.objects.tickets()
    assert (str(made.amount), str(made.card), str(made.cash), str(made.change)) == (
        "4 100.00",
        "3 000.00",
        "1 100.00",
        "400.00",
    )
    assert (made.actor, made.offline, made.received_at - made.occurred_at) == (
        "[2] Ибраев Д.С.",
        True,
        timedelta(minutes=20),
    )
    assert made.facts == {
        "buyer": "990314002564",
        "basis": {
            "number": "17004481",
            "at": "2026-03-09T12:00:00+05:00",
            "total": 410000,
            "registration_number": "600700180101",
            "offline": False,
        },
    }
    kazy, aspirin, bag, club = made.positions.all()
    assert (kazy.quantity, str(kazy.goods), str(kazy.discount)) == (455, "3 139.73", "100.00")
    assert (kazy.rate, kazy.facts) == (16_000, {"unit": "166"})
    assert (str(aspirin.markup), aspirin.rate, aspirin.facts["marks"]) == (
        "50.05",
        5_000,
        ["0101", "0102"],
    )
    assert (str(bag.goods), bag.rate) == ("29.50", None)
    assert (club.name, str(club.discount)) == ("Клуб", "19.28")


def test_a_closing_freezes_a_z_and_a_placement_moves_cash(registers, file):
    placement = {
        "type": "placement",
        "kind": "deposit",
        "amount": "500",
        "kkm": SERIAL,
        "external_number": "0",
        "at": TEN,
    }
    run(
        file(
            placement,
            ticket(),
            {
                "type": "closing",
                "kkm": SERIAL,
                "external_number": "2",
                "at": "2026-03-10T22:00:00+05:00",
            },
        )
    )
    (z,) = ZReport.objects.all()
    assert str(z.snapshot.closing.cash) == "1 120.00"


def test_unknown_fields_empty_lines_and_a_byte_order_mark_are_passed_over(registers, file):
    run(file(b"\xef\xbb\xbf" + json.dumps(ticket(colour="red")).encode(), "", "   ", ticket("2")))
    assert documents() == ["1", "2"]


def test_a_line_without_a_register_belongs_to_the_one_that_is_asked_for(registers, file):
    line = ticket()
    del line["kkm"]
    assert "поле kkm: обязательное поле" in refusal(file(line))
    run(file(line), kkm=SERIAL)
    assert documents() == ["1"]


# -- stopping --------------------------------------------------------------------------------------


def test_a_bad_line_stops_it_and_everything_before_is_kept(registers, file):
    bad = ticket("3", positions=position(price="12.345"))
    said = refusal(file(ticket("1"), ticket("2"), bad, ticket("4")))
    assert said.startswith("Строка 3, поле positions[0].price: «12.345» — не сумма в тенге")
    assert "Новых — 2, уже были — 0." in said
    assert documents() == ["1", "2"]


def test_what_the_door_refuses_stops_it_too_with_its_own_sentence(registers, file):
    withdrawal = {
        "type": "placement",
        "kind": "withdrawal",
        "amount": 5000,
        "kkm": SERIAL,
        "external_number": "3",
        "at": TEN,
    }
    said = refusal(file(ticket("1"), ticket("2"), withdrawal, ticket("4")))
    assert said.startswith(
        "Строка 3, поле payments.cash: Недостаточно наличных в кассе: есть 1 240.00, нужно 5 000.00."
    )
    assert documents() == ["1", "2"]
    assert Position.objects.count() == 2


def test_after_a_correction_it_goes_on_where_it_stopped(registers, file, capsys):
    refusal(file(ticket("1"), ticket("2", kind="gift"), ticket("3")))
    run(file(ticket("1"), ticket("2"), ticket("3")))
    assert "Новых — 2, уже были — 1." in capsys.readouterr().out
    assert documents() == ["1", "2", "3"]


def test_the_earliest_bad_line_is_named_even_when_a_later_one_is_read_first(registers, file):
    too_early = ticket("2", at="2026-03-10T09:00:00+05:00")
    said = refusal(file(ticket("1"), too_early, "not json"))
    assert said.startswith(
        "Строка 2, поле at: Время операции 10.03.2026 09:00:00 раньше последней операции кассы"
    )
    assert documents() == ["1"]


def test_a_rehearsal_that_meets_a_bad_line_writes_nothing_and_names_it(registers, file):
    said = refusal(file(ticket("1"), ticket("1", change=0, payments={"card": 620})), dry_run=True)
    assert said.startswith(
        "Строка 2, поле external_number: Внешний номер 1 уже занят операцией с другим содержанием."
    )
    assert documents() == []


def test_an_external_number_with_other_content_is_refused_also_in_a_later_run(registers, file):
    run(file(ticket("1")))
    said = refusal(file(ticket("1", positions=position(name="Батон"))))
    assert "Внешний номер 1 уже занят операцией с другим содержанием" in said


def test_the_same_external_number_in_two_registers_is_two_operations(registers, file):
    run(file(ticket("1"), ticket("1", kkm=OTHER)))
    assert documents() == ["1", "1"]


def test_a_register_off_the_record_is_named(registers, file):
    KKMFactory(serial_number="ALS90001803")
    assert "Строка 1, поле kkm: Касса не состоит на учёте" in refusal(
        file(ticket(kkm="ALS90001803"))
    )


def test_a_rate_that_is_not_in_force_is_named(registers, file):
    assert "поле positions[0].rate: Ставка НДС 12.00% не действует 10.03.2026." in refusal(
        file(ticket(positions=position(rate=12)))
    )


def test_a_line_that_is_not_utf_8_is_named_and_those_before_it_are_kept(registers, file):
    said = refusal(file(ticket("1"), b'{"type": "\xff"}'))
    assert said.startswith("Строка 2, байт 11 — не UTF-8.")
    assert documents() == ["1"]


def test_a_line_of_ten_megabytes_is_refused_without_reading_it_whole(registers, file):
    said = refusal(file(ticket("1"), b'{"name": "' + b"x" * 10 * LONGEST + b'"}'))
    assert said.startswith("Строка 2, строка длиннее 1 МБ.")
    assert documents() == ["1"]


def test_an_empty_file_and_a_missing_one_are_told_apart(registers, file, tmp_path):
    assert "нет ни одной операции" in refusal(file(""))
    assert "не открывается" in refusal(tmp_path / "nowhere.jsonl")


def test_a_batch_must_be_a_size(registers, file, capsys):
    with pytest.raises(CommandError, match="от 1 до 10 000"):
        call_command("import_operations", str(file(ticket())), "--batch=0")


def test_an_earlier_operation_of_the_register_is_the_floor_of_time(registers, file):
    sell(registers[SERIAL], at=datetime(2026, 3, 10, 11, 0, tzinfo=ALMATY))
    assert "раньше последней операции кассы (10.03.2026 11:00:00)" in refusal(file(ticket()))


def test_an_external_number_is_looked_up_in_the_words_of_its_index():
    # SQLite uses a partial index only then; otherwise each append reads the whole journal
    words = "NOT (external_number = '')"
    assert words in REPEATED
    assert words in TAKEN_NUMBERS
    assert (
        f"kkm_id = NEW.kkm_id AND external_number = NEW.external_number AND {words}"
        in triggers._keys(FiscalOperation, {"kkm_id", "external_number"})
    )
