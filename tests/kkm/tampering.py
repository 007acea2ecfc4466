"""Ways to tamper with a register's rows at the database, triggers off; each says which
operations may be named as the first bad one.
"""

import random
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from django.db import IntegrityError, connection, models, transaction

from inspector.models import SeenHead
from kkm.audit.registers_to_check import TRACES
from kkm.fields import SealField
from kkm.models import (
    FISCAL_MODELS,
    KKM,
    Audit,
    FiscalOperation,
    Position,
    Registration,
    Shift,
    SignedHead,
    TakenRegistrationNumber,
    ZReport,
    triggers,
)

FISCAL = [
    model for model in FISCAL_MODELS if model is not Audit
]  # an audit is about the journal, not of it
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@contextmanager
def unlocked() -> Iterator[None]:
    """No triggers until the test's transaction is rolled back."""
    connection.check_constraints()  # PostgreSQL drops no trigger while deferred checks wait
    triggers.remove(connection, (*FISCAL_MODELS, SeenHead))
    yield


@contextmanager
def taken_back() -> Iterator[None]:
    """What is done inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class World:
    """The register that is tampered with, another one, the dice."""

    kkm: KKM
    other: KKM
    dice: random.Random

    def rows(self, model: type[models.Model]) -> models.QuerySet:
        """All rows that belong to the register."""
        return model.objects.filter(kkm=self.kkm).order_by("pk")

    def pick(self, model: type[models.Model]) -> models.Model:
        """One of them."""
        return model._base_manager.get(
            pk=self.dice.choice(self.rows(model).values_list("pk", flat=True))
        )

    @property
    def head(self) -> FiscalOperation:
        return self.kkm.last_operation


def columns(model: type[models.Model]) -> list[models.Field]:
    """All that can be edited in a row."""
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def edit(world: World, model: type[models.Model], field: models.Field) -> set[int]:
    """One column of one row gets another value.

    Values that the database's checks refuse are thrown again.
    """
    for _attempt in range(60):
        row = world.pick(model)
        value = _other(world, field, getattr(row, field.attname))
        may = _named(world, row, field, value)
        try:
            with transaction.atomic():
                assert update(row, **_whole(row, field, value))
            return may
        except IntegrityError:
            continue
    raise LookupError(f"nothing fits {model.__name__}.{field.name}")


def update(row: models.Model, **values: object) -> int:
    """Straight to the row's table. What hangs on an operation follows it to another number."""
    place = {name: values[name] for name in ("kkm_id", "number") if name in values}
    if isinstance(row, FiscalOperation) and place:
        now = FiscalOperation._base_manager.get(pk=row.pk)
        for model in (Position, ZReport):
            model._base_manager.filter(kkm=now.kkm_id, number=now.number).update(**place)
    changed = type(row)._base_manager.filter(pk=row.pk).update(**values)
    if isinstance(row, Position):
        for name, value in values.items():
            setattr(row, name, value)
    return changed


def _whole(row: models.Model, field: models.Field, value: object) -> dict:
    """A sum that is checked against another is edited together with it; so are both ends of what
    is open.
    """
    values = {field.attname: value}
    if field.attname == "amount":
        values["cash"] = row.cash + value - row.amount
    if field.attname in ("cash", "card", "credit", "tare", "mobile"):
        values["amount"] = row.amount + value - getattr(row, field.attname)
    if field.attname == "role":
        values = (
            {"role": 3 - row.role, "discount": row.markup, "markup": row.discount}
            if row.role
            else {"role": 1, "goods": 0, "discount": row.goods}
        )
    if field.attname in ("last_number", "closed_at") and row.closed_at is None:
        values = {
            "last_number": row.first_number + 1,
            "closed_at": row.opened_at + timedelta(hours=1),
        }
    return values


def _other(world: World, field: models.Field, value: object) -> object:
    dice = world.dice
    if isinstance(field, models.ForeignKey):
        return dice.choice(
            [pk for pk in field.related_model.objects.values_list("pk", flat=True) if pk != value]
        )
    if field.name == "number" and field.model in (Position, ZReport):
        numbers = world.rows(FiscalOperation).exclude(number=value)
        return dice.choice(numbers.values_list("number", flat=True))
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField):
        return value and value + timedelta(seconds=dice.choice([-1, 1, 60, -3600, 0.25]))
    if isinstance(field, models.CharField | models.TextField | SealField):
        at = dice.randrange(min(len(value), (field.max_length or 10**9) - 1) + 1)
        if field.name == "registration_number":
            return f"{(int(value) + dice.randint(1, 9)):012d}"
        following = value[at : at + 1]
        letter = dice.choice([one for one in LETTERS if one != following])
        return (value[:at] + letter + value[at:])[: field.max_length or None]
    step = dice.choice([1, -1, 7, 100, 10_000])
    return (
        step
        if value is None
        else type(value)(value.tiyn + step)
        if hasattr(value, "tiyn")
        else value + step
    )


def _named(world: World, row: models.Model, field: models.Field, value: object) -> set[int]:
    """Numbers of which one must be the first finding's."""
    if isinstance(row, FiscalOperation):
        gone = field.name in ("number", "kkm")
        return (
            {
                row.number,
                row.number + 1,
                *([value] if field.name == "number" and value < row.number else []),
            }
            if gone
            else {row.number}
        )
    if isinstance(row, Position | ZReport):
        return {min(row.number, value) if field.name == "number" else row.number}
    if isinstance(row, Audit):
        return {max(1, value if field.name == "operations" else row.operations)}
    if isinstance(row, SignedHead | SeenHead):
        return {min(row.number, value) if field.name == "number" else row.number}
    ending = field.name in ("last_number", "closed_at")
    return {(row.last_number or row.first_number + 1) if ending else row.first_number}


# -- rows ------------------------------------------------------------------------------------------


def remove(world: World, row: FiscalOperation | None = None) -> set[int]:
    """An operation with all that hangs on it."""
    row = row or world.pick(FiscalOperation)
    _drop(row.kkm_id, [row.number])
    return {row.number, row.number + 1}


def cut(world: World, length: int | None = None) -> set[int]:
    """The tail, by one who knows the tables: signatures too, and what was closed in it is open
    again. Only who saw the head can tell.
    """
    last = world.head.number
    first = last + 1 - (length or world.dice.randint(1, min(50, last - 1)))
    _drop(world.kkm.pk, list(range(first, last + 1)))
    world.rows(SignedHead).filter(number__gte=first)._raw_delete(using="default")
    for model in (Shift, Registration):
        world.rows(model).filter(first_number__gte=first)._raw_delete(using="default")
        world.rows(model).filter(last_number__gte=first).update(last_number=None, closed_at=None)
    put_directory_in_order(world)
    return {last}


def put_directory_in_order(world: World) -> None:
    """It says the РНМ of the registration that lasts."""
    TakenRegistrationNumber.objects.filter(kkm=world.kkm).delete()
    for row in world.rows(Registration).filter(closed_at=None):
        taken = TakenRegistrationNumber(kkm=row.kkm, registration_number=row.registration_number)
        taken.save(force_insert=True)


def double(world: World) -> set[int]:
    """A copy of an operation at the end."""
    row, last = world.pick(FiscalOperation), world.head.number
    _copy(row, number=last + 1)
    return {last + 1}


def insert(world: World, row: FiscalOperation | None = None) -> set[int]:
    """A copy in the middle; everything after it moves up by one."""
    row = row or world.pick(FiscalOperation)
    for later in world.rows(FiscalOperation).filter(number__gt=row.number).order_by("-number"):
        update(later, number=later.number + 1)
    _copy(row, number=row.number + 1)
    return {row.number}  # by now the copy's


def swap(world: World) -> set[int]:
    """Two operations change places."""
    one, two = world.dice.sample(list(world.rows(FiscalOperation)), 2)
    for row, number in ((one, 10**9), (two, one.number), (one, two.number)):
        update(row, number=number)
    return {min(one.number, two.number)}


def move(world: World) -> set[int]:
    """An operation goes to the end of another register's journal."""
    row = world.pick(FiscalOperation)
    update(row, kkm_id=world.other.pk, number=world.other.last_operation.number + 1)
    return {row.number, row.number + 1}


def swap_lines(world: World) -> set[int]:
    """Two different lines of a ticket change places."""
    lines = world.dice.choice(
        [
            pair
            for pair in _pairs(world)
            if pair[0].goods != pair[1].goods or pair[0].role != pair[1].role
        ]
    )
    for row, line in ((lines[0], 999), (lines[1], lines[0].line), (lines[0], lines[1].line)):
        update(row, line=line)
    return {lines[0].operation.number}


def _pairs(world: World) -> list[tuple[Position, Position]]:
    rows = list(world.rows(Position).select_related("operation").order_by("number", "line"))
    return [(one, two) for one, two in pairwise(rows) if one.number == two.number]


def _row_of(
    model: type[models.Model], number: Callable[[models.Model], int]
) -> Callable[[World], set[int]]:
    def gone(world: World) -> set[int]:
        row = world.pick(model)
        named = number(row)
        if model is Shift:
            ZReport.objects.filter(shift=row).delete()
        model._base_manager.filter(pk=row.pk)._raw_delete(using="default")
        return {named}

    gone.__name__ = f"remove_{model.__name__.lower()}"
    return gone


def a_line_on_what_has_none(world: World) -> set[int]:
    """A position is hung on an operation that sealed none, in whatever place."""
    bare = world.dice.choice(world.rows(FiscalOperation).filter(positions=None))
    line = world.rows(Position).first()
    line.number, line.line = bare.number, world.dice.randint(1, 9)
    Position.objects.bulk_create([line])
    return {bare.number}


ROWS = [
    remove,
    cut,
    double,
    insert,
    swap,
    move,
    swap_lines,
    a_line_on_what_has_none,
    _row_of(Position, lambda row: row.number),
    _row_of(ZReport, lambda row: row.number),
    _row_of(SignedHead, lambda row: row.number),
    _row_of(Shift, lambda row: row.first_number),
    _row_of(Registration, lambda row: row.first_number),
]


def _copy(row: FiscalOperation, *, number: int) -> None:
    lines = list(row.positions.all())
    row.pk, row.number, row.external_number = None, number, ""
    FiscalOperation.objects.bulk_create([row])
    for line in lines:
        line.number = number
    Position.objects.bulk_create(lines)


def _drop(kkm: int, numbers: list[int]) -> None:
    """Without Django's collector: what hangs on them goes by hand."""
    for model in (Position, ZReport, FiscalOperation):
        rows = model._base_manager.filter(kkm=kkm, number__in=numbers)
        rows.order_by()._raw_delete(using="default")


def journal_gone(world: World, left: Collection[str] = ()) -> set[int]:
    """Operations, positions and Z's are all gone, and every other trace of the register but
    those that are `left`.
    """
    _drop(world.kkm.pk, list(world.rows(FiscalOperation).values_list("number", flat=True)))
    for name in TRACES:
        if name not in left:
            model = KKM._meta.get_field(name).related_model
            world.rows(model)._raw_delete(using="default")
    return {1}
