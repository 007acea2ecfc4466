"""Who calls, and which register he may use: an integrator by his key, a cashier by his token, a
register by its serial number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kkm import throttle
from kkm.domain.heading import frozen_in
from kkm.models import KKM, OFD, ApiKey, Cashier, Registration, Taxpayer, Token
from kkm.models.integration import digest_of
from kkm.reading.frozen import freezing
from kkm.webkassa import requests
from kkm.webkassa.composed import Question, columns, made
from kkm.webkassa.refusals import (
    NO_ACCESS,
    NO_REGISTER,
    NOT_AUTHORISED,
    TOKEN_EXPIRED,
    WRONG_LOGIN,
    refused,
)

HEADER = "x-api-key"


def enter(request: HttpRequest, asked: requests.Authorize, now: datetime) -> str:
    """A token for a cashier who names his login and password.

    Guessing is throttled as in the cabinet.
    """
    key = _integrator(request)
    name = f"cashier {asked.login.lower()}"
    if throttle.is_locked(request, name):
        raise refused(
            WRONG_LOGIN, _("Слишком много неудачных попыток входа. Повторите через 30 минут.")
        )
    cashier = _cashier(asked.login)
    if not cashier.check_password(asked.password):
        throttle.failed(request, name)
        raise refused(WRONG_LOGIN, _("Неверный логин или пароль."))
    throttle.forget(request, name)
    return Token.issue(cashier, key, at=now)


def _cashier(login: str) -> Cashier:
    """Who has this login, whatever its case.

    If nobody has it, one without a password: refusing him costs the same work.
    """
    found = Cashier.objects.alias(small=Lower("login")).filter(
        small=Lower(Value(login)), dismissed_at=None
    )
    return found.first() or Cashier()


def cashier_of(request: HttpRequest, asked: requests.Authorized, now: datetime) -> Cashier:
    """Who calls. Refused: no key of ours, a token that has expired or was revoked, or none that
    we know.
    """
    digests = {"digest": digest_of(asked.token), "key": digest_of(request.headers.get(HEADER, ""))}
    row = _CALLER.first(**digests, now=now)
    if row:
        return made(Cashier, row)
    _integrator(request)
    if not asked.token:
        raise refused(NOT_AUTHORISED, _("Token: токена нет. Получите его вызовом Authorize."))
    if _tokens(**digests).exists():
        sentence = _("Срок действия токена истёк или он отозван: получите новый вызовом Authorize.")
    else:
        sentence = _("Token: такого токена нет. Получите его вызовом Authorize.")
    raise refused(TOKEN_EXPIRED, sentence)


def register_of(cashier: Cashier, serial_number: str) -> KKM:
    """The register with its taxpayer, OFD, `registration_number` (None: off the record) and
    `requisites`, those that its journal has frozen last (None: none). Refused: none such, or not
    the cashier's. Raises `Unreadable`, before anything is written.
    """
    row = _REGISTER.first(serial=serial_number.upper(), cashier=cashier.pk)
    if row is None:
        raise refused(
            NO_REGISTER, _("CashboxUniqueNumber: кассы {serial} нет.").format(serial=serial_number)
        )
    *register, number, mine, frozen = row
    if not mine:
        raise refused(
            NO_ACCESS,
            _("CashboxUniqueNumber: касса {serial} не открыта этому кассиру.").format(
                serial=serial_number
            ),
        )
    kkm = _register(register, number)
    kkm.requisites = frozen_in(frozen or "")
    return kkm


def _register(row: Sequence, number: str | None) -> KKM:
    values = iter(row)
    kkm, taxpayer = (made(model, islice(values, len(columns(model)))) for model in (KKM, Taxpayer))
    ofd = made(OFD, values)
    kkm.taxpayer, kkm.ofd, kkm.registration_number = taxpayer, ofd if ofd.pk else None, number
    return kkm


def _tokens(digest: str, key: str) -> QuerySet[Token]:
    return Token.objects.order_by().filter(digest=digest, key__digest=key)


def _callers(digest: str, key: str, now: datetime) -> QuerySet:
    return _tokens(digest, key).valid(now).values_list(*columns(Cashier, "cashier__"))


def _registers(serial: str, cashier: int) -> QuerySet:
    number = (
        Registration.objects.open().filter(kkm=OuterRef("pk")).values("registration_number")[:1]
    )
    mine = Exists(Cashier.kkms.through.objects.filter(cashier=cashier, kkm=OuterRef("pk")))
    frozen = freezing(OuterRef("pk")).values("details")[:1]
    told = (*columns(KKM), *columns(Taxpayer, "taxpayer__"), *columns(OFD, "ofd__"))
    return (
        KKM.objects.order_by()
        .filter(serial_number=serial)
        .values_list(*told, Subquery(number), mine, Subquery(frozen))
    )


_CALLER = Question(
    _callers, digest="of a token", key="of a key", now=datetime(2000, 1, 1, tzinfo=UTC)
)
_REGISTER = Question(_registers, serial="A000", cashier=-1)


def _integrator(request: HttpRequest) -> ApiKey:
    key = ApiKey.objects.filter(
        digest=digest_of(request.headers.get(HEADER, "")), revoked_at=None
    ).first()
    if key is None:
        raise refused(
            NOT_AUTHORISED, _("Заголовок x-api-key: ключа нет, он неизвестен или отозван.")
        )
    return key
