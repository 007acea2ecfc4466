"""The world that the tests of the audit tamper with: an export of it must say the same.

And two exports of such a register, made once.
"""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.factories import KKMFactory
from tests.kkm.audit.test_audit import _work, worked_world
from tests.kkm.export.making import NOW, days, exported, unpack


@pytest.fixture(scope="session")
def packed(django_db_setup, django_db_blocker) -> dict[str, bytes]:
    """Three closed shifts and an open one as ZIPs: the whole journal, and the middle, which
    begins after the Z of operation 18.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        kkm = KKMFactory()
        _work(kkm, NOW - timedelta(days=6, hours=-3), shifts=3)
        made = {"whole": exported(kkm), "middle": exported(kkm, days("2026-03-08", "2026-03-12"))}
        transaction.set_rollback(True)
    return made


@pytest.fixture
def folder(packed, tmp_path):
    """The whole journal, unpacked."""
    return unpack(packed["whole"], tmp_path / "whole")


@pytest.fixture
def middle(packed, tmp_path):
    """The middle, unpacked."""
    return unpack(packed["middle"], tmp_path / "middle")


@pytest.fixture
def world(request, kkm, now):
    """The one of `tests.kkm.audit.test_audit`, whose register has not moved."""
    return worked_world(request.node.name, kkm, now, moves=False)
