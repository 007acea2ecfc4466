"""What tests of the journal share."""

import pytest

from tests.stories import close, sell


@pytest.fixture
def worked(active_kkm, now):
    """A register with one closed shift of one sale."""
    sell(active_kkm, 1_500, at=now)
    close(active_kkm, at=now)
    return active_kkm
