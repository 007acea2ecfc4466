"""What all tests share: the clock of the stories, registers, and a database whose journal can be wiped between threads' tests."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import connection

from inspector.models import AccessEntry
from kkm.models import FISCAL_MODELS, triggers
from tests.factories import KKMFactory
from tests.stories import activate

ALMATY = ZoneInfo("Asia/Almaty")


@pytest.fixture
def now() -> datetime:
    """Noon of an ordinary working day."""
    return datetime(2026, 3, 12, 12, 0, tzinfo=ALMATY)


@pytest.fixture
def kkm(db):
    """A register that has never been on the record."""
    return KKMFactory()


@pytest.fixture
def active_kkm(kkm, now):
    """A register on the record since an hour before `now`."""
    activate(kkm, at=now.replace(hour=11))
    return kkm


@pytest.fixture
def transactional_db(django_db_setup, django_db_blocker):
    """A database where commits are real (threads, live server). The journal refuses to be emptied, so its triggers are taken
    off for the wiping and put back."""
    with django_db_blocker.unblock():
        reference = _reference_rows()
        yield
        triggers.remove(connection, (*FISCAL_MODELS, AccessEntry))
        _wipe(reference)
        triggers.install(connection, (*FISCAL_MODELS, AccessEntry))


def _reference_rows():
    """Rows that migrations made: VAT rates, permissions and content types."""
    keep = {"kkm_vatrate", "auth_permission", "django_content_type", "django_migrations"}
    return [table for table in connection.introspection.table_names() if table in keep]


def _wipe(reference):
    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(f'"{table}"' for table in tables if table not in reference)
            cursor.execute(f"TRUNCATE {names}")
        else:
            for table in tables:
                if table not in reference:
                    cursor.execute(f'DELETE FROM "{table}"')
