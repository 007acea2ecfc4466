"""The states of a register. Each is defined here once, for the table of the cabinet, the page of
a register, the register API and the admin (docs/domain.md, section 4).
"""

from datetime import datetime

from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Expression
from django.utils.translation import gettext_lazy as _

from kkm.domain.kinds import OperationKind
from kkm.domain.limits import SHIFT_LIMIT
from kkm.models.evidence import Audit
from kkm.models.integration import LateOffline
from kkm.models.operation import FiscalOperation
from kkm.models.span import Registration, Shift

Condition = Expression | Exists


class State(models.TextChoices):
    """What a register can be found by. A register may be in several states at once."""

    ON_RECORD = "on-record", _("на учёте")
    OFF_RECORD = "off-record", _("не на учёте")
    BLOCKED = "blocked", _("заблокированы")
    SHIFT_OPEN = "shift-open", _("смена открыта")
    OVERDUE = "overdue", _("смена более 24 ч")
    LATE = "late", _("автономно более 72 ч")
    BROKEN = "broken", _("целостность нарушена")


# What blocks a register: names of those of `state_annotations` any of which is enough.
BLOCKING_CAUSES = ("blocked_by_operation", "overdue", "late")
# For each state but that of being off the record: names of `rows_of_causes` any of which is enough.
CAUSES = {
    State.ON_RECORD: ("on_record",),
    State.BLOCKED: BLOCKING_CAUSES,
    State.SHIFT_OPEN: ("shift_open",),
    State.OVERDUE: ("overdue",),
    State.LATE: ("late",),
    State.BROKEN: ("broken",),
}


def rows_of_causes(now: datetime) -> dict[str, QuerySet]:
    """By name, the rows that put their register into a state; a register has one of each at most.

    They are few, and asked of themselves: each has an index.
    """
    open_shifts = Shift.objects.open().order_by()
    return {
        "on_record": Registration.objects.open().order_by(),
        "shift_open": open_shifts,
        "blocked_by_operation": _last_blockings(),
        "overdue": open_shifts.filter(opened_at__lte=now - SHIFT_LIMIT),
        "late": _late(),
        "broken": _last_findings(),
    }


def state_annotations(now: datetime) -> dict[str, Condition]:
    """Whether a register is blocked by an operation of its journal, is overdue (its shift has been
    open for 24 hours), late or broken: conditions for any query of `KKM`, never NULL.
    """
    found = _causes(now)
    return {name: found[name] for name in (*BLOCKING_CAUSES, "broken")}


def _causes(now: datetime) -> dict[str, Condition]:
    """For each cause the condition that it applies to a register."""
    found: dict[str, Condition] = {}
    for name, rows in rows_of_causes(now).items():
        found[name] = Exists(rows.filter(kkm=OuterRef("pk")))
    return found


def conditions(now: datetime) -> dict[State, Condition]:
    """For each state the condition that a register is in it, for any query of `KKM`.

    `State.BLOCKED` is any of `BLOCKING_CAUSES`: a blocking by an inspector or the authority, a
    shift of 24 hours, or a ticket that was refused as older than 72 hours.
    """
    found = _causes(now)
    states: dict[State, Condition] = {State.OFF_RECORD: ~Exists(open_registration())}
    for state, causes in CAUSES.items():
        states[state] = found[causes[0]]
    blocked = Q()
    for cause in BLOCKING_CAUSES:
        blocked |= Q(found[cause])
    states[State.BLOCKED] = ExpressionWrapper(blocked, models.BooleanField())
    return states


def alarm_rank(now: datetime) -> models.Expression:
    """The place of a register in a list that begins with alarms: 0 its journal is broken, 1 its
    tickets are later than 72 hours, 2 its shift is older than 24 hours, 3 none of these.
    """
    found = state_annotations(now)
    return models.Case(
        models.When(found["broken"], then=0),
        models.When(found["late"], then=1),
        models.When(found["overdue"], then=2),
        default=3,
        output_field=models.SmallIntegerField(),
    )


def open_registration() -> QuerySet[Registration]:
    """The present registration of the register of the outer query."""
    return Registration.objects.open().filter(kkm=OuterRef("pk")).order_by()


def open_shift() -> QuerySet[Shift]:
    """The open shift of the register of the outer query."""
    return Shift.objects.open().filter(kkm=OuterRef("pk")).order_by()


def last_blocking() -> QuerySet[FiscalOperation]:
    """Blockings and unblockings of the register of the outer query, the last one first."""
    return FiscalOperation.objects.blockings().filter(kkm=OuterRef("pk")).order_by("-number")


def last_operation() -> QuerySet[FiscalOperation]:
    """Operations of the register of the outer query, the last one first."""
    return FiscalOperation.objects.filter(kkm=OuterRef("pk")).order_by("-number")


def _last_blockings() -> QuerySet[FiscalOperation]:
    """Blockings that are the last blocking or unblocking of their register."""
    later = FiscalOperation.objects.blockings().filter(
        kkm=OuterRef("kkm"),
        number__gt=OuterRef("number"),
    )
    blockings = FiscalOperation.objects.filter(kind=OperationKind.BLOCK)
    return blockings.filter(~Exists(later.order_by())).order_by()


def _late() -> QuerySet[LateOffline]:
    """The last ticket of a register that was refused as made offline more than 72 hours before,
    if nothing was received from the register since (order No. 626, items 106, 107).
    """
    operations = FiscalOperation.objects.filter(kkm=OuterRef("kkm")).order_by("-number")
    last_received = Subquery(operations.values("received_at")[:1])
    later = LateOffline.objects.filter(kkm=OuterRef("kkm")).order_by("-refused_at", "-pk")
    last = Subquery(later.values("pk")[:1])
    return LateOffline.objects.filter(pk=last, refused_at__gt=last_received).order_by()


def _last_findings() -> QuerySet[Audit]:
    """Audits that have found something and are the last of their register."""
    later = Audit.objects.filter(kkm=OuterRef("kkm"), number__gt=OuterRef("number"))
    with_findings = Audit.objects.filter(~Q(findings=""))
    return with_findings.filter(~Exists(later.order_by())).order_by()
