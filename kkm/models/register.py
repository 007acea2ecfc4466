"""The register itself, and the questions that the cabinet asks of thousands of them."""

import json
import re
from collections.abc import Sequence
from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Count, Exists, Max, OuterRef, Q, Subquery, When
from django.db.models.expressions import F, OrderBy
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from kkm.domain.kinds import OperationKind
from kkm.domain.limits import SHIFT_LIMIT
from kkm.fields import SerialNumberField, validate_printable
from kkm.models.integration import LateOffline
from kkm.models.operation import FiscalOperation
from kkm.models.proof import Audit
from kkm.models.reference import OFD, KKMModel, Taxpayer
from kkm.models.span import Registration, Shift


class State(models.TextChoices):
    """Conclusions by which registers are looked for."""

    ON_RECORD = "on-record", _("на учёте")
    OFF_RECORD = "off-record", _("не на учёте")
    BLOCKED = "blocked", _("заблокированы")
    SHIFT_OPEN = "shift-open", _("смена открыта")
    OVERDUE = "overdue", _("смена более 24 ч")
    LATE = "late", _("автономно более 72 ч")
    BROKEN = "broken", _("целостность нарушена")


def _conditions(now: datetime) -> dict[State, models.Expression]:
    """What each state means, of one register.

    A shift of more than 24 hours blocks it too, and tickets of more than 72 (domain.md 4).
    """
    mine = {"kkm": OuterRef("pk")}
    on_record = Exists(Registration.objects.open().filter(**mine))
    open_shift = Shift.objects.open().filter(**mine)
    last_blocking = (
        FiscalOperation.objects.blockings().filter(**mine).order_by("-number").values("kind")[:1]
    )
    overdue = Exists(open_shift.filter(opened_at__lte=now - SHIFT_LIMIT))
    late = _among_the_late()
    return {
        State.ON_RECORD: on_record,
        State.OFF_RECORD: ~on_record,
        State.BLOCKED: Q(Coalesce(Exact(Subquery(last_blocking), OperationKind.BLOCK), False))
        | Q(overdue)
        | late,
        State.SHIFT_OPEN: Exists(open_shift),
        State.OVERDUE: overdue,
        State.LATE: late,
        State.BROKEN: _broken(),
    }


def _last_received() -> Subquery:
    """When the last operation of the register of a refused ticket came."""
    return Subquery(
        FiscalOperation.objects.filter(kkm=OuterRef("kkm"))
        .order_by("-number")
        .values("received_at")[:1]
    )


def _late() -> models.Expression:
    """Whether the last that was heard of one register is a ticket refused as made offline more than
    72 hours before (order No. 626, items 106, 107).
    """
    refused = LateOffline.objects.filter(kkm=OuterRef("pk")).order_by("-refused_at")
    return Coalesce(
        Subquery(refused.annotate(late=Q(refused_at__gt=_last_received())).values("late")[:1]),
        False,
    )


def _among_the_late() -> Q:
    """The same of thousands: few ever had a ticket refused, and only their journals are looked
    at.
    """
    refused = LateOffline.objects.order_by().values("kkm").annotate(last=Max("refused_at"))
    return Q(pk__in=refused.filter(last__gt=_last_received()).values("kkm"))


def _broken() -> models.Expression:
    """Whether the last check of the journal found something."""
    last = Audit.objects.filter(kkm=OuterRef("pk")).order_by("-number")
    return Coalesce(Subquery(last.annotate(found=Q(~Q(findings=""))).values("found")[:1]), False)


def _sort_keys(now: datetime) -> dict[str, models.Expression]:
    """By what a column of the table is put in order."""
    registration = (
        Registration.objects.open().filter(kkm=OuterRef("pk")).values("registration_number")[:1]
    )
    conditions = _conditions(now)
    return {
        "model": F("model__name"),
        "serial": F("serial_number"),
        "year": F("made_in"),
        "number": Subquery(registration),
        "active": conditions[State.ON_RECORD],
        "blocked": Case(When(conditions[State.BLOCKED], then=True), default=False),
        "comment": F("comment"),
    }


SORTS = ("model", "serial", "year", "number", "active", "blocked", "comment")


class KKMQuerySet(models.QuerySet):
    """Registers with their state.

    Its two axes (domain.md 4): `registration_number` (None: off the record) and `blocked`.
    """

    def with_state(self, now: datetime):
        """Annotate: registration_number, shift_opened_at (None: no open shift), blocked, overdue
        (open for over 24 hours), late (its last ticket was refused as older than 72 hours), broken
        (the last check of the journal found something).
        """
        mine = {"kkm": OuterRef("pk")}
        last_blocking = FiscalOperation.objects.blockings().filter(**mine).order_by("-number")
        open_shift = Shift.objects.open().filter(**mine)
        return self.annotate(
            registration_number=Subquery(
                Registration.objects.open().filter(**mine).values("registration_number")[:1]
            ),
            shift_number=Subquery(open_shift.values("number")[:1]),
            shift_opened_at=Subquery(open_shift.values("opened_at")[:1]),
            last_blocking=Subquery(last_blocking.values("kind")[:1]),
            blocking_details=Subquery(last_blocking.values("details")[:1]),
            overdue=Exists(open_shift.filter(opened_at__lte=now - SHIFT_LIMIT)),
            late=_late(),
            broken=_broken(),
        ).annotate(blocked=Q(last_blocking__isnull=False, last_blocking=OperationKind.BLOCK))

    def on_record(self):
        """Active registers."""
        return self.filter(Exists(Registration.objects.open().filter(kkm=OuterRef("pk"))))

    def off_record(self):
        """Registers never activated or deregistered."""
        return self.exclude(Exists(Registration.objects.open().filter(kkm=OuterRef("pk"))))

    def in_state(self, state: State | str, now: datetime):
        """Those in a state; all of them for an empty one."""
        return self.filter(_conditions(now)[State(state)]) if state else self

    def count_by_state(self, now: datetime) -> dict[str, int]:
        """How many there are in each state, and under "" in all, in one statement."""
        counts = {
            state.name: Count("pk", filter=condition)
            for state, condition in _conditions(now).items()
        }
        found = self.order_by().aggregate(ALL=Count("pk"), **counts)
        return {"": found["ALL"], **{state.value: found[state.name] for state in State}}

    def sorted_by(self, column: str, now: datetime):
        """In the order of one of `SORTS`, backwards after «-», registers without a value last;
        equal ones by serial number.
        """
        key = _sort_keys(now)[column.removeprefix("-")]
        return self.order_by(
            OrderBy(key, descending=column.startswith("-"), nulls_last=True), "serial_number"
        )

    def in_this_order(self, ids: Sequence[int]) -> list["KKM"]:
        """The registers of a page, in the order of their ids."""
        found = self.in_bulk(list(ids))
        return [found[pk] for pk in ids if pk in found]

    def search(self, text: str):
        """By part of a serial or registration number, taxpayer's name or ИИН/БИН, trade name or
        address, whatever the case.
        """
        if not text.strip():
            return self
        text, words = (
            text.strip(),
            re.escape(text.strip()),
        )  # a regular expression folds Cyrillic case on SQLite too, LIKE does not
        taxpayers = Taxpayer.objects.filter(
            Q(name__iregex=words) | Q(taxpayer_number__contains=text)
        )
        numbers = Registration.objects.filter(
            kkm=OuterRef("pk"), registration_number__contains=text
        )
        found = (
            Q(serial_number__contains=text.upper()) | Q(taxpayer__in=taxpayers) | Q(Exists(numbers))
        )
        found |= Q(trade_name__iregex=words) | Q(address__iregex=words)
        return self.filter(found)


class KKM(models.Model):
    """A cash register. Its state is in its journal; here are its requisites, and the inspector's
    comment.
    """

    serial_number = SerialNumberField(_("серийный номер (ЗНМ)"), unique=True)
    model = models.ForeignKey(
        KKMModel, models.PROTECT, related_name="kkms", verbose_name=_("модель")
    )
    taxpayer = models.ForeignKey(
        Taxpayer, models.PROTECT, related_name="kkms", verbose_name=_("налогоплательщик")
    )
    made_in = models.PositiveSmallIntegerField(
        _("год выпуска"), validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    trade_name = models.CharField(
        _("торговая точка"), max_length=120, blank=True, validators=[validate_printable]
    )
    address = models.CharField(
        _("адрес применения"), max_length=200, validators=[validate_printable]
    )
    address_kk = models.CharField(
        _("адрес применения на казахском"),
        max_length=200,
        blank=True,
        validators=[validate_printable],
    )
    ofd = models.ForeignKey(
        OFD, models.PROTECT, null=True, blank=True, related_name="kkms", verbose_name=_("ОФД")
    )
    identity_number = models.CharField(
        _("ИНК ОФД"), max_length=20, blank=True, validators=[validate_printable]
    )
    comment = models.CharField(_("комментарий"), max_length=300, blank=True)

    objects = KKMQuerySet.as_manager()

    class Meta:
        ordering = ["serial_number"]
        verbose_name = _("касса")
        verbose_name_plural = _("кассы")
        permissions = [("block_kkm", _("Может блокировать и разблокировать кассы"))]

    def __str__(self):
        return self.serial_number

    @property
    def open_registration(self) -> Registration | None:
        """The present stay on the record."""
        return self.registrations.open().first()

    @property
    def open_shift(self) -> Shift | None:
        """The shift that is open now."""
        return self.shifts.open().first()

    @property
    def blocking(self) -> FiscalOperation | None:
        """The operation that blocks it now."""
        last = self.operations.blockings().order_by("-number").first()
        return last if last and last.kind == OperationKind.BLOCK else None

    @property
    def last_operation(self) -> FiscalOperation | None:
        """The end of its journal."""
        return self.operations.order_by("-number").first()

    @property
    def hindrances(self) -> list[str]:
        """Why it takes no tickets though it is on the record, in words; needs `with_state`."""
        reason = json.loads(self.blocking_details or "{}").get("reason") if self.blocked else ""
        reasons = [str(_(reason) if reason else _("причина не указана"))] if self.blocked else []
        reasons += [str(_("смена открыта более 24 часов"))] * self.overdue
        return reasons + [str(_("автономный режим более 72 часов"))] * self.late
