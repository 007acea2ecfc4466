"""The access log read back: whether it is still what was written.

Each user's lines must be numbered without gaps, be sealed one after another, and not contradict
what others know: where the log ended when it was last found whole (a signed file outside the
database), when the user last came in, and which checks of journals were kept. A tail that was cut
since the last reading, with no login in it and no check, is not found.

Who may see a register, and what was seen of its journal, the cabinet signs; rows that it has not
signed are `strangers`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from inspector.models import AccessEntry, Control, SeenHead, User
from kkm import signing
from kkm.errors import KeyUnavailable
from kkm.local_time import clock
from kkm.models import Audit

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

VERSION = "alsep-access-heads-1"
A_MOMENT = timedelta(minutes=1)  # a line is written right after what it tells of
_CHUNK = 2000


class Flaw(TextChoices):
    """What can be wrong with a line."""

    MISSING = "missing", _("записи нет")
    CHANGED = "changed", _("печать не сходится с записью и с записью перед ней")
    REWRITTEN = "rewritten", _("при прошлой проверке здесь стояла другая запись")
    CUT = "cut", _("при прошлой проверке запись была, теперь её нет")
    NO_LOGIN = "no_login", _("последний вход пользователя не записан")
    NO_AUDIT = "no_audit", _("проверки журнала, о которой говорит запись, в истории проверок нет")


class Stranger(NamedTuple):
    """A row that the cabinet has not written: whom it is about, and what it is."""

    user: str
    what: str
    sentence: str


class Head(NamedTuple):
    """Where a user's log ends."""

    number: int = 0
    seal: str = ""


class Reading(NamedTuple):
    """A user's log read back: how it ends, and its first bad line, if there is one."""

    user: str
    head: Head
    first_bad: int | None = None
    flaw: Flaw | None = None


CONTROL = _("Контроль кассы {kkm} с {at}, инспектор {user}")
SEEN = _("Увиденная вершина журнала {kkm}, операция № {number}, {at}, {user}")
FOREIGN = _("{row}: запись вписана в базу или изменена в обход программы, её подпись неверна.")
UNKNOWN = _("{row}: запись подписана неизвестным ключом.")


class HeadsAreMissing(Exception):
    """There is no file of remembered heads: nothing has been read before, or somebody has taken
    it away.
    """


class HeadsAreForged(Exception):
    """The file of remembered heads does not say what was signed."""


def read_back(known: Mapping[str, Head], *, now: datetime) -> Iterator[tuple[str, Reading]]:
    """(id, reading) of every user who has lines, has ever come in, or is remembered in `known`."""
    left = dict(known)
    for user in User.objects.order_by("pk"):
        head = left.pop(str(user.pk), Head())
        reading = _read(user, head, now)
        if reading.head.number or reading.flaw:
            yield str(user.pk), reading
    yield from ((pk, Reading(f"id {pk}", Head(), 1, Flaw.CUT)) for pk in left)


def _read(user: User, known: Head, now: datetime) -> Reading:
    name, head, came_in = f"{user} ({user.username})", Head(), None
    for entry in _lines(user):
        flaw = _flaw(entry, head, known)
        if flaw:
            return Reading(
                name, head, head.number + 1 if flaw is Flaw.MISSING else entry.number, flaw
            )
        head = Head(entry.number, entry.seal)
        came_in = entry.at if entry.action == AccessEntry.Action.LOGIN else came_in
    if head.number < known.number:
        return Reading(name, head, head.number + 1, Flaw.CUT)
    last = user.last_login and user.last_login.replace(microsecond=0)
    if last and last < now - A_MOMENT and (came_in is None or came_in < last):
        return Reading(name, head, head.number + 1, Flaw.NO_LOGIN)
    return Reading(name, head)


def _lines(user: User) -> Iterator[AccessEntry]:
    lines: QuerySet = AccessEntry.objects.filter(user=user).select_related("kkm").order_by("number")
    near = {"at__lte": OuterRef("at"), "at__gte": OuterRef("at") - A_MOMENT}
    return lines.annotate(
        audited=Exists(Audit.objects.filter(kkm=OuterRef("kkm"), **near))
    ).iterator(_CHUNK)


def _flaw(entry: AccessEntry, before: Head, known: Head) -> Flaw | None:
    if entry.number != before.number + 1:
        return Flaw.MISSING
    if entry.at.microsecond or entry.sealed_after(before.seal) != entry.seal:
        return Flaw.CHANGED
    if entry.number == known.number and entry.seal != known.seal:
        return Flaw.REWRITTEN
    if entry.action == AccessEntry.Action.CHECK and not entry.audited:
        return Flaw.NO_AUDIT
    return None


def strangers() -> Iterator[Stranger]:
    """Controls and seen heads that the cabinet has not signed.

    KeyUnavailable where there is no key at all.
    """
    signing.require()
    taken: set[str] = set()
    for control in Control.objects.select_related("kkm", "inspector").order_by("pk"):
        if not control.is_signed or control.signature in taken:
            yield _stranger(control, control.inspector, "control", CONTROL)
        taken.add(control.signature)
    for head in SeenHead.objects.select_related("kkm", "user").order_by("pk").iterator(_CHUNK):
        if not head.is_signed:
            yield _stranger(head, head.user, "seen_head", SEEN)


def _stranger(row: Control | SeenHead, user: User, name: str, said: StrPromise) -> Stranger:
    at = row.granted_at if isinstance(row, Control) else row.at
    facts = {"kkm": row.kkm, "at": clock(at), "number": getattr(row, "number", "")}
    told = said.format(user=f"{user} ({user.username})", **facts)
    wrong = UNKNOWN if row.is_signed is None else FOREIGN
    return Stranger(f"{user} ({user.username})", name, wrong.format(row=told))


# -- what is remembered outside the database -------------------------------------------------------


def heads_file() -> Path:
    """Where the last whole reading is kept."""
    return settings.STATE_DIR / "access-heads.json"


def known_heads() -> dict[str, Head]:
    """How each user's log ended at the last whole reading, by the user's id.

    Raises HeadsAreMissing (before the first reading, too), HeadsAreForged, KeyUnavailable.
    """
    try:
        kept = json.loads(heads_file().read_text(encoding="utf-8"))
        signing.require()
        if not signing.knows(kept["key"]):
            raise KeyUnavailable(why=f"{heads_file()}: the key {kept['key']} is not here.")
        if not signing.verify(kept["text"], kept["key"], kept["signature"]):
            raise HeadsAreForged
        version, heads = json.loads(kept["text"])
    except FileNotFoundError as error:
        raise HeadsAreMissing from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HeadsAreForged from error
    if version != VERSION:
        raise HeadsAreForged
    return {pk: Head(*head) for pk, head in heads.items()}


def remember_heads(heads: Mapping[str, Head]) -> None:
    """Keep how each user's log ends, signed. Raises `kkm.errors.KeyUnavailable`, OSError."""
    text = json.dumps([VERSION, heads], ensure_ascii=False, separators=(",", ":"))
    key, signature = signing.sign(text)
    part = heads_file().with_suffix(".part")
    part.write_text(
        json.dumps({"text": text, "key": key, "signature": signature}), encoding="utf-8"
    )
    part.replace(heads_file())
