"""`verify_journal --all`, `verify_journal --kkm` and `/healthz` say the same of whatever has
been done to a register.
"""

import json
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import pytest

from inspector.models import SeenHead
from kkm.audit.audit import full_audit
from kkm.audit.history import keep
from kkm.audit.registers_to_check import TRACES, to_be_checked
from kkm.models import FISCAL_MODELS, KKM, Audit, LateOffline
from tests.breadth import part_of
from tests.factories import KKMFactory
from tests.inspector.factories import ControlFactory, InspectorFactory
from tests.kkm.audit.test_audit import _work
from tests.kkm.audit.test_verify_journal import verify
from tests.kkm.forger import CHANGES, HEADS, NOT_MADE_WHOLE, heads_by_a_thief, rewrite
from tests.kkm.tampering import ROWS, World, columns, cut, edit, journal_gone, taken_back, unlocked

pytestmark = pytest.mark.django_db

EDITED = (*FISCAL_MODELS, SeenHead)
# A register that has never worked may have them.
NO_TRACE = {"cashiers", "sections", "controls", "taken_serial_numbers"}
ONE_IN = 3  # so many columns and ways
BESIDE = [name for name in TRACES if name != "operations"]


@pytest.fixture
def world(request, kkm, now) -> World:
    """Two registers that have worked, were checked and looked at, with every trace; a third one
    that has never worked.
    """
    other = KKMFactory()
    for each, days, shifts in ((other, 9, 2), (kkm, 5, 3)):
        _work(each, now - timedelta(days=days), shifts=shifts)
        for _time in range(2):
            keep(each, full_audit(each), at=now, by="Сериков Н.Б.", milliseconds=1)
        last = each.last_operation
        seen = {"number": last.number, "seal": last.seal, "at": now}
        SeenHead.create_signed(user=InspectorFactory(), kkm=each, **seen)
        LateOffline.objects.create(kkm=each, occurred_at=now - timedelta(days=4), refused_at=now)
    ControlFactory(kkm=KKMFactory())
    return World(kkm, other, random.Random(f"626 {request.node.name}"))


class Told:
    """What the three say of what somebody has done."""

    def __init__(self, capsys, client) -> None:
        self.capsys, self.client = capsys, client

    def of(self, tamper: Callable[[], object]) -> tuple[set[str], set[str], str]:
        """Registers with findings by `--all` and by `--kkm` each, and the word of `/healthz`
        after the former.
        """
        each = [name for kkm in KKM.objects.all() for name in ("--kkm", kkm.serial_number)]
        with taken_back():
            tamper()
            with taken_back():
                one_by_one = self._broken(each)
            together = self._broken(["--all"])
            health = self.client.get("/healthz").json()["journals"]
        return together, one_by_one, health

    def _broken(self, arguments: Sequence[str]) -> set[str]:
        code, said = verify(self.capsys, *arguments, "--json")
        broken = {told["kkm"] for told in json.loads(said) if not told["holds"]}
        assert code == bool(broken)
        return broken

    def disagreements(self, ways: Sequence[tuple[str, Callable[[], object]]]) -> list[str]:
        """Of which ways they do not say the same."""
        wrong = []
        with unlocked():
            for name, tamper in ways:
                together, one_by_one, health = self.of(tamper)
                if together != one_by_one or health != ("findings" if together else "ok"):
                    wrong.append(f"{name}: {together}, {one_by_one}, {health}")
        return wrong


@pytest.fixture
def told(capsys, client) -> Told:
    return Told(capsys, client)


def test_of_an_honest_register_all_three_say_that_it_is_whole(world, told):
    assert told.of(lambda: None) == (set(), set(), "ok")
    chosen = set(to_be_checked())
    assert chosen == {world.kkm, world.other}, "a register that has never worked stays out"


@pytest.mark.parametrize("model", EDITED, ids=lambda model: model.__name__)
def test_they_agree_on_every_edit(world, told, model):
    fields = part_of(columns(model), ONE_IN)
    ways = [(field.name, partial(edit, world, model, field)) for field in fields]
    assert told.disagreements(ways) == []


def test_they_agree_on_rows_removed_inserted_swapped_doubled_or_moved(world, told):
    ways = [(tamper.__name__, partial(tamper, world)) for tamper in ROWS]
    ways += [(f"cut {length}", partial(cut, world, length)) for length in (1, 2, 10, 50)]
    ways = part_of(ways, ONE_IN)
    assert told.disagreements(ways) == []


@pytest.mark.parametrize("heads", [*HEADS, heads_by_a_thief], ids=lambda heads: heads.__name__)
def test_they_agree_on_a_suffix_written_anew(world, told, heads):
    changes = part_of(CHANGES + NOT_MADE_WHOLE, ONE_IN)
    ways = [(change.__name__, partial(rewrite, world, change, heads, ())) for change in changes]
    assert told.disagreements(ways) == []


# -- a whole journal gone --------------------------------------------------------------------------


@pytest.mark.parametrize("left", [BESIDE, *([name] for name in BESIDE)], ids="-".join)
def test_a_journal_that_is_gone_is_missed_whatever_trace_is_left(world, told, left):
    serial = world.kkm.serial_number
    with unlocked():
        for each in (world, World(world.other, world.kkm, world.dice)):
            gone = {each.kkm.serial_number}
            assert told.of(partial(journal_gone, each, left)) == (gone, gone, "findings")
    assert full_audit(KKM.objects.get(serial_number=serial)).holds


def test_the_journals_of_all_registers_gone_are_missed(world, told):
    registers = {world.kkm.serial_number, world.other.serial_number}

    def all_gone() -> None:
        journal_gone(world, BESIDE)
        journal_gone(World(world.other, world.kkm, world.dice), BESIDE)

    with unlocked():
        assert told.of(all_gone) == (registers, registers, "findings")


def test_of_a_register_without_any_trace_nothing_is_known(world, told):
    with unlocked():
        assert told.of(partial(journal_gone, world)) == (set(), set(), "ok")


def test_a_missing_journal_is_told_in_words(world, capsys):
    with unlocked(), taken_back():
        journal_gone(world, ["late_offline"])
        code, said = verify(capsys, "--all")
    assert code == 1
    assert f"{world.kkm}: ЦЕЛОСТНОСТЬ НАРУШЕНА, операций: 0, нарушений: 1." in said
    assert "№ 1: Операций нет, хотя они должны быть. [приказ № 626, пп. 104, 105]" in said


def test_a_check_that_found_nothing_in_nothing_is_no_sign_of_a_journal(world, now):
    idle = KKMFactory()
    for _time in range(2):
        verdict = full_audit(idle)
        assert verdict.holds
        keep(idle, verdict, at=now, by="Сериков Н.Б.", milliseconds=1)


def test_a_check_dated_ahead_does_not_hide_the_next_one(world, told, now):
    """What was found last is what was written last, whatever date stands in a row that somebody
    has edited.
    """
    with unlocked():
        world.rows(Audit).filter(number=2).update(at=now + timedelta(days=9000))
        together, one_by_one, health = told.of(lambda: None)
    assert (together, one_by_one, health) == (
        {world.kkm.serial_number},
        {world.kkm.serial_number},
        "findings",
    )


def test_every_relation_of_a_register_is_a_trace_or_named_as_none():
    relations = {relation.get_accessor_name() for relation in KKM._meta.related_objects}
    assert relations - set(TRACES) == NO_TRACE
    assert set(TRACES) < relations
