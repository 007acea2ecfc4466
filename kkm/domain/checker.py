"""Whether a journal can be believed: one pass over its operations, in constant memory, with the
standard library only.

`Checker` takes the operations of one register in the order of their numbers, recomputes all that
can be recomputed, and notes a `Finding` for whatever differs. The same code checks a database
(`kkm.audit`), an export that has left the house, and the journal of the self-test of the audit.
Sums are whole tiyn, times whole seconds since 1970-01-01 UTC.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from kkm.domain import seal as seals
from kkm.domain.heading import Requisites, Unreadable, frozen_in, said, unlike
from kkm.domain.kinds import ACTS, FREEZING, TICKETS, OperationKind
from kkm.domain.limits import OFFLINE_LIMIT, SHIFT_LIMIT
from kkm.domain.operation import (
    CASH,
    FIELDS,
    START,
    Fold,
    Operation,
    after,
    fiscal_sign_of,
    sealed_fields,
)
from kkm.domain.vat import TaxedLine, included_vat, line_vats

_SHIFT_SECONDS = int(SHIFT_LIMIT.total_seconds())
_OFFLINE_SECONDS = int(OFFLINE_LIMIT.total_seconds())
_VAT = 9  # its place in a `Line`
_ACT, _CLOSE, _TICKETS = (
    int(OperationKind.ACTIVATION),
    int(OperationKind.CLOSE_SHIFT),
    frozenset(map(int, TICKETS)),
)


class Rule(StrEnum):
    """What an operation can break. The law behind each stands in `LAW`."""

    NUMBER = "number"
    SEAL = "seal"
    SIGN = "sign"
    BALANCE = "balance"
    CASH = "cash"
    PAYMENTS = "payments"
    LINES = "lines"
    VAT = "vat"
    TIME = "time"
    SHIFT = "shift"
    SHIFT_LENGTH = "shift_length"
    STATE = "state"
    OFFLINE = "offline"
    Z = "z"
    SPAN = "span"
    SIGNATURE = "signature"
    MEMORY = "memory"
    EMPTY = "empty"
    REQUISITES = "requisites"


LAW = {
    Rule.NUMBER: "626: 78, 79",
    Rule.SEAL: "626: 78, 79, 105",
    Rule.SIGN: "626: 106",
    Rule.BALANCE: "626: 79, 105",
    Rule.CASH: "626: 105",
    Rule.PAYMENTS: "626: 105",
    Rule.LINES: "626: 105",
    Rule.VAT: "НК РК; 626: 105",
    Rule.TIME: "626: 118–120",
    Rule.SHIFT: "626: 93",
    Rule.SHIFT_LENGTH: "626: 93",
    Rule.STATE: "626: 95, 96",
    Rule.OFFLINE: "626: 106, 107",
    Rule.Z: "626: 79, 105",
    Rule.SPAN: "626: 105",
    Rule.SIGNATURE: "626: 79, 86",
    Rule.MEMORY: "626: 79, 86",
    Rule.EMPTY: "626: 104, 105",
    Rule.REQUISITES: "626: 105, 118–120",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """At operation `number`, by `rule`: what was expected (`source` says so), and what stands."""

    number: int
    rule: Rule
    expected: object = ""
    found: object = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """What a closed shift left behind: where a check begins that does not begin at operation 1.

    `active` and `blocked` are the register's state then, `requisites` what was frozen last.
    """

    number: int = 0
    seal: str = seals.GENESIS
    occurred: int = 0
    balance: tuple[int, ...] = START
    last_shift: int = 0
    active: bool = False
    blocked: bool = False
    requisites: Requisites | None = None  # in force, if it is known


NOTHING_BEFORE = Start()


@dataclass(slots=True)
class OpenShift:
    """What is known of the shift that is open while reading."""

    number: int
    first: int
    opened: int
    opening: tuple[int, ...]
    fold: Fold = field(default_factory=Fold)


class Checker:
    """Reads one journal; `findings` grow as operations are fed. `seal` may be a faster writer of
    the same bytes than `seals.seal`.

    With a `start` it reads what follows a closed shift and takes the start for true.
    """

    def __init__(
        self,
        serial_number: str,
        seal: Callable[[list], str] = seals.seal,
        start: Start = NOTHING_BEFORE,
    ) -> None:
        self.serial_number, self._sealed = serial_number, seal
        self.findings: list[Finding] = []
        self.number, self.seal, self.occurred, self.balance = (
            start.number,
            start.seal,
            start.occurred,
            start.balance,
        )
        self.shift: OpenShift | None = None
        self.last_shift = start.last_shift
        self.active, self.blocked = start.active, start.blocked
        self.requisites = start.requisites

    def feed(self, operation: Operation) -> None:
        """Check the next operation."""
        self._number(operation)
        self._seal(operation)
        self._times(operation)
        if operation.kind >= _ACT:
            self._act(operation)
        else:
            self._document(operation)
        self._balance(operation)
        self.number, self.seal, self.occurred, self.balance = (
            operation.number,
            operation.seal,
            operation.occurred,
            operation.balance,
        )

    def _find(self, operation: Operation, rule: Rule, expected: object, found: object) -> None:
        self.findings.append(Finding(operation.number, rule, expected, found))

    def _number(self, operation: Operation) -> None:
        if operation.number != self.number + 1:
            self._find(operation, Rule.NUMBER, self.number + 1, operation.number)

    def _seal(self, operation: Operation) -> None:
        expected = self._sealed(sealed_fields(operation, self.seal, self.serial_number))
        if expected != operation.seal:
            self._find(operation, Rule.SEAL, expected, operation.seal)

    def _times(self, operation: Operation) -> None:
        _number, _kind, _shift, occurred, received, offline = operation[:6]
        if occurred < self.occurred:
            self._find(operation, Rule.TIME, self.occurred, occurred)
        if received < occurred:
            self._find(operation, Rule.TIME, occurred, received)
        if offline and received - occurred > _OFFLINE_SECONDS:
            self._find(operation, Rule.OFFLINE, _OFFLINE_SECONDS, received - occurred)

    def _act(self, operation: Operation) -> None:
        kind = operation.kind
        if operation.shift or operation.lines or operation.amount or operation.z:
            self._find(operation, Rule.STATE, "", operation.shift or operation.amount)
        if kind == OperationKind.REQUISITES:
            if self.shift:
                self._find(operation, Rule.STATE, False, True)
        else:
            self._state(operation)
        if kind in FREEZING:
            self._freeze(operation)

    def _state(self, operation: Operation) -> None:
        kind = operation.kind
        before = self.active if kind <= OperationKind.DEREGISTRATION else self.blocked
        after = kind in (OperationKind.ACTIVATION, OperationKind.BLOCK)
        if (
            before == after
            or kind not in ACTS
            or (kind == OperationKind.DEREGISTRATION and self.shift)
        ):
            self._find(operation, Rule.STATE, not after, before)
        if kind <= OperationKind.DEREGISTRATION:
            self.active = after
        else:
            self.blocked = after

    def _freeze(self, operation: Operation) -> None:
        """An activation of an older form froze nothing; a change of requisites always says them."""
        try:
            self.requisites = frozen_in(operation.details)
        except Unreadable:
            self.requisites = None
            self._find(operation, Rule.REQUISITES, "", operation.details)
            return
        if operation.kind == OperationKind.REQUISITES and self.requisites is None:
            self._find(operation, Rule.REQUISITES, "", operation.details)

    def _document(self, operation: Operation) -> None:
        closing = operation.kind == _CLOSE
        if not closing:
            self._money(operation)
        self._shift(operation)
        if self.shift:
            self.shift.fold.add(operation)
        if closing:
            self._z(operation)
        elif operation.z:
            self._find(operation, Rule.Z, "", operation.z)

    def _money(self, operation: Operation) -> None:
        if not self.active or self.blocked:
            self._find(operation, Rule.STATE, True, False)
        if sum(operation.payments) != operation.amount:
            self._find(operation, Rule.PAYMENTS, operation.amount, sum(operation.payments))
        if operation.kind in _TICKETS:
            self._lines(operation)
        elif operation.lines:
            self._find(operation, Rule.LINES, "", len(operation.lines))

    def _lines(self, operation: Operation) -> None:
        total, wrong = 0, []
        for (
            _role,
            _section,
            _name,
            quantity,
            price,
            goods,
            discount,
            markup,
            rate,
            stated,
            _details,
        ) in operation.lines:
            worth = goods - discount + markup
            total += worth
            vat = included_vat(abs(worth), rate)
            if vat != stated:
                wrong.append((vat, stated))
            if abs(quantity * price - 1000 * goods) >= 100_000:
                self._find(operation, Rule.LINES, (2 * quantity * price + 1000) // 2000, goods)
        if wrong:
            self._vat(operation, wrong)
        if total != operation.amount:
            self._find(operation, Rule.LINES, total, operation.amount)
        sign = fiscal_sign_of(operation, self.seal, self.serial_number)
        if sign != operation.fiscal_sign:
            self._find(operation, Rule.SIGN, sign, operation.fiscal_sign)

    def _vat(self, operation: Operation, alone: list[tuple[int, int]]) -> None:
        """Find the lines whose VAT is wrong. `alone`: those whose VAT is not that included in the
        line by itself.

        At first every line was given that VAT; now the discounts of a turnover of zero are levelled
        (`line_vats`). A ticket has to follow one of the two rules as a whole; one that follows
        neither is measured by the rule it is nearer to.
        """
        taxed = [
            TaxedLine(role, goods - discount + markup, rate)
            for role, _s, _n, _q, _p, goods, discount, markup, rate, _v, _d in operation.lines
        ]
        stated = [line[_VAT] for line in operation.lines]
        pairs = zip(line_vats(taxed), stated, strict=True)
        levelled = [(vat, found) for vat, found in pairs if vat != found]
        for vat, found in min(alone, levelled, key=len):
            self._find(operation, Rule.VAT, vat, found)

    def _shift(self, operation: Operation) -> None:
        if self.shift is None:
            if operation.kind == _CLOSE or operation.shift != self.last_shift + 1:
                self._find(operation, Rule.SHIFT, self.last_shift + 1, operation.shift)
            self.shift = OpenShift(
                operation.shift, operation.number, operation.occurred, self.balance
            )
            self.last_shift = operation.shift
        elif operation.shift != self.shift.number:
            self._find(operation, Rule.SHIFT, self.shift.number, operation.shift)
        if operation.kind != _CLOSE and operation.occurred >= self.shift.opened + _SHIFT_SECONDS:
            self._find(
                operation, Rule.SHIFT_LENGTH, _SHIFT_SECONDS, operation.occurred - self.shift.opened
            )

    def _z(self, operation: Operation) -> None:
        shift, self.shift = self.shift, None
        for expected, found in differences(operation, shift, self.balance, self.serial_number):
            self._find(operation, Rule.Z, expected, found)
        told = _heading(operation.z)
        if self.requisites and told is not None:
            for name, expected, found in unlike(self.requisites, told):
                right, stands = f"{name} {said(expected)}", said(found)
                self._find(operation, Rule.REQUISITES, right, stands)

    def _balance(self, operation: Operation) -> None:
        expected = after(self.balance, operation)
        if expected != operation.balance:
            name = next(
                name
                for name, a, b in zip(FIELDS, expected, operation.balance, strict=True)
                if a != b
            )
            self._find(
                operation,
                Rule.BALANCE,
                f"{name} {expected[FIELDS.index(name)]}",
                operation.balance[FIELDS.index(name)],
            )
        if expected[CASH] < 0:
            self._find(operation, Rule.CASH, 0, expected[CASH])


def differences(
    operation: Operation, shift: OpenShift, closing: tuple[int, ...], serial: str
) -> Iterable[tuple[object, object]]:
    """Where a frozen Z differs from its shift folded anew: pairs of expected and found."""
    try:
        frozen = json.loads(operation.z)
        heading, totals = frozen["heading"], frozen["totals"]
        ends = [
            (_named(shift.opening), dict(frozen["opening"])),
            (_named(closing), dict(frozen["closing"])),
        ]
        heading, totals = dict(heading), dict(totals)
    except (ValueError, KeyError, TypeError, RecursionError):
        yield "Z", operation.z[:100]
        return
    expected = shift.fold.cells
    cells = sorted(expected.keys() | totals.keys())
    yield from (
        (f"{key} {expected.get(key, 0)}", totals.get(key, 0))
        for key in cells
        if expected.get(key) != totals.get(key)
    )
    yield from ((before, found) for before, found in ends if before != found)
    facts = {
        "shift_number": shift.number,
        "first_number": shift.first,
        "last_number": operation.number,
        "serial_number": serial,
    }
    yield from (
        (value, heading.get(name)) for name, value in facts.items() if heading.get(name) != value
    )


def _heading(z: str) -> dict | None:
    """The heading of a frozen Z; None if there is none, which `differences` tells."""
    try:
        return dict(json.loads(z)["heading"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _named(balance: tuple[int, ...]) -> dict[str, int]:
    return dict(zip(FIELDS, balance, strict=True))
