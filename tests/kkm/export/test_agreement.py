"""The check of an export agrees with the audit of the database, whatever was done to the rows
before it was made.

What an export cannot show is listed, and shown not to be there: the tables that are kept beside a
journal, what inspectors have seen of it, and what was before the Z that it begins after.
"""

import random
from itertools import product

import pytest
from hypothesis import given, settings

from kkm.audit.audit import full_audit
from kkm.domain.finding import Rule
from kkm.export.plan import NothingToExport
from kkm.models import Registration, Shift
from tests.breadth import breadth, part_of
from tests.kkm.audit.test_audit import remembered
from tests.kkm.days import days as random_days
from tests.kkm.days import work
from tests.kkm.export.making import checked_export, days
from tests.kkm.forger import CHANGES, HEADS, NOT_MADE_WHOLE, rewrite
from tests.kkm.tampering import FISCAL, ROWS, columns, cut, edit, taken_back, unlocked

pytestmark = pytest.mark.django_db

EDITS = 2  # of each column
ONE_IN = 4  # so many edits and changes
TIMES = breadth(1, 3)  # of each way with rows
MIDDLE = days("2026-03-08", "2026-03-12")  # begins after the Z of operation 18
SPANS = (Shift, Registration)


def audited(kkm, start=0):
    """Number of the first bad operation after the start, None if all is well; the tables beside the
    journal do not count.

    Of the Z that an export begins after, its seal and its signature can be checked: its shift is
    not there.
    """
    findings = [finding for finding in full_audit(kkm).findings if finding.rule is not Rule.SPAN]
    shown = [
        one
        for one in findings
        if one.number > start or (one.number == start and one.rule in (Rule.SEAL, Rule.SIGNATURE))
    ]
    return min((finding.number for finding in shown), default=None)


def disagreement(world, place, tamper) -> str:
    """Empty when both say the same, of the whole journal and of the part from the middle."""
    with taken_back():
        tamper()
        return "; ".join(
            filter(None, (compared(world.kkm, place, period) for period in (None, MIDDLE)))
        )


def compared(kkm, place, period=None) -> str:
    """Empty when audit and export name the same first operation, or none."""
    try:
        outcome = checked_export(kkm, place, period)
    except NothingToExport:
        return ""  # the tail is cut as far as before the period
    assert outcome.faults == []
    assert outcome.holds == (outcome.first is None)
    by_export, start = outcome.first and outcome.first.number, outcome.manifest.first - 1
    by_audit = audited(kkm, start)
    return (
        "" if by_audit == by_export else f"from {start + 1}: audit {by_audit}, export {by_export}"
    )


@pytest.mark.parametrize("model", FISCAL, ids=lambda model: model.__name__)
def test_they_agree_on_edits_of_every_column(world, tmp_path, model):
    told = []
    with unlocked():
        for field, attempt in part_of(product(columns(model), range(EDITS)), ONE_IN):
            wrong = disagreement(world, tmp_path, lambda field=field: edit(world, model, field))
            told += [f"{field.name} {attempt}: {wrong}"] if wrong else []
    assert told == []


@pytest.mark.parametrize("tamper", ROWS, ids=lambda tamper: tamper.__name__)
def test_they_agree_on_rows_removed_inserted_swapped_doubled_or_moved(world, tmp_path, tamper):
    with unlocked():
        told = [
            wrong
            for _attempt in range(TIMES)
            if (wrong := disagreement(world, tmp_path, lambda: tamper(world)))
        ]
    assert told == []


@pytest.mark.parametrize("change", [*CHANGES, *NOT_MADE_WHOLE], ids=lambda change: change.__name__)
def test_they_agree_on_a_suffix_written_anew(world, tmp_path, change):
    with unlocked():
        told = [
            wrong
            for heads in part_of(HEADS, len(HEADS))
            if (
                wrong := disagreement(
                    world, tmp_path, lambda heads=heads: rewrite(world, change, heads, ())
                )
            )
        ]
    assert told == []


@settings(max_examples=breadth(10, 25))
@given(random_days)
def test_they_agree_on_clean_random_journals(db, tmp_path_factory, day):
    kkm = work(day, close_last=False).kkm
    assert audited(kkm) is None
    assert compared(kkm, tmp_path_factory.mktemp("clean")) == ""


# -- what an export cannot show --------------------------------------------------------------------


@pytest.mark.parametrize("model", SPANS, ids=lambda model: model.__name__)
def test_the_tables_of_shifts_and_registrations_are_not_in_it(world, tmp_path, model):
    """Only the number of a shift is: an operation seals it."""
    shown = []
    with unlocked():
        for field in columns(model):
            with taken_back():
                edit(world, model, field)
                assert full_audit(world.kkm).findings, field.name
                shown += [] if checked_export(world.kkm, tmp_path).holds else [field.name]
    assert set(shown) <= {"number", "kkm"}


def test_a_tail_that_was_cut_with_its_signatures_is_shown_only_by_who_remembers_it(world, tmp_path):
    anchors = remembered(world)
    with unlocked():
        cut(world)
        assert {finding.rule for finding in full_audit(world.kkm, anchors=anchors).findings} == {
            Rule.MEMORY
        }
        assert checked_export(world.kkm, tmp_path).holds


def test_so_is_an_open_shift_that_was_written_anew(world, tmp_path):
    def another_cashier(world):
        world.kkm.operations.filter(number=57).update(actor_name="Другой Д.Д.")
        return 57

    anchors = remembered(world)
    with unlocked():
        rewrite(world, another_cashier, HEADS[0], anchors)
        assert {finding.rule for finding in full_audit(world.kkm, anchors=anchors).findings} == {
            Rule.MEMORY
        }
        assert checked_export(world.kkm, tmp_path).holds


def test_what_was_wrong_before_the_z_that_it_begins_after_is_not_in_it(world, tmp_path):
    dice = random.Random(626)
    with unlocked():
        world.kkm.operations.filter(number=dice.randrange(2, 17)).update(actor_name="Другой Д.Д.")
        assert not checked_export(world.kkm, tmp_path).holds
        assert checked_export(world.kkm, tmp_path, MIDDLE).holds
