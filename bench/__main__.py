"""`python -m bench [pdf] [year] [appends] [verification] [api] [size] … [--quick]`.

Measures the named parts, or all of them, and prints the table of docs/measured.md.
"""

from __future__ import annotations

import argparse
import sys

from bench.ground import CannotMeasure, in_process, measure_part
from bench.measured import HEADS, Measured, say, table


def main() -> int:
    """Measure each part in a process of its own, because each uses another database.

    The exit code is 1 if a part could not be measured.
    """
    asked = _arguments()
    lines: list[Measured] = []
    failed = False
    for part in asked.parts or HEADS:
        try:
            lines += in_process(measure_part, part, asked.quick)
        except CannotMeasure as missing:
            failed = True
            say(f"{part} was not measured. {missing}")
    if lines:
        print(table(lines))
    return int(failed)


def _arguments() -> argparse.Namespace:
    known = ", ".join(HEADS)
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        help=f"what to measure: {known}; without any, everything",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="fewer rounds and less data: to see that it runs",
    )
    asked = parser.parse_args()
    for part in asked.parts:
        if part not in HEADS:
            parser.error(f"there is no part {part!r}; there are {known}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
