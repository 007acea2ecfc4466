"""A good forger: he changes one thing in a journal and then makes everything after it whole again,
all but what a key has signed.

Numbers, running balances, Z's, fiscal signs and seals are computed anew, and the tables of shifts
and registrations are put in order: the journal by itself is then as good as new. The triggers are
off.
"""

import base64
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import pairwise

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.db.models import Count, Sum

from kkm import signing
from kkm.audit.journal_stream import operations
from kkm.domain import seal as seals
from kkm.domain.anchor import SIGNED, Anchor
from kkm.domain.head import Head
from kkm.domain.heading import NOT_IN_Z, REQUISITES
from kkm.domain.kinds import TICKETS, OperationKind
from kkm.domain.money import Money
from kkm.domain.operation import (
    CASH,
    FIELDS,
    START,
    Operation,
    after,
    cells_of,
    sealed_fields,
)
from kkm.domain.vat import included_vat
from kkm.models import FiscalOperation, Position, Registration, Shift, SignedHead, ZReport
from kkm.models.operation import BALANCE_COLUMNS, PAYMENT_COLUMNS
from tests.kkm.tampering import LETTERS, World, insert, remove, update

_ACTS = {OperationKind.ACTIVATION, OperationKind.DEREGISTRATION}
_RESEALED = [*BALANCE_COLUMNS.values(), "fiscal_sign", "seal"]


# -- what is changed: each returns the number from which on the journal is another -----------------


def another_cashier(world: World) -> int:
    """Somebody else has done it."""
    row = world.pick(FiscalOperation)
    update(row, actor_name=f"{row.actor_name}{world.dice.choice(LETTERS)}")
    return row.number


def another_sum(world: World) -> int:
    """A ticket of one position costs more, all through: price, goods, VAT, payment."""
    ticket = _ticket(world, of_one=True)
    more = Money(world.dice.choice([1, 100, 12_345]))
    (line,) = ticket.positions.all()
    goods = line.goods + more
    update(
        line, price=line.price + more, goods=goods, vat=Money(included_vat(goods.tiyn, line.rate))
    )
    paid = next(name for name in PAYMENT_COLUMNS.values() if getattr(ticket, name))
    update(ticket, amount=ticket.amount + more, **{paid: getattr(ticket, paid) + more})
    return ticket.number


def another_payment(world: World) -> int:
    """What was paid in cash was paid by card: so much less must lie in the drawer."""
    ticket = world.dice.choice(_tickets(world).filter(kind=OperationKind.SALE, cash__gt=0))
    update(ticket, cash=Money(0), card=ticket.card + ticket.cash)
    return ticket.number


def other_goods(world: World) -> int:
    """Another name on a line."""
    line = world.dice.choice(world.rows(Position).exclude(name="").select_related("operation"))
    update(line, name=f"{world.dice.choice(LETTERS)}{line.name}")
    return line.operation.number


def another_vat_rate(world: World) -> int:
    """A line without VAT, and nobody missed the tax."""
    line = world.dice.choice(world.rows(Position).filter(rate__gt=0).select_related("operation"))
    update(line, rate=None, vat=Money(0))
    return line.operation.number


def received_later(world: World) -> int:
    """The other clock."""
    row = world.pick(FiscalOperation)
    update(
        row,
        received_at=datetime.fromtimestamp(
            row.received_at.timestamp() + world.dice.choice([1, 60, 3600]), UTC
        ),
    )
    return row.number


def a_buyer(world: World) -> int:
    """Details that were not there."""
    ticket = _ticket(world)
    update(
        ticket,
        details=seals.canonical({"buyer": world.dice.choice(["150740001357", "131240010479"])}),
    )
    return ticket.number


def taken_out(world: World) -> int:
    """A ticket is gone, and everything after it moves down by one."""
    return min(remove(world, _ticket(world)))


def put_in(world: World) -> int:
    """A ticket once more, and everything after it moves up by one."""
    return min(insert(world, _ticket(world)))


def changed_places(world: World) -> int:
    """Two neighbours, each at the time of the other."""
    neighbours = pairwise(_tickets(world).order_by("number"))
    one, two = world.dice.choice(
        [pair for pair in neighbours if pair[0].number + 1 == pair[1].number]
    )
    clocks = [
        {"occurred_at": row.occurred_at, "received_at": row.received_at, "offline": row.offline}
        for row in (one, two)
    ]
    for row, number, clock in (
        (one, 10**9, clocks[1]),
        (two, one.number, clocks[0]),
        (one, two.number, clocks[1]),
    ):
        update(row, number=number, **clock)
    return one.number


def another_heading(world: World) -> int:
    """A frozen Z names another time or another cashier."""
    told = ["cashier_code", "cashier_name", "closed_at", "opened_at", "reported_at"]
    return _refrozen(world, "heading", lambda heading, dice: dice.choice(told))


def another_seller(world: World) -> int:
    """A frozen Z names another taxpayer, address or OFD than the act before it."""
    told = [name for name in REQUISITES if name not in (*NOT_IN_Z, "sections")]
    return _refrozen(world, "heading", lambda heading, dice: dice.choice(told))


def another_figure(world: World) -> int:
    """A frozen Z has another sum; the operations have not."""
    return _refrozen(world, "totals", lambda totals, dice: dice.choice(sorted(totals)))


def another_end(world: World) -> int:
    """A frozen Z begins or ends with other non-resettable totals."""
    return _refrozen(
        world, world.dice.choice(["opening", "closing"]), lambda end, dice: dice.choice(sorted(end))
    )


def another_balance(world: World) -> int:
    """One of the eleven running totals, and only here."""
    row, column = world.pick(FiscalOperation), world.dice.choice(list(BALANCE_COLUMNS.values()))
    value = getattr(row, column)
    update(row, **{column: value + Money(100) if isinstance(value, Money) else value + 1})
    return row.number


CHANGES = [
    another_cashier,
    another_sum,
    another_payment,
    other_goods,
    another_vat_rate,
    received_later,
    a_buyer,
    taken_out,
    put_in,
    changed_places,
    another_heading,
]
NOT_MADE_WHOLE = [
    another_figure,
    another_end,
    another_balance,
    another_seller,
]  # sealed again, but what it contradicts stands: that is found on the spot


def _tickets(world: World):
    """Tickets that begin no shift."""
    firsts = world.rows(Shift).values("first_number")
    return world.rows(FiscalOperation).filter(kind__in=TICKETS).exclude(number__in=firsts)


def _ticket(world: World, *, of_one: bool = False) -> FiscalOperation:
    found = _tickets(world)
    if of_one:
        lines = world.rows(Position).order_by().values("number")
        counted = lines.annotate(lines=Count("line"), off=Sum("discount"))
        plain = counted.filter(lines=1, off=0).values_list("number", flat=True)
        found = found.filter(number__in=list(plain))
    return world.dice.choice(found)


def _refrozen(world: World, part: str, chosen: Callable) -> int:
    z = world.dice.choice(world.rows(ZReport).select_related("operation"))
    frozen = json.loads(z.text)
    name = chosen(frozen[part], world.dice)
    frozen[part][name] += (
        "1" if isinstance(frozen[part][name], str) else world.dice.choice([1, 100])
    )
    update(z, text=seals.canonical(frozen))
    return z.operation.number


# -- what becomes of the signed heads: each returns the numbers that now contradict ----------------


def heads_left(world: World, start: int) -> set[int]:
    """They stay as they were: each says what is no more, and what should be signed now may be
    without one.
    """
    signed = set(world.rows(SignedHead).values_list("number", flat=True))
    return {
        number
        for number in signed | {row.number for row in _to_be_signed(world, start)}
        if number >= start
    }


def heads_gone(world: World, start: int) -> set[int]:
    """He removes them: what should be signed is not."""
    world.rows(SignedHead).filter(number__gte=start)._raw_delete(using="default")
    return {row.number for row in _to_be_signed(world, start)}


def heads_forged(world: World, start: int) -> set[int]:
    """He signs anew with a key of his own, now under its own name and now under ours."""
    mine = Ed25519PrivateKey.from_private_bytes(world.dice.randbytes(32))
    name = world.dice.choice([signing.current(), world.dice.randbytes(8).hex()])
    return _signed_anew(
        world, start, lambda text: (name, base64.b64encode(mine.sign(text.encode())).decode())
    )


def heads_by_a_thief(world: World, start: int) -> set[int]:
    """He has stolen the key: no signature contradicts him."""
    _signed_anew(world, start, signing.sign)
    return set()


HEADS = [heads_left, heads_gone, heads_forged]


def _signed_anew(world: World, start: int, sign: Callable[[str], tuple[str, str]]) -> set[int]:
    heads_gone(world, start)
    rows = _to_be_signed(world, start)
    for row in rows:
        text = Head(
            world.kkm.serial_number,
            row.number,
            row.seal,
            row.shift,
            row.balance[:4],
            row.balance[CASH],
            row.occurred,
        ).text
        key, signature = sign(text)
        SignedHead.objects.create(
            kkm=world.kkm, number=row.number, text=text, key=key, signature=signature
        )
    return {row.number for row in rows}


def _to_be_signed(world: World, start: int) -> list[Operation]:
    return [row for row in operations(world.kkm) if row.number >= start and row.kind in SIGNED]


# -- everything after it is made whole -------------------------------------------------------------


def rewrite(world: World, change: Callable, heads: Callable, seen: Iterable[Anchor]) -> set[int]:
    """A suffix written anew; the number at which the first that knows better must say so, if
    there is anybody.
    """
    start = change(world)
    heal(world, start, whole=change in CHANGES)
    contradicted = heads(world, start) | {
        anchor.number for anchor in seen if anchor.number >= start
    }
    return {start} if change in NOT_MADE_WHOLE else {min(contradicted)} if contradicted else set()


def heal(world: World, start: int, *, whole: bool = True) -> None:
    """From operation `start` on: numbers, balances and Z's (if `whole`), fiscal signs and seals;
    and the tables beside.
    """
    there = list(world.rows(FiscalOperation).order_by("number"))
    rows: list[Operation] = []
    for place, row in enumerate(list(operations(world.kkm)), 1):
        rows.append(
            _resealed(row._replace(number=place), rows, world.kkm.serial_number, whole)
            if place >= start
            else row
        )
    _write(world, zip(there[start - 1 :], rows[start - 1 :], strict=True))
    if whole:
        _put_in_order(world, rows)


def _resealed(row: Operation, before: list[Operation], serial: str, whole: bool) -> Operation:
    previous = before[-1].seal if before else seals.GENESIS
    if whole:
        row = row._replace(balance=after(before[-1].balance if before else START, row))
        row = row._replace(z=_folded_anew([*before, row])) if row.z else row
    if row.kind in TICKETS:
        row = row._replace(
            fiscal_sign=seals.fiscal_sign(
                previous, serial, row.number, row.kind, row.occurred, row.amount
            )
        )
    return row._replace(seal=seals.seal(sealed_fields(row, previous, serial)))


def _folded_anew(rows: list[Operation]) -> str:
    """The Z of the last of them, as its shift is now; what it prints besides figures stays."""
    closing = rows[-1]
    of_shift = [row for row in rows if row.shift == closing.shift]
    z, first = json.loads(closing.z), of_shift[0].number
    z["heading"] |= {"first_number": first, "last_number": closing.number}
    z["totals"] = cells_of(of_shift)
    z["opening"], z["closing"] = (
        dict(zip(FIELDS, row.balance, strict=True)) for row in (rows[first - 2], closing)
    )
    return seals.canonical(z)


def _write(world: World, rows: Iterable[tuple[FiscalOperation, Operation]]) -> None:
    """Each row as it is now, and what it becomes."""
    written, zs = [], []
    for now, row in rows:
        if row.number != now.number:
            update(now, number=row.number)
        written.append([*row.balance, row.fiscal_sign, bytes.fromhex(row.seal), now.pk])
        if row.z:
            zs.append([row.z, world.kkm.pk, row.number])
    columns = ", ".join(f"{name} = %s" for name in _RESEALED)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE kkm_fiscaloperation SET {columns} WHERE id = %s", written)
        cursor.executemany(
            "UPDATE kkm_zreport SET text = %s WHERE kkm_id = %s AND number = %s",
            zs,
        )


def _put_in_order(world: World, rows: list[Operation]) -> None:
    acts = [row for row in rows if row.kind in _ACTS]
    registrations = list(world.rows(Registration))
    begun_by = {row.first_number: acts[2 * at].number for at, row in enumerate(registrations)}
    for shift in world.rows(Shift):
        update(shift, activation_number=begun_by[shift.activation_number])
        within = [row for row in rows if row.shift == shift.number]
        _span(
            shift, within[0], within[-1] if within[-1].kind == OperationKind.CLOSE_SHIFT else None
        )
    for at, registration in enumerate(registrations):
        begun, *ended = acts[2 * at : 2 * at + 2]
        _span(registration, begun, *(ended or [None]))


def _span(span: Shift | Registration, first: Operation, last: Operation | None) -> None:
    ends = (
        {"last_number": last.number, "closed_at": datetime.fromtimestamp(last.occurred, UTC)}
        if last
        else {}
    )
    update(
        span,
        first_number=first.number,
        opened_at=datetime.fromtimestamp(first.occurred, UTC),
        **ends,
    )
