"""The worked example: 143 shifts of one register, the last three in literal figures, driven through the door.

A test module imports the fixture: `from tests.worked_example import worked_example  # noqa: F401`. It gives `.kkm` and `.shift(143)`.
`expected/` holds the papers that it must come out to; `read` reads one.
"""

from pathlib import Path

import pytest

from tests.worked_example.memory import told
from tests.worked_example.story import WorkedExample

_EXPECTED = Path(__file__).parent / "expected"


@pytest.fixture
def worked_example(db) -> WorkedExample:
    """The register ALS00001734 with its 143 closed shifts."""
    return told()


def read(name: str) -> str:
    """The text of an expected paper: «z-report-shift-143.txt»."""
    return (_EXPECTED / name).read_text(encoding="utf-8")
