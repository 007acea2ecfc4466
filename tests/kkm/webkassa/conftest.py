"""An integration as it is in the field: a key, a cashier with his login, a register of his that
is on the record.
"""

import json

import pytest
from django.test import Client
from django.utils import timezone

from kkm.models import ApiKey, Cashier
from tests.stories import activate

KEY, LOGIN, PASSWORD = "an integrator's secret key", "kassir@bereke.kz", "Bereke-2026!"


class Integration:
    """What calls: by path and fields; it adds the key, and the token once it has one."""

    def __init__(self, client: Client, key: str = KEY) -> None:
        self.client, self.key, self.token = client, key, ""

    def raw(self, path: str, body: str | bytes, **headers: str):
        """A body as it is; the response."""
        return self.client.post(
            f"/api/{path}",
            body,
            content_type=headers.pop("content_type", "application/json"),
            headers={"x-api-key": self.key, **headers},
        )

    def call(self, path: str, *, headers: dict | None = None, **fields: object) -> dict:
        """An answer. Sums in the answer are texts, digit by digit."""
        asked = ({"Token": self.token} if self.token else {}) | fields
        response = self.raw(path, json.dumps(asked), **(headers or {}))
        assert response.status_code == 200, response.content
        return json.loads(response.content, parse_float=str)

    def data(self, path: str, **fields: object) -> dict | list:
        """The `Data` of an answer that must be a success."""
        told = self.call(path, **fields)
        assert "Errors" not in told, told
        return told["Data"]

    def code(self, path: str, **fields: object) -> int:
        """The code of an answer that must be a refusal of one reason."""
        told = self.call(path, **fields)
        assert "Data" not in told, told
        (error,) = told["Errors"]
        return error["Code"]


def make_cashier(
    kkm,
    *,
    login: str = LOGIN,
    password: str = PASSWORD,
    code: int = 64,
    name: str = "Ахметова А.К.",
) -> Cashier:
    """A cashier of the register's taxpayer who may use it."""
    cashier = Cashier(taxpayer=kkm.taxpayer, code=code, name=name, login=login)
    cashier.set_password(password)
    cashier.save()
    cashier.kkms.add(kkm)
    return cashier


@pytest.fixture
def integration(client, kkm) -> Integration:
    """Logged in; its register has been on the record since this morning."""
    ApiKey.issue("1С-Рарус", at=timezone.now(), secret=KEY)
    make_cashier(kkm)
    activate(kkm, at=timezone.now().replace(microsecond=0))
    caller = Integration(client)
    caller.token = caller.data("v4/Authorize", Login=LOGIN, Password=PASSWORD)["Token"]
    return caller


@pytest.fixture
def serial(kkm) -> str:
    """The number of the integration's register."""
    return kkm.serial_number
