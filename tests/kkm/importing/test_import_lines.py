"""What a line of a file of operations may say, and how a wrong field is named."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kkm.domain.kinds import PaymentType
from kkm.domain.money import Money, tenge
from kkm.importing.json_lines import parse_line
from kkm.importing.line_fields import BadLine
from kkm.importing.operation_line import read_operation
from tests.kkm.lines import SERIAL, TEN, position, text, ticket

ALMATY = ZoneInfo("Asia/Almaty")
NOW = datetime(2026, 3, 12, 12, 0, tzinfo=ALMATY)
BAD = {
    "not json": ("{", "не читается как JSON с символа 2."),
    "not an object": ("[1]", "нужен один объект JSON"),
    "not a number": ('{"type": NaN}', "NaN — не число."),
    "infinite": ('{"type": -Infinity}', "-Infinity — не число."),
    "nested too deep": ("[" * 100_000, "слишком много вложенных скобок."),
    "no type": (ticket(type=None), "поле type: обязательное поле."),
    "unknown type": (
        ticket(type="x"),
        "поле type: «x» — не из списка: ticket, placement, closing.",
    ),
    "no external number": (ticket(""), "поле external_number: обязательное поле."),
    "long external number": (ticket("x" * 51), "поле external_number: не более 50 знаков."),
    "unprintable": (
        ticket("1\u200e"),
        "поле external_number: есть непечатаемый знак.",
    ),
    "turned backwards": (
        ticket(modifiers=[{"kind": "discount", "amount": 1, "name": "\u202eСкидка"}]),
        "поле modifiers[0].name: есть непечатаемый знак.",
    ),
    "a direction of its own": (
        ticket(cashier={"name": "Ибраев\u202eД.С."}),
        "поле cashier.name: есть непечатаемый знак",
    ),
    "a letter from right to left": (
        ticket(positions=position(name="\u05d0 12")),
        "поле positions[0].name: есть непечатаемый знак",
    ),
    "a heap of accents": (
        ticket(positions=position(name="Хлеб" + "\u0301" * 200)),
        "поле positions[0].name: есть непечатаемый знак",
    ),
    "a key twice": (
        text(ticket()).replace('"kind"', '"change": 0, "kind"'),
        "поле «change» указано дважды.",
    ),
    "a key twice inside": (
        '{"cashier": {"na\u202eme": 1, "na\u202eme": 1}}',
        "поле «na·me» указано дважды.",
    ),
    "too many lines": (
        ticket(positions=position() * 999, modifiers=[{"kind": "markup", "amount": 1}] * 2),
        "поле positions: вместе со скидками и наценками на чек — не более 1000.",
    ),
    "half a surrogate": (
        '{"type": "closing", "kkm": "ALS90001801", "at": "2026-03-10T10:00:00+05:00", "external_number": "\\ud800"}',
        "external_number: есть непечатаемый знак",
    ),
    "bad serial": (ticket(kkm="als"), "поле kkm: серийный номер (ЗНМ) — 4–20"),
    "time without offset": (
        ticket(at="2026-03-10T10:00:00"),
        "поле at: «2026-03-10T10:00:00» — не время",
    ),
    "no such day": (ticket(at="31.02.2026 10:00:00"), "поле at: «31.02.2026 10:00:00» — не время"),
    "the year one": (ticket(at="0001-01-01T00:00:00+05:00"), "— не время"),
    "Arabic digits": (ticket(at="\u0661\u0660.03.2026 10:00:00"), "поле at: "),
    "Devanagari digits": (
        ticket(at="२०२६-03-10T10:00:00+05:00"),
        "поле at: «२०२६-03-10T10:00:00+05:00» — не время",
    ),
    "Devanagari digits in Almaty's form": (
        ticket(at="१०.03.2026 10:00:00"),
        "поле at: «१०.03.2026 10:00:00» — не время",
    ),
    "a price in Devanagari": (
        ticket(positions=position(price="६२०")),
        "поле positions[0].price: «६२०» — не сумма",
    ),
    "not a time": (ticket(at=5), "поле at: «5» — не время"),
    "in the future": (
        ticket(at="2026-03-12T12:00:01+05:00"),
        "поле at: это время ещё не наступило.",
    ),
    "received in the future": (
        ticket(received_at="13.03.2026 10:00:00"),
        "поле received_at: это время ещё не наступило.",
    ),
    "cashier is a text": (ticket(cashier="Ибраев"), "поле cashier: нужен объект"),
    "cashier without end": (
        ticket(cashier={"name": "x" * 201}),
        "поле cashier.name: не более 200 знаков.",
    ),
    "offline is a text": (ticket(offline="yes"), "поле offline: нужно true или false."),
    "unknown kind": (
        ticket(kind="deposit"),
        "поле kind: «deposit» — не из списка: purchase, purchase_return, sale, sale_return.",
    ),
    "no positions": (ticket(positions=[]), "поле positions: нужен непустой список"),
    "positions of texts": (ticket(positions=["Хлеб"]), "поле positions: нужен непустой список"),
    "no name": (ticket(positions=position(name=" ")), "поле positions[0].name: обязательное поле."),
    "a name that is a list": (
        ticket(positions=position(name=["Хлеб"])),
        "поле positions[0].name: нужен текст.",
    ),
    "no price": (
        ticket(positions=position(price=None)),
        "поле positions[0].price: обязательное поле.",
    ),
    "a price in words": (
        ticket(positions=position(price="десять")),
        "поле positions[0].price: «десять» — не сумма",
    ),
    "a price that is true": (
        ticket(positions=position(price=True)),
        "поле positions[0].price: нужен текст.",
    ),
    "an exponent": (
        text(ticket(type="placement", kind="deposit", amount="?")).replace('"?"', "1e-3"),
        "«1e-3»",
    ),
    "a negative price": (
        ticket(positions=position(price=-5)),
        "сумма -5 отрицательна или не меньше 10¹² тенге.",
    ),
    "a huge price": (
        ticket(positions=position(price="1000000000000")),
        "отрицательна или не меньше 10¹² тенге.",
    ),
    "nothing taken": (
        ticket(positions=position(quantity=0)),
        "поле positions[0].quantity: «0» — не количество",
    ),
    "a fourth decimal": (
        ticket(positions=position(quantity="0.0001")),
        "поле positions[0].quantity: «0.0001» — не количество",
    ),
    "goods that do not fit": (
        ticket(positions=position(goods="700")),
        "поле positions[0].goods: стоимость не равна количеству × цене",
    ),
    "too much off": (
        ticket(positions=position(discount="621")),
        "поле positions[0].discount: скидка больше стоимости позиции.",
    ),
    "a rate above all": (
        ticket(positions=position(rate=101)),
        "поле positions[0].rate: «101» — не ставка НДС",
    ),
    "marks that are a text": (
        ticket(positions=position(marks="01")),
        "поле positions[0].marks: нужен список текстов.",
    ),
    "a mark that is a list": (
        ticket(positions=position(marks=[[1]])),
        "поле positions[0].marks[0]: нужен текст.",
    ),
    "a modifier of nothing": (
        ticket(modifiers=[{"kind": "markup", "amount": 0}]),
        "поле modifiers[0].amount: сумма должна быть больше нуля.",
    ),
    "an unknown modifier": (
        ticket(modifiers=[{"kind": "gift", "amount": 1}]),
        "поле modifiers[0].kind: «gift»",
    ),
    "a ticket below zero": (
        ticket(modifiers=[{"kind": "discount", "amount": 700}], payments={}, change=0),
        "поле payments: оплачено без сдачи 0.00, а сумма чека -80.00.",
    ),
    "no payments": (ticket(payments=None), "поле payments: нужен объект"),
    "paid too little": (
        ticket(payments={"card": 600}, change=0),
        "поле payments: оплачено без сдачи 600.00, а сумма чека 620.00.",
    ),
    "change from a card": (
        ticket(payments={"card": 1000}),
        "поле change: сдача 380.00 больше полученных наличных 0.00.",
    ),
    "a buyer that does not check": (ticket(buyer="99031400256"), "поле buyer: ИИН/БИН — 12 цифр"),
    "a basis without a number": (ticket(basis={}), "поле basis.number: обязательное поле."),
    "a basis with a wrong number": (
        ticket(basis={"number": "1", "at": TEN, "total": 1, "registration_number": "7"}),
        "поле basis.registration_number: РНМ — 12 цифр.",
    ),
    "nothing placed": (
        ticket(type="placement", kind="deposit", amount="0"),
        "поле amount: сумма должна быть больше нуля.",
    ),
    "a placement of a sale": (
        ticket(type="placement", amount="1"),
        "поле kind: «sale» — не из списка: deposit, withdrawal.",
    ),
}


@pytest.mark.parametrize(("line", "reason"), BAD.values(), ids=BAD)
def test_a_wrong_field_is_named_in_a_russian_sentence(line, reason):
    with pytest.raises(BadLine) as caught:
        read_operation(parse_line(str(text(line)).encode()), now=NOW)
    assert reason in str(caught.value)


def test_a_whole_ticket_is_read():
    line = read_operation(parse_line(text(ticket()).encode()), now=NOW)
    assert (line.serial_number, line.received_at, str(line.entry.amount)) == (
        SERIAL,
        datetime(2026, 3, 10, 10, 0, tzinfo=ALMATY),
        "620.00",
    )


def test_sums_are_read_as_written_and_never_as_floats():
    values = parse_line(b'{"a": 0.1, "b": 90071992547409.93, "c": 1250}')
    assert [Money.parse(values[name]).tiyn for name in "abc"] == [10, 9007199254740993, 125000]


def test_a_list_of_payments_of_one_kind_is_added_up():
    line = ticket(payments={"card": [200, "300.00"], "cash": 120}, change=0)
    entry = read_operation(parse_line(str(text(line)).encode()), now=NOW).entry
    assert entry.payments == {PaymentType.CARD: tenge(500), PaymentType.CASH: tenge(120)}


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ([620, None], "поле payments.card[1]: нужен текст."),
        ([620, ""], "поле payments.card[1]: обязательное поле."),
        ([[620]], "поле payments.card[0]: нужен текст."),
        (["999999999999", "1"], "поле payments.card: сумма 1 000 000 000 000.00"),
        ([-1, 621], "поле payments.card[0]: сумма -1 отрицательна"),
        ([], "поле payments: оплачено без сдачи 0.00, а сумма чека 620.00."),
    ],
)
def test_a_list_of_payments_that_cannot_be_taken_is_named(card, reason):
    line = str(text(ticket(payments={"card": card}, change=0)))
    with pytest.raises(BadLine) as caught:
        read_operation(parse_line(line.encode()), now=NOW)
    assert reason in str(caught.value)
