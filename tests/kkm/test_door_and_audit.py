"""Whatever the door takes, the audit must accept.

A machine drives the import, the register API and the door itself over days on which limits are
met: the change of offset on 29.02.2024, New Year with its new VAT rate, midnight, 24 and 72 hours
to the second; in batches of one and of many. What is refused is left out; what was taken must pass
the whole audit. LAW_EXAMPLES sets the number of machines (`make test` runs a few).
"""

import json
import os
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from kkm import journal
from kkm.audit.audit import full_audit
from kkm.domain.kinds import PLACEMENTS, RETURNED, OperationKind
from kkm.domain.money import Money
from kkm.domain.ticket import Placement, ShiftClosing, Ticket
from kkm.errors import Refusal
from kkm.importing.json_lines import parse_line
from kkm.importing.line_fields import BadLine
from kkm.importing.operation_line import read_operation
from kkm.local_time import local_iso, plain_clock
from kkm.models import ApiKey, Token
from tests.factories import KKMFactory
from tests.kkm.days import tickets as drawn_tickets
from tests.kkm.webkassa.conftest import KEY, make_cashier
from tests.stories import AHMETOVA, act

K = OperationKind
EXAMPLES = int(os.environ.get("LAW_EXAMPLES", "12"))
DAY = timedelta(hours=24)
BEGINNINGS = [
    datetime(2024, 2, 27, 5, tzinfo=UTC),  # two days before clocks went back an hour
    datetime(2024, 2, 29, 12, tzinfo=UTC),
    datetime(2025, 12, 30, 12, tzinfo=UTC),  # before VAT became 16 %
    datetime(2026, 3, 12, 4, tzinfo=UTC),
]
SECOND = timedelta(seconds=1)
PAUSES = [
    timedelta(0),
    SECOND,
    timedelta(minutes=17),
    timedelta(hours=1),
    timedelta(hours=7),
    DAY - SECOND,
    DAY,
    DAY + SECOND,
]
DELAYS = [timedelta(0), SECOND, timedelta(hours=5), 3 * DAY - SECOND, 3 * DAY, 3 * DAY + SECOND]
RATES = [None, 12_000, 16_000]
NOTATIONS = ["local", "iso", "utc"]


class Register(RuleBasedStateMachine):
    """One register; `at` is the time of its last operation or later, `now` the server's clock."""

    @initialize(beginning=st.sampled_from(BEGINNINGS))
    def begin(self, beginning):
        self.kkm = KKMFactory()
        self.at = beginning
        self.serial = 0
        self.sold = []
        journal.activate(kkm=self.kkm, registration_number=self._number(), act=act(self.at))
        cashier = make_cashier(self.kkm, login=f"kassir-{self.kkm.pk}")
        key = ApiKey.objects.first() or ApiKey.issue("law", at=beginning, secret=KEY)[0]
        self.cashier, self.key = cashier, key

    def _number(self):
        self.serial += 1
        return f"{700_000_000_000 + self.kkm.pk * 1000 + self.serial}"

    # -- the door -----------------------------------------------------------------------------

    @rule(
        entries=st.lists(
            st.one_of(drawn_tickets(), drawn_tickets(), st.just("deposit"), st.just("closing")),
            min_size=1,
            max_size=4,
        ),
        pause=st.sampled_from(PAUSES),
        step=st.sampled_from(PAUSES[:4]),
        delay=st.sampled_from(DELAYS),
        offline=st.booleans(),
    )
    def record_many(self, entries, pause, step, delay, offline):
        """A batch by the door: all or nothing."""
        at = self.at + pause
        made = []
        for drawn in entries:
            made.append(self._entry(drawn, at, offline))
            at += step
        received = [entry.at + delay for entry in made]
        if self._taken(
            lambda: journal.record_many(kkm=self.kkm, entries=made, received_at=received)
        ):
            self.at = made[-1].at

    def _entry(self, drawn, at, offline):
        if drawn == "deposit":
            return Placement(
                kind=K.DEPOSIT, at=at, amount=Money(500_000), offline=offline, **AHMETOVA
            )
        if drawn == "closing":
            return ShiftClosing(at=at, offline=offline, **AHMETOVA)
        details = {}
        if drawn.kind in RETURNED and self.sold:
            details["basis"] = {"number": "1", "at": local_iso(self.sold[-1]), "total": 100}
        if drawn.kind == K.SALE:
            self.sold.append(at)
        return Ticket(
            at=at,
            kind=drawn.kind,
            positions=drawn.positions,
            modifiers=drawn.modifiers,
            payments=drawn.payments,
            change=drawn.change,
            offline=offline,
            details=details,
            **AHMETOVA,
        )

    @rule(pause=st.sampled_from(PAUSES), way=st.sampled_from(["block", "deregister"]))
    def interrupt(self, pause, way):
        """An act and, an hour later, its opposite."""
        self.at += pause
        done = self._taken(
            lambda: getattr(journal, way)(kkm=self.kkm, act=act(self.at, reason="проверка"))
        )
        if not done:
            return
        self.at += timedelta(hours=1)
        if way == "block":
            self._taken(lambda: journal.unblock(kkm=self.kkm, act=act(self.at)))
            return
        number = self._number()
        again = act(self.at)
        self._taken(lambda: journal.activate(kkm=self.kkm, registration_number=number, act=again))

    # -- the import ---------------------------------------------------------------------------

    @rule(
        count=st.sampled_from([1, 3]),
        pause=st.sampled_from(PAUSES),
        delay=st.sampled_from(DELAYS),
        offline=st.booleans(),
        rate=st.sampled_from(RATES),
        kind=st.sampled_from(["sale", "sale_return", "deposit", "closing"]),
        notation=st.sampled_from(NOTATIONS),
    )
    def import_lines(self, count, pause, delay, offline, rate, kind, notation):
        """Lines of one batch, in one notation of time."""
        at = self.at
        lines = []
        for _line in range(count):
            at += pause
            self.serial += 1
            values = {
                "kkm": self.kkm.serial_number,
                "external_number": f"i-{self.serial}",
                "at": _written(at, notation),
                "received_at": _written(at + delay, notation),
                "offline": offline,
                **_what(kind, rate),
            }
            try:
                raw = json.dumps(values, ensure_ascii=False).encode()
                lines.append(read_operation(parse_line(raw), now=at + delay + DAY))
            except BadLine:
                return
        entries = [line.entry for line in lines]
        received = [line.received_at for line in lines]
        if self._taken(
            lambda: journal.record_many(kkm=self.kkm, entries=entries, received_at=received)
        ):
            self.at = entries[-1].at

    # -- the API ------------------------------------------------------------------------------

    @rule(
        pause=st.sampled_from(PAUSES),
        delay=st.sampled_from(DELAYS),
        rate=st.sampled_from(RATES),
        call=st.sampled_from(["Check", "Return", "ZReport", "MoneyOperation"]),
        offline=st.booleans(),
        notation=st.sampled_from(["local", "iso"]),
    )
    def call_the_api(self, pause, delay, rate, call, offline, notation):
        """One call; a ticket made offline brings its own time."""
        at = self.at + pause
        now = at + delay if offline else at
        with time_machine.travel(now, tick=False):
            token = Token.issue(self.cashier, self.key, at=timezone.now())
            body = {"Token": token, "CashboxUniqueNumber": self.kkm.serial_number}
            path = "Check" if call == "Return" else call
            body |= _asked(call, rate)
            if offline and path == "Check":
                body["DateTime"] = _written(at, notation)
            response = Client().post(
                f"/api/v4/{path}",
                json.dumps(body),
                content_type="application/json",
                headers={"x-api-key": KEY},
            )
        assert response.status_code == 200, response.content
        if "Data" in response.json():
            self.at = max(at if offline and path == "Check" else now, self.at)

    # -- the law ------------------------------------------------------------------------------

    def _taken(self, ask):
        try:
            with transaction.atomic():
                ask()
        except Refusal:
            return False
        return True

    def teardown(self):
        if hasattr(self, "kkm"):
            verdict = full_audit(self.kkm)
            assert verdict.findings == ()


def _written(moment, notation):
    if notation == "local":
        return plain_clock(moment)
    if notation == "iso":
        return local_iso(moment)
    return moment.isoformat()


def _what(kind, rate):
    if kind == "closing":
        return {"type": "closing"}
    if kind == "deposit":
        return {"type": "placement", "kind": "deposit", "amount": 100_000}
    position = {"name": "Хлеб", "quantity": 1, "price": 310}
    if rate is not None:
        position["rate"] = rate // 1000
    payments = {"cash": 310}
    return {"type": "ticket", "kind": kind, "positions": [position], "payments": payments}


def _asked(call, rate):
    if call == "ZReport":
        return {}
    if call == "MoneyOperation":
        return {"OperationType": PLACEMENTS.index(K.DEPOSIT), "Sum": 1000}
    position = {"PositionName": "Хлеб", "Count": 1, "Price": 310, "TaxType": 0}
    if rate is not None:
        position |= {"TaxType": 100, "TaxPercent": rate // 1000}
    return {
        "OperationType": 3 if call == "Return" else 2,
        "Positions": [position],
        "Payments": [{"PaymentType": 0, "Sum": 310}],
    }


@pytest.mark.django_db
def test_what_the_door_takes_the_audit_accepts():
    how = settings(
        max_examples=EXAMPLES,
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Register, settings=how)
