"""The cast of the cabinet: one inspector who may, one who may not, and his register."""

from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import KKMFactory
from tests.inspector.factories import ControlFactory, InspectorFactory, StaffFactory
from tests.stories import activate, close, deposit, sell


@pytest.fixture
def inspector(db):
    """He controls what `controlled_kkm` gives him."""
    return InspectorFactory(full_name="Сериков Н.Б.")


@pytest.fixture
def staff(client):
    """A superuser who has come in."""
    user = StaffFactory(username="admin")
    client.force_login(user)
    return user


@pytest.fixture
def cabinet(inspector) -> Client:
    """His browser, logged in."""
    client = Client()
    client.force_login(inspector)
    return client


@pytest.fixture
def stranger(db) -> Client:
    """The browser of an inspector who controls nothing of this."""
    client = Client()
    client.force_login(InspectorFactory(full_name="Чужой Ч.Ч."))
    return client


@pytest.fixture
def controlled_kkm(inspector):
    """His register, never on the record."""
    kkm = KKMFactory(serial_number="SWK00053162", comment="")
    ControlFactory(inspector=inspector, kkm=kkm)
    return kkm


@pytest.fixture
def morning() -> datetime:
    """An hour ago by the real clock, which the cabinet's acts go by."""
    return timezone.now().replace(microsecond=0) - timedelta(hours=1)


@pytest.fixture
def working_kkm(controlled_kkm, morning):
    """His register: on the record for three days, shift 1 closed with a revenue of 1 500.00,
    shift 2 open with one sale of 700.
    """
    activate(controlled_kkm, at=morning - timedelta(days=3), registration_number="600700000001")
    deposit(controlled_kkm, 5000, at=morning - timedelta(days=2))
    sell(controlled_kkm, 1500, at=morning - timedelta(days=2))
    close(controlled_kkm, at=morning - timedelta(days=1, hours=20))
    sell(controlled_kkm, 700, at=morning)
    return controlled_kkm


@pytest.fixture
def may_block(inspector):
    """Staff have given him the right to block."""
    inspector.user_permissions.add(Permission.objects.get(codename="block_kkm"))


@pytest.fixture
def asks_at_most():
    """`with asks_at_most(9):` counts the questions to the database, without the savepoints that
    only a test's transaction makes.
    """

    @contextmanager
    def counted(most):
        with CaptureQueriesContext(connection) as captured:
            yield
        asked = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
        assert len(asked) <= most, "\n".join(asked)

    return counted
