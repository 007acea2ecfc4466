"""Every paper names the seller as he was called at what it is about; a heading that cannot be
read is said.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from kkm import journal
from kkm.domain import statement
from kkm.models import ZReport
from reports.kinds import KINDS
from reports.kinds import act as act_report
from reports.paper.qr import token_of
from reports.ticket.layout import ticket_url
from reports.verify.verdict import verdict
from tests.inspector.factories import ControlFactory, StaffFactory
from tests.kkm import vectors
from tests.kkm.domain import written
from tests.kkm.tampering import unlocked
from tests.reports.asking import ask
from tests.stories import act, activate, close, restate, sell

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
UNREADABLE = "Реквизиты кассы не читаются: её журнал повреждён."


@pytest.fixture
def renamed(kkm, now):
    """A register with a closed shift whose taxpayer has had another name since."""
    activate(kkm, at=now)
    sell(kkm, at=now)
    close(kkm, at=now + HOUR)
    kkm.name_then = kkm.taxpayer.name
    restate(kkm, at=now + HOUR, taxpayer={"name": "ТОО «Другое имя»"})
    return kkm


PAST = [kind for kind in KINDS if kind != "x" and kind in statement.KINDS]


@pytest.mark.parametrize("kind", PAST)
def test_a_report_of_a_past_shift_names_the_taxpayer_of_then(renamed, now, kind):
    report = ask(renamed, kind, timezone.localdate(now)).report
    assert report.taxpayer == renamed.name_then
    assert verdict(token_of(report.statement).text).heading[0].label == renamed.name_then


def test_an_x_of_today_names_the_taxpayer_of_today(renamed, now):
    sell(renamed, at=now + 2 * HOUR)
    report = ask(renamed, "x", timezone.localdate(now), now=now + 3 * HOUR).report
    assert report.taxpayer == "ТОО «Другое имя»"


def test_an_act_of_deregistration_names_the_taxpayer_of_its_day(renamed, now):
    operation = journal.deregister(kkm=renamed, act=act(now + 2 * HOUR, reason="кража или утеря"))
    restate(renamed, at=now + 3 * HOUR, taxpayer={"name": "ТОО «Третье имя»"})
    registration = renamed.registrations.get()
    shifts = list(registration.shifts.all())
    report = act_report.make(operation, registration, shifts, now=now + 4 * HOUR, by="Сериков Н.Б.")
    assert report.taxpayer == "ТОО «Другое имя»"


@pytest.fixture
def unreadable():
    """A journal of the older form whose Z somebody has been at."""
    kkm = vectors.worked_register()
    with unlocked():
        ZReport.objects.update(text="{}")
        yield kkm


def test_the_buyers_page_says_that_the_heading_cannot_be_read(client, unreadable):
    operation = unreadable.operations.get(number=2)
    kept = ZReport.objects.filter(shift__kkm=unreadable)
    kept.update(text=written.Z)
    address = ticket_url(operation).partition("/consumer")[2]
    kept.update(text="{}")
    for path in (f"/consumer{address}", f"/consumer.pdf{address}"):
        response = client.get(path)
        assert response.status_code == 500
        assert UNREADABLE in response.content.decode()
        assert "ТОО «Береке»" not in response.content.decode()


def test_the_cabinet_says_that_a_report_cannot_be_read(client, unreadable):
    staff = StaffFactory()
    client.force_login(staff)
    ControlFactory(inspector=staff, kkm=unreadable)
    serial = unreadable.serial_number
    for path in (
        f"/cabinet/kkm/{serial}/reports/?type=z&date=2026-03-12",
        f"/cabinet/kkm/{serial}/reports/?type=period&date=2026-03-12&to=2026-03-12",
        f"/cabinet/kkm/{serial}/operations/2.pdf",
    ):
        response = client.get(path)
        assert (response.status_code, UNREADABLE in response.content.decode()) == (200, True), path


def test_the_pages_of_a_register_open_though_a_z_cannot_be_read(client, unreadable):
    staff = StaffFactory()
    client.force_login(staff)
    ControlFactory(inspector=staff, kkm=unreadable)
    for part in ("", "z-reports/"):
        response = client.get(f"/cabinet/kkm/{unreadable.serial_number}/{part}")
        assert response.status_code == 200, part


def test_a_paper_whose_figures_agree_says_that_its_heading_cannot_be_read():
    kkm = vectors.worked_register()
    day = timezone.localdate(kkm.last_operation.occurred_at)
    token = token_of(ask(kkm, "sections", day).report.statement).text
    assert verdict(token).heading[0].label == "ТОО «Береке»"
    with unlocked():
        ZReport.objects.update(text="{}")
        found = verdict(token)
    assert (found.problem, found.heading[0].label) == (None, UNREADABLE)
