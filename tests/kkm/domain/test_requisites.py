"""РНМ, ЗНМ, ИИН/БИН: texts that cannot be wrong."""

import pytest

from kkm.domain.requisites import RegistrationNumber, SerialNumber, TaxpayerNumber, control_digit


@pytest.mark.parametrize("number", ["150740001357", "131240010479"])
def test_real_company_numbers_are_taken(number):
    assert TaxpayerNumber(number) == number
    assert TaxpayerNumber(number).is_company


def test_a_person_has_a_fifth_digit_of_three_or_less():
    assert not TaxpayerNumber("850101300124").is_company


@pytest.mark.parametrize("digit", "012345689")
def test_every_other_control_digit_is_refused(digit):
    with pytest.raises(ValueError, match="control digit"):
        TaxpayerNumber("15074000135" + digit)


@pytest.mark.parametrize("fifth", "789")
def test_the_fifth_digit_is_at_most_six(fifth):
    eleven = f"1507{fifth}000135"
    with pytest.raises(ValueError, match="fifth digit"):
        TaxpayerNumber(f"{eleven}{control_digit(eleven)}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "15074000135",
        "1507400013570",
        "15074000135x",
        "150740 01357",
        "１５０７４０００１３５７",
        "150740001357\n",
    ],
)
def test_a_taxpayer_number_is_twelve_plain_digits(text):
    with pytest.raises(ValueError, match="12 digits"):
        TaxpayerNumber(text)


def test_the_second_weights_are_used_where_the_first_give_ten():
    assert control_digit("00000000010") == 1  # 1·10 by the first weights, 1·1 by the second


def test_some_eleven_digits_have_no_control_digit_and_no_number():
    eleven = "00000000605"  # 6·9 + 5·11 ≡ 10 by the first weights, 6·11 + 5·2 ≡ 10 by the second
    assert control_digit(eleven) is None
    for digit in "0123456789":
        with pytest.raises(ValueError, match="control digit"):
            TaxpayerNumber(eleven + digit)


def test_a_registration_number_keeps_its_leading_zeros():
    assert RegistrationNumber("000000000017") == "000000000017"


@pytest.mark.parametrize(
    "text", ["", "60070000000", "6007000000001", "60070000000A", "600 00000001", "٦٠٠٧٠٠٠٠٠٠٠١"]
)
def test_a_registration_number_is_twelve_plain_digits(text):
    with pytest.raises(ValueError, match="12 digits"):
        RegistrationNumber(text)


@pytest.mark.parametrize("text", ["SWK00053162", "ALS1", "A" * 20, "0001"])
def test_a_serial_number_is_latin_capitals_and_digits(text):
    assert SerialNumber(text) == text


@pytest.mark.parametrize(
    "text", ["", "SWK", "A" * 21, "swk00053162", "SWK-0005", "СВК00053162", "SWK 0005"]
)
def test_other_serial_numbers_are_refused(text):
    with pytest.raises(ValueError, match="ЗНМ"):
        SerialNumber(text)
