"""Checks of the access log, and of the rows that the cabinet signs.

The lines of each user must be numbered without gaps and sealed one after another. They must agree
with what is kept elsewhere: the end of the log at the last check without flaws (a signed file
outside the database), the user's last login, and the history of audits. What is not found: a tail
that was cut after the last check, if it had neither a login nor an audit.

Controls and seen heads are signed by the cabinet; `unsigned_rows` finds those that are not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inspector.models import AccessEntry, Control, SeenHead, User
from kkm import signing
from kkm.domain import canonical_json
from kkm.errors import KeyUnavailable
from kkm.local_time import clock
from kkm.models import Audit

VERSION = "alsep-access-heads-1"
# A line is written at most this much later than the login or audit that it describes.
LOG_DELAY = timedelta(minutes=1)
# Rows that are read from the database at a time.
_CHUNK = 2000


class Flaw(TextChoices):
    """What can be wrong with a line of the log."""

    MISSING = "missing", _("записи нет")
    CHANGED = "changed", _("контрольный код не сходится с записью и с записью перед ней")
    REWRITTEN = "rewritten", _("при прошлой проверке здесь стояла другая запись")
    CUT = "cut", _("при прошлой проверке запись была, теперь её нет")
    NO_LOGIN = "no_login", _("последний вход пользователя не записан")
    NO_AUDIT = "no_audit", _("проверки журнала, о которой говорит запись, в истории проверок нет")


class UnsignedRow(NamedTuple):
    """A row that the cabinet has not signed: the user whom it is about, its kind (`control`,
    `seen_head`), and a sentence about it.
    """

    user: str
    kind: str
    sentence: str


class LogHead(NamedTuple):
    """The last line of a user's log; the defaults: there is none."""

    number: int = 0
    seal: str = ""


class Reading(NamedTuple):
    """A log that was checked: its user, its last good line, and the number and flaw of its first
    bad line, if it has one.
    """

    user: str
    head: LogHead
    first_bad: int | None = None
    flaw: Flaw | None = None


CONTROL = _("Контроль кассы {kkm} с {at}, инспектор {user}")
SEEN = _("Увиденная контрольная точка журнала {kkm}, операция № {number}, {at}, {user}")
FOREIGN = _("{row}: запись вписана в базу или изменена в обход программы, её подпись неверна.")
UNKNOWN = _("{row}: запись подписана неизвестным ключом.")


class HeadsAreMissing(Exception):
    """The file of remembered heads does not exist: this is the first check, or somebody has removed
    it.
    """


class HeadsAreForged(Exception):
    """The file of remembered heads is not what was signed."""


def read_back(known: Mapping[str, LogHead], *, now: datetime) -> Iterator[tuple[str, Reading]]:
    """(id, reading) of every user who has lines, has ever logged in, or has a head in `known`."""
    left = dict(known)
    for user in User.objects.order_by("pk"):
        head = left.pop(str(user.pk), LogHead())
        reading = _read(user, head, now)
        if reading.head.number or reading.flaw:
            yield str(user.pk), reading
    for pk in left:
        yield pk, Reading(f"id {pk}", LogHead(), 1, Flaw.CUT)


def _read(user: User, known: LogHead, now: datetime) -> Reading:
    name = _name_of(user)
    head = LogHead()
    last_login = None
    for entry in _lines(user):
        flaw = _flaw(entry, head, known)
        if flaw is Flaw.MISSING:
            return Reading(name, head, head.number + 1, flaw)
        if flaw:
            return Reading(name, head, entry.number, flaw)
        head = LogHead(entry.number, entry.seal)
        if entry.action == AccessEntry.Action.LOGIN:
            last_login = entry.at
    if head.number < known.number:
        return Reading(name, head, head.number + 1, Flaw.CUT)
    if _login_is_missing(user, last_login, now):
        return Reading(name, head, head.number + 1, Flaw.NO_LOGIN)
    return Reading(name, head)


def _login_is_missing(user: User, logged: datetime | None, now: datetime) -> bool:
    """Whether the user has logged in after the last login in the log. A login of this moment is not
    missed: its line may not be written yet.
    """
    if user.last_login is None:
        return False
    last = user.last_login.replace(microsecond=0)
    if last >= now - LOG_DELAY:
        return False
    return logged is None or logged < last


def _name_of(user: User) -> str:
    return f"{user} ({user.username})"


def _lines(user: User) -> Iterator[AccessEntry]:
    """The user's lines, in their order."""
    lines: QuerySet = AccessEntry.objects.filter(user=user).select_related("kkm").order_by("number")
    return lines.iterator(_CHUNK)


def _is_audited(entry: AccessEntry) -> bool:
    """Whether an audit of the register was made just before."""
    at = (entry.at - LOG_DELAY, entry.at)
    return Audit.objects.filter(kkm=entry.kkm_id, at__range=at).exists()


def _flaw(entry: AccessEntry, before: LogHead, known: LogHead) -> Flaw | None:
    if entry.number != before.number + 1:
        return Flaw.MISSING
    if entry.at.microsecond or entry.sealed_after(before.seal) != entry.seal:
        return Flaw.CHANGED
    if entry.number == known.number and entry.seal != known.seal:
        return Flaw.REWRITTEN
    if entry.action == AccessEntry.Action.CHECK and not _is_audited(entry):
        return Flaw.NO_AUDIT
    return None


def unsigned_rows() -> Iterator[UnsignedRow]:
    """Controls and seen heads that the cabinet has not signed.

    The first of several controls with one signature counts as signed, its copies do not: the end of
    a control is not signed, so that a copy of a control that was revoked would bring it back.
    KeyUnavailable if there is no key at all.
    """
    signing.require()
    signatures: set[str] = set()
    for control in Control.objects.select_related("kkm", "inspector").order_by("pk"):
        if not control.signature_fits or control.signature in signatures:
            yield _unsigned_control(control)
        signatures.add(control.signature)
    for head in SeenHead.objects.select_related("kkm", "user").order_by("pk").iterator(_CHUNK):
        if not head.signature_fits:
            yield _unsigned_head(head)


def _unsigned_control(control: Control) -> UnsignedRow:
    user = _name_of(control.inspector)
    row = CONTROL.format(kkm=control.kkm, at=clock(control.granted_at), user=user)
    return UnsignedRow(user, "control", str(_wrong(control)).format(row=row))


def _unsigned_head(head: SeenHead) -> UnsignedRow:
    user = _name_of(head.user)
    row = SEEN.format(kkm=head.kkm, number=head.number, at=clock(head.at), user=user)
    return UnsignedRow(user, "seen_head", str(_wrong(head)).format(row=row))


def _wrong(row: Control | SeenHead) -> Promise:
    """What is wrong with the signature of a row."""
    if row.signature_fits is None:
        return UNKNOWN
    return FOREIGN


# -- heads in a file outside the database ----------------------------------------------------------


def heads_file() -> Path:
    """The file of the heads of the last check without flaws."""
    return settings.STATE_DIR / "access-heads.json"


def known_heads() -> dict[str, LogHead]:
    """The last line of each user's log at the last check without flaws, by the user's id.

    Raises HeadsAreMissing (also before the first check), HeadsAreForged, KeyUnavailable.
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
    found = {}
    for pk, (number, seal) in heads.items():
        found[pk] = LogHead(number, seal)
    return found


def remember_heads(heads: Mapping[str, LogHead]) -> None:
    """Keep the last line of each user's log in a signed file. Raises KeyUnavailable, OSError."""
    text = canonical_json.encode([VERSION, heads])
    key, signature = signing.sign(text)
    signed = json.dumps({"text": text, "key": key, "signature": signature})
    part = heads_file().with_suffix(".part")
    part.write_text(signed, encoding="utf-8")
    part.replace(heads_file())
