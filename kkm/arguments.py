"""Readers of the arguments that several commands have: each is a `type` of argparse."""

from argparse import ArgumentTypeError

from kkm.domain.requisites import SerialNumber
from kkm.fields import SerialNumberField


def serial_number(text: str) -> SerialNumber:
    """The ЗНМ of a register. ArgumentTypeError with a sentence if no register can have it."""
    try:
        return SerialNumber(text)
    except ValueError as error:
        raise ArgumentTypeError(SerialNumberField.sentence) from error


def positive(text: str) -> int:
    """A whole number from 1. ValueError for another, which argparse tells in its own words."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
