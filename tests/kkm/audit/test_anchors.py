"""What is known from elsewhere finds what seals alone cannot: a tail that was cut, a journal that
was written anew.

Every forger here is a good one: the triggers are off, all seals and fiscal signs are computed anew,
and without the anchor the audit finds nothing.
"""

from datetime import timedelta
from itertools import chain

import pytest
from django.db import connection

from kkm import journal, signing
from kkm.audit.anchors import Anchor, signed_heads
from kkm.audit.journal_stream import operations
from kkm.domain import seal as seals
from kkm.domain.anchor import Anchors
from kkm.domain.finding import Finding, Rule
from kkm.domain.head import Head
from kkm.domain.kinds import TICKETS
from kkm.domain.operation import sealed_fields
from kkm.domain.ticket import ShiftClosing
from kkm.models import FISCAL_MODELS, FiscalOperation, SignedHead, triggers
from tests.factories import KKMFactory
from tests.journal_audit import audit_journal
from tests.stories import AHMETOVA, act, activate, sell, ticket

pytestmark = pytest.mark.django_db
SHIFTS, TICKETS_OF_A_SHIFT = 3, 25
LAST = 1 + SHIFTS * (TICKETS_OF_A_SHIFT + 1)
ZS = [1 + (TICKETS_OF_A_SHIFT + 1) * shift for shift in range(1, SHIFTS + 1)]


@pytest.fixture
def kkm(db, settings, tmp_path, now):
    """A register with an activation and three closed shifts, 79 operations, signed by keys of
    its own; and no triggers.
    """
    settings.SIGNING_KEYS = tmp_path / "keys"
    kkm = KKMFactory()
    activate(kkm, at=now)
    for shift in range(SHIFTS):
        entries = [
            ticket(1000 + n, at=now + timedelta(hours=shift, seconds=n))
            for n in range(TICKETS_OF_A_SHIFT)
        ]
        closing = ShiftClosing(at=now + timedelta(hours=shift, minutes=30), **AHMETOVA)
        journal.record_many(kkm=kkm, entries=[*entries, closing], received_at=closing.at)
    connection.check_constraints()
    triggers.remove(connection, FISCAL_MODELS)
    return kkm


def seal_of(kkm, number):
    return kkm.operations.get(number=number).seal


def seen(kkm, number):
    """What an inspector remembers of an operation."""
    return Anchor(number, seal_of(kkm, number), Rule.MEMORY, "Сериков Н.Б.")


def run(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def cut(kkm, number):
    """Remove everything from this operation on, its signed heads left out."""
    for table in ("kkm_zreport", "kkm_position", "kkm_fiscaloperation"):
        run(f"DELETE FROM {table} WHERE kkm_id = %s AND number >= %s", kkm.pk, number)


def rewrite(kkm, number):
    """Another cashier at this operation, and every fiscal sign and seal from it on computed
    anew.
    """
    run(
        "UPDATE kkm_fiscaloperation SET actor_name = 'Чужая Ч.Ч.' WHERE kkm_id = %s AND number = %s",
        kkm.pk,
        number,
    )
    previous = seals.GENESIS
    for one in list(operations(kkm)):
        sign = ""
        if one.kind in TICKETS:
            sign = seals.fiscal_sign(
                previous, kkm.serial_number, one.number, one.kind, one.occurred, one.amount
            )
        previous = seals.seal(
            sealed_fields(one._replace(fiscal_sign=sign), previous, kkm.serial_number)
        )
        of_it = FiscalOperation.objects.filter(kkm=kkm, number=one.number)
        of_it.update(fiscal_sign=sign, seal=previous)


def forget_signatures(kkm, number=0):
    """The forger removes the signed heads too, from this operation on."""
    SignedHead.objects.filter(kkm=kkm, number__gte=number)._raw_delete("default")


def found(kkm, anchors=()):
    return audit_journal(kkm, anchors=anchors).findings


def unsigned(*numbers):
    return tuple(Finding(number, Rule.SIGNATURE, "signature", "") for number in numbers)


# -- an honest journal -----------------------------------------------------------------------------


def test_an_honest_journal_agrees_with_all_that_was_signed_and_seen(kkm):
    assert [anchor.number for anchor in signed_heads(kkm)] == [1, *ZS]
    assert {anchor.fault for anchor in signed_heads(kkm)} == {""}
    assert found(kkm, [seen(kkm, number) for number in range(LAST, 0, -1)]) == ()


def test_what_an_old_key_signed_agrees_after_a_rotation(kkm, now):
    signing.rotate()
    sell(kkm, at=now + timedelta(hours=5))
    journal.deregister(kkm=kkm, act=act(now + timedelta(hours=6)))
    assert len({anchor.source for anchor in signed_heads(kkm)}) == 2
    assert found(kkm) == ()


def test_anchors_may_come_as_a_stream_that_is_sorted_and_a_muddled_one_is_refused(kkm):
    stream = (seen(kkm, number) for number in (3, 3, 40))
    assert found(kkm, stream) == ()
    with pytest.raises(ValueError, match="sorted by number"):
        found(kkm, (seen(kkm, number) for number in (40, 3, 3)))


# -- the tail is cut -------------------------------------------------------------------------------


def test_a_tail_cut_by_one_to_fifty_is_found_by_the_signature_alone(kkm):
    (key,) = {anchor.source for anchor in signed_heads(kkm)}
    gone = {number: seal_of(kkm, number) for number in ZS}
    for first in range(LAST, LAST - 50, -1):
        cut(kkm, first)
        expected = tuple(Finding(z, Rule.SIGNATURE, gone[z], "", key) for z in ZS if z >= first)
        assert found(kkm) == expected != ()


def test_a_tail_cut_by_one_to_fifty_is_found_by_what_was_seen_alone(kkm):
    last = seen(kkm, LAST)
    for first in range(LAST, LAST - 50, -1):
        cut(kkm, first)
        forget_signatures(kkm, first)
        assert found(kkm) == ()
        assert found(kkm, [last]) == (Finding(LAST, Rule.MEMORY, last.seal, "", "Сериков Н.Б."),)


def test_a_journal_that_is_gone_altogether_is_found(kkm):
    anchors = [seen(kkm, 7)]
    heads = [(1, seal_of(kkm, 1)), *((z, seal_of(kkm, z)) for z in ZS)]
    cut(kkm, 1)
    assert [(finding.number, finding.expected) for finding in found(kkm)] == heads
    forget_signatures(kkm)
    assert found(kkm) == ()
    assert [finding.rule for finding in found(kkm, anchors)] == [Rule.MEMORY]


def test_an_operation_that_is_missing_in_the_middle_contradicts_who_saw_it(kkm):
    anchor = seen(kkm, 30)
    run("DELETE FROM kkm_position WHERE kkm_id = %s AND number = 30", kkm.pk)
    run("DELETE FROM kkm_fiscaloperation WHERE kkm_id = %s AND number = 30", kkm.pk)
    assert Finding(30, Rule.MEMORY, anchor.seal, "", "Сериков Н.Б.") in found(kkm, [anchor])


# -- a suffix is written anew ----------------------------------------------------------------------


@pytest.mark.parametrize("first", [1, 2, 27, 28, 53, 54, 78, LAST])
def test_a_suffix_written_anew_is_found_by_the_signature_alone(kkm, first):
    before = {number: seal_of(kkm, number) for number in (1, *ZS)}
    rewrite(kkm, first)
    expected = [(n, Rule.SIGNATURE, before[n], seal_of(kkm, n)) for n in (1, *ZS) if n >= first]
    assert [(one.number, one.rule, one.expected, one.found) for one in found(kkm)] == expected != []


@pytest.mark.parametrize("first", [1, 2, 27, 28, 53, 54, 78, LAST])
def test_a_suffix_written_anew_is_found_by_what_was_seen_alone(kkm, first):
    before, last = seen(kkm, first - 1) if first > 1 else None, seen(kkm, LAST)
    rewrite(kkm, first)
    forget_signatures(kkm, first)
    unsigned_now = unsigned(*(number for number in (1, *ZS) if number >= first))
    assert found(kkm, [before] if before else []) == unsigned_now
    more = set(found(kkm, [last])) - set(unsigned_now)
    assert more == {Finding(LAST, Rule.MEMORY, last.seal, seal_of(kkm, LAST), "Сериков Н.Б.")}


def test_an_open_shift_written_anew_is_found_by_what_was_seen_alone(kkm, now):
    sold = [sell(kkm, at=now + timedelta(hours=4, seconds=n)).number for n in range(10)]
    last = seen(kkm, sold[-1])
    for number in reversed(sold):
        rewrite(kkm, number)
        assert found(kkm) == found(kkm, [seen(kkm, sold[-1])]) == ()
        assert found(kkm, [last]) == (
            Finding(sold[-1], Rule.MEMORY, last.seal, seal_of(kkm, sold[-1]), "Сериков Н.Б."),
        )


# -- signatures themselves -------------------------------------------------------------------------


def head_of(kkm, number):
    return SignedHead.objects.get(kkm=kkm, number=number)


def change(kkm, number, **changes):
    SignedHead.objects.filter(kkm=kkm, number=number).update(**changes)


def fault(kkm):
    """The only finding: (number, rule, what was found)."""
    (finding,) = found(kkm)
    return finding.number, finding.rule, finding.found


@pytest.mark.parametrize("number", [1, *ZS])
def test_a_signature_that_was_removed_is_missed(kkm, number):
    SignedHead.objects.filter(kkm=kkm, number=number)._raw_delete("default")
    assert found(kkm) == unsigned(number)


def test_a_head_whose_text_was_changed_has_a_bad_signature(kkm):
    change(kkm, 27, text=head_of(kkm, 27).text.replace(kkm.serial_number, "ALS99999999"))
    assert fault(kkm) == (27, Rule.SIGNATURE, "bad signature")


@pytest.mark.parametrize("place", [0, 43, 85, 86, 87])
def test_every_character_of_a_signature_counts(kkm, place):
    signature = head_of(kkm, 27).signature
    for letter in {"A", "Q", "g", "w", "/", "="} - {signature[place]}:
        change(kkm, 27, signature=signature[:place] + letter + signature[place + 1 :])
        assert fault(kkm) == (27, Rule.SIGNATURE, "bad signature")


def test_a_rewritten_head_with_the_old_signature_is_found(kkm):
    rewrite(kkm, 60)
    head = Head.parse(head_of(kkm, LAST).text)
    change(
        kkm,
        LAST,
        text=Head(
            head.serial,
            LAST,
            seal_of(kkm, LAST),
            head.z_number,
            head.totals,
            head.cash,
            head.occurred,
        ).text,
    )
    assert fault(kkm) == (LAST, Rule.SIGNATURE, "bad signature")


def test_a_head_signed_by_a_key_that_is_not_ours_is_found(kkm, settings, tmp_path):
    ours, settings.SIGNING_KEYS = settings.SIGNING_KEYS, tmp_path / "forger"
    key, signature = signing.sign(head_of(kkm, 27).text)
    settings.SIGNING_KEYS = ours
    change(kkm, 27, key=key, signature=signature)
    assert fault(kkm) == (27, Rule.SIGNATURE, "unknown key")
    change(kkm, 27, key=signing.current())
    assert fault(kkm) == (27, Rule.SIGNATURE, "bad signature")


@pytest.mark.parametrize("text", ["", "[]", '["alsep-head-1"]'])
def test_a_text_that_is_no_head_is_found_though_it_was_signed(kkm, text):
    key, signature = signing.sign(text)
    change(kkm, 27, text=text, key=key, signature=signature)
    assert fault(kkm) == (27, Rule.SIGNATURE, "head of another operation")


def test_a_true_head_of_another_operation_or_register_is_not_taken(kkm, now):
    other = KKMFactory()
    activate(other, at=now)
    theirs = head_of(other, 1)
    change(kkm, 1, text=theirs.text, signature=theirs.signature)
    assert fault(kkm) == (1, Rule.SIGNATURE, "head of another operation")
    mine = head_of(kkm, 27)
    SignedHead.objects.filter(kkm=kkm, number=1)._raw_delete("default")
    SignedHead.objects.create(
        kkm=kkm, number=1, text=mine.text, key=mine.key, signature=mine.signature
    )
    assert fault(kkm) == (1, Rule.SIGNATURE, "head of another operation")


# -- the walk itself -------------------------------------------------------------------------------


def test_anchors_are_fetched_one_at_a_time(kkm):
    asked = []

    def endless():
        for number in chain(range(1, 6), iter(lambda: 10**9, None)):
            asked.append(number)
            yield Anchor(number, "", Rule.MEMORY, "")

    along = Anchors(endless())
    for operation in operations(kkm):
        along.meet(operation)
    assert len(asked) == 6
