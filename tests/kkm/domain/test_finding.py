"""A finding is stored in one form, which has the subject before the value, and is read back."""

import json

import pytest

from kkm.domain.finding import SIGNATURE, Finding, Rule, TableField, TableRow


@pytest.mark.parametrize(
    ("finding", "expected", "found"),
    [
        (Finding(5, Rule.VAT, 2207, 0), 2207, 0),
        (Finding(5, Rule.BALANCE, 15, 16, subject="cash"), "cash 15", 16),
        (Finding(5, Rule.Z, 15, 0, subject="goods/2/a b"), "goods/2/a b 15", 0),
        (Finding(5, Rule.Z, "Z", "[["), "Z", "[["),
        (Finding(5, Rule.Z, {"cash": 1}, {"cash": 2}), {"cash": 1}, {"cash": 2}),
        (Finding(5, Rule.Z, 3, None), 3, None),
        (
            Finding(5, Rule.REQUISITES, "ул. Абая 1", "", subject="address"),
            "address ул. Абая 1",
            "",
        ),
        (Finding(5, Rule.REQUISITES, "", "", subject="address"), "address ", ""),
        (Finding(5, Rule.REQUISITES, "", "{}"), "", "{}"),
        (Finding(5, Rule.SPAN, True, False, subject=TableRow("shift", 4)), "shift 4", ""),
        (Finding(5, Rule.SPAN, False, True, subject=TableRow("shift", 4)), "", "shift 4"),
        (
            Finding(5, Rule.SPAN, 9, "", subject=TableField("shift", "closed_at")),
            "shift.closed_at 9",
            "",
        ),
        (
            Finding(5, Rule.SIGNATURE, SIGNATURE, "bad signature", "ab12"),
            SIGNATURE,
            "bad signature",
        ),
    ],
)
def test_a_finding_is_stored_with_its_subject_before_the_value(finding, expected, found):
    stored = {
        "number": 5,
        "rule": finding.rule.value,
        "expected": expected,
        "found": found,
        "source": finding.source,
    }
    assert json.dumps(finding.stored) == json.dumps(stored)
    assert Finding.parse(stored).stored == stored


@pytest.mark.parametrize(
    ("stored", "subject", "expected", "found"),
    [
        (("balance", "cash 15", 16), "cash", "15", 16),
        (("z", "goods/2/a b 15", 0), "goods/2/a b", "15", 0),
        (("requisites", "address ул. Абая 1", ""), "address", "ул. Абая 1", ""),
        (("span", "", "shift 4"), TableRow("shift", "4"), False, True),
        (("span", "shift.opened_at 9", 8), TableField("shift", "opened_at"), "9", 8),
        (("vat", 2207, 0), None, 2207, 0),
    ],
)
def test_what_is_stored_is_read_with_its_subject(stored, subject, expected, found):
    rule, first, second = stored
    cells = {"number": 5, "rule": rule, "expected": first, "found": second, "source": ""}
    finding = Finding.parse(cells)
    assert (finding.subject, finding.expected, finding.found) == (subject, expected, found)


def test_only_what_is_wrong_with_a_signature_itself_is_a_fault():
    assert Finding(5, Rule.SIGNATURE, SIGNATURE, "").fault == ""
    assert Finding(5, Rule.SIGNATURE, "ab" * 32, "").fault is None
    assert Finding(5, Rule.SEAL, "ab" * 32, "").fault is None
