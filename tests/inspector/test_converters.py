"""Numbers in addresses and forms of the cabinet, as anybody may write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.converters import whole_number

LARGEST = 2**63 - 1
GARBAGE = ("", "-1", "1.5", " 1", "٣", "²", "x", "1" * 19)


@given(st.integers(0, 10**18 - 1))
def test_digits_are_their_number(number):
    assert whole_number(str(number)) == number


@given(st.text())
def test_any_text_is_a_number_that_a_column_can_hold_or_none(text):
    number = whole_number(text)
    assert number is None or 0 <= number <= LARGEST


@pytest.mark.parametrize("text", GARBAGE)
def test_other_text_is_no_number(text):
    assert whole_number(text) is None


@pytest.mark.parametrize("text", GARBAGE)
def test_pages_take_it_as_not_asked(cabinet, working_kkm, may_block, text):
    register = f"/cabinet/kkm/{working_kkm}/"
    assert cabinet.get(f"{register}check/", {"at": text}).status_code == 200
    assert cabinet.get(f"{register}block/", {"check": text}).status_code == 200
    assert cabinet.post("/cabinet/filters/delete/", {"filter": text}).status_code == 404
