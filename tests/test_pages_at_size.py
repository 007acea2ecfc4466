"""Pages do not notice how many registers there are: as many queries, and not much to send."""

import re

from django.test import Client

from bench.addresses import of_the_admin, of_the_cabinet, of_the_public
from bench.fleet_journal import write
from bench.fleet_rows import evidence, make_registers, plans, weeks_of
from bench.pages import BUSY, MOST_BYTES, MOST_QUERIES, counted
from inspector.models import User
from kkm.models import KKM
from tests.breadth import breadth, part_of
from tests.kkm.tampering import taken_back

DAYS = 2
# Pages that take more, and why.
MORE_QUERIES = {
    r"reports/(\?type=|$)": 18,  # a report is added up from its rows
}
MORE_BYTES = {
    r"^/api/docs/": 350_000,  # one page for all calls
}


def pages_of(registers):
    """(address without its numbers, queries, bytes) of every page in a fleet of so many."""
    weeks = weeks_of(DAYS)
    for plan in plans(make_registers(registers, weeks, people=1), weeks):
        write(plan)
    evidence()
    kkm = KKM.objects.get(serial_number=BUSY)
    parts = {
        None: of_the_public(kkm),
        "inspector1": of_the_cabinet(kkm),
        "staff1": of_the_admin(kkm, "staff1"),
    }
    found = []
    for username, addresses in parts.items():
        client = Client()
        if username:
            client.force_login(User.objects.get(username=username))
        for address in part_of(addresses, 2):
            found.append((address, *counted(client, address)))
    return found


def allowed(address, limit, more):
    return max([limit, *(bound for pattern, bound in more.items() if re.search(pattern, address))])


def test_pages_take_few_queries_and_as_many_with_sixty_registers_as_with_ten(db):
    with taken_back():
        few = pages_of(10)
    many = pages_of(60)
    assert len(few) == len(many) > breadth(65, 130)
    grown = []
    for (_address, queries, _size), (address, more, _bytes) in zip(few, many, strict=True):
        if more != queries:
            grown.append((address, queries, more))
    assert grown == []
    slow = [
        (address, queries)
        for address, queries, _size in many
        if queries > allowed(address, MOST_QUERIES, MORE_QUERIES)
    ]
    assert slow == []
    large = [
        (address, size)
        for address, _queries, size in many
        if size > allowed(address, MOST_BYTES, MORE_BYTES)
    ]
    assert large == []
