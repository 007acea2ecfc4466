"""The journal: operations (lines of tickets: `kkm.models.position`).

Rows are only ever added, by `kkm.journal`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import models
from django.db.models import Count, F, Q, Sum
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kkm.domain.balance import Balance
from kkm.domain.heading import coded_name, parsed
from kkm.domain.kinds import (
    DIRECTION,
    DOCUMENTS,
    PLACEMENTS,
    RETURNED,
    TICKETS,
    OperationKind,
    PaymentType,
    PositionRole,
)
from kkm.domain.money import ZERO, Money
from kkm.fields import MoneyField, SealField, SparseMoneyField
from kkm.models.basis import BasisNumber, BasisTime, IsReturn
from kkm.models.relations import KeyOfRegister

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from kkm.models.span import Shift
    from kkm.models.z_report import ZReport

K = OperationKind
KIND_NAMES: dict[OperationKind, StrPromise] = {
    K.PURCHASE: _("Покупка"),
    K.PURCHASE_RETURN: _("Возврат покупки"),
    K.SALE: _("Продажа"),
    K.SALE_RETURN: _("Возврат продажи"),
    K.DEPOSIT: _("Внесение"),
    K.WITHDRAWAL: _("Изъятие"),
    K.CLOSE_SHIFT: _("Закрытие смены (Z-отчёт)"),
    K.ACTIVATION: _("Постановка на учёт"),
    K.DEREGISTRATION: _("Снятие с учёта"),
    K.BLOCK: _("Блокировка"),
    K.UNBLOCK: _("Разблокировка"),
    K.REQUISITES: _("Изменение реквизитов"),
}
PAYMENT_NAMES: dict[PaymentType, StrPromise] = {
    PaymentType.CASH: _("Наличные"),
    PaymentType.CARD: _("Банковская карта"),
    PaymentType.CREDIT: _("Кредит"),
    PaymentType.TARE: _("Тара"),
    PaymentType.MOBILE: _("Мобильный платёж"),
}
PAYMENT_COLUMNS = {payment: payment.name.lower() for payment in PaymentType}
# `cash` is what an operation is paid with.
BALANCE_COLUMNS = {name: name for name in Balance._fields} | {"cash": "cash_in_drawer"}

# An operation that was received later than this after it occurred is marked for the inspector.
DELAYED = timedelta(minutes=15)


class OperationQuerySet(models.QuerySet):
    """Questions of the journal."""

    def documents(self):
        """What counts in a shift: tickets, placements, closings."""
        return self.filter(kind__in=DOCUMENTS)

    def tickets(self):
        """Sales, purchases and their returns."""
        return self.filter(kind__in=TICKETS)

    def acts(self):
        """Activations, deregistrations, blockings, unblockings, changes of requisites."""
        return self.filter(kind__gte=K.ACTIVATION)

    def blockings(self):
        """Blockings and unblockings; the last one tells whether a register is blocked."""
        return self.acts().filter(kind__in=(K.BLOCK, K.UNBLOCK))

    def of_shifts(self, shifts: Sequence[Shift]):
        """Those of consecutive shifts of one register, in their order.

        They are found by their numbers, which are an index: there is none of shifts.
        """
        if not shifts:
            return self.none()
        return self.filter(numbers_of_shifts(shifts[0], shifts[-1]))

    def returns_naming(self, *, numbers, times):
        """Returns on any register whose basis has one of these numbers, or one of these times as it
        is written there. The РНМ of the basis is not compared.
        """
        returns = FiscalOperation.objects.filter(IsReturn("kind")).order_by()
        by_number = returns.alias(named=BasisNumber("details")).filter(named__in=numbers)
        by_time = returns.alias(named=BasisTime("details")).filter(named__in=times)
        return self.filter(pk__in=by_number.values("pk").union(by_time.values("pk")))

    def matching(self, *, kinds=(), cashier=None, payment=None, offline=None, up_to=None):
        """Those of some kinds, by a cashier (code, name), paid in some way, made offline or not,
        with numbers through `up_to`. None is no condition.
        """
        found = self
        if kinds:
            found = found.filter(kind__in=kinds)
        if cashier is not None:
            code, name = cashier
            found = found.filter(actor_code=code, actor_name=name)
        if payment is not None:
            found = found.filter(**{f"{PAYMENT_COLUMNS[payment]}__gt": 0})
        if offline is not None:
            found = found.filter(offline=offline)
        if up_to is not None:
            found = found.filter(number__lte=up_to)
        return found

    def actors(self):
        """(code, name) of everybody who made them."""
        return (
            self.order_by("actor_code", "actor_name")
            .values_list("actor_code", "actor_name")
            .distinct()
        )

    def by_kind(self, payment: PaymentType | None = None) -> list[KindSum]:
        """What they come to, in the order of reports. Of a payment: the sum of what was paid in
        this way.
        """
        column = "amount"
        if payment is not None:
            column = PAYMENT_COLUMNS[payment]
        totals = self.order_by().values("kind").annotate(n=Count("id"), total=Sum(column))
        by_kind = {row["kind"]: row for row in totals}
        rows = []
        for kind in DOCUMENTS:
            if kind in by_kind:
                row = by_kind[kind]
                rows.append(KindSum(kind, row["n"], row["total"]))
        return rows


class KindSum(NamedTuple):
    """How many operations of a kind there are, and their sum."""

    kind: OperationKind
    operations: int
    total: Money

    @property
    def name(self) -> StrPromise:
        """The kind in words."""
        return KIND_NAMES[self.kind]

    @property
    def flow(self) -> Money:
        """The sum as it goes in or out of the drawer."""
        return self.total * DIRECTION.get(self.kind, 0)


def numbers_of_shifts(first: Shift, last: Shift) -> Q:
    """The condition of an operation in one of the shifts of a register from `first` to `last`."""
    found = Q(
        kkm=first.kkm_id,
        number__gte=first.first_number,
        shift_number__range=(first.number, last.number),
    )
    if last.last_number is not None:
        found &= Q(number__lte=last.last_number)
    return found


def not_negative(*names):
    """A constraint: these columns are not negative."""
    limits = dict.fromkeys([f"{name}__gte" for name in names], 0)
    name = f"{names[0]}_and_such_not_negative"
    return models.CheckConstraint(condition=Q(**limits), name=name)


class FiscalOperation(models.Model):
    """One line of a register's journal. `number` runs 1, 2, 3 …; payments are net of change; the
    balance is that after it.

    `occurred_at` is the register's clock, `received_at` ours; both in whole seconds. `details` is
    JSON by RFC 8785 or empty. The seal is specified in `kkm.domain.seal`.
    """

    # Columns of eight bytes stand first, then shorter ones, texts last: PostgreSQL pads nothing.
    # Without an index of its own: the unique constraint begins with the register.
    kkm = models.ForeignKey(
        "kkm.KKM",
        models.PROTECT,
        db_index=False,
        related_name="operations",
        verbose_name=_("касса"),
    )
    occurred_at = models.DateTimeField(_("время"))
    received_at = models.DateTimeField(_("получена"))
    amount = MoneyField(_("сумма"), default=ZERO)
    cash = SparseMoneyField(_("наличные"), default=ZERO)
    card = SparseMoneyField(_("банковская карта"), default=ZERO)
    credit = SparseMoneyField(_("кредит"), default=ZERO)
    tare = SparseMoneyField(_("тара"), default=ZERO)
    mobile = SparseMoneyField(_("мобильный платёж"), default=ZERO)
    change = SparseMoneyField(_("сдача"), default=ZERO)
    sale_total = MoneyField(_("необнуляемая сумма продаж"))
    purchase_total = MoneyField(_("необнуляемая сумма покупок"))
    sale_return_total = MoneyField(_("необнуляемая сумма возвратов продаж"))
    purchase_return_total = MoneyField(_("необнуляемая сумма возвратов покупок"))
    cash_in_drawer = MoneyField(_("наличных в кассе"))
    sale_count = models.IntegerField(_("продаж за всё время"))
    purchase_count = models.IntegerField(_("покупок за всё время"))
    sale_return_count = models.IntegerField(_("возвратов продаж за всё время"))
    purchase_return_count = models.IntegerField(_("возвратов покупок за всё время"))
    deposit_count = models.IntegerField(_("внесений за всё время"))
    withdrawal_count = models.IntegerField(_("изъятий за всё время"))
    number = models.IntegerField(_("номер"))
    shift_number = models.IntegerField(_("номер смены"), null=True)
    kind = models.PositiveSmallIntegerField(
        _("вид"), choices=[(kind.value, name) for kind, name in KIND_NAMES.items()]
    )
    offline = models.BooleanField(_("автономно"), default=False)
    actor_code = models.CharField(_("код исполнителя"), max_length=50, blank=True)
    actor_name = models.CharField(_("исполнитель"), max_length=200, blank=True)
    external_number = models.CharField(_("внешний номер"), max_length=50, blank=True)
    fiscal_sign = models.CharField(_("фискальный признак"), max_length=30, blank=True)
    details = models.TextField(_("подробности"), blank=True)
    seal = SealField(_("контрольный код"))
    shift = models.ForeignObject(
        "kkm.Shift",
        models.PROTECT,
        from_fields=["kkm", "shift_number"],
        to_fields=["kkm", "number"],
        null=True,
        related_name="+",
        verbose_name=_("смена"),
    )

    objects = OperationQuerySet.as_manager()

    # The other end of a relation of several columns, which type checkers do not follow.
    z: ZReport

    class Meta:
        ordering = ["kkm", "number"]
        verbose_name = _("фискальная операция")
        verbose_name_plural = _("журнал операций")
        constraints = [
            models.UniqueConstraint(
                fields=["kkm", "number"], name="operation_number_is_unique_in_the_register"
            ),
            models.UniqueConstraint(
                fields=["kkm", "external_number"],
                condition=~Q(external_number=""),
                name="external_number_is_unique_in_the_register",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="operation_numbers_start_at_one"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in K]), name="operation_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(amount=F("cash") + F("card") + F("credit") + F("tare") + F("mobile")),
                name="operation_is_paid_in_full",
            ),
            models.CheckConstraint(
                condition=Q(received_at__gte=F("occurred_at")),
                name="operation_is_received_after_it_occurs",
            ),
            models.CheckConstraint(
                condition=Q(shift_number__isnull=False, kind__lt=K.ACTIVATION.value)
                | Q(shift_number=None, kind__gte=K.ACTIVATION.value),
                name="documents_have_a_shift_and_acts_have_none",
            ),
            KeyOfRegister(
                fields=["kkm", "shift_number"],
                to="kkm.Shift",
                to_fields=["kkm", "number"],
                name="operation_is_in_a_shift_of_the_register",
            ),
            not_negative("amount", *PAYMENT_COLUMNS.values(), "change"),
            not_negative(*BALANCE_COLUMNS.values()),
        ]
        indexes = [
            models.Index(
                fields=["kkm", "number"],
                condition=Q(kind__gte=K.ACTIVATION.value),
                name="operation_acts",
            ),
            models.Index(
                fields=["kkm", "number"],
                condition=Q(kind=K.BLOCK.value),
                name="operation_blockings",
            ),
            models.Index(fields=["-id"], condition=Q(offline=True), name="offline_operations"),
            models.Index(
                BasisNumber("details"), condition=Q(IsReturn("kind")), name="returns_by_basis"
            ),
            models.Index(
                BasisTime("details"), condition=Q(IsReturn("kind")), name="returns_by_basis_time"
            ),
        ]

    def __str__(self):
        return f"{self.kind_name} № {self.number}"

    @property
    def kind_name(self) -> StrPromise:
        """The kind in words."""
        return KIND_NAMES[OperationKind(self.kind)]

    @property
    def is_return(self) -> bool:
        """Whether it gives back what another ticket sold or bought."""
        return self.kind in RETURNED

    @property
    def is_ticket(self) -> bool:
        """Whether it has positions and a paper of its own."""
        return self.kind in TICKETS

    @property
    def is_placement(self) -> bool:
        """Whether it is a deposit or a withdrawal."""
        return self.kind in PLACEMENTS

    @property
    def is_deregistration(self) -> bool:
        """Whether it ends a registration: then there is an act on paper."""
        return self.kind == K.DEREGISTRATION

    @property
    def is_delayed(self) -> bool:
        """Whether it came to us much later than it happened."""
        return self.received_at - self.occurred_at > DELAYED

    @property
    def actor(self) -> str:
        """«[2] Ибраев Д.С.»"""
        return coded_name(self.actor_code, self.actor_name)

    @property
    def balance(self) -> Balance:
        """The running balance after it."""
        values = []
        for column in BALANCE_COLUMNS.values():
            values.append(getattr(self, column))
        return Balance(*values)

    @property
    def payments(self) -> dict[PaymentType, Money]:
        """What was paid in each way, ways without money left out."""
        paid = {}
        for payment, column in PAYMENT_COLUMNS.items():
            money = getattr(self, column)
            if money:
                paid[payment] = money
        return paid

    @property
    def vat(self) -> Money:
        """VAT of the ticket: the sum of its lines, a discount on the ticket subtracted."""
        total = ZERO
        for line in self.positions.all():
            if line.role == PositionRole.DISCOUNT:
                total -= line.vat
            else:
                total += line.vat
        return total

    @property
    def payment_names(self) -> str:
        """The ways of paying in words: «Наличные, банковская карта»."""
        names: list[str] = []
        for payment in self.payments:
            name = str(PAYMENT_NAMES[payment])
            if names:
                name = name[0].lower() + name[1:]
            names.append(name)
        return ", ".join(names)

    @property
    def handed_over(self) -> Money:
        """What the buyer gave: the sum and the change."""
        return self.amount + self.change

    @cached_property
    def facts(self) -> dict:
        """`details`, parsed. Raises `Unreadable`."""
        return parsed(self.details)
