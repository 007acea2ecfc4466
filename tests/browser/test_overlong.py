"""No word runs off a page, on a phone and at a desk: names of 200 letters without a space, sums of
thirteen digits, a thousand positions (`tests/overlong.py`).
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from playwright.sync_api import Page

from kkm import journal
from kkm.models import KKM
from reports.kinds import KINDS
from reports.paper.qr import token_of
from reports.ticket.layout import ticket_url
from tests import stories
from tests.browser.conftest import DESK, come_in
from tests.browser.test_widths import PHONE, faults
from tests.inspector.factories import ControlFactory, InspectorFactory
from tests.overlong import overlong_register
from tests.reports.asking import report_of

RUNS_OFF = """() => [document.documentElement, document.body, ...(innerWidth < 500 ? document.querySelectorAll('.list-scroll') : [])]
    .filter(box => box.scrollWidth > box.clientWidth).map(box => `${box.scrollWidth} > ${box.clientWidth}`)"""


@pytest.fixture
def kkm(transactional_db) -> KKM:
    """Two shifts closed and one open, the last operation an hour old."""
    start = timezone.localtime().replace(microsecond=0) - timedelta(hours=10)
    return overlong_register(start, serial_number="W" * 20)


@pytest.fixture
def inside(context, kkm, live_server) -> KKM:
    """Its inspector has come in; his name is as long as the others."""
    inspector = InspectorFactory(username="w" * 150, full_name="Ш" * 200)
    inspector.user_permissions.add(Permission.objects.get(codename="block_kkm"))
    ControlFactory(inspector=inspector, kkm=kkm)
    come_in(context, inspector, live_server.url)
    return kkm


def addresses(kkm: KKM) -> Iterator[str]:
    """Every page that shows a text or a sum of the register."""
    root = f"/cabinet/kkm/{kkm.serial_number}/"
    yield from ("/cabinet/", f"/cabinet/?q={'W' * 20}", f"/cabinet/?q={'Щ' * 100}")
    yield root
    pages = ("comment", "deregister", "activate", "block", "export", "check", "z-reports")
    yield from (f"{root}{page}/" for page in pages)
    yield from (f"{root}operations/", f"{root}operations/?shift=1")
    tickets = kkm.operations.tickets().order_by("-number")
    shown = (*tickets[:2], tickets.last(), kkm.operations.first())
    yield from (f"{root}operations/{operation.number}/" for operation in shown)
    yield from of_reports(kkm, root)
    for operation in tickets[:2]:
        yield ticket_url(operation).removeprefix("http://127.0.0.1:8000")


def of_reports(kkm: KKM, root: str) -> Iterator[str]:
    """Each kind on screen, and what its QR opens."""
    last = kkm.shifts.closed().last()
    day = timezone.localdate(last.closed_at)
    for kind in KINDS:
        shift = last.number if kind in ("z", "shift") else None
        chosen = f"&shift={shift}" if shift else ""
        yield f"{root}reports/?type={kind}&date={day}&to={day}{chosen}"
    for kind in ("z", "period", "cashiers", "sections"):
        shift = last.number if kind == "z" else None
        paper = report_of(kkm, kind, day, shift=shift, now=timezone.now())
        yield f"/verify/{token_of(paper.statement).text}"


def runs_off(page: Page, address: str) -> list[str]:
    """What does not fit into the window of a phone and of a desk, in words."""
    answer = page.goto(address)
    found = [f"{answer.status} {page.url}"] if answer.status >= 400 else []
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        wide = page.evaluate(RUNS_OFF)
        found += [f"{page.url} at {size['width']}: {said}" for said in wide]
        found += faults(page)
    return found


def test_no_page_is_wider_than_its_window_however_long_its_words_are(page, inside):
    found = [fault for address in addresses(inside) for fault in runs_off(page, address)]

    assert found == []


def test_the_page_of_a_register_taken_off_and_checked_keeps_its_words(page, inside):
    details = {"reason": "замена на новую модель", "comment": "Я" * 300}
    journal.deregister(kkm=inside, act=stories.act(timezone.now(), **details))
    root = f"/cabinet/kkm/{inside.serial_number}/"
    page.goto(f"{root}check/")
    page.get_by_role("button", name="Проверить кассу").click()
    number = inside.last_operation.number
    pages = (root, f"{root}check/", f"{root}operations/{number}/", f"{root}activate/")

    assert [fault for address in pages for fault in runs_off(page, address)] == []
