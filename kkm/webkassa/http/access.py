"""Who calls, and which register he may use: an integrator by his key, a cashier by his token, a
register by its serial number.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kkm import throttle
from kkm.domain.heading import frozen_in
from kkm.models import KKM, OFD, ApiKey, Cashier, Registration, Taxpayer, Token
from kkm.models.integration import TokenQuerySet, digest_of
from kkm.questions import Question, column_names, instance_of
from kkm.reading.frozen import freezing
from kkm.webkassa.http.codes import (
    NO_ACCESS,
    NO_REGISTER,
    NOT_AUTHORISED,
    TOKEN_EXPIRED,
    WRONG_LOGIN,
    refused,
)

HEADER = "x-api-key"


def issue_token(request: HttpRequest, login: str, password: str, now: datetime) -> str:
    """A token for the cashier who has this login and password.

    Guessing is throttled as in the cabinet.
    """
    key = _integrator(request)
    name = f"cashier {login.lower()}"
    if throttle.is_locked(request, name):
        sentence = _("Слишком много неудачных попыток входа. Повторите через 30 минут.")
        raise refused(WRONG_LOGIN, sentence)
    cashier = _cashier_of_login(login)
    if not cashier.check_password(password):
        throttle.failed(request, name)
        raise refused(WRONG_LOGIN, _("Неверный логин или пароль."))
    throttle.forget(request, name)
    return Token.issue(cashier, key, at=now)


def _cashier_of_login(login: str) -> Cashier:
    """Who has this login, whatever its case.

    If nobody has it, a cashier without a password: refusing him takes the same time.
    """
    cashiers = Cashier.objects.alias(small=Lower("login"))
    found = cashiers.filter(small=Lower(Value(login)), dismissed_at=None)
    return found.first() or Cashier()


def cashier_of(request: HttpRequest, token: str, now: datetime) -> Cashier:
    """Who calls. Refused: no key of ours, a token that has expired or was revoked, or none that
    we know.
    """
    digests = {"digest": digest_of(token), "key": digest_of(request.headers.get(HEADER, ""))}
    row = _CALLER.first(**digests, now=now)
    if row:
        return instance_of(Cashier, row)
    _integrator(request)
    if not token:
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
        sentence = _("CashboxUniqueNumber: кассы {serial} нет.")
        raise refused(NO_REGISTER, sentence.format(serial=serial_number))
    *columns, registration_number, is_his, frozen = row
    if not is_his:
        sentence = _("CashboxUniqueNumber: касса {serial} не открыта этому кассиру.")
        raise refused(NO_ACCESS, sentence.format(serial=serial_number))
    kkm = _register(columns)
    kkm.registration_number = registration_number
    kkm.requisites = frozen_in(frozen or "")
    return kkm


def _register(columns: Iterable) -> KKM:
    """The register from its own columns, its taxpayer's and its OFD's."""
    values = iter(columns)
    kkm = instance_of(KKM, islice(values, len(column_names(KKM))))
    kkm.taxpayer = instance_of(Taxpayer, islice(values, len(column_names(Taxpayer))))
    kkm.ofd = None
    ofd = instance_of(OFD, values)
    if ofd.pk:
        kkm.ofd = ofd
    return kkm


def _tokens(digest: str, key: str) -> TokenQuerySet:
    return Token.objects.order_by().filter(digest=digest, key__digest=key)


def _callers(digest: str, key: str, now: datetime) -> QuerySet:
    return _tokens(digest, key).valid(now).values_list(*column_names(Cashier, "cashier__"))


def _registers(serial: str, cashier: int) -> QuerySet:
    registrations = Registration.objects.order_by().open().filter(kkm=OuterRef("pk"))
    number = registrations.values("registration_number")[:1]
    is_his = Exists(Cashier.kkms.through.objects.filter(cashier=cashier, kkm=OuterRef("pk")))
    frozen = freezing(OuterRef("pk")).values("details")[:1]
    return (
        KKM.objects.order_by()
        .filter(serial_number=serial)
        .values_list(
            *column_names(KKM),
            *column_names(Taxpayer, "taxpayer__"),
            *column_names(OFD, "ofd__"),
            Subquery(number),
            is_his,
            Subquery(frozen),
        )
    )


_CALLER = Question(
    "alsep_caller",
    _callers,
    digest="text",
    key="text",
    now="timestamp with time zone",
)
_REGISTER = Question("alsep_register", _registers, serial="text", cashier="bigint")


def _integrator(request: HttpRequest) -> ApiKey:
    digest = digest_of(request.headers.get(HEADER, ""))
    key = ApiKey.objects.filter(digest=digest, revoked_at=None).first()
    if key is None:
        sentence = _("Заголовок x-api-key: ключа нет, он неизвестен или отозван.")
        raise refused(NOT_AUTHORISED, sentence)
    return key
