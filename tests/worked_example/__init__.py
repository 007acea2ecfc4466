"""The worked example: 143 shifts of one register, the last three in literal figures, driven through
the door.

A test module imports the fixture: `from tests.worked_example import worked_example  # noqa: F401`.
                                                                                     It gives `.kkm`
                                                                                     and
                                                                                     `.shift(143)`.
Modules that only read it share one for many tests: `standing`.
`expected/` holds the papers that it must come out to; `read` reads one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction

from tests.worked_example.memory import told
from tests.worked_example.story import WorkedExample

_EXPECTED = Path(__file__).parent / "expected"


@pytest.fixture
def worked_example(db) -> WorkedExample:
    """The register ALS00001734 with its 143 closed shifts."""
    return told()


@contextmanager
def standing(django_db_blocker) -> Iterator[WorkedExample]:
    """The same for a fixture of a module or a package, in one transaction that is rolled back at
    the end.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield told()
        transaction.set_rollback(True)


def read(name: str) -> str:
    """The text of an expected paper: «z-report-shift-143.txt»."""
    return (_EXPECTED / name).read_text(encoding="utf-8")
