"""The states of a register. Each is defined here once, for the table of the cabinet, the page of
a register, the register API and the admin (docs/domain.md, section 4).
"""

from datetime import datetime

from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Expression
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
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


def state_annotations(now: datetime) -> dict[str, Condition]:
    """Whether a register is blocked by an operation of its journal, is overdue (its shift has been
    open for 24 hours), late or broken: conditions for any query of `KKM`, never NULL.
    """
    return {
        "blocked_by_operation": _blocked_by_operation(),
        "overdue": Exists(open_shift().filter(opened_at__lte=now - SHIFT_LIMIT)),
        "late": _late(),
        "broken": _broken(),
    }


def conditions(now: datetime) -> dict[State, Condition]:
    """For each state the condition that a register is in it, for any query of `KKM`.

    `State.BLOCKED` is any of `BLOCKING_CAUSES`: a blocking by an inspector or the authority, a
    shift of 24 hours, or a ticket that was refused as older than 72 hours.
    """
    on_record = Exists(open_registration())
    found = state_annotations(now)
    blocked = Q()
    for cause in BLOCKING_CAUSES:
        blocked |= Q(found[cause])
    return {
        State.ON_RECORD: on_record,
        State.OFF_RECORD: ~on_record,
        State.BLOCKED: ExpressionWrapper(blocked, models.BooleanField()),
        State.SHIFT_OPEN: Exists(open_shift()),
        State.OVERDUE: found["overdue"],
        State.LATE: found["late"],
        State.BROKEN: found["broken"],
    }


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
    open_ones = Registration.objects.open().filter(kkm=OuterRef("pk"))
    return open_ones.order_by("first_number")


def open_shift() -> QuerySet[Shift]:
    """The open shift of the register of the outer query."""
    return Shift.objects.open().filter(kkm=OuterRef("pk")).order_by("number")


def last_blocking() -> QuerySet[FiscalOperation]:
    """Blockings and unblockings of the register of the outer query, the last one first."""
    return FiscalOperation.objects.blockings().filter(kkm=OuterRef("pk")).order_by("-number")


def last_operation() -> QuerySet[FiscalOperation]:
    """Operations of the register of the outer query, the last one first."""
    return FiscalOperation.objects.filter(kkm=OuterRef("pk")).order_by("-number")


def _blocked_by_operation() -> Condition:
    """Whether the last blocking or unblocking of the register is a blocking."""
    last_kind = Subquery(last_blocking().values("kind")[:1])
    return Coalesce(Exact(last_kind, OperationKind.BLOCK), False)


def _late() -> Condition:
    """Whether a ticket was refused as made offline more than 72 hours before, and nothing was
    received from the register since (order No. 626, items 106, 107).
    """
    operations = FiscalOperation.objects.filter(kkm=OuterRef("kkm")).order_by("-number")
    last_received = Subquery(operations.values("received_at")[:1])
    refused = LateOffline.objects.filter(kkm=OuterRef("pk"), refused_at__gt=last_received)
    return Exists(refused)


def _broken() -> Condition:
    """Whether the last audit of the journal found something."""
    audits = Audit.objects.filter(kkm=OuterRef("pk")).order_by("-number")
    last_result = audits.annotate(found=~Q(findings="")).values("found")[:1]
    return Coalesce(Subquery(last_result), False)
