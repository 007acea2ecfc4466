"""The text of a head: fixed for ever by a literal vector."""

import json
from dataclasses import replace

import pytest

from kkm.domain.balance import Balance
from kkm.domain.head import VERSION, Head
from kkm.domain.money import tenge
from tests.kkm.domain import written

SEAL = written.CLOSING[1]
TEXT = f'["alsep-head-1","SWK00053162",3,"{SEAL}",1,[38200,0,0,0],18200,1773331478]'
HEAD = Head("SWK00053162", 3, SEAL, 1, (38_200, 0, 0, 0), 18_200, 1_773_331_478)


def test_the_worked_head_has_exactly_this_text_and_is_read_back_from_it():
    assert HEAD.text == TEXT
    assert Head.parse(TEXT) == HEAD


def test_a_head_is_made_of_the_balance_that_an_operation_leaves_behind():
    balance = Balance(tenge(4), tenge(3), tenge(2), tenge(1), 9, 8, 7, 6, 5, 4, tenge(7))
    head = Head.after("SWK00053162", 40, SEAL, 2, balance, 1_773_331_478)
    assert (head.totals, head.cash) == ((400, 300, 200, 100), 700)


@pytest.mark.parametrize(
    "changed",
    [
        {"serial": "SWK00053163"},
        {"number": 4},
        {"seal": "0" * 64},
        {"z_number": 2},
        *(
            {"totals": totals}
            for totals in [(1, 0, 0, 0), (38_200, 1, 0, 0), (38_200, 0, 1, 0), (38_200, 0, 0, 1)]
        ),
        {"cash": 0},
        {"occurred": 1_773_331_479},
    ],
)
def test_every_field_changes_the_text(changed):
    assert replace(HEAD, **changed).text != TEXT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "null",
        "[]",
        "[" * 100_000,
        TEXT[:-1],
        TEXT + " ",
        TEXT.replace(",", ", "),
        TEXT.replace("alsep-head-1", "alsep-head-2"),
        TEXT.replace("[38200,0,0,0]", "[38200,0,0]"),
        TEXT.replace("[38200,0,0,0]", "38200"),
        TEXT.replace("38200", "38200.0"),
        TEXT.replace(",3,", ",true,"),
        TEXT.replace(",3,", ',"3",'),
        TEXT.replace('"SWK00053162"', "53162"),
        TEXT.replace("1773331478]", "1773331478,0]"),
        TEXT.replace("18200", "NaN"),
    ],
)
def test_whatever_is_not_written_as_a_head_is_refused(text):
    with pytest.raises(ValueError, match="not a head of a journal"):
        Head.parse(text)


def test_the_form_is_plain_json_for_whoever_verifies_it_elsewhere():
    assert json.loads(TEXT) == [
        VERSION,
        "SWK00053162",
        3,
        SEAL,
        1,
        [38_200, 0, 0, 0],
        18_200,
        1_773_331_478,
    ]
