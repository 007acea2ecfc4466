"""The register API where the signing key is gone: a shift is not closed by halves, and the
client learns that it may try again.
"""

import pytest

from tests.keys import WAYS, lose_keys

pytestmark = pytest.mark.django_db
SALE = {
    "OperationType": 2,
    "Positions": [{"PositionName": "Хлеб", "Count": 1, "Price": 310, "TaxType": 0}],
    "Payments": [{"PaymentType": 0, "Sum": 310}],
}


@pytest.mark.parametrize("way", WAYS)
def test_a_z_is_refused_with_503_and_the_shift_stays_open_until_there_is_a_key(
    integration, kkm, serial, settings, tmp_path, way
):
    integration.data("v4/Check", CashboxUniqueNumber=serial, **SALE)
    before = kkm.operations.count()
    body = f'{{"Token": "{integration.token}", "CashboxUniqueNumber": "{serial}"}}'
    ours, production = settings.SIGNING_KEYS, settings.PRODUCTION
    lose_keys(settings, tmp_path, way)
    answer = integration.raw("v4/ZReport", body)
    assert answer.status_code == 503
    (error,) = answer.json()["Errors"]
    assert (error["Code"], "нет ключа подписи" in error["Text"]) == (-1, True)
    assert "lost-keys" not in error["Text"]
    assert (kkm.operations.count(), kkm.open_shift.number) == (before, 1)
    settings.SIGNING_KEYS, settings.PRODUCTION = ours, production
    assert integration.data("v4/ZReport", CashboxUniqueNumber=serial)["ShiftNumber"] == 1


def test_tickets_go_on_without_a_key(integration, serial, settings, tmp_path):
    lose_keys(settings, tmp_path)
    assert integration.data("v4/Check", CashboxUniqueNumber=serial, **SALE)["ShiftNumber"] == 1
    assert integration.data("v4/XReport", CashboxUniqueNumber=serial)
