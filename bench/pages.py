"""How long pages take with ten thousand registers and eight users at once, and with ten registers.

Each user walks through all pages in an order of his own, and reads each for half a second. Queries
and bytes of a page are counted by Django's test client.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.api import served
from bench.fleet import QUICK, SMALL, WHOLE, Fleet, kept
from bench.ground import in_process, set_up
from bench.measured import Measured, say
from bench.readers import Visit, read_pages

LONGEST, MOST_QUERIES, MOST_BYTES = 100, 12, 100_000
# Who sees the pages of a part: a name with the number of the user, nobody in the public part.
PARTS = {"the public": "", "the cabinet": "inspector", "the admin": "staff"}
# The register whose pages are read.
BUSY = "ALS60000001"


class Page(NamedTuple):
    """A page as one user gets it."""

    part: str
    address: str
    queries: int
    size: int


class Read(NamedTuple):
    """A page as eight users got it, in milliseconds."""

    page: Page
    p50: float
    p95: float


def measure(directory: Path, quick: bool) -> list[Measured]:
    """A line for the slowest page of each part, for the most queries and for the largest page."""
    fleet, rounds = WHOLE, 3
    if quick:
        fleet, rounds = QUICK, 1
    small = _read(SMALL, directory, 1)
    whole = _read(fleet, directory, rounds)
    _say_all(whole, small)
    lines = []
    for part in PARTS:
        here = [read for read in whole if read.page.part == part]
        lines += _lines(part, here, small)
    return lines


def _read(fleet: Fleet, directory: Path, rounds: int) -> list[Read]:
    url = kept(fleet)
    pages, cookies = in_process(_pages, url)
    addresses = []
    for page in pages:
        addresses.append((PARTS[page.part], page.address))
    with served(url, directory) as server:
        # Once before the clock: the workers import and compile their templates.
        read_pages(server.port, addresses, cookies, 1, pause=0.05)
        visits = read_pages(server.port, addresses, cookies, rounds, pause=0.5)
    return _summed(pages, visits)


def _pages(url: str) -> tuple[list[Page], dict[str, str]]:
    """Every page with its queries and bytes, and the session of each user by his name."""
    set_up(url)
    from django.test import Client

    from bench.addresses import of_the_admin, of_the_cabinet, of_the_public
    from inspector.models import User
    from kkm.models import KKM

    cookies = {}
    clients = {"": Client(SERVER_NAME="localhost")}
    for user in User.objects.filter(is_active=True):
        client = clients[user.username] = Client(SERVER_NAME="localhost")
        client.force_login(user)
        cookies[user.username] = client.cookies["sessionid"].value
    kkm = KKM.objects.get(serial_number=BUSY)
    found = {
        "the public": of_the_public(kkm),
        "the cabinet": of_the_cabinet(kkm),
        "the admin": of_the_admin(kkm, "staff1"),
    }
    pages = []
    for part, addresses in found.items():
        name = PARTS[part]
        client = clients[f"{name}1" if name else ""]
        for address in addresses:
            pages.append(Page(part, address, *counted(client, address)))
    return pages, cookies


def counted(client, address: str) -> tuple[int, int]:
    """How many queries and bytes a page takes that is opened for the second time.

    AssertionError if it is no page.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    if response.status_code != 200:
        raise AssertionError(f"{address} answers {response.status_code}")
    queries = 0
    for query in asked:
        if query["sql"].startswith(("SELECT", "INSERT", "UPDATE", "WITH")):
            queries += 1
    return queries, len(response.content)


def _summed(pages: Sequence[Page], visits: Iterable[Visit]) -> list[Read]:
    took = defaultdict(list)
    for visit in visits:
        took[visit.address].append(visit.milliseconds)
    read = []
    for page in pages:
        times = sorted(took[page.address])
        read.append(Read(page, _share(times, 0.5), _share(times, 0.95)))
    return read


def _share(times: Sequence[float], share: float) -> float:
    return times[int(share * (len(times) - 1))]


def _lines(part: str, here: Sequence[Read], small: Sequence[Read]) -> list[Measured]:
    slowest = max(here, key=lambda read: read.p95)
    beside = {read.page.address: read.p50 for read in small}
    ratios = []
    for read in here:
        if read.page.address in beside:
            ratios.append((read.p50 / beside[read.page.address], read.page.address))
    ratio, worst = max(ratios)
    ratios.sort()
    middle, _address = ratios[len(ratios) // 2]
    late = [read for read in here if read.p95 > LONGEST]
    queries = max(here, key=lambda read: read.page.queries)
    largest = max(here, key=lambda read: read.page.size)
    return [
        _line(
            f"{part}, {len(here)} pages: ms at p95, the slowest",
            slowest.p95,
            LONGEST,
            f"{_short(slowest.page)}; {len(late)} pages over {LONGEST} ms",
        ),
        _line(
            f"{part}: the median page beside the same with ten registers",
            middle,
            None,
            f"most: {ratio:.1f}, {_cut(worst)}",
        ),
        _line(
            f"{part}: queries of a page, the most",
            queries.page.queries,
            MOST_QUERIES,
            _short(queries.page),
        ),
        _line(
            f"{part}: kB of a page, the largest",
            largest.page.size / 1000,
            MOST_BYTES / 1000,
            _short(largest.page),
        ),
    ]


def _line(what: str, figure: float, aim: float | None, note: str) -> Measured:
    return Measured("pages", what, figure, aim, at_most=True, note=note)


def _short(page: Page) -> str:
    return _cut(page.address)


def _cut(address: str) -> str:
    return f"`{address[:48]}`"


def _say_all(whole: Sequence[Read], small: Sequence[Read]) -> None:
    """A line for each page, the slowest first."""
    beside = {read.page.address: read.p50 for read in small}
    say("p50 ms, p95 ms, beside ten registers, queries, bytes, page")
    for read in sorted(whole, key=lambda read: -read.p95):
        page = read.page
        ratio = read.p50 / beside.get(page.address, read.p50)
        say(
            f"{read.p50:6.0f} {read.p95:6.0f} {ratio:6.1f} {page.queries:4d} {page.size:8d} "
            f"{page.address[:100]}"
        )
