"""Every code of a refusal: how a register gets it, in the language that it asks for, and that
nothing is written.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from kkm import journal
from kkm.local_time import local_iso
from kkm.models import FISCAL_MODELS, KKM, Cashier, Token
from kkm.webkassa.http import codes
from tests.factories import KKMFactory
from tests.kkm.webkassa.conftest import LOGIN, Integration
from tests.kkm.webkassa.test_check import CARD, sale
from tests.stories import act, activate, sell
from tests.test_translations import locale  # noqa: F401

pytestmark = pytest.mark.django_db

Call = tuple[str, dict]


class Scene:
    """A cashier with his register on the record, and what may have happened before he calls."""

    def __init__(self, integration: Integration, kkm: KKM) -> None:
        self.integration, self.kkm = integration, kkm
        self.now: datetime = timezone.now().replace(microsecond=0)

    def of_register(self, path: str, **fields: object) -> Call:
        """A call that names the register."""
        return path, {"CashboxUniqueNumber": self.kkm.serial_number, **fields}

    def another(self, *, on_record_since: timedelta | None = None, mine: bool = True) -> KKM:
        """One more register."""
        kkm = KKMFactory(taxpayer=self.kkm.taxpayer)
        if mine:
            Cashier.objects.get(login=LOGIN).kkms.add(kkm)
        if on_record_since:
            activate(kkm, at=self.now - on_record_since)
        return kkm

    def sold(self, **more: object) -> dict:
        """A ticket of the register."""
        return self.integration.data("Check", **sale(self.kkm.serial_number, **more))


def no_such_call(scene: Scene) -> Call:
    return scene.of_register("v4/Refund")


def a_wrong_password(scene: Scene) -> Call:
    return "Authorize", {"Login": LOGIN, "Password": "guessed"}


def a_token_of_yesterday(scene: Scene) -> Call:
    Token.objects.update(expires_at=scene.now)
    return "Cashboxes", {}


def no_token(scene: Scene) -> Call:
    return "Cashboxes", {"Token": ""}


def a_token_that_nobody_gave(scene: Scene) -> Call:
    return "Cashboxes", {"Token": "0" * 32}


def a_register_of_other_cashiers(scene: Scene) -> Call:
    return "XReport", {"CashboxUniqueNumber": scene.another(mine=False).serial_number}


def a_register_that_does_not_exist(scene: Scene) -> Call:
    return "XReport", {"CashboxUniqueNumber": "SWK99999999"}


def a_blocked_register(scene: Scene) -> Call:
    journal.block(kkm=scene.kkm, act=act(scene.now, reason="письмо № 7"))
    return "Check", sale(scene.kkm.serial_number)


def more_cash_than_there_is(scene: Scene) -> Call:
    return scene.of_register("MoneyOperation", OperationType=1, Sum=100)


def a_third_decimal(scene: Scene) -> Call:
    return "Check", sale(scene.kkm.serial_number, Payments=[{**CARD, "Sum": 500.001}])


def a_register_that_was_never_on_the_record(scene: Scene) -> Call:
    return "Check", sale(scene.another().serial_number)


def a_shift_of_yesterday(scene: Scene) -> Call:
    kkm = scene.another(on_record_since=timedelta(days=3))
    sell(kkm, at=scene.now - timedelta(hours=25))
    return "Check", sale(kkm.serial_number)


def a_z_of_no_shift(scene: Scene) -> Call:
    return scene.of_register("ZReport")


def an_x_of_no_shift(scene: Scene) -> Call:
    return scene.of_register("XReport")


def a_repeat_with_another_content(scene: Scene) -> Call:
    scene.sold(ExternalCheckNumber="A-1")
    return "Check", sale(scene.kkm.serial_number, ExternalCheckNumber="A-1", OperationType=3)


def a_number_of_a_deposit(scene: Scene) -> Call:
    deposit = {
        "CashboxUniqueNumber": scene.kkm.serial_number,
        "OperationType": 0,
        "Sum": 100,
        "ExternalCheckNumber": "A-2",
    }
    scene.integration.data("MoneyOperation", **deposit)
    return "Check", sale(scene.kkm.serial_number, ExternalCheckNumber="A-2")


def a_tape_of_no_shift(scene: Scene) -> Call:
    return scene.of_register("Reports/ControlTape", ShiftNumber=99)


def a_z_of_a_shift_that_never_was(scene: Scene) -> Call:
    return scene.of_register("ZReport/ByShiftNumber", ShiftNumber=99)


def tickets_of_no_shift(scene: Scene) -> Call:
    return scene.of_register("Check/History", ShiftNumber=99)


def a_sign_that_no_ticket_has(scene: Scene) -> Call:
    return scene.of_register("Check/HistoryByNumber", Number="1445261360149")


def a_ticket_of_another_shift(scene: Scene) -> Call:
    return scene.of_register(
        "Check/HistoryByNumber", Number=scene.sold()["CheckNumber"], ShiftNumber=2
    )


def a_number_that_no_ticket_has_to_print(scene: Scene) -> Call:
    return scene.of_register("Ticket/PrintFormat", ExternalCheckNumber="A-3")


def a_ticket_of_four_days_ago(scene: Scene) -> Call:
    kkm = scene.another(on_record_since=timedelta(days=5))
    return "Check", sale(
        kkm.serial_number, DateTime=local_iso(scene.now - timedelta(hours=72, seconds=5))
    )


def a_z_of_a_shift_that_is_open(scene: Scene) -> Call:
    scene.sold()
    return scene.of_register("ZReport/ByShiftNumber", ShiftNumber=1)


WAYS: list[tuple[int, Callable[[Scene], Call]]] = [
    (codes.UNKNOWN, no_such_call),
    (codes.WRONG_LOGIN, a_wrong_password),
    (codes.TOKEN_EXPIRED, a_token_of_yesterday),
    (codes.NOT_AUTHORISED, no_token),
    (codes.TOKEN_EXPIRED, a_token_that_nobody_gave),
    (codes.NO_ACCESS, a_register_of_other_cashiers),
    (codes.NO_REGISTER, a_register_that_does_not_exist),
    (codes.BLOCKED, a_blocked_register),
    (codes.NO_CASH, more_cash_than_there_is),
    (codes.INVALID, a_third_decimal),
    (codes.NOT_ACTIVE, a_register_that_was_never_on_the_record),
    (codes.SHIFT_TOO_LONG, a_shift_of_yesterday),
    (codes.SHIFT_CLOSED, a_z_of_no_shift),
    (codes.NO_SHIFT, an_x_of_no_shift),
    (codes.REPEATED, a_repeat_with_another_content),
    (codes.REPEATED, a_number_of_a_deposit),
    (codes.SHIFT_NOT_FOUND, a_tape_of_no_shift),
    (codes.SHIFT_NOT_FOUND, a_z_of_a_shift_that_never_was),
    (codes.SHIFT_NOT_FOUND, tickets_of_no_shift),
    (codes.TICKET_NOT_FOUND, a_sign_that_no_ticket_has),
    (codes.TICKET_NOT_FOUND, a_ticket_of_another_shift),
    (codes.TICKET_NOT_FOUND, a_number_that_no_ticket_has_to_print),
    (codes.OFFLINE_TOO_LONG, a_ticket_of_four_days_ago),
    (codes.Z_NOT_FOUND, a_z_of_a_shift_that_is_open),
]
NEVER_GIVEN = {
    codes.NOT_ALLOWED
}  # whoever may use a register may do with it whatever there is a call for


@pytest.fixture
def scene(integration, kkm) -> Scene:
    return Scene(integration, kkm)


def refused(scene: Scene, call: Call, language: str) -> tuple[int, str]:
    """The code and the sentence of a call that must be refused, asked for in a language."""
    path, fields = call
    asked = json.dumps({"Token": scene.integration.token, **fields})
    response = scene.integration.raw(path, asked, **{"accept-language": language})
    assert response.status_code == (404 if "Refund" in path else 200)
    assert response["Content-Language"] == language.partition("-")[0]
    told = json.loads(response.content)
    assert set(told) == {"Errors"}
    (error,) = told["Errors"]
    assert set(error) == {"Code", "Text"}
    return error["Code"], error["Text"]


def written() -> list[int]:
    return [model.objects.count() for model in FISCAL_MODELS]


@pytest.mark.parametrize(
    ("code", "arrange"), WAYS, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_call_is_refused_with_its_code_in_both_languages_and_nothing_is_written(
    scene, code, arrange
):
    call = arrange(scene)
    before = written()
    in_russian, in_kazakh = (refused(scene, call, language) for language in ("ru-RU", "kk-KZ"))
    assert (in_russian[0], in_kazakh[0]) == (code, code)
    assert in_russian[1]
    assert in_kazakh[1]
    assert written() == before


def test_every_code_of_the_table_is_given_somewhere():
    table = {
        value for name, value in vars(codes).items() if name.isupper() and isinstance(value, int)
    }
    assert table == {-1, *range(1, 17), 18, 1014}
    assert {code for code, _arrange in WAYS} == table - NEVER_GIVEN


@pytest.mark.parametrize(
    ("arrange", "in_russian", "in_kazakh"),
    [
        (a_z_of_no_shift, "Нет открытой смены.", "Ашық ауысым жоқ."),
        (
            a_blocked_register,
            "Касса заблокирована: письмо № 7.",
            "Касса бұғатталған: письмо № 7.",
        ),
        (
            more_cash_than_there_is,
            "Недостаточно наличных в кассе: есть 0.00, нужно 100.00.",
            "Кассадағы қолма-қол ақша жеткіліксіз: бары 0.00, керегі 100.00.",
        ),
    ],
)
def test_a_refusal_is_said_in_the_language_of_the_caller(
    scene,
    settings,
    locale,  # noqa: F811
    arrange,
    in_russian,
    in_kazakh,
):
    call = arrange(scene)
    settings.LOCALE_PATHS = [locale]
    said = [refused(scene, call, language)[1] for language in ("ru-RU", "kk-KZ,kk;q=0.9,ru;q=0.8")]
    assert said == [in_russian, in_kazakh]
