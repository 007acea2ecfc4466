"""Whether a journal can be believed: one pass over its operations, in constant memory, with the
standard library only.

`Checker` takes the operations of one register in the order of their numbers, recomputes all that
can be recomputed, and notes a `Finding` for whatever differs. The same code checks a database
(`kkm.audit`), an export on another machine, and the journal of the self-test of the audit.
Sums are whole tiyn, times whole seconds since 1970-01-01 UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kkm.domain import seal as seals
from kkm.domain.finding import Finding, Rule, Subject
from kkm.domain.heading import (
    Requisites,
    Unreadable,
    frozen_in,
    requisite_text,
    requisites_differences,
)
from kkm.domain.kinds import ACTS, FREEZING, TICKETS, OperationKind
from kkm.domain.limits import OFFLINE_LIMIT, SHIFT_LIMIT
from kkm.domain.money import goods_in_tiyn
from kkm.domain.operation import (
    CASH,
    FIELDS,
    START,
    Operation,
    after,
    fiscal_sign_of,
    sealed_fields,
)
from kkm.domain.shift_check import CheckedShift, heading_of_z, z_differences
from kkm.domain.vat import TaxedLine, included_vat, line_vats

_SHIFT_SECONDS = int(SHIFT_LIMIT.total_seconds())
_OFFLINE_SECONDS = int(OFFLINE_LIMIT.total_seconds())
_FIRST_ACT = int(OperationKind.ACTIVATION)  # acts have this kind and higher ones
_CLOSE = int(OperationKind.CLOSE_SHIFT)
_TICKETS = frozenset(map(int, TICKETS))
_STARTING_ACTS = (OperationKind.ACTIVATION, OperationKind.BLOCK)


@dataclass(frozen=True, slots=True)
class Start:
    """What a closed shift left behind: where a check begins that does not begin at operation 1.

    `active` and `blocked_by_operation` are the register's state then. `requisites` are those in
    force; None if they are not known.
    """

    number: int = 0
    seal: str = seals.GENESIS
    occurred: int = 0
    balance: tuple[int, ...] = START
    last_shift: int = 0
    active: bool = False
    blocked_by_operation: bool = False
    requisites: Requisites | None = None


NOTHING_BEFORE = Start()


class Checker:
    """Reads one journal; `findings` grow as operations are fed. `seal` may be a faster writer of
    the same bytes than `seals.seal`.

    With a `start` it reads what follows a closed shift and takes the start for true.
    """

    def __init__(
        self,
        serial_number: str,
        seal: Callable[[list[Any]], str] = seals.seal,
        start: Start = NOTHING_BEFORE,
    ) -> None:
        self.serial_number = serial_number
        self._sealed = seal
        self.findings: list[Finding] = []
        self.number = start.number
        self.seal = start.seal
        self.occurred = start.occurred
        self.balance = start.balance
        self.shift: CheckedShift | None = None
        self.last_shift = start.last_shift
        self.active = start.active
        self.blocked_by_operation = start.blocked_by_operation
        self.requisites = start.requisites

    def feed(self, operation: Operation) -> None:
        """Check the next operation."""
        self._check_number(operation)
        self._check_seal(operation)
        self._check_times(operation)
        if operation.kind >= _FIRST_ACT:
            self._check_act(operation)
        else:
            self._check_document(operation)
        self._check_balance(operation)
        self.number = operation.number
        self.seal = operation.seal
        self.occurred = operation.occurred
        self.balance = operation.balance

    def _find(
        self,
        operation: Operation,
        rule: Rule,
        expected: object,
        found: object,
        subject: Subject | None = None,
    ) -> None:
        finding = Finding(operation.number, rule, expected, found, subject=subject)
        self.findings.append(finding)

    def _check_number(self, operation: Operation) -> None:
        if operation.number != self.number + 1:
            self._find(operation, Rule.NUMBER, self.number + 1, operation.number)

    def _check_seal(self, operation: Operation) -> None:
        expected = self._sealed(sealed_fields(operation, self.seal, self.serial_number))
        if expected != operation.seal:
            self._find(operation, Rule.SEAL, expected, operation.seal)

    def _check_times(self, operation: Operation) -> None:
        occurred = operation.occurred
        received = operation.received
        if occurred < self.occurred:
            self._find(operation, Rule.TIME, self.occurred, occurred)
        if received < occurred:
            self._find(operation, Rule.TIME, occurred, received)
        if operation.offline and received - occurred > _OFFLINE_SECONDS:
            self._find(operation, Rule.OFFLINE, _OFFLINE_SECONDS, received - occurred)

    # -- acts --------------------------------------------------------------------------------------

    def _check_act(self, operation: Operation) -> None:
        kind = operation.kind
        if operation.shift or operation.lines or operation.amount or operation.z:
            self._find(operation, Rule.STATE, "", operation.shift or operation.amount)
        if kind == OperationKind.REQUISITES:
            if self.shift:
                self._find(operation, Rule.STATE, False, True)
        else:
            self._check_state(operation)
        if kind in FREEZING:
            self._check_frozen(operation)

    def _check_state(self, operation: Operation) -> None:
        """An act changes the state of the register; no shift is open when it is deregistered."""
        kind = operation.kind
        is_registration = kind <= OperationKind.DEREGISTRATION
        before = self.blocked_by_operation
        if is_registration:
            before = self.active
        after = kind in _STARTING_ACTS
        in_shift = kind == OperationKind.DEREGISTRATION and self.shift
        if before == after or kind not in ACTS or in_shift:
            self._find(operation, Rule.STATE, not after, before)
        if is_registration:
            self.active = after
        else:
            self.blocked_by_operation = after

    def _check_frozen(self, operation: Operation) -> None:
        """An activation of an older form froze nothing; a change of requisites always says them."""
        try:
            self.requisites = frozen_in(operation.details)
        except Unreadable:
            self.requisites = None
            self._find(operation, Rule.REQUISITES, "", operation.details)
            return
        if operation.kind == OperationKind.REQUISITES and self.requisites is None:
            self._find(operation, Rule.REQUISITES, "", operation.details)

    # -- tickets, placements, closings -------------------------------------------------------------

    def _check_document(self, operation: Operation) -> None:
        is_closing = operation.kind == _CLOSE
        if not is_closing:
            self._check_money(operation)
        shift = self._check_shift(operation)
        shift.fold.add(operation)
        if is_closing:
            self.shift = None
            self._check_z(operation, shift)
        elif operation.z:
            self._find(operation, Rule.Z, "", operation.z)

    def _check_money(self, operation: Operation) -> None:
        if not self.active or self.blocked_by_operation:
            self._find(operation, Rule.STATE, True, False)
        if sum(operation.payments) != operation.amount:
            self._find(operation, Rule.PAYMENTS, operation.amount, sum(operation.payments))
        if operation.kind in _TICKETS:
            self._check_ticket(operation)
        elif operation.lines:
            self._find(operation, Rule.LINES, "", len(operation.lines))

    def _check_ticket(self, operation: Operation) -> None:
        self._check_lines(operation)
        sign = fiscal_sign_of(operation, self.seal, self.serial_number)
        if sign != operation.fiscal_sign:
            self._find(operation, Rule.SIGN, sign, operation.fiscal_sign)

    def _check_lines(self, operation: Operation) -> None:
        total = 0
        by_old_rule = []
        for line in operation.lines:
            (
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
            ) = line
            worth = goods - discount + markup
            total += worth
            vat = included_vat(abs(worth), rate)
            if vat != stated:
                by_old_rule.append((vat, stated))
            if abs(quantity * price - 1000 * goods) >= 100_000:
                self._find(operation, Rule.LINES, goods_in_tiyn(quantity, price), goods)
        if by_old_rule:
            self._check_vats(operation, by_old_rule)
        if total != operation.amount:
            self._find(operation, Rule.LINES, total, operation.amount)

    def _check_vats(self, operation: Operation, by_old_rule: list[tuple[int, int]]) -> None:
        """Find the lines whose VAT is wrong, as (expected, found).

        The old rule: the VAT of each line is that included in the line alone; `by_old_rule` are
        the lines that break it. The present rule, which this program follows since
        27.11.2026: where the turnover of a rate is zero, its discounts have as much VAT as its
        other lines (`line_vats`). A ticket has to follow one of the two rules as a whole. If it
        follows neither, the findings are by the rule that fewer of its lines break.
        """
        taxed = []
        stated = []
        for line in operation.lines:
            role, _section, _name, _quantity, _price, goods, discount, markup, rate, vat, _ = line
            taxed.append(TaxedLine(role, goods - discount + markup, rate))
            stated.append(vat)
        by_present_rule = []
        for expected, found in zip(line_vats(taxed), stated, strict=True):
            if expected != found:
                by_present_rule.append((expected, found))
        wrong = by_old_rule
        if len(by_present_rule) < len(by_old_rule):
            wrong = by_present_rule
        for expected, found in wrong:
            self._find(operation, Rule.VAT, expected, found)

    def _check_shift(self, operation: Operation) -> CheckedShift:
        """Returns the shift of a document: the open one, or the one that it opens."""
        is_closing = operation.kind == _CLOSE
        shift = self.shift
        if shift is None:
            if is_closing or operation.shift != self.last_shift + 1:
                self._find(operation, Rule.SHIFT, self.last_shift + 1, operation.shift)
            shift = CheckedShift(
                operation.shift, operation.number, operation.occurred, self.balance
            )
            self.shift = shift
            self.last_shift = operation.shift
        elif operation.shift != shift.number:
            self._find(operation, Rule.SHIFT, shift.number, operation.shift)
        lasted = operation.occurred - shift.opened
        if not is_closing and lasted >= _SHIFT_SECONDS:
            self._find(operation, Rule.SHIFT_LENGTH, _SHIFT_SECONDS, lasted)
        return shift

    def _check_z(self, operation: Operation, shift: CheckedShift) -> None:
        differences = z_differences(operation, shift, self.balance, self.serial_number)
        for subject, expected, found in differences:
            self._find(operation, Rule.Z, expected, found, subject)
        heading = heading_of_z(operation.z)
        if self.requisites is None or heading is None:
            return
        for name, expected, found in requisites_differences(self.requisites, heading):
            self._find(
                operation,
                Rule.REQUISITES,
                requisite_text(expected),
                requisite_text(found),
                name,
            )

    def _check_balance(self, operation: Operation) -> None:
        """The first figure of the balance that differs is reported."""
        balance = after(self.balance, operation)
        if balance != operation.balance:
            for name, expected, found in zip(FIELDS, balance, operation.balance, strict=True):
                if expected != found:
                    self._find(operation, Rule.BALANCE, expected, found, name)
                    break
        if balance[CASH] < 0:
            self._find(operation, Rule.CASH, 0, balance[CASH])
