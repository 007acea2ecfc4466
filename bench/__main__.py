"""python -m bench [pdf] [year] [appends] [verification] [api] … [--quick]: measure, and print
the table for README.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bench.ground import CannotMeasure, measure_part
from bench.measured import HEADS, Measured, say, table


def main() -> int:
    """Each part in a process of its own, because each stands on another database."""
    asked = _arguments()
    lines: list[Measured] = []
    failed = False
    for part in asked.parts or HEADS:
        try:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                lines += process.submit(measure_part, part, asked.quick).result()
        except CannotMeasure as missing:
            failed = True
            say(f"{part} was not measured. {missing}")
    if lines:
        print(table(lines))
    return int(failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        help=f"what to measure: {', '.join(HEADS)}; without any, everything",
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds and less data: to see that it runs"
    )
    asked = parser.parse_args()
    unknown = [part for part in asked.parts if part not in HEADS]
    if unknown:
        parser.error(f"there is no part {unknown[0]!r}; there are {', '.join(HEADS)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
