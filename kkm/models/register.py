"""The register itself, and the questions that the cabinet asks of thousands of them."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Self

from django.core.exceptions import EmptyResultSet, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.expressions import Expression, OrderBy
from django.utils.translation import gettext_lazy as _

from kkm.domain.heading import Requisites
from kkm.domain.kinds import OperationKind
from kkm.domain.search_words import search_words
from kkm.fields import SerialNumberField, validate_printable
from kkm.models import directory
from kkm.models.operation import FiscalOperation
from kkm.models.reference import OFD, KKMModel, Taxpayer
from kkm.models.relations import KeyOfRegister
from kkm.models.span import Registration, Shift
from kkm.models.state import (
    BLOCKING_CAUSES,
    CAUSES,
    State,
    alarm_rank,
    conditions,
    last_blocking,
    last_operation,
    open_registration,
    open_shift,
    rows_of_causes,
    state_annotations,
)


def _sort_keys(now: datetime) -> dict[str, Expression | F | Subquery]:
    """By what a column of the table is put in order."""
    states = conditions(now)
    return {
        "alarm": alarm_rank(now),
        "model": F("model__name"),
        "serial": F("serial_number"),
        "taxpayer": F("taxpayer__name"),
        "place": F("address"),
        "year": F("made_in"),
        "number": Subquery(open_registration().values("registration_number")[:1]),
        "active": states[State.ON_RECORD],
        "blocked": states[State.BLOCKED],
        "shift": Subquery(open_shift().values("opened_at")[:1]),
        "last": Subquery(last_operation().values("occurred_at")[:1]),
        "comment": F("comment"),
    }


# The first is the order of the table when nobody has chosen another.
SORTS = (
    "alarm",
    "model",
    "serial",
    "year",
    "number",
    "taxpayer",
    "place",
    "shift",
    "last",
    "active",
    "blocked",
    "comment",
)


def _count_of(state: State) -> str:
    """The aggregate that counts registers in a state, where the rows of causes are joined."""
    if state is State.OFF_RECORD:
        return "SUM(CASE WHEN on_record.kkm_id IS NULL THEN 1 ELSE 0 END)"
    causes = ", ".join(f"{name}.kkm_id" for name in CAUSES[state])
    if len(CAUSES[state]) > 1:
        causes = f"COALESCE({causes})"
    return f"COUNT({causes})"


SERIAL = "serial_number"
# Columns of a register that are searched. The indexes know words from this length on.
_SEARCHED = ("serial_number", "trade_name", "address", "address_kk")
TRIGRAM = 3


class KKMQuerySet(models.QuerySet):
    """Registers with their state.

    Its two axes (docs/domain.md, section 4): `registration_number` (None: off the record) and
    `blocked`. Statements that write serial numbers write the directory of them too.
    """

    def bulk_create(self, objs, *args, **kwargs):
        """IntegrityError if a serial number is taken."""
        with transaction.atomic(using=self.db):
            created = super().bulk_create(objs, *args, **kwargs)
            directory.take_serial_numbers(created)
        return created

    def update(self, **values):
        """IntegrityError if a serial number is taken."""
        if SERIAL not in values:
            return super().update(**values)
        with transaction.atomic(using=self.db):
            ids = list(self.order_by().values_list("pk", flat=True))
            changed = super().update(**values)
            directory.take_serial_numbers(KKM.objects.filter(pk__in=ids))
        return changed

    def with_state(self, now: datetime) -> Self:
        """Annotate what a register's state is made of (`kkm.models.state.state_annotations`), and
        registration_number (None: off the record), shift_number and shift_opened_at (None: no open
        shift), last_occurred_at (None: an empty journal), blocking_details (of its last blocking or
        unblocking).
        """
        return self.annotate(
            registration_number=Subquery(open_registration().values("registration_number")[:1]),
            shift_number=Subquery(open_shift().values("number")[:1]),
            shift_opened_at=Subquery(open_shift().values("opened_at")[:1]),
            last_occurred_at=Subquery(last_operation().values("occurred_at")[:1]),
            blocking_details=Subquery(last_blocking().values("details")[:1]),
            **state_annotations(now),
        )

    def in_state(self, state: State | str, now: datetime) -> Self:
        """Those in a state; all of them for an empty one."""
        if not state:
            return self
        return self.filter(conditions(now)[State(state)])

    def count_by_state(self, now: datetime) -> dict[str, int]:
        """How many there are in each state, and under "" in all, in one statement.

        The rows that make a state are joined to the registers once. Nothing is asked of each
        register: there may be thousands of them.
        """
        try:
            found, parameters = self.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return dict.fromkeys(["", *State.values], 0)
        joins = []
        for name, rows in rows_of_causes(now).items():
            statement, more = rows.values("kkm_id").query.sql_with_params()
            joins.append(f"LEFT JOIN ({statement}) {name} ON {name}.kkm_id = found.id")
            parameters += more
        counts = ", ".join(map(_count_of, State))
        statement = f"WITH found(id) AS ({found}) SELECT COUNT(*), {counts} FROM found"
        with connection.cursor() as cursor:
            cursor.execute(" ".join([statement, *joins]), parameters)
            numbers = cursor.fetchone()
        return dict(zip(["", *State.values], numbers, strict=True))

    def sorted_by(self, column: str, now: datetime) -> Self:
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

    def search(self, text: str) -> Self:
        """Registers that have every word of `text` in some requisite.

        Requisites are the serial and registration numbers, the model, the taxpayer's name and
        ИИН/БИН, the trade name, and the address in both languages. `kkm.domain.search_words` says
        what a word is.
        """
        found = self
        for spellings in search_words(text):
            # A regular expression ignores the case of Cyrillic letters on SQLite too; LIKE does
            # not.
            pattern = "|".join(map(re.escape, spellings))
            if min(map(len, spellings)) < TRIGRAM:
                found = found.filter(_has_word(pattern))
            else:
                found = found.filter(pk__in=_with_word(pattern))
        return found


def _has_word(pattern: str) -> Q:
    """The condition that a requisite of a register contains a word: it is looked for in each row.

    A word of one or two letters has no index, and is in most rows.
    """
    numbers = Registration.objects.filter(registration_number__iregex=pattern)
    found = Q(Exists(numbers.filter(kkm=OuterRef("pk")).order_by()))
    for field in (*_SEARCHED, "model__name", "taxpayer__name", "taxpayer__taxpayer_number"):
        found |= Q((f"{field}__iregex", pattern))
    return found


def _with_word(pattern: str) -> models.QuerySet:
    """The ids of registers a requisite of which contains a word: each table is asked by itself, so
    that its index can answer (`kkm.models.search_indexes`).
    """
    own = Q()
    for field in _SEARCHED:
        own |= Q((f"{field}__iregex", pattern))
    name_or_number = Q(name__iregex=pattern) | Q(taxpayer_number__iregex=pattern)
    taxpayers = Taxpayer.objects.filter(name_or_number).order_by()
    kkm_models = KKMModel.objects.filter(name__iregex=pattern).order_by()
    numbers = Registration.objects.filter(registration_number__iregex=pattern)
    registers = KKM.objects.order_by().values("pk")
    return registers.filter(own).union(
        registers.filter(taxpayer__in=taxpayers),
        registers.filter(model__in=kkm_models),
        numbers.order_by().values("kkm"),
    )


class KKM(models.Model):
    """A cash register. Its state is in its journal; here are its requisites, and the inspector's
    comment.
    """

    # Unique in the country: `kkm.models.directory` sees to it.
    serial_number = SerialNumberField(_("серийный номер (ЗНМ)"))
    model = models.ForeignKey(
        KKMModel, models.PROTECT, related_name="kkms", verbose_name=_("модель")
    )
    made_in = models.PositiveSmallIntegerField(
        _("год выпуска"), validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    taxpayer = models.ForeignKey(
        Taxpayer, models.PROTECT, related_name="kkms", verbose_name=_("налогоплательщик")
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

    # Annotations of `KKMQuerySet.with_state`.
    registration_number: str | None
    shift_number: int | None
    shift_opened_at: datetime | None
    last_occurred_at: datetime | None
    blocking_details: str | None
    blocked_by_operation: bool
    overdue: bool
    late: bool
    broken: bool

    # What its journal has frozen last (None: nothing), where that was read with it.
    requisites: Requisites | None

    class Meta:
        ordering = ["serial_number"]
        verbose_name = _("касса")
        verbose_name_plural = _("кассы")
        permissions = [("block_kkm", _("Может блокировать и разблокировать кассы"))]
        constraints = [
            KeyOfRegister(
                fields=["serial_number", "id"],
                to="kkm.TakenSerialNumber",
                to_fields=["serial_number", "kkm"],
                name="serial_number_is_in_the_directory",
            )
        ]
        indexes = [models.Index(fields=["serial_number"], name="kkm_by_serial_number")]

    def __str__(self):
        return self.serial_number

    def save(self, **options):
        """IntegrityError if the serial number is taken."""
        fields = options.get("update_fields")
        with transaction.atomic(using=options.get("using")):
            super().save(**options)
            if fields is None or SERIAL in fields:
                directory.take_serial_numbers([self])

    def validate_unique(self, exclude=None):
        """ValidationError at the serial number if another register has it, in the words of a
        unique field.
        """
        super().validate_unique(exclude)
        if SERIAL in (exclude or ()):
            return
        if directory.is_taken_by_another(self):
            raise ValidationError({SERIAL: self.unique_error_message(type(self), (SERIAL,))})

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
        if last is None or last.kind != OperationKind.BLOCK:
            return None
        return last

    @property
    def last_operation(self) -> FiscalOperation | None:
        """The end of its journal."""
        return self.operations.order_by("-number").first()

    @property
    def blocked(self) -> bool:
        """Whether it is in `State.BLOCKED`. Needs `with_state`."""
        return any(getattr(self, cause) for cause in BLOCKING_CAUSES)

    @property
    def blocking_reasons(self) -> list[str]:
        """Why it is blocked, in words; empty when it is not. Needs `with_state`."""
        reasons = []
        if self.blocked_by_operation:
            reasons.append(self._blocking_reason())
        if self.overdue:
            reasons.append(str(_("смена открыта более 24 часов")))
        if self.late:
            reasons.append(str(_("автономный режим более 72 часов")))
        return reasons

    def _blocking_reason(self) -> str:
        details = json.loads(self.blocking_details or "{}")
        return str(_(details.get("reason") or "причина не указана"))
