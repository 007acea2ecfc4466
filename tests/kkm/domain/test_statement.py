"""What a paper claims and what its QR carries: both fixed for ever by literal vectors."""

import base64
import hashlib
import json
from dataclasses import replace

import pytest

from kkm.domain.balance import Balance
from kkm.domain.money import tenge
from kkm.domain.statement import KINDS, Statement
from kkm.domain.token import Claim, Damaged, NotAToken, PaperToken
from kkm.domain.totals import Totals
from tests.kkm.domain import written

SEAL = written.CLOSING[1]
OPENING = Balance(tenge(100), tenge(2), tenge(3), tenge(4), 5, 6, 7, 8, 9, 10, tenge(50))
CLOSING = OPENING._replace(sale_total=tenge(482), sale_count=6, cash=tenge(232))
TEXT = (
    f'["alsep-statement-1","z","SWK00053162",143,143,5217,"{SEAL}",'
    '{"amount/2":38200,"goods/2/":3000,"goods/2/01":35200,"positions/2/Әже":1,"positions/2/😀":1,"positions/2/ﬁ":1},[],'
    "[10000,200,300,400,5,6,7,8,9,10,5000],[48200,200,300,400,6,6,7,8,9,10,23200]]"
)
TOTALS = {
    "positions/2/ﬁ": 1,
    "positions/2/😀": 1,
    "positions/2/Әже": 1,
    "goods/2/01": 35_200,
    "goods/2/": 3_000,
    "amount/2": 38_200,
}
STATEMENT = Statement(
    kind="z",
    serial="SWK00053162",
    first_shift=143,
    last_shift=143,
    number=5217,
    seal=SEAL,
    totals=TOTALS,
    opening=OPENING,
    closing=CLOSING,
)
PARTS = {
    ("2", "Ибраев"): {"tickets/2": 1},
    ("10", "А"): {"tickets/2": 2, "amount/2": 5},
    ("", "Касса «1»"): {},
}
CLAIM = Claim.of(STATEMENT)
TOKEN = PaperToken(CLAIM, "a1b2c3d4", bytes(range(64)))
TOKEN_BYTES = "".join(
    (
        "01008f0100e128",  # version, «z», shift 143, none after it, operation 5217
        "0b53574b3030303533313632",  # SWK00053162
        "f3678691a14b50d7",  # the control value
        "9f78cae8c94554f8faadcdcc66cb9ec7",  # the digest
        "a1b2c3d4",  # the key
        bytes(range(64)).hex(),  # the signature
    )
)
TOKEN_TEXT = (
    "AEAI6AIA4EUAWU2XJMYDAMBVGMYTMMXTM6DJDIKLKDLZ66GK5DEUKVHY7KW43TDGZOPMPINSYPKAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4HZAEERC"
    "GJBFEYTSQKJKFMWC2LRPGAYTEMZUGU3DOOBZHI5TYPJ6H4"
)


# -- the statement ---------------------------------------------------------------------------------


def test_the_worked_statement_has_exactly_this_text_and_digest():
    assert STATEMENT.text == TEXT
    assert (
        STATEMENT.digest.hex()
        == "9f78cae8c94554f8faadcdcc66cb9ec7"
        == hashlib.sha256(TEXT.encode()).hexdigest()[:32]
    )


def test_its_parts_stand_in_the_order_of_their_keys_whatever_order_they_came_in():
    text = json.loads(replace(STATEMENT, kind="cashiers", parts=PARTS).text)
    assert text[8] == [
        [["", "Касса «1»"], {}],
        [["10", "А"], {"amount/2": 5, "tickets/2": 2}],
        [["2", "Ибраев"], {"tickets/2": 1}],
    ]
    backwards = dict(reversed(PARTS.items()))
    assert replace(STATEMENT, parts=backwards).digest == replace(STATEMENT, parts=PARTS).digest


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "x"},
        {"serial": "SWK00053163"},
        {"first_shift": 142},
        {"last_shift": 144},
        {"number": 5216},
        {"seal": "0" * 64},
        {"totals": {**TOTALS, "amount/2": 38_201}},
        {"totals": {**TOTALS, "amount/3": 1}},
        {"parts": {(143,): TOTALS}},
        {"opening": OPENING._replace(cash=tenge(51))},
        {"closing": CLOSING._replace(withdrawal_count=11)},
    ],
)
def test_every_field_changes_the_digest(changed):
    assert replace(STATEMENT, **changed).digest != STATEMENT.digest


def test_a_report_of_no_kind_claims_nothing():
    with pytest.raises(ValueError, match="no kind of report"):
        replace(STATEMENT, kind="y")


def test_its_totals_can_be_asked():
    assert STATEMENT.sums == Totals(TOTALS)


def test_places_of_kinds_stay_as_they_are_printed():
    assert KINDS == ("z", "x", "period", "cashiers", "shift", "sections", "act")


# -- the token -------------------------------------------------------------------------------------


def test_the_worked_token_has_exactly_these_bytes_and_this_text():
    data = CLAIM.bytes + bytes.fromhex(TOKEN.key) + TOKEN.signature
    assert data.hex() == TOKEN_BYTES
    assert TOKEN.text == TOKEN_TEXT
    assert PaperToken.parse(TOKEN_TEXT) == TOKEN


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("first", "last", "number"),
    [(0, 0, 1), (1, 1, 127), (1, 128, 128), (143, 508, 16_384), (9_999, 10_000, 2**40)],
)
def test_any_claim_is_read_back(kind, first, last, number):
    claim = Claim.of(
        replace(STATEMENT, kind=kind, first_shift=first, last_shift=last, number=number)
    )
    assert PaperToken.parse(PaperToken(claim, "00000000", bytes(64)).text).claim == claim


def test_letter_case_does_not_matter_and_a_token_has_no_other_text():
    assert PaperToken.parse(TOKEN_TEXT.lower()) == TOKEN
    assert set(TOKEN_TEXT) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def other_texts():
    """The same bytes written otherwise: unused bits set, a number longer than it need be."""
    data = bytes.fromhex(TOKEN_BYTES)
    yield TOKEN_TEXT[:-1] + chr(ord(TOKEN_TEXT[-1]) + 1)
    for longer in (
        data.replace(b"\xe1\x28", b"\xe1\xa8\x00", 1),
        data[:4] + b"\x80\x00" + data[5:],
    ):
        yield base64.b32encode(longer).decode().rstrip("=")


@pytest.mark.parametrize("text", list(other_texts()))
def test_the_same_claim_written_otherwise_is_not_taken(text):
    with pytest.raises(Damaged):
        PaperToken.parse(text)


@pytest.mark.parametrize("cut", [1, 2, 3, 5, 8])
def test_a_token_that_was_cut_is_damaged(cut):
    for text in (
        TOKEN_TEXT[:-cut],
        TOKEN_TEXT[:40] + TOKEN_TEXT[40 + cut :],
        TOKEN_TEXT + "A" * cut,
    ):
        with pytest.raises(Damaged):
            PaperToken.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "1",
        "verify",
        "0" * 200,
        "A" * 200,
        TOKEN_TEXT[:60],
        TOKEN_TEXT * 4,
        f" {TOKEN_TEXT}",
        f"{TOKEN_TEXT}\n",
        "ı" * 200,
        "Ж" * 200,
    ],
)
def test_what_nobody_ever_printed_is_no_token(text):
    with pytest.raises(NotAToken):
        PaperToken.parse(text)


@pytest.mark.parametrize("at", [1, 7])
def test_a_kind_or_a_length_that_cannot_be_is_damage(at):
    data = bytearray.fromhex(TOKEN_BYTES)
    data[at] = 255
    with pytest.raises(Damaged):
        PaperToken.parse(base64.b32encode(data).decode().rstrip("="))
