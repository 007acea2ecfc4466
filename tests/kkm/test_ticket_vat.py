"""VAT of a ticket with discounts and markups on the whole: of what adds up to nothing it is
nothing.
"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkm import errors
from kkm.audit.audit import full_audit
from kkm.domain.kinds import TICKETS, OperationKind, PaymentType, PositionRole
from kkm.domain.money import Money, tenge
from kkm.domain.ticket import Modifier, Position, Ticket
from kkm.domain.totals import Totals
from kkm.domain.vat import TaxedLine, included_vat, line_vats
from kkm.journal.page import opened
from tests.kkm.days import tickets
from tests.stories import AHMETOVA, close, deposit, record, sell

K, P, Role = OperationKind, PaymentType, PositionRole
ITEM, DISCOUNT, MARKUP = Role.ITEM, Role.DISCOUNT, Role.MARKUP


TENGE = tenge(1)


def loaf(price: Money = TENGE, rate: int | None = 16_000) -> Position:
    return Position(name="Хлеб", quantity=1000, price=price, section="01", rate=rate)


def off(amount: Money, rate: int | None = 16_000) -> Modifier:
    return Modifier(role=DISCOUNT, amount=amount, rate=rate, name="Скидка")


def on(amount: Money, rate: int | None = 16_000) -> Modifier:
    return Modifier(role=MARKUP, amount=amount, rate=rate)


def sold(at, positions, modifiers=(), kind=K.SALE, **more) -> Ticket:
    amount = Money.sum(line.total for line in (*positions, *modifiers))
    payments = {P.CARD: amount}
    lines = {"positions": tuple(positions), "modifiers": tuple(modifiers)}
    return Ticket(at=at, kind=kind, payments=payments, **lines, **AHMETOVA, **more)


# -- what the lines have ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TICKETS)
@pytest.mark.parametrize(
    ("positions", "modifiers", "vats"),
    [
        ([loaf()] * 3, [off(tenge(3))], [42]),  # alone it would have 41
        ([loaf(tenge(3))], [off(tenge(1))] * 3, [14, 14, 13]),  # alone 42, the goods have 41
        ([loaf()] * 3, [off(tenge(1)), off(tenge(2))], [14, 28]),
        ([loaf()] * 3, [on(tenge(1)), off(tenge(4))], [14, 56]),
        ([loaf()] * 3, [off(tenge(4)), on(tenge(1))], [56, 14]),
        ([loaf(Money(10))], [off(Money(4)), off(Money(4)), off(Money(2))], [1, 0, 0]),
        ([loaf()] * 3, [off(tenge(2))], [28]),  # there is turnover left: each by itself
        ([loaf()] * 3, [off(tenge(3), None)], [0]),
        ([loaf(), loaf(rate=5_000)], [off(tenge(1), 5_000)], [5]),
    ],
)
def test_the_discounts_of_a_turnover_of_zero_have_the_vat_of_the_rest(
    now, kind, positions, modifiers, vats
):
    entry = sold(now, positions, modifiers, kind=kind)
    assert [modifier.vat.tiyn for modifier in entry.modifiers] == vats


@pytest.mark.parametrize("kind", TICKETS)
def test_three_loaves_less_three_tenge_have_neither_turnover_nor_vat(now, kind):
    totals = Totals.of(sold(now, [loaf()] * 3, [off(tenge(3))], kind=kind))
    assert (totals.over("turnover", kind), totals.over("vat", kind)) == ({}, {})


@given(tickets())
def test_no_ticket_has_vat_of_a_rate_without_turnover_or_less_than_none(ticket):
    totals = Totals.of(ticket)
    turnovers, vats = totals.over("turnover", ticket.kind), totals.over("vat", ticket.kind)
    assert set(vats) <= set(turnovers)
    assert all(line.vat.tiyn >= 0 for line in ticket.lines)
    assert all(position.vat.tiyn == alone(position) for position in ticket.positions)
    for modifier in ticket.modifiers:
        of_rate = turnovers.get(str(modifier.rate), 0)
        assert modifier.vat.tiyn == alone(modifier) or of_rate == 0


def alone(line) -> int:
    return included_vat(abs(line.total.tiyn), line.rate)


def test_the_vat_of_a_modifier_is_the_tickets_to_say(now):
    wrong = replace(off(tenge(3)), vat=tenge(1))
    entry = sold(now, [loaf()] * 3, [wrong])
    assert entry.modifiers[0].vat == Money(42)
    assert replace(entry, at=now).modifiers == entry.modifiers


roles = st.sampled_from([ITEM, DISCOUNT, MARKUP])
lines = st.lists(
    st.tuples(roles, st.integers(1, 400), st.sampled_from([16_000, 5_000, 0, None])), max_size=8
)


@given(lines)
def test_lines_in_any_order_keep_the_rule_and_are_never_negative(drawn):
    taxed = [
        TaxedLine(role, -tiyn if role == DISCOUNT else tiyn, rate) for role, tiyn, rate in drawn
    ]
    vats = line_vats(taxed)
    assert min(vats, default=0) >= 0
    for rate in {line.rate for line in taxed}:
        mine = [(line, vat) for line, vat in zip(taxed, vats, strict=True) if line.rate == rate]
        turnover = sum(line.worth for line, _vat in mine)
        if turnover == 0:
            assert sum(-vat if line.role == DISCOUNT else vat for line, vat in mine) == 0
        else:
            assert all(vat == included_vat(abs(line.worth), rate) for line, vat in mine)


# -- what the door takes, and what it refuses ------------------------------------------------------


@pytest.mark.django_db
def test_the_journal_has_no_vat_of_nothing_and_the_audit_agrees(active_kkm, now):
    deposit(active_kkm, 1_000, at=now)
    for kind in TICKETS:
        record(active_kkm, sold(now, [loaf()] * 3, [off(tenge(3))], kind=kind))
        record(active_kkm, sold(now, [loaf(tenge(3))], [off(tenge(1))] * 3, kind=kind))
    z = close(active_kkm, at=now).z
    assert z.snapshot.totals.total("vat") == Money(0)
    assert full_audit(active_kkm).findings == ()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", TICKETS)
@pytest.mark.parametrize(
    ("positions", "modifiers", "place"),
    [
        ([loaf(tenge(1_000), None)], [off(tenge(500))], 0),
        ([loaf(tenge(1_000), None)], [off(tenge(100), None), off(tenge(500), 0)], 1),
        ([loaf(tenge(600), None), loaf(tenge(400))], [off(tenge(400)), off(Money(1))], 1),
        ([loaf(tenge(600), None), loaf(tenge(400))], [off(tenge(400, 1))], 0),
        ([loaf(tenge(600), 5_000), loaf(tenge(400))], [on(tenge(50)), off(tenge(451))], 1),
    ],
)
def test_a_discount_beyond_what_was_sold_at_its_rate_is_refused(
    active_kkm, now, kind, positions, modifiers, place
):
    deposit(active_kkm, 10_000, at=now)
    before = active_kkm.operations.count()
    with pytest.raises(errors.DiscountBeyondTurnover) as caught:
        record(active_kkm, sold(now, positions, modifiers, kind=kind))
    assert caught.value.facts["modifier"] == place
    assert active_kkm.operations.count() == before


@pytest.mark.django_db
def test_the_refusal_is_a_sentence(active_kkm, now):
    with pytest.raises(errors.DiscountBeyondTurnover) as caught:
        record(active_kkm, sold(now, [loaf(tenge(1_000), None)], [off(tenge(500))]))
    assert str(caught.value) == (
        "Скидка 500.00 со ставкой НДС 16.00% больше оборота чека по этой ставке."
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("positions", "modifiers"),
    [
        ([loaf(tenge(1_000))], [off(tenge(400), None)]),
        ([loaf(tenge(1_000))], [off(tenge(1_000), None)]),
        ([loaf(tenge(600), None), loaf(tenge(400))], [off(tenge(400))]),
        ([loaf(tenge(400), None), loaf(tenge(558))], [off(tenge(958)), on(tenge(485))]),
    ],
    ids=["without a rate", "all without a rate", "all of a rate", "a markup of the rate counts"],
)
def test_a_discount_within_its_rate_or_without_one_is_taken(active_kkm, now, positions, modifiers):
    record(active_kkm, sold(now, positions, modifiers))
    assert full_audit(active_kkm).findings == ()


# -- journals of before ----------------------------------------------------------------------------


def written_before(kkm, entry: Ticket, vats) -> None:
    """Write a ticket as the door did when each modifier had the VAT of its amount alone and no
    turnover was looked at.
    """
    pairs = zip(entry.modifiers, vats, strict=True)
    old = tuple(replace(modifier, vat=Money(vat)) for modifier, vat in pairs)
    object.__setattr__(entry, "modifiers", old)
    with opened(kkm, entry) as page:
        balance = page.last.balance.after(entry.kind, entry.amount, entry.paid(P.CASH))
        page.append(entry, balance, entry.at)


NOTHING_LEFT = [loaf()] * 3, [off(tenge(3))]
OVERDRAWN = [loaf(tenge(1_000), None)], [off(tenge(500))]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "vats"), [(NOTHING_LEFT, [41]), (OVERDRAWN, [6897]), (NOTHING_LEFT, [42])]
)
def test_tickets_of_before_keep_passing_the_audit(active_kkm, now, lines, vats):
    sell(active_kkm, at=now)
    written_before(active_kkm, sold(now, *lines), vats)
    close(active_kkm, at=now)
    assert full_audit(active_kkm).findings == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "vats", "expected"),
    [
        (NOTHING_LEFT, [40], (41, 40)),
        (NOTHING_LEFT, [43], (41, 43)),
        (([loaf()] * 3, [off(tenge(2))]), [27], (28, 27)),
        (([loaf()] * 3, [off(tenge(2))]), [29], (28, 29)),
        (([loaf(tenge(3))], [off(tenge(1))] * 3), [13, 14, 14], (14, 13)),
        (([loaf(), loaf(rate=5_000)], [off(tenge(1), 5_000)]), [6], (5, 6)),
    ],
)
def test_no_other_vat_passes_the_audit(active_kkm, now, lines, vats, expected):
    sell(active_kkm, at=now)
    written_before(active_kkm, sold(now, *lines), vats)
    found = [one for one in full_audit(active_kkm).findings if one.rule == "vat"]
    assert (found[0].expected, found[0].found) == expected
    assert {one.number for one in found} == {3}


@pytest.mark.django_db
@pytest.mark.parametrize(("lines", "vats"), [(NOTHING_LEFT, [41]), (OVERDRAWN, [6897])])
def test_a_ticket_of_before_that_comes_again_is_the_same_ticket(active_kkm, now, lines, vats):
    sell(active_kkm, at=now)
    written_before(active_kkm, sold(now, *lines, external_number="A-1"), vats)
    again = record(active_kkm, sold(now, *lines, external_number="A-1"))
    assert again.number == active_kkm.operations.count() == 3


@pytest.mark.django_db
def test_another_discount_under_the_same_number_is_another_content(active_kkm, now):
    record(active_kkm, sold(now, *NOTHING_LEFT, external_number="A-1"))
    other = sold(now, [loaf()] * 3, [off(tenge(1)), off(tenge(2))], external_number="A-1")
    with pytest.raises(errors.ExternalNumberTaken):
        record(active_kkm, other)
