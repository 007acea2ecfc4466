"""What machines that watch Alsep are told."""

import os
import socket
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from alsep.health import UNCHECKED
from kkm import signing
from kkm.audit.history import keep
from kkm.models import KKM
from tests.factories import KKMFactory
from tests.journal_audit import audit_journal
from tests.keys import WAYS, lose_keys
from tests.stories import activate

URL = "/healthz"


@pytest.mark.django_db
def test_all_is_well_says_200_and_what_was_looked_at(client):
    answer = client.get(URL)
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "migrations": "ok",
        "signing_key": "ok",
        "journals": "none yet",
        "journals_checked_seconds_ago": None,
    }


@pytest.mark.django_db
def test_the_last_full_check_is_as_old_as_the_oldest_of_the_registers(client, active_kkm):
    KKMFactory()  # has no journal: nothing of it can be checked
    other = KKMFactory()
    activate(other, at=timezone.now())
    _checked(active_kkm, 100)
    assert client.get(URL).json()["journals"] == "not all were checked"
    _checked(other, 50)
    _checked(other, 10)
    told = client.get(URL).json()
    assert (told["status"], told["journals"]) == ("ok", "ok")
    assert 100 <= told["journals_checked_seconds_ago"] <= 110


@pytest.mark.django_db
def test_findings_of_the_last_check_are_told_and_fail_nothing(client, active_kkm):
    wrong = KKM(pk=active_kkm.pk, serial_number="ALS99999999")
    keep(active_kkm, audit_journal(wrong), at=timezone.now(), by="verify_journal", milliseconds=1)
    told = client.get(URL)
    assert (told.status_code, told.json()["journals"]) == (200, "findings")


def _checked(kkm, seconds):
    keep(
        kkm,
        audit_journal(kkm),
        at=timezone.now() - timedelta(seconds=seconds),
        by="verify_journal",
        milliseconds=1,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_a_signing_key_that_cannot_be_used_is_503_and_names_no_file(
    client, settings, tmp_path, way
):
    lose_keys(settings, tmp_path, way)
    answer = client.get(URL)
    missing = way in ("no directory", "an empty directory")
    assert answer.status_code == 503
    assert answer.json()["signing_key"] == ("missing" if missing else "unreadable")
    assert str(tmp_path) not in answer.content.decode()


@pytest.mark.django_db
def test_a_key_beside_which_the_one_that_signed_last_is_missing_is_503(
    client, active_kkm, settings, tmp_path
):
    settings.SIGNING_KEYS = tmp_path / "keys"
    activate(KKMFactory(), at=timezone.now())
    assert client.get(URL).json()["signing_key"] == "ok"
    signing.rotate()
    assert client.get(URL).json()["signing_key"] == "ok"
    settings.SIGNING_KEYS = tmp_path / "new"
    signing.create()
    assert client.get(URL).json()["signing_key"] == "another"


@pytest.mark.django_db
def test_it_is_never_cached_and_sets_no_cookie(client):
    answer = client.get(URL)
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.django_db
def test_it_answers_over_plain_http_where_everything_else_goes_to_tls(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(URL).status_code == 200
    assert client.get("/admin/")["Location"] == "https://testserver/admin/"


@pytest.mark.django_db
def test_a_migration_that_was_not_applied_is_503_and_counted(client):
    MigrationRecorder(connection).record_unapplied("kkm", "0002_triggers")
    answer = client.get(URL)
    assert answer.status_code == 503
    assert (
        answer.json()
        == {
            "status": "failing",
            "database": "ok",
            "migrations": "1 not applied",
            "signing_key": "ok",
        }
        | UNCHECKED
    )


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_503_and_tells_the_public_no_more(client):
    with connection.execute_wrapper(_refuse):
        answer = client.get(URL)
    assert answer.status_code == 503
    assert (
        answer.json()
        == {
            "status": "failing",
            "database": "does not answer",
            "migrations": "unknown",
            "signing_key": "ok",
        }
        | UNCHECKED
    )


@pytest.mark.django_db
def test_it_may_be_looked_at_only(client):
    assert client.head(URL).status_code == 200
    assert client.post(URL).status_code == 405


def test_the_healthcheck_of_the_container_fails_when_nobody_listens():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can answer there
        port = taken.getsockname()[1]
        done = _healthcheck(port)
    assert done.returncode == 1
    assert f"Nothing healthy answers on port {port}" in done.stderr


def test_the_healthcheck_of_the_container_asks_under_an_allowed_name(live_server, settings):
    settings.ALLOWED_HOSTS = ["cabinet.example.kz"]
    port = live_server.thread.port
    assert _healthcheck(port, ALLOWED_HOSTS="cabinet.example.kz,example.kz").returncode == 0
    refused = _healthcheck(port, ALLOWED_HOSTS="another.example.kz")
    assert refused.returncode == 1
    assert "/healthz answers 400" in refused.stderr


def _refuse(execute, sql, params, many, context):
    raise OperationalError("connection to server at 10.1.2.3 failed")


def _healthcheck(port, **environment):
    return subprocess.run(
        [sys.executable, "-m", "alsep.healthcheck", str(port)],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


def test_slow_clients_do_not_keep_a_worker_from_answering(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    world = {
        "ALSEP_ENV": "development",
        "STATE_DIR": str(tmp_path),
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }
    world["DATABASE_URL"] = f"sqlite:///{tmp_path}/alsep.sqlite3"
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "alsep.wsgi"],
        cwd=settings.BASE_DIR,
        env=os.environ | world,
    )
    slow = []
    try:
        slow += [_begun(port) for _client in range(3)]
        with _connected(port) as quick:
            quick.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert quick.recv(100).startswith(b"HTTP/1.1 503"), "nothing is migrated there"
    finally:
        for client in slow:
            client.close()
        server.terminate()
        server.wait(20)


def _begun(port):
    """A client who never comes to the end of its request."""
    client = _connected(port)
    client.sendall(b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Le")
    return client


def _connected(port):
    for _attempt in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=15)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("gunicorn does not listen")
