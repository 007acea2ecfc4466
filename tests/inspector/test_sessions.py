"""An account that is switched off loses its sessions for good."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from inspector.models import User
from inspector.sessions import end_sessions
from tests.inspector.factories import PASSWORD, InspectorFactory
from tests.inspector.test_admin import url

pytestmark = pytest.mark.django_db


def comes_in(user: User) -> Client:
    """A browser in which he has logged in."""
    browser = Client()
    sent = browser.post("/login/", {"username": user.username, "password": PASSWORD})
    assert sent.status_code == 302
    assert browser.get("/cabinet/").status_code == 200
    return browser


def save(staff_browser: Client, user: User, *, active: bool) -> None:
    """Staff save his account, switched on or off."""
    form = {"username": user.username, "full_name": user.full_name}
    form |= {"is_active": "on"} if active else {}
    sent = staff_browser.post(url(User, "change", user.pk), form)
    assert sent.status_code == 302


def test_old_sessions_are_dead_when_the_account_is_switched_on_again(client, staff):
    user, other = InspectorFactory(), InspectorFactory()
    browsers, beside = [comes_in(user), comes_in(user)], comes_in(other)
    save(client, user, active=False)
    assert [browser.get("/cabinet/").status_code for browser in browsers] == [302, 302]
    save(client, user, active=True)
    assert [browser.get("/cabinet/").status_code for browser in browsers] == [302, 302]
    assert beside.get("/cabinet/").status_code == 200
    assert client.get("/admin/").status_code == 200
    comes_in(user)


def test_a_session_that_began_while_it_was_being_switched_off_ends_when_it_is_switched_on(
    client, staff
):
    user = InspectorFactory()
    save(client, user, active=False)
    late = Client()
    late.force_login(user)  # the login had asked before, and was saved after
    save(client, user, active=True)
    assert late.get("/cabinet/").status_code == 302


def test_an_account_that_stays_on_keeps_its_sessions(client, staff):
    user = InspectorFactory()
    browser = comes_in(user)
    save(client, user, active=True)
    assert browser.get("/cabinet/").status_code == 200


def test_it_is_told_how_many_sessions_there_were():
    user = InspectorFactory()
    comes_in(user)
    comes_in(user)
    assert (end_sessions(user), Session.objects.count(), end_sessions(user)) == (2, 0, 0)
