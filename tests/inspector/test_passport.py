"""The passport of a register: what is on the sheet, and what becomes of the password."""

import io
import logging
import re

import pytest
from axes.models import AccessFailureLog
from django.contrib.auth.models import Permission
from django.test import Client
from pypdf import PdfReader

from inspector.models import AccessEntry, Control
from inspector.passport import one_time_password
from kkm.domain.password import ALPHABET
from tests import stories
from tests.factories import KKMFactory, KKMModelFactory, OFDFactory, TaxpayerFactory
from tests.inspector.factories import PASSWORD, ControlFactory, InspectorFactory, StaffFactory
from tests.reports.measuring import outside, run_together

pytestmark = pytest.mark.django_db
DRAWN = re.compile(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}")


@pytest.fixture
def control(kkm):
    """The inspector and his register."""
    return ControlFactory(
        kkm=kkm, inspector=InspectorFactory(username="serikov", full_name="Сериков Нурлан")
    )


def page(kkm):
    return f"/admin/kkm/kkm/{kkm.pk}/passport/"


def issue(client, control):
    return client.post(page(control.kkm), {"inspector": control.inspector_id})


def sheet(response):
    assert response.headers["Content-Type"] == "application/pdf"
    document = PdfReader(io.BytesIO(response.content))
    assert len(document.pages) == 1
    return document.pages[0].extract_text()


def password_on(response):
    return DRAWN.search(sheet(response)).group()


def test_the_action_leads_from_the_list_to_the_choice_of_inspector(client, staff, control):
    chosen = {"action": "print_passport", "_selected_action": [control.kkm_id]}
    response = client.post("/admin/kkm/kkm/", chosen)
    assert response.url == page(control.kkm)
    words = client.get(response.url).content.decode()
    assert "Сериков Нурлан (serikov)" in words
    assert "прежний перестанет действовать" in words


def test_two_registers_at_once_are_refused(client, staff, control):
    chosen = {
        "action": "print_passport",
        "_selected_action": [control.kkm_id, ControlFactory().kkm_id],
    }
    response = client.post("/admin/kkm/kkm/", chosen, follow=True)
    assert "отметьте одну" in response.content.decode()


def test_the_sheet_has_the_requisites_the_login_and_the_password(
    client, staff, control, now, settings
):
    settings.CABINET_URL = "https://alsep.example/"
    stories.activate(control.kkm, at=now, registration_number="600700123456")
    text = sheet(issue(client, control))
    kkm = control.kkm
    facts = (
        kkm.serial_number,
        "600700123456",
        str(kkm.taxpayer),
        kkm.taxpayer.taxpayer_number,
        kkm.address,
        str(kkm.ofd),
        "309412",
    )
    for words in (
        *facts,
        "Alsep Kassa Online",
        "2025",
        "https://alsep.example/",
        "serikov",
        "Сериков Нурлан",
    ):
        assert words in text
    assert DRAWN.search(text)


def test_a_register_off_the_record_has_no_registration_number_on_its_sheet(client, staff, control):
    assert "РНМ" not in sheet(issue(client, control))


def test_no_name_runs_off_the_sheet(client, staff):
    kkm = KKMFactory(
        serial_number="W" * 20,
        taxpayer=TaxpayerFactory(name="Щ" * 200),
        model=KKMModelFactory(name="Ж" * 120),
        ofd=OFDFactory(code=4, name="Ю" * 120),
        trade_name="Ш" * 120,
        address="Ф" * 200,
    )
    inspector = InspectorFactory(username="w" * 150, full_name="Ъ" * 200)
    sheet = issue(client, ControlFactory(kkm=kkm, inspector=inspector)).content
    margins = {"left": 22, "right": 20, "top": 18, "bottom": 16}
    assert outside(sheet, margins) == []
    assert run_together(sheet) == []


def test_the_sheet_is_set_in_our_own_font(client, staff, control):
    fonts = (
        PdfReader(io.BytesIO(issue(client, control).content))
        .pages[0]["/Resources"]["/Font"]
        .values()
    )
    assert all("Plex-Mono" in font.get_object()["/BaseFont"] for font in fonts)


def test_the_password_opens_the_cabinet_once_and_the_old_one_no_more(client, staff, control):
    response = issue(client, control)
    guest = Client()
    assert guest.post("/login/", {"username": "serikov", "password": PASSWORD}).status_code == 200
    guest.post("/login/", {"username": "serikov", "password": password_on(response)})
    assert guest.get("/cabinet/").url == "/password/"


def test_open_sessions_of_the_inspector_end(client, staff, control):
    guest = Client()
    guest.force_login(control.inspector)
    issue(client, control)
    assert guest.get("/password/").url == "/login/?next=/password/"


def test_a_locked_inspector_comes_in_with_the_new_password(client, staff, control):
    guest = Client()
    for _time in range(5):
        guest.post("/login/", {"username": "serikov", "password": "wrong"})
    response = issue(client, control)
    assert (
        guest.post(
            "/login/", {"username": "serikov", "password": password_on(response)}
        ).status_code
        == 302
    )


def test_a_passport_takes_a_lockout_off_and_leaves_the_failures_on_record(client, staff, control):
    for _time in range(5):
        Client().post("/login/", {"username": "serikov", "password": "wrong"})
    issue(client, control)
    assert AccessFailureLog.objects.filter(username="serikov").count() == 5


def test_the_password_is_kept_nowhere_in_clear(client, staff, control, caplog):
    caplog.set_level(logging.DEBUG)
    response = issue(client, control)
    password = password_on(response)
    control.inspector.refresh_from_db()
    assert password not in control.inspector.password
    assert password not in caplog.text
    entry = AccessEntry.objects.get()
    assert (entry.action, entry.user, entry.kkm, entry.subject) == (
        "passport",
        staff,
        control.kkm,
        "serikov",
    )
    assert "no-store" in response.headers["Cache-Control"]
    assert client.get(page(control.kkm)).headers["Content-Type"].startswith("text/html")


def test_each_passport_has_another_password(client, staff, control):
    assert password_on(issue(client, control)) != password_on(issue(client, control))


def test_passwords_are_readable_and_long():
    drawn = {one_time_password() for _time in range(200)}
    assert len(drawn) == 200
    assert all(DRAWN.fullmatch(password) for password in drawn)
    assert not set(ALPHABET) & set("0O1lIo")


def test_a_register_without_an_inspector_asks_to_assign_one(client, staff, kkm):
    assert "Сначала назначьте" in client.get(page(kkm)).content.decode()


@pytest.mark.parametrize("flaw", ["revoked", "switched off", "another register"])
def test_who_does_not_control_the_register_gets_no_passport_of_it(
    client, staff, control, flaw, now
):
    if flaw == "revoked":
        Control.objects.update(revoked_at=now)
    elif flaw == "switched off":
        control.inspector.is_active = False
        control.inspector.save()
    kkm = ControlFactory().kkm if flaw == "another register" else control.kkm
    response = client.post(page(kkm), {"inspector": control.inspector_id})
    assert response.headers["Content-Type"].startswith("text/html")
    control.inspector.refresh_from_db()
    assert control.inspector.check_password(PASSWORD)


def clerk(client, *rights):
    user = InspectorFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)


def test_staff_without_the_right_over_accounts_print_no_passports(client, control):
    clerk(client, "view_kkm", "change_kkm")
    assert issue(client, control).status_code == 403
    assert "print_passport" not in client.get("/admin/kkm/kkm/").content.decode()


def test_who_is_no_superuser_gives_no_password_to_staff(client, control):
    clerk(client, "change_kkm", "change_user", "add_control")
    boss = ControlFactory(kkm=control.kkm, inspector=StaffFactory())
    issue(client, boss)
    boss.inspector.refresh_from_db()
    assert boss.inspector.check_password(PASSWORD)
    assert issue(client, control).headers["Content-Type"] == "application/pdf"


def test_who_is_no_superuser_gives_no_password_to_a_superuser_outside_the_staff_either(
    client, control
):
    clerk(client, "change_kkm", "change_user")
    hidden = ControlFactory(
        kkm=control.kkm, inspector=StaffFactory(is_staff=False, full_name="Скрытый Супер")
    )
    assert "Скрытый Супер" not in client.get(page(control.kkm)).content.decode()
    assert issue(client, hidden).headers["Content-Type"].startswith("text/html")
    hidden.inspector.refresh_from_db()
    assert hidden.inspector.check_password(PASSWORD)


def test_a_stranger_and_an_inspector_get_no_passport(client, control):
    assert issue(client, control).status_code == 302
    client.force_login(control.inspector)
    assert (
        client.post(page(control.kkm), {"inspector": control.inspector_id}, follow=True).status_code
        == 403
    )
