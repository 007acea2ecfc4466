"""Shapes that stand in answers of several calls, and what fills them.

The description of the API is made of the declarations: the names of their classes are the names of
the schemas there, and keys are written in their order. An answer is a plain dict of such a shape.
"""

from __future__ import annotations

from typing_extensions import TypedDict

from kkm.domain.heading import RegisterHeading, Requisites
from kkm.models import KKM, OFD


class ShortOfdAnswer(TypedDict):
    """The operator of fiscal data, as histories name him."""

    Name: str
    Host: str
    Code: int


class OfdAnswer(TypedDict):
    """The operator of fiscal data."""

    Name: str
    NameKz: str
    NameEn: str
    Host: str
    Code: int


class CashboxAnswer(TypedDict):
    """The register."""

    UniqueNumber: str
    RegistrationNumber: str
    IdentityNumber: str
    Address: str
    AddressKz: str
    Ofd: OfdAnswer


class PrintedLineAnswer(TypedDict):
    """A line of a paper. `Type`: 0 text, 2 the text of the QR; `Style`: 1 bold."""

    Order: int
    Type: int
    Value: str
    Style: int


def ofd_answer(requisites: Requisites, ofd: OFD | None) -> OfdAnswer:
    """The operator under the names that were frozen; a register without one has empty names.

    A Z freezes neither his code nor his other names: they are taken from his row `ofd`, if it has
    the same name.
    """
    name = requisites.ofd
    if not name:
        return {"Name": "", "NameKz": "", "NameEn": "", "Host": "", "Code": 0}
    code = requisites.ofd_code
    kazakh = requisites.ofd_kk
    english = requisites.ofd_en
    if not code and ofd and ofd.name == name:
        code = str(ofd.code)
        kazakh = ofd.name_kk
        english = ofd.name_en
    return {
        "Name": name,
        "NameKz": kazakh or name,
        "NameEn": english or name,
        "Host": f"{requisites.ofd_host}/consumer",
        "Code": int(code or 0),
    }


def short_ofd_answer(requisites: Requisites, ofd: OFD | None) -> ShortOfdAnswer:
    """The same without the other languages."""
    full = ofd_answer(requisites, ofd)
    return {"Name": full["Name"], "Host": full["Host"], "Code": full["Code"]}


def cashbox_answer(kkm: KKM, heading: RegisterHeading) -> CashboxAnswer:
    """The register as it was frozen with what the answer is about."""
    return {
        "UniqueNumber": heading.serial_number,
        "RegistrationNumber": heading.registration_number,
        "IdentityNumber": heading.identity_number,
        "Address": heading.address,
        "AddressKz": heading.address_kk or heading.address,
        "Ofd": ofd_answer(heading, kkm.ofd),
    }
