"""How much of what is drawn at random, or repeated, a run tries.

`make test` tries a part, so that it takes minutes. THOROUGH=1 in the environment, which
`.ci/run` sets, tries all of it: the same tests with larger numbers.
"""

import os

THOROUGH = os.environ.get("THOROUGH") == "1"


def breadth(part: int, whole: int) -> int:
    """`whole` in a thorough run, else `part`."""
    return whole if THOROUGH else part
