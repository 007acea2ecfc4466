"""The seal's form: fixed for ever by literal vectors."""

import hashlib
import json

import pytest

from kkm.domain import seal as seals
from kkm.domain.operation import Operation, sealed_fields
from tests.kkm.domain import written


@pytest.mark.parametrize(
    "vector",
    [written.ACTIVATION, written.SALE, written.CLOSING],
    ids=["act", "ticket of three lines", "z"],
)
def test_an_operation_is_sealed_by_the_sha256_of_exactly_this_text(vector):
    text, expected = vector
    assert hashlib.sha256(text.encode()).hexdigest() == expected
    version, *arguments = json.loads(text)
    assert version == seals.VERSION == "alsep-journal-1"
    assert seals.seal([seals.VERSION, *arguments]) == expected


@pytest.mark.parametrize("place", range(1, 20))
def test_every_field_changes_the_seal(place):
    _, *arguments = json.loads(written.SALE[0])
    value = arguments[place - 1]
    other = {str: "другой", int: 7, bool: False, list: [5]}[type(value)]
    changed = [seals.VERSION, *arguments[: place - 1], other, *arguments[place:]]
    assert seals.seal(changed) != written.SALE[1]


def test_the_fields_of_an_operation_are_sealed_in_the_order_of_the_specification():
    array = json.loads(written.CLOSING[0])
    _version, previous, serial, *values, _z, lines = array
    operation = Operation(*values, seal="", lines=lines, z=written.Z)
    assert sealed_fields(operation, previous, serial) == array


def test_a_z_is_sealed_by_the_digest_of_its_text():
    assert seals.digest(written.Z) == hashlib.sha256(written.Z.encode()).hexdigest()
    assert seals.digest(written.Z) in written.CLOSING[0]


def test_details_have_one_form_only():
    assert (
        seals.canonical({"b": "«ә»", "a": [1, {"z": "\n", "y": ""}]})
        == '{"a":[1,{"y":"","z":"\\n"}],"b":"«ә»"}'
    )
    assert seals.canonical({"b": 1, "a": 2}) == seals.canonical({"a": 2, "b": 1})
    assert seals.canonical({}) == seals.canonical(None) == ""


def test_details_refuse_what_json_has_no_number_for():
    with pytest.raises(ValueError, match="not JSON compliant"):
        seals.canonical({"a": float("nan")})


def test_a_fiscal_sign_is_decimal_digits_that_begin_with_the_number():
    previous = written.ACTIVATION[1]
    sign = seals.fiscal_sign(previous, "SWK00053162", 2, 2, 1_773_288_005, 38_200)
    assert sign == "2697787"
    assert (
        seals.fiscal_sign(previous, "SWK00053162", 2, 2, 1_773_288_005, 38_201)
        == "2" + sign_tail(previous, 38_201)
        != sign
    )


def sign_tail(previous, amount):
    text = f"alsep-journal-1/sign/{previous}/SWK00053162/2/2/1773288005/{amount}"
    return f"{int(hashlib.sha256(text.encode()).hexdigest()[:12], 16) % 1_000_000:06d}"
