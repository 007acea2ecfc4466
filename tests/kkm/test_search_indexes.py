"""The indexes of the search: what they are for, and that the search needs none of them."""

import pytest
from django.db import connection

from kkm.models import KKM, search_indexes
from tests.factories import KKMFactory, TaxpayerFactory
from tests.statements import run
from tests.stories import activate

ON_POSTGRESQL = connection.vendor == "postgresql"


def indexes():
    found = run(
        "SELECT relname FROM pg_class WHERE relkind IN ('i', 'I') AND NOT relispartition "
        "AND pg_get_indexdef(oid) LIKE '%%gin_trgm_ops%%'"
    )
    return {name for (name,) in found}


@pytest.fixture
def shop(db, now):
    taxpayer = TaxpayerFactory(name="ТОО «Жетысу»")
    kkm = KKMFactory(serial_number="ALS12345678", taxpayer=taxpayer, address="ул. Абая, д. 7")
    activate(kkm, at=now, registration_number="600700000777")
    KKMFactory(serial_number="ALS87654321", address="ул. Сатпаева, д. 1", trade_name="")
    return kkm


TEXTS = ["жетысу", "234567", "000777", "абая", "абая 7", "7 абая", "жетысу 000777"]


@pytest.mark.parametrize("text", TEXTS)
def test_the_search_finds_the_same_with_and_without_them(shop, text):
    assert list(KKM.objects.search(text)) == [shop]
    search_indexes.remove(connection)
    assert list(KKM.objects.search(text)) == [shop]


def test_they_are_made_once_and_made_again(db):
    assert search_indexes.install(connection) is ON_POSTGRESQL
    if ON_POSTGRESQL:
        made = indexes()
        assert len(made) == len(search_indexes.COLUMNS)
        search_indexes.remove(connection)
        assert indexes() == set()
        assert search_indexes.install(connection)
        assert indexes() == made


def test_a_server_without_the_extension_is_no_failure(db, monkeypatch):
    monkeypatch.setattr(search_indexes, "EXTENSION", "CREATE EXTENSION no_such_extension")
    assert not search_indexes.install(connection)
    assert KKM.objects.count() == 0
