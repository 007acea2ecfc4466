"""What tests of the journal share."""

import pytest
from django.db import connection

from inspector.models import AccessEntry, SeenHead
from kkm.audit.audit import full_audit
from kkm.audit.history import keep
from tests.inspector.factories import ControlFactory
from tests.partitioned import PARTITIONED
from tests.stories import close, sell

# SQLite has no roles and no pool.
collect_ignore = [] if connection.vendor == "postgresql" else ["test_web_role.py", "test_pool.py"]
if PARTITIONED:
    # It makes the tables of the journal anew, whole ones.
    collect_ignore.append("test_journal_move.py")


@pytest.fixture
def worked(active_kkm, now):
    """A register with one closed shift of one sale."""
    sell(active_kkm, 1_500, at=now)
    close(active_kkm, at=now)
    return active_kkm


@pytest.fixture
def kept_everywhere(worked, now):
    """The same with a second, open shift, and a row in every table that only grows."""
    sell(worked, at=now)
    keep(worked, full_audit(worked), at=now, by="Сериков Н.Б.", milliseconds=1)
    control = ControlFactory(kkm=worked, granted_at=now)
    seen = {"number": 1, "seal": "9" * 64, "at": now}
    SeenHead.create_signed(user=control.inspector, kkm=worked, **seen)
    line = {"action": "view", "number": 1, "seal": "9" * 64, "address": "127.0.0.1", "at": now}
    AccessEntry.objects.create(user=control.inspector, kkm=worked, **line)
    return worked
