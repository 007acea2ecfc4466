"""Checks of many journals, in this process or in one for each core.

Each process has a connection of its own, takes the next register when it has finished one, and
keeps each result at once: what was checked before an interruption stays checked. Nothing here is
imported before Django is set up, which the processes do themselves.
"""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kkm.audit.audit import Verdict
    from kkm.models import KKM

BY = "verify_journal"
# For each process: how many registers are handed out before the result of the first one is taken.
AHEAD = 16


class Checked(NamedTuple):
    """A register by its id, what its check found, and how long that took.

    `first` is the number of the first operation that was read; `earlier` is the number of the
    check that has read those before it, 0 without one.
    """

    kkm: int
    verdict: Verdict
    milliseconds: int
    first: int = 1
    earlier: int = 0


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


def check(kkm: KKM, *, since: bool, progress: Callable[[int], None] | None = None) -> Checked:
    """Check a register, and keep the check in its history.

    With `since` only what came after its last check, if `kkm.audit.later` finds where to begin.
    Raises `kkm.errors.KeyUnavailable`.
    """
    from django.utils import timezone

    from inspector.seen_heads import remembered_heads
    from kkm.audit.audit import full_audit
    from kkm.audit.history import keep
    from kkm.audit.later import after_last_check
    from kkm.domain.checker import NOTHING_BEFORE

    begun = time.monotonic()
    later = None
    if since:
        later = after_last_check(kkm)
    start, by, earlier = NOTHING_BEFORE, BY, 0
    if later is not None:
        start = later.start
        by = f"{BY} --since № {start.number + 1}"
        earlier = later.audit.number
    verdict = full_audit(
        kkm,
        anchors=remembered_heads(kkm),
        progress=progress or _ignore,
        start=start,
    )
    took = round(1000 * (time.monotonic() - begun))
    keep(kkm, verdict, at=timezone.now(), by=by, milliseconds=took)
    return Checked(kkm.pk, verdict, took, start.number + 1, earlier)


def check_all(keys: Sequence[int], *, since: bool, jobs: int) -> Generator[Checked]:
    """Check the registers of these ids in so many processes; the results in their order.

    Raises `kkm.errors.KeyUnavailable`.
    """
    with _processes(jobs) as pool:
        handed_out: deque[Future[Checked]] = deque()
        for key in keys:
            handed_out.append(pool.submit(_check_by_key, key, since))
            if len(handed_out) == jobs * AHEAD:
                yield handed_out.popleft().result()
        while handed_out:
            yield handed_out.popleft().result()


@contextmanager
def _processes(jobs: int) -> Iterator[ProcessPoolExecutor]:
    from django.conf import settings
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    arguments = (settings.SETTINGS_MODULE, name)
    # A copy of this process would share its connection with it.
    context = get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, _set_up, arguments)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _set_up(settings_module: str, database: str) -> None:
    """Begin a process on the database of the one that has started it.

    Ctrl-C is for that one alone: here the check of a register comes to its end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["DJANGO_SETTINGS_MODULE"] = settings_module
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    # With DEBUG Django keeps the text of every statement.
    settings.DEBUG = False
    django.setup()


def _check_by_key(key: int, since: bool) -> Checked:
    from kkm.models import KKM

    return check(KKM.objects.get(pk=key), since=since)


def _ignore(_read: int) -> None:
    """Report no progress."""
