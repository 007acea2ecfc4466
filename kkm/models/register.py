"""The register itself, and the questions that the cabinet asks of thousands of them."""

import re
from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from kkm.domain.kinds import OperationKind
from kkm.fields import SerialNumberField
from kkm.models.operation import FiscalOperation
from kkm.models.reference import OFD, KKMModel, Taxpayer
from kkm.models.span import SHIFT_LIMIT, Registration, Shift


class KKMQuerySet(models.QuerySet):
    """Registers with their state. Its two axes (domain.md 4): `registration_number` (None: off the record) and `blocked`."""

    def with_state(self, now: datetime):
        """Annotate: registration_number, shift_opened_at (None: no open shift), blocked, overdue (open for over 24 hours)."""
        mine = {"kkm": OuterRef("pk")}
        last_blocking = FiscalOperation.objects.blockings().filter(**mine).order_by("-number")
        open_shift = Shift.objects.open().filter(**mine)
        return self.annotate(
            registration_number=Subquery(Registration.objects.open().filter(**mine).values("registration_number")[:1]),
            shift_number=Subquery(open_shift.values("number")[:1]),
            shift_opened_at=Subquery(open_shift.values("opened_at")[:1]),
            last_blocking=Subquery(last_blocking.values("kind")[:1]),
            blocking_details=Subquery(last_blocking.values("details")[:1]),
            overdue=Exists(open_shift.filter(opened_at__lte=now - SHIFT_LIMIT)),
        ).annotate(blocked=Q(last_blocking__isnull=False, last_blocking=OperationKind.BLOCK))

    def on_record(self):
        """Active registers."""
        return self.filter(Exists(Registration.objects.open().filter(kkm=OuterRef("pk"))))

    def off_record(self):
        """Registers never activated or deregistered."""
        return self.exclude(Exists(Registration.objects.open().filter(kkm=OuterRef("pk"))))

    def search(self, text: str):
        """By part of a serial or registration number, taxpayer's name or ИИН/БИН, trade name or address, whatever the case."""
        words = re.escape(text.strip())  # a regular expression folds Cyrillic case on SQLite too, LIKE does not
        columns = ("serial_number", "taxpayer__name", "taxpayer__taxpayer_number", "trade_name", "address")
        found = Q(Exists(Registration.objects.filter(kkm=OuterRef("pk"), registration_number__contains=text.strip())))
        for column in columns:
            found |= Q(**{f"{column}__iregex": words})
        return self.filter(found)


class KKM(models.Model):
    """A cash register. Its state is in its journal; here are its requisites, and the inspector's comment."""

    serial_number = SerialNumberField(_("серийный номер (ЗНМ)"), unique=True)
    model = models.ForeignKey(KKMModel, models.PROTECT, related_name="kkms", verbose_name=_("модель"))
    taxpayer = models.ForeignKey(Taxpayer, models.PROTECT, related_name="kkms", verbose_name=_("налогоплательщик"))
    made_in = models.PositiveSmallIntegerField(_("год выпуска"), validators=[MinValueValidator(1990), MaxValueValidator(2100)])
    trade_name = models.CharField(_("торговая точка"), max_length=120, blank=True)
    address = models.CharField(_("адрес применения"), max_length=200)
    address_kk = models.CharField(_("адрес применения на казахском"), max_length=200, blank=True)
    ofd = models.ForeignKey(OFD, models.PROTECT, null=True, blank=True, related_name="kkms", verbose_name=_("ОФД"))
    identity_number = models.CharField(_("ИНК ОФД"), max_length=20, blank=True)
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
