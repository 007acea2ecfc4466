"""Keys that no database knows, and what the door signs with them."""

import base64
import hashlib
import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_public_key,
)
from django.conf import settings as configured
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kkm import journal, signing
from kkm.domain.head import Head
from kkm.errors import KeyUnavailable
from kkm.models import SignedHead
from tests.kkm import vectors
from tests.kkm.domain.test_head import HEAD
from tests.stories import act, activate, close, deposit, sell


@pytest.fixture
def keys(settings, tmp_path) -> Path:
    """A directory of keys of this test's own, not there yet."""
    settings.SIGNING_KEYS = tmp_path / "state" / "keys"
    return settings.SIGNING_KEYS


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir() if path.suffix != ""}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# -- keys ------------------------------------------------------------------------------------------


def test_development_makes_a_key_at_the_first_signature_and_keeps_it(keys):
    key, signature = signing.sign("text")
    assert names(keys) == {f"{key}.pem"}
    assert signing.current() == signing.create() == key
    assert signing.verify("text", key, signature)


def test_only_its_owner_may_read_the_private_key_whatever_the_umask(keys):
    before = os.umask(0)
    try:
        key = signing.create()
        signing.rotate()
    finally:
        os.umask(before)
    assert mode(keys) == 0o700
    assert mode(keys / f"{signing.current()}.pem") == 0o600
    assert mode(keys / f"{key}.pub") == 0o644


def test_the_id_of_a_key_is_the_beginning_of_the_digest_of_its_raw_public_key(keys):
    key = signing.create()
    raw = load_pem_public_key(signing.public_keys()[key].encode()).public_bytes_raw()
    assert key == hashlib.sha256(raw).hexdigest()[:16]


def test_production_without_a_key_says_how_to_make_one(keys, settings):
    settings.PRODUCTION = True
    with pytest.raises(KeyUnavailable) as refused:
        signing.sign("text")
    assert f"no signing key in {keys}. Make one with: manage.py signing_key" in refused.value.why
    assert str(keys) not in str(refused.value), "what the public is told names no file"
    assert not keys.exists()
    assert signing.public_keys() == {}


def test_a_deployment_is_checked_for_its_key(keys, settings):
    settings.PRODUCTION = True
    assert signing.check() == []
    path = keys / f"{signing.create()}.pem"
    assert signing.check() == []
    path.chmod(0o640)
    assert [message.id for message in signing.check()] == ["alsep.W001"]


def test_a_rotation_leaves_the_public_key_and_earlier_signatures_hold(keys):
    old, signature = signing.sign("text")
    new = signing.rotate()
    assert names(keys) == {f"{old}.pub", f"{new}.pem"}
    assert signing.current() == new != old
    assert signing.sign("text")[0] == new
    assert signing.verify("text", old, signature)
    assert list(signing.public_keys()) == [new, old]


def test_a_rotation_by_another_process_is_seen_at_once(keys):
    old = signing.current()
    environment = {
        "ALSEP_ENV": "development",
        "SIGNING_KEYS": str(keys),
        "STATE_DIR": str(keys.parent),
    }
    command = [sys.executable, "manage.py", "signing_key", "--rotate"]
    said = subprocess.run(
        command,
        cwd=configured.BASE_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert signing.current() != old
    assert signing.current() in said.stdout


def test_of_many_who_want_the_first_key_at_once_all_get_the_same(keys):
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: signing.create(), range(16)))
    assert len(made) == 1
    assert names(keys) == {f"{made.pop()}.pem"}


def test_signatures_go_on_and_hold_while_keys_are_rotated(keys):
    signing.create()
    with ThreadPoolExecutor(4) as pool:
        signed = [
            pool.submit(signing.sign, f"{n}") for n in range(300) if n % 10 or signing.rotate()
        ]
    assert all(
        signing.verify(text, *one.result())
        for text, one in zip([f"{n}" for n in range(300)], signed, strict=True)
    )
    assert len({one.result()[0] for one in signed}) > 1


def test_a_rotation_that_was_interrupted_leaves_the_new_key_current_and_both_verifiable(keys):
    old, signature = signing.sign("text")
    kept = (keys / f"{old}.pem").read_bytes()
    new = signing.rotate()
    (keys / f"{old}.pem").write_bytes(kept)
    os.utime(keys / f"{old}.pem", (1, 1))
    assert signing.current() == new
    assert signing.verify("text", old, signature)
    last = signing.rotate()
    assert names(keys) == {f"{old}.pub", f"{new}.pub", f"{last}.pem"}


def test_a_file_that_is_not_the_key_of_its_name_is_refused(keys):
    key = signing.create()
    other = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    (keys / "0123456789abcdef.pem").write_bytes(other)
    with pytest.raises(KeyUnavailable) as refused:
        signing.current()
    assert "0123456789abcdef.pem is not the Ed25519 key that its name says" in refused.value.why
    (keys / "0123456789abcdef.pem").write_text("nothing")
    with pytest.raises(KeyUnavailable) as refused:
        signing.verify("text", key, "")
    assert "is not a key in PEM" in refused.value.why


def test_where_no_key_is_a_signature_is_neither_true_nor_false(keys, tmp_path, settings):
    key, signature = signing.sign("text")
    a_file = tmp_path / "file"
    a_file.write_text("no directory")
    for nowhere in (tmp_path / "gone", a_file, tmp_path):
        settings.SIGNING_KEYS = nowhere
        with pytest.raises(KeyUnavailable):
            signing.verify("text", key, signature)
        with pytest.raises(KeyUnavailable):
            signing.verify_bytes(b"text", key, b"0" * 64)


def test_the_command_makes_one_key_and_rotates_only_when_told(keys):
    said = StringIO()
    call_command("signing_key", stdout=said)
    first = signing.current()
    call_command("signing_key", stdout=said)
    assert signing.current() == first
    call_command("signing_key", "--rotate", stdout=said)
    assert signing.current() != first
    assert [line.split()[2].rstrip(",") for line in said.getvalue().splitlines()] == [
        first,
        first,
        signing.current(),
    ]


# -- signatures ------------------------------------------------------------------------------------


def test_the_signature_is_plain_ed25519_over_the_bytes_of_the_text(keys):
    key, signature = signing.sign(HEAD.text)
    public = load_pem_public_key(signing.public_keys()[key].encode())
    public.verify(base64.b64decode(signature), HEAD.text.encode())
    assert len(signature) == 88


def test_the_worked_head_has_this_signature_by_the_key_of_the_bytes_0_to_31(keys):
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    keys.mkdir(parents=True)
    (keys / "56475aa75463474c.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    signature = (
        "uEAzU5CfaIudQBTMakzTsw9GaY0SrWGIJ8C/uv49uBOXYXSLQbfvs07Cz/JGLXjXcZrth1qlTYayBjjQSeOoBA=="
    )
    assert signing.sign(HEAD.text) == ("56475aa75463474c", signature)


@pytest.mark.parametrize(
    "changed", [HEAD.text[:-1], HEAD.text.replace("38200", "38201"), HEAD.text + " ", ""]
)
def test_no_other_text_has_the_signature(keys, changed):
    key, signature = signing.sign(HEAD.text)
    assert signing.verify(HEAD.text, key, signature)
    assert not signing.verify(changed, key, signature)


def test_another_or_an_unknown_key_did_not_make_the_signature(keys):
    key, signature = signing.sign("text")
    new = signing.rotate()
    assert not signing.verify("text", new, signature)
    assert not signing.verify("text", "0" * 16, signature)
    assert not signing.verify("text", "../" + key, signature)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: "",
        lambda s: s[:-4],
        lambda s: "Ә" + s[1:],
        lambda s: s + "\n",
        lambda s: s.swapcase(),
    ],
)
def test_a_spoilt_signature_is_no_signature(keys, spoil):
    key, signature = signing.sign("text")
    assert not signing.verify("text", key, spoil(signature))


# -- the door --------------------------------------------------------------------------------------


def signed_numbers(kkm):
    return list(SignedHead.objects.filter(kkm=kkm).values_list("number", flat=True))


@pytest.mark.django_db
def test_the_worked_z_is_signed_with_the_text_that_is_written_out():
    kkm = vectors.worked_register()
    head = SignedHead.objects.get(kkm=kkm, number=3)
    assert head.text == HEAD.text
    assert signing.verify(head.text, head.key, head.signature)


@pytest.mark.django_db
def test_each_activation_z_and_deregistration_is_signed_and_nothing_else(kkm, now):
    activate(kkm, at=now)
    deposit(kkm, 500, at=now)
    sell(kkm, at=now)
    close(kkm, at=now)
    journal.block(kkm=kkm, act=act(now, reason="по требованию"))
    journal.unblock(kkm=kkm, act=act(now))
    sell(kkm, at=now)
    journal.deregister(kkm=kkm, act=act(now))
    assert signed_numbers(kkm) == [1, 4, 8, 9]
    heads = [Head.parse(head.text) for head in SignedHead.objects.filter(kkm=kkm)]
    seals = dict(kkm.operations.values_list("number", "seal"))
    assert [(head.serial, head.number, head.seal) for head in heads] == [
        (kkm.serial_number, n, seals[n]) for n in (1, 4, 8, 9)
    ]
    assert [(head.z_number, head.totals[0], head.cash) for head in heads] == [
        (0, 0, 0),
        (1, 100_000, 150_000),
        (2, 200_000, 250_000),
        (2, 200_000, 250_000),
    ]


@pytest.mark.django_db
def test_a_z_that_is_taken_back_is_not_signed(active_kkm, now):
    sell(active_kkm, at=now)
    with transaction.atomic():
        close(active_kkm, at=now)
        transaction.set_rollback(True)
    assert signed_numbers(active_kkm) == [1]


@pytest.mark.django_db
def test_without_a_key_production_writes_no_z_and_the_shift_stays_open(
    active_kkm, now, keys, settings
):
    sell(active_kkm, at=now)
    settings.PRODUCTION = True
    with pytest.raises(KeyUnavailable):
        close(active_kkm, at=now)
    assert active_kkm.open_shift.number == 1
    assert active_kkm.operations.count() == 2


@pytest.mark.django_db
def test_a_ticket_does_not_touch_signed_heads_and_a_z_adds_one_row(active_kkm, now):
    with CaptureQueriesContext(connection) as of_ticket:
        sell(active_kkm, at=now)
    with CaptureQueriesContext(connection) as of_z:
        close(active_kkm, at=now)
    assert [
        len([query for query in asked if "kkm_signedhead" in query["sql"]])
        for asked in (of_ticket, of_z)
    ] == [0, 1]


# -- the public address ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_anybody_gets_the_public_keys_and_can_verify_with_them(client, keys):
    old, signature = signing.sign("text")
    new = signing.rotate()
    answer = client.get("/keys/")
    listed = json.loads(answer.content)["keys"]
    assert [(key["id"], key["algorithm"], key["current"]) for key in listed] == [
        (new, "Ed25519", True),
        (old, "Ed25519", False),
    ]
    load_pem_public_key(listed[1]["pem"].encode()).verify(base64.b64decode(signature), b"text")
    assert "PRIVATE" not in answer.content.decode()


@pytest.mark.django_db
def test_before_the_first_key_the_list_is_empty_and_looking_makes_none(client, keys):
    assert client.get("/keys/").json() == {"keys": []}
    assert not keys.exists()
    assert client.post("/keys/").status_code == 405


@pytest.mark.django_db
def test_a_browser_gets_the_keys_as_a_page_and_a_program_as_json(client, keys):
    old, _signature = signing.sign("text")
    new = signing.rotate()
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    page = client.get("/keys/", headers=browser)
    assert page["Content-Type"].startswith("text/html")
    assert page.content.decode().index(new) < page.content.decode().index(old)
    assert "Accept" in page["Vary"]
    plain = client.get("/keys/").content
    for answer in (
        client.get("/keys/", headers={"Accept": "*/*"}),
        client.get("/keys/", headers={"Accept": "application/json"}),
        client.get("/keys/?format=json", headers=browser),
    ):
        assert answer.content == plain
    assert not page.cookies
