"""After the session has ended: htmx is told to open the login, and the login leads back to the
page that the user is on.
"""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from inspector.models import User
from tests.inspector.factories import PASSWORD

pytestmark = pytest.mark.django_db

SERIAL = "SWK00053162"
ROOT = f"/cabinet/kkm/{SERIAL}/"
PARTS = ("/cabinet/", f"{ROOT}operations/", f"{ROOT}comment/")


def asked_by_htmx(client: Client, address: str, page: str, **more: str):
    """A request for a part of the page that is open; the test's own host is testserver."""
    return client.get(address, HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL=page, **more)


@pytest.fixture
def timed_out(cabinet, working_kkm):
    """The inspector's browser after his session has ended on the server."""
    Session.objects.all().delete()
    return cabinet


@pytest.mark.parametrize("address", PARTS)
def test_htmx_is_told_to_open_the_login(timed_out, address):
    response = asked_by_htmx(timed_out, address, f"http://testserver{ROOT}?page=2")
    assert response.status_code == 200
    assert "Location" not in response
    assert response["HX-Redirect"] == f"/login/?next={ROOT}%3Fpage%3D2"
    assert "no-store" in response["Cache-Control"]


def test_a_part_that_is_asked_for_with_values_leads_back_to_its_page(timed_out):
    page = f"{ROOT}operations/?shift=1"
    response = asked_by_htmx(timed_out, f"{page}&kind=2", f"http://testserver{page}")
    assert response["HX-Redirect"] == f"/login/?next={ROOT}operations/%3Fshift%3D1"


@pytest.mark.parametrize(
    "foreign",
    (
        "",
        "http://elsewhere.example/cabinet/",
        "https://testserver/cabinet/",
        "http://testserver//elsewhere.example/",
        "http://testserver@elsewhere.example/",
        "javascript:alert(1)",
        "not an address",
    ),
)
def test_a_page_that_is_not_ours_is_not_the_way_back(timed_out, foreign):
    response = asked_by_htmx(timed_out, "/cabinet/?q=SWK", foreign)
    assert response["HX-Redirect"] == "/login/?next=/cabinet/%3Fq%3DSWK"


def test_the_login_leads_back_to_the_page(timed_out, inspector):
    from_page = asked_by_htmx(timed_out, f"{ROOT}comment/", f"http://testserver{ROOT}")
    account = {"username": inspector.username, "password": PASSWORD}
    assert timed_out.post(from_page["HX-Redirect"], account).url == ROOT


def test_htmx_is_told_to_open_the_page_of_the_password(cabinet, inspector, working_kkm):
    User.objects.filter(pk=inspector.pk).update(must_change_password=True)
    response = asked_by_htmx(cabinet, f"{ROOT}operations/", f"http://testserver{ROOT}")
    assert response["HX-Redirect"] == reverse("password_change")


@pytest.mark.parametrize("address", (*PARTS, f"{ROOT}check/"))
def test_a_page_that_is_asked_for_without_htmx_is_redirected_as_ever(timed_out, address):
    assert timed_out.get(address).url == f"/login/?next={address}"


def test_a_check_that_is_asked_for_too_late_leads_to_the_login_and_back_to_the_checks(timed_out):
    response = timed_out.post(f"{ROOT}check/")
    assert (response.status_code, response.url) == (302, f"/login/?next={ROOT}check/")
