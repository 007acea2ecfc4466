"""What all tests share: the clock of the stories, registers, and a database whose journal can be
wiped between threads' tests.
"""

import gc
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils import translation
from hypothesis import HealthCheck, settings

from inspector.models import AccessEntry, Control, SeenHead
from kkm.models import FISCAL_MODELS, triggers
from tests.breadth import breadth
from tests.factories import KKMFactory
from tests.fleet_questions import is_of_the_fleet
from tests.partitioned import PARTITIONED, partition
from tests.register_in_statements import asked_by, unnamed
from tests.stories import activate

ALMATY = ZoneInfo("Asia/Almaty")
GUARDED = (*FISCAL_MODELS, AccessEntry, SeenHead, Control)

settings.register_profile(
    "laws",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=breadth(30, 60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("laws")


def pytest_collection_finish(session):
    """Leave the collected tests out of garbage collection. To look through them again and again
    takes a tenth of the suite's time.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database of the tests, its fiscal tables in partitions if the environment says so."""
    if PARTITIONED:
        with django_db_blocker.unblock():
            partition(connection)


@pytest.fixture(autouse=True)
def language_of_the_settings():
    """Each test begins in Russian: a request leaves its language active in the thread."""
    with translation.override(django_settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def statements_name_their_register():
    """Each statement of the product names the register of every fiscal table that it touches, but
    for the questions of `tests.fleet_questions`.
    """
    found: dict[str, str] = {}

    def read(execute, sql, params, many, context):
        if tables := unnamed(sql):
            asker = asked_by()
            if asker and not is_of_the_fleet(asker):
                found[asker] = f"{', '.join(sorted(tables))}: {sql}"
        return execute(sql, params, many, context)

    with connection.execute_wrapper(read):
        yield
    assert found == {}


@pytest.fixture
def now() -> datetime:
    """Noon of an ordinary working day."""
    return datetime(2026, 3, 12, 12, 0, tzinfo=ALMATY)


@pytest.fixture
def kkm(request):
    """A register that has never been on the record, in the kind of database that the test asks
    for.
    """
    real = {"transactional_db", "live_server"} & set(request.fixturenames)
    request.getfixturevalue("transactional_db" if real else "db")
    return KKMFactory()


@pytest.fixture
def active_kkm(kkm, now):
    """A register on the record since an hour before `now`."""
    activate(kkm, at=now.replace(hour=11))
    return kkm


@pytest.fixture
def transactional_db(django_db_setup, django_db_blocker):
    """A database where commits are real (threads, live server). The journal refuses to be emptied,
    so its triggers are taken off for the wiping and put back. Ask for it by name, not by the mark,
    and do not ask for `db` beside it.
    """
    with django_db_blocker.unblock():
        yield
        with transaction.atomic():
            triggers.remove(connection, GUARDED)
        with transaction.atomic():
            _wipe()
        with transaction.atomic():
            triggers.install(connection, GUARDED)


MADE_BY_MIGRATIONS = {"kkm_vatrate", "auth_permission", "django_content_type"}


def _wipe():
    """Empty every table but those that migrations fill.

    Foreign keys are checked at the end, so the order does not matter.
    """
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.db_table not in MADE_BY_MIGRATIONS:
                cursor.execute(f"DELETE FROM {model._meta.db_table}")
