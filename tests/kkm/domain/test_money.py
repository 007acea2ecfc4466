"""Money: exact, whole tiyn, never a float."""

from decimal import Decimal

import pytest

from kkm.domain.money import ZERO, Money, tenge


@pytest.mark.parametrize("wrong", [1.5, 0.0, Decimal(1), "1", None, True])
def test_it_is_built_from_a_whole_number_only(wrong):
    with pytest.raises(TypeError):
        Money(wrong)


@pytest.mark.parametrize(
    ("text", "tiyn"),
    [
        ("0", 0),
        ("1", 100),
        ("1250,5", 125_050),
        ("1 250.50", 125_050),
        ("1\u00a0250\u202f000.05", 125_000_005),
        ("-3", -300),
        ("-0.05", -5),
        (" 48 212 640.00 ", 4_821_264_000),
        ("90071992547409.93", 9_007_199_254_740_993),
    ],
)
def test_it_reads_tenge_as_people_write_them(text, tiyn):
    assert Money.parse(text) == Money(tiyn)


@pytest.mark.parametrize(
    "text", ["", "-", "1.234", "1.", ".5", "1e3", "1,000.00", "+1", "1-", "NaN", "сто", "1.5 тг"]
)
def test_it_refuses_to_guess_what_was_written(text):
    with pytest.raises(ValueError, match="not a sum in tenge"):
        Money.parse(text)


@pytest.mark.parametrize(
    ("money", "printed", "plain"),
    [
        (ZERO, "0.00", "0.00"),
        (Money(5), "0.05", "0.05"),
        (Money(-5), "-0.05", "-0.05"),
        (tenge(1_250, 50), "1 250.50", "1250.50"),
        (tenge(-48_212_640), "-48 212 640.00", "-48212640.00"),
        (Money(9_007_199_254_740_993), "90 071 992 547 409.93", "90071992547409.93"),
    ],
)
def test_it_is_printed_as_registers_print_it_and_read_back(money, printed, plain):
    assert (str(money), money.plain) == (printed, plain)
    assert Money.parse(printed) == Money.parse(plain) == money


def test_it_adds_subtracts_and_multiplies_exactly():
    assert tenge(0, 10) + tenge(0, 20) == tenge(0, 30)
    assert tenge(1) - tenge(2) == -tenge(1) == Money(-100)
    assert tenge(3, 33) * 3 == 3 * tenge(3, 33) == tenge(9, 99)
    assert Money.sum([tenge(1), tenge(2), Money(1)]) == Money(301)
    assert Money.sum([]) == ZERO


@pytest.mark.parametrize(
    "operation",
    [
        lambda m: m + 1,
        lambda m: 1 + m,
        lambda m: m - 0.5,
        lambda m: m * 1.5,
        lambda m: m * m,
        lambda m: m < 5,
    ],
)
def test_it_does_not_mix_with_bare_numbers(operation):
    with pytest.raises(TypeError):
        operation(tenge(1))


def test_it_is_ordered_hashable_and_false_only_at_zero():
    assert sorted([tenge(2), Money(-1), ZERO]) == [Money(-1), ZERO, tenge(2)]
    assert len({tenge(1), Money(100)}) == 1
    assert not ZERO
    assert Money(-1)


def test_it_cannot_be_changed():
    with pytest.raises(AttributeError):
        tenge(1).tiyn = 5
