"""How much of what is drawn at random, or repeated, a run tries.

`make test` tries a part, so that it takes minutes. THOROUGH=1 in the environment, which
`.ci/run` sets, tries all of it: the same tests with larger numbers.
"""

import os
from collections.abc import Iterable
from typing import TypeVar

Item = TypeVar("Item")
THOROUGH = os.environ.get("THOROUGH") == "1"


def breadth(part: int, whole: int) -> int:
    """`whole` in a thorough run, else `part`."""
    return whole if THOROUGH else part


def part_of(items: Iterable[Item], one_in: int) -> list[Item]:
    """All of the items in a thorough run, else the first of each `one_in`."""
    return list(items)[:: breadth(one_in, 1)]
