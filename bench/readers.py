"""Users who read pages: each is a thread with a session of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from http.client import HTTPConnection, HTTPException
from multiprocessing import get_context
from random import Random
from threading import Barrier, Thread
from time import perf_counter, sleep
from typing import NamedTuple
from urllib.parse import quote

USERS, PROCESSES = 8, 2


class Visit(NamedTuple):
    """A page that was read, and how long its answer took."""

    address: str
    milliseconds: float


class Walk(NamedTuple):
    """What a user does: the pages with whose session each is asked, how often, and the pause."""

    port: int
    user: int
    pages: Sequence[tuple[str, str]]
    cookies: Mapping[str, str]
    rounds: int
    pause: float


def read_pages(
    port: int,
    pages: Sequence[tuple[str, str]],
    cookies: Mapping[str, str],
    rounds: int,
    *,
    pause: float,
) -> list[Visit]:
    """Let all users read all pages so many times. `pages`: the role of the user, the address."""
    walks = []
    for user in range(1, USERS + 1):
        walks.append(Walk(port, user, pages, cookies, rounds, pause))
    shares = [walks[number::PROCESSES] for number in range(PROCESSES)]
    visits: list[Visit] = []
    context = get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        for found in pool.map(_together, shares):
            visits += found
    return visits


def _together(walks: Sequence[Walk]) -> list[Visit]:
    """Several users in the threads of one process."""
    visits: list[Visit] = []
    barrier = Barrier(len(walks))
    threads = []
    for walk in walks:
        thread = Thread(target=_walk, args=(walk, barrier, visits))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return visits


def _walk(walk: Walk, barrier: Barrier, visits: list[Visit]) -> None:
    # Not for secrets.
    dice = Random(walk.user)
    connection = HTTPConnection("127.0.0.1", walk.port, timeout=60)
    barrier.wait()
    for role, address in _order(walk, dice):
        sleep(dice.uniform(0.5, 1.5) * walk.pause)
        headers = {"Accept": "text/html", "Accept-Language": "ru"}
        if role:
            session = walk.cookies[f"{role}{walk.user}"]
            headers["Cookie"] = f"sessionid={session}"
        begun = perf_counter()
        try:
            connection.request("GET", quote(address, safe="/?&=%:"), headers=headers)
            answer = connection.getresponse()
            answer.read()
        except (HTTPException, OSError):
            # gunicorn has replaced a worker between two pages.
            connection.close()
            continue
        took = 1000 * (perf_counter() - begun)
        if answer.status != 200:
            raise RuntimeError(f"{address} answers {answer.status}")
        visits.append(Visit(address, took))


def _order(walk: Walk, dice: Random) -> Iterator[tuple[str, str]]:
    for _round in range(walk.rounds):
        pages = list(walk.pages)
        dice.shuffle(pages)
        yield from pages
