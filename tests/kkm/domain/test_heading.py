"""What papers print of a taxpayer: read from every form in which a journal froze it, and from
nothing else.
"""

import json
from dataclasses import replace

import pytest

from kkm.domain.heading import (
    NOT_IN_Z,
    Requisites,
    ShiftHeading,
    Unreadable,
    frozen_in,
    requisites_differences,
)
from kkm.domain.snapshot import Snapshot
from tests.headings import heading
from tests.kkm.domain import written

BEREKE = Requisites(
    taxpayer="ТОО «Береке»",
    taxpayer_number="150740001357",
    address="г. Алматы, ул. Толе би, д. 187",
    ofd='АО "Казахтелеком"',
    ofd_code="1",
    sections={"01": "Продукты", "02": "Аптека"},
)


def test_what_an_act_froze_is_read_back():
    details = json.dumps({"comment": "переезд", "requisites": BEREKE.cells})
    assert frozen_in(details) == BEREKE


def test_an_activation_of_the_older_form_froze_nothing():
    assert frozen_in('{"registration_number":"010203040506"}') is None
    assert frozen_in("") is None


@pytest.mark.parametrize(
    "details",
    [
        "{",
        "[]",
        '{"requisites":[]}',
        '{"requisites":{"taxpayer":"ТОО"}}',
        '{"requisites":{"taxpayer":5,"taxpayer_number":"","address":""}}',
        '{"requisites":{"taxpayer":"","taxpayer_number":"","address":"","sections":{"01":1}}}',
        "[" * 100_000,
    ],
    ids=lambda details: details[:30],
)
def test_details_that_somebody_changed_are_unreadable(details):
    with pytest.raises(Unreadable):
        frozen_in(details)


def test_the_heading_of_a_z_is_read_and_written_back_as_it_stands():
    told = json.loads(written.Z)["heading"]
    read = ShiftHeading.parse(told)
    assert read.frozen == told
    assert [getattr(read, name) for name in NOT_IN_Z] == ["", "", ""]


def test_a_z_from_before_kazakh_addresses_and_sections_is_read():
    told = json.loads(written.Z)["heading"]
    for name in ("address_kk", "sections", "ofd_host"):
        del told[name]
    read = ShiftHeading.parse(told)
    assert (read.address_kk, read.sections, read.ofd_host) == ("", {}, "")


@pytest.mark.parametrize("name", ["taxpayer", "address", "serial_number", "shift_number"])
def test_a_heading_without_what_every_paper_prints_is_unreadable(name):
    told = heading().frozen
    del told[name]
    with pytest.raises(Unreadable):
        ShiftHeading.parse(told)


@pytest.mark.parametrize(
    "wrong",
    [
        {"opened_at": "yesterday"},
        {"closed_at": "2026-03-12T21:04:38"},
        {"shift_number": "5"},
        {"first_number": True},
        {"taxpayer": None},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_heading_of_wrong_values_is_unreadable(wrong):
    with pytest.raises(Unreadable):
        ShiftHeading.parse({**heading().frozen, **wrong})


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"heading": {}},
        {"heading": None},
        {"totals": {"amount/2": "1"}},
        {"totals": 1},
        {"opening": {"cash": 0, "other": 1}},
        {"closing": {"cash": 0.5}},
    ],
    ids=str,
)
def test_a_snapshot_that_somebody_changed_has_one_error(changes):
    with pytest.raises(Unreadable):
        Snapshot.parse(json.dumps({**json.loads(written.Z), **changes}))


def test_requisites_differ_by_name_and_what_a_z_does_not_have_is_passed_over():
    z = heading(taxpayer="ТОО «Самал»", ofd=BEREKE.ofd, sections=BEREKE.sections).frozen
    assert list(requisites_differences(BEREKE, z)) == [("taxpayer", "ТОО «Береке»", "ТОО «Самал»")]
    other = replace(BEREKE, ofd_code="2").cells
    assert list(requisites_differences(BEREKE, other)) == [("ofd_code", "1", "2")]
