"""What has a beginning and an end in a register's journal: a registration and a shift.

They are opened and closed, never edited.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple, Self

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import F, Q, Subquery
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kkm.domain.heading import Unreadable
from kkm.domain.kinds import TICKETS, OperationKind
from kkm.domain.limits import SHIFT_LIMIT
from kkm.domain.money import Money
from kkm.domain.period import Period
from kkm.domain.snapshot import Snapshot
from kkm.fields import RegistrationNumberField
from kkm.models.operation import FiscalOperation, OperationQuerySet
from kkm.models.relations import KeyOfRegister

if TYPE_CHECKING:
    from kkm.models.z_report import ZReport


class SpanQuerySet(models.QuerySet):
    """Questions of registrations and shifts."""

    def open(self) -> Self:
        """Those that have not ended."""
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        """Those that have."""
        return self.filter(closed_at__isnull=False)

    def closed_within(self, start: datetime, end: datetime) -> Self:
        """Those that ended in [start, end)."""
        return self.filter(closed_at__gte=start, closed_at__lt=end)

    def closed_on(self, day: date) -> Self:
        """Those that ended on a day of the country's time zone."""
        return self.closed_within(*Period.day(day).bounds(timezone.get_default_timezone()))

    def touching(self, start: datetime, end: datetime) -> Self:
        """Those of which some moment lies in [start, end)."""
        return self.filter(Q(closed_at=None) | Q(closed_at__gte=start), opened_at__lt=end)


class Span(models.Model):
    """From the operation `first_number` (at `opened_at`) to the operation `last_number` (at
    `closed_at`); both empty while it lasts.
    """

    first_number = models.BigIntegerField(_("первая операция"))
    opened_at = models.DateTimeField(_("открыта"))
    last_number = models.BigIntegerField(_("последняя операция"), null=True)
    closed_at = models.DateTimeField(_("закрыта"), null=True)

    CLOSING_FIELDS = ("last_number", "closed_at")

    objects = SpanQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_open(self):
        """Whether it lasts."""
        return self.closed_at is None


def _closed_whole(name):
    """Both ends of a span are written together, and the second is not before the first.

    (A check lets NULL pass: hence `isnull`.)
    """
    closed = Q(closed_at__isnull=False, last_number__isnull=False)
    whole = Q(closed_at=None, last_number=None) | closed & Q(
        closed_at__gte=F("opened_at"), last_number__gte=F("first_number")
    )
    return models.CheckConstraint(condition=whole, name=name)


class Registration(Span):
    """A stay on the record under one РНМ, from activation to deregistration.

    A later activation is another registration. No two that last have one РНМ
    (`kkm.models.directory`).
    """

    kkm = models.ForeignKey(
        "kkm.KKM",
        models.PROTECT,
        db_index=False,
        related_name="registrations",
        verbose_name=_("касса"),
    )
    registration_number = RegistrationNumberField(_("РНМ"))

    class Meta:
        ordering = ["kkm", "first_number"]
        verbose_name = _("регистрация")
        verbose_name_plural = _("регистрации")
        constraints = [
            models.UniqueConstraint(
                fields=["kkm", "first_number"], name="registration_begins_once"
            ),
            models.UniqueConstraint(
                fields=["kkm"], condition=Q(closed_at=None), name="one_registration_at_a_time"
            ),
            _closed_whole("registration_is_closed_whole"),
        ]
        indexes = [models.Index(fields=["registration_number"], name="registration_by_number")]

    def __str__(self):
        return self.registration_number


class Figures(NamedTuple):
    """What a list of shifts shows of each frozen Z: sales − their returns − purchases + their
    returns = revenue.
    """

    tickets: int
    sales: Money
    sale_returns: Money
    purchases: Money
    purchase_returns: Money
    revenue: Money
    cash: Money


class Shift(Span):
    """A shift: opened by its first operation, closed by its Z.

    Numbers run on in the register and are never reset.
    """

    kkm = models.ForeignKey(
        "kkm.KKM",
        models.PROTECT,
        db_index=False,
        related_name="shifts",
        verbose_name=_("касса"),
    )
    number = models.IntegerField(_("номер"))
    activation_number = models.BigIntegerField(_("номер постановки на учёт"))
    registration = models.ForeignObject(
        Registration,
        models.PROTECT,
        from_fields=["kkm", "activation_number"],
        to_fields=["kkm", "first_number"],
        related_name="shifts",
        verbose_name=_("регистрация"),
    )

    # The other end of a relation of several columns, which type checkers do not follow.
    z: "ZReport"

    class Meta:
        ordering = ["kkm", "number"]
        verbose_name = _("смена")
        verbose_name_plural = _("смены")
        constraints = [
            models.UniqueConstraint(
                fields=["kkm", "number"], name="shift_number_is_unique_in_the_register"
            ),
            models.UniqueConstraint(
                fields=["kkm"], condition=Q(closed_at=None), name="one_open_shift_in_a_register"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="shift_numbers_start_at_one"),
            KeyOfRegister(
                fields=["kkm", "activation_number"],
                to="kkm.Registration",
                to_fields=["kkm", "first_number"],
                name="shift_is_in_a_registration_of_the_register",
            ),
            _closed_whole("shift_is_closed_whole"),
        ]
        indexes = [models.Index(fields=["kkm", "closed_at"], name="shift_by_closing")]

    def __str__(self):
        return f"№ {self.number}"

    @property
    def deadline(self) -> datetime:
        """From this moment on only closing is allowed."""
        return self.opened_at + SHIFT_LIMIT

    @property
    def figures(self) -> Figures | None:
        """From its frozen Z; None while it is open, and of a Z that cannot be read."""
        if self.is_open:
            return None
        try:
            snapshot = self.frozen
        except Unreadable:
            return None
        totals, closing = snapshot.totals, snapshot.closing
        return Figures(
            tickets=sum(totals.count("tickets", kind) for kind in TICKETS),
            sales=totals.money("amount", OperationKind.SALE),
            sale_returns=totals.money("amount", OperationKind.SALE_RETURN),
            purchases=totals.money("amount", OperationKind.PURCHASE),
            purchase_returns=totals.money("amount", OperationKind.PURCHASE_RETURN),
            revenue=totals.revenue,
            cash=closing.cash,
        )

    @property
    def frozen(self) -> Snapshot:
        """The figures and the heading that its Z has frozen.

        Raises `Unreadable`, also when there is no Z.
        """
        try:
            return self.z.snapshot
        except ObjectDoesNotExist as error:
            raise Unreadable("no Z") from error

    @property
    def operations(self) -> OperationQuerySet:
        """Its operations, found by their numbers."""
        return FiscalOperation.objects.of_shifts([self])

    @property
    def ticket_count(self) -> int:
        """How many tickets have been recorded in it."""
        return self.operations.tickets().count()

    @cached_property
    def beside(self) -> "dict[str, Shift]":
        """The register's shifts before and after it, as `previous` and `next`, where there are
        such.
        """
        others = Shift.objects.filter(kkm=self.kkm_id)
        before = others.filter(number__lt=self.number).order_by("-number").values("number")
        after = others.filter(number__gt=self.number).order_by("number").values("number")
        numbers = Q(number=Subquery(before[:1])) | Q(number=Subquery(after[:1]))
        found = {}
        for shift in others.filter(numbers).order_by("number"):
            name = "previous" if shift.number < self.number else "next"
            found[name] = shift
        return found

    @property
    def crosses_midnight(self) -> bool:
        """Whether it began and ended on different days."""
        return self.closed_at is not None and timezone.localdate(
            self.opened_at
        ) != timezone.localdate(self.closed_at)
