"""verify.py as its user runs it: Python without anything installed, a folder or a ZIP, from
wherever he stands.
"""

import json
import shutil
import subprocess
import sys

import pytest

from kkm import journal, signing
from kkm.export.portable import command_line, signatures
from kkm.models import FiscalOperation
from tests.kkm.days import DAWN
from tests.kkm.export.making import checked, checked_export, days, exported, forge, unpacked
from tests.kkm.tampering import unlocked
from tests.stories import act, close, sell

pytestmark = pytest.mark.django_db

BARE = [sys.executable, "-I", "-S"]  # no packages, no environment, no folder of one's own
CANNOT = "import sys, runpy; sys.version_info = (3, 9, 2, 'final', 0); runpy.run_path(sys.argv[1], run_name='__main__')"


def run(*arguments, **where):
    """(exit code, what it said, what it complained of)."""
    done = subprocess.run(
        [str(each) for each in arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **where,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def broken(world):
    """Somebody has put another name under operation 20."""
    with unlocked():
        FiscalOperation.objects.filter(kkm=world.kkm, number=20).update(actor_name="Другой Д.Д.")
        yield world.kkm


# -- a clean journal -------------------------------------------------------------------------------


def test_the_whole_journal_is_well_with_the_standard_library_alone(world, tmp_path):
    folder = unpacked(world.kkm, tmp_path)
    code, said, complained = run(*BARE, folder / "verify.py", cwd="/")
    assert (code, complained) == (0, "")
    assert "НАРУШЕНИЙ НЕТ" in said
    assert "Проверено: операций — 58, позиций — 50, Z-отчётов — 3." in said
    assert f"Касса {world.kkm}, РНМ 6" in said


def test_a_period_from_the_middle_is_well_and_says_where_it_begins(world, tmp_path):
    folder = unpacked(world.kkm, tmp_path, days("2026-03-08", "2026-03-08"))
    code, said, _ = run(*BARE, "verify.py", cwd=folder)
    assert code == 0
    assert (
        "Период 08.03.2026 — 08.03.2026, операции № 19 — 35, выгружено 2026-03-13T09:00:00+05:00"
        in said
    )
    assert "Начало — после Z-отчёта смены № 1" in said


def test_it_leaves_nothing_behind_and_may_be_run_again(world, tmp_path):
    folder = unpacked(world.kkm, tmp_path)
    before = sorted(folder.rglob("*"))
    assert [run(*BARE, folder / "verify.py")[0] for _again in range(2)] == [0, 0]
    assert sorted(folder.rglob("*")) == before


def test_a_zip_is_checked_without_unpacking_it(world, tmp_path):
    mine = unpacked(world.kkm, tmp_path / "mine")
    other = tmp_path / "other.zip"
    other.write_bytes(exported(world.other))
    code, said, _ = run(*BARE, mine / "verify.py", other)
    assert (code, f"Касса {world.other}" in said) == (0, True)


def test_what_a_file_manager_leaves_is_no_finding(world, tmp_path):
    folder = unpacked(world.kkm, tmp_path)
    for name in (".DS_Store", "kkm/Thumbs.db", "keys/desktop.ini"):
        (folder / name).write_bytes(b"\0")
    assert checked(folder).holds


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-03-07", "2026-03-07"),
        ("2026-03-08", "2026-03-09"),
        ("2026-03-09", "2026-03-10"),
        ("2026-03-10", "2026-03-12"),
    ],
)
def test_every_period_of_a_register_with_acts_and_blockings_is_well(world, tmp_path, first, last):
    outcome = checked_export(world.kkm, tmp_path, days(first, last))
    assert (outcome.findings, outcome.faults) == ([], [])


def test_a_register_that_was_blocked_or_off_the_record_at_the_start_is_well(
    active_kkm, now, tmp_path
):
    sell(active_kkm, at=DAWN.replace(month=4))
    journal.block(kkm=active_kkm, act=act(DAWN.replace(month=4)))
    close(active_kkm, at=DAWN.replace(month=4))
    journal.deregister(kkm=active_kkm, act=act(DAWN.replace(month=4, day=2)))
    journal.unblock(kkm=active_kkm, act=act(DAWN.replace(month=4, day=2)))
    journal.activate(
        kkm=active_kkm, registration_number="600700999999", act=act(DAWN.replace(month=4, day=3))
    )
    sell(active_kkm, at=DAWN.replace(month=4, day=3))
    april = days("2026-04-02", "2026-04-30")
    (tmp_path / "one.zip").write_bytes(exported(active_kkm, april, today=april.last))
    outcome = checked(tmp_path / "one.zip")
    assert (outcome.findings, outcome.faults, outcome.manifest.before.blocked) == ([], [], True)


def test_a_journal_signed_by_several_keys_is_well(world, now, tmp_path):
    signing.rotate()
    close(world.kkm, at=world.head.occurred_at)
    outcome = checked_export(world.kkm, tmp_path)
    assert (outcome.findings, outcome.faults) == ([], [])


# -- a broken one ----------------------------------------------------------------------------------


def test_a_finding_ends_with_one_and_names_the_first_bad_operation_and_the_rule(broken, tmp_path):
    code, said, _ = run(*BARE, unpacked(broken, tmp_path) / "verify.py")
    assert code == 1
    assert "ЕСТЬ НАРУШЕНИЯ: 1." in said
    assert "Первая неверная операция — № 20." in said
    assert (
        "операция № 20: контрольный код не сходится с содержанием операции и кодом перед ней: "
        "должно быть" in said
    )
    assert "[приказ № 626, п. 78, 79, 105]" in said


def test_machines_read_json(broken, tmp_path):
    code, said, _ = run(*BARE, unpacked(broken, tmp_path) / "verify.py", "--json")
    told = json.loads(said)
    assert (code, told["verdict"], told["kkm"], told["first_bad"], told["wrong"]) == (
        1,
        "wrong",
        broken.serial_number,
        20,
        1,
    )
    assert (told["findings"][0]["rule"], told["findings"][0]["law"]) == (
        "seal",
        "приказ № 626, п. 78, 79, 105",
    )
    assert told["counts"] == {"operations": 58, "positions": 50, "zs": 3, "heads": 6}


def test_when_all_is_wrong_it_says_how_much_and_shows_the_first(world, tmp_path):
    folder = unpacked(world.kkm, tmp_path)
    manifest = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(
        manifest.replace(f'"serial_number": "{world.kkm}"', '"serial_number": "ALS99999999"')
    )
    code, said, _ = run(*BARE, folder / "verify.py")
    assert (code, "Первая неверная операция — № 1." in said) == (1, True)
    assert said.count("\n  операция № ") == command_line.SHOWN
    assert "… и ещё" in said


# -- what cannot be checked ------------------------------------------------------------------------


def test_an_old_python_is_told_which_one_it_takes(world, tmp_path):
    folder = unpacked(world.kkm, tmp_path)
    code, said, complained = run(*BARE, "-c", CANNOT, folder / "verify.py")
    assert (code, said, complained) == (2, "", "Нужен Python 3.11 или новее, а это Python 3.9.\n")


def test_the_launcher_is_written_so_that_any_python_reads_it(world, tmp_path):
    source = (unpacked(world.kkm, tmp_path) / "verify.py").read_bytes()
    assert source.startswith(b"# -*- coding: utf-8 -*-")
    for newer in (b'f"', b"f'", b":=", b"->", b"match ", b"async "):
        assert newer not in source


@pytest.mark.parametrize("part", [1, 30, 75, 99])
def test_a_zip_that_was_not_downloaded_to_its_end_cannot_be_checked(world, tmp_path, part):
    folder, whole = unpacked(world.kkm, tmp_path / "mine"), exported(world.kkm)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: len(whole) * part // 100])
    code, said, _ = run(*BARE, folder / "verify.py", cut)
    assert (
        code,
        said.startswith(f"ПРОВЕРИТЬ НЕЛЬЗЯ: {cut}: ZIP повреждён или скачан не до конца"),
    ) == (2, True)


def test_a_path_that_is_no_export_cannot_be_checked(world, tmp_path):
    program = unpacked(world.kkm, tmp_path / "mine") / "verify.py"
    (tmp_path / "empty").mkdir()
    answers = [run(*BARE, program, tmp_path / name) for name in ("nowhere", "empty")]
    assert [code for code, _said, _complained in answers] == [2, 2]
    assert "такого файла нет" in answers[0][1]
    assert "это не выгрузка" in answers[1][1]
    code, said, _ = run(*BARE, program, tmp_path / "nowhere", "--json")
    assert (code, json.loads(said)["verdict"]) == (2, "unchecked")


# -- signatures ------------------------------------------------------------------------------------


def test_openssl_checks_signatures_where_there_is_no_library(world, tmp_path):
    assert shutil.which("openssl"), "install openssl: this test is about it"
    _, said, _ = run(*BARE, unpacked(world.kkm, tmp_path) / "verify.py")
    assert "Подписи проверены (openssl)." in said


def test_the_library_checks_them_first(world, tmp_path):
    _, said, _ = run(sys.executable, unpacked(world.kkm, tmp_path) / "verify.py")
    assert "Подписи проверены (cryptography)." in said


def test_with_neither_it_says_so_plainly_and_still_checks_the_rest(broken, tmp_path):
    folder = unpacked(broken, tmp_path)
    code, said, _ = run(*BARE, folder / "verify.py", env={"PATH": ""})
    assert (code, "ПОДПИСИ НЕ ПРОВЕРЕНЫ" in said, "Первая неверная операция — № 20." in said) == (
        1,
        True,
        True,
    )


@pytest.mark.parametrize("tool", [signatures.CRYPTOGRAPHY, signatures.OPENSSL])
def test_each_tool_knows_a_bad_signature(world, tmp_path, tool):
    folder = unpacked(world.kkm, tmp_path)
    assert checked(folder, tools=[tool]).key_ring.tool == tool
    forge(folder, made_at="2026-03-13T10:00:00+05:00")
    outcome = checked(folder, tools=[tool])
    (said,) = outcome.faults
    assert said.startswith("manifest.sig: подпись неверна")
    assert checked(folder, tools=[]).holds, "without a tool nobody can tell"


def test_a_tool_that_calls_every_signature_good_or_bad_is_not_asked(world, tmp_path):
    for answer in ("0", "1"):
        (tmp_path / "openssl").write_text(f"#!/bin/sh\nexit {answer}\n")
        (tmp_path / "openssl").chmod(0o755)
        folder = unpacked(world.kkm, tmp_path / answer)
        code, said, _ = run(*BARE, folder / "verify.py", env={"PATH": str(tmp_path)})
        assert (code, "ПОДПИСИ НЕ ПРОВЕРЕНЫ" in said) == (0, True)


def test_it_names_the_key_and_its_fingerprint(world, tmp_path):
    _, said, _ = run(*BARE, unpacked(world.kkm, tmp_path) / "verify.py")
    key = signing.current()
    assert f"Выгрузку подписал ключ {key}\n  SHA-256 ключа: {key}" in said
    assert "/keys/" in said


def test_a_forger_with_a_key_of_his_own_is_known_by_it(world, tmp_path, settings):
    ours, settings.SIGNING_KEYS = signing.current(), tmp_path / "forger"
    forged = tmp_path / "forged.zip"
    forged.write_bytes(exported(world.other))
    program = unpacked(world.kkm, tmp_path / "mine") / "verify.py"
    code, said, _ = run(*BARE, program, forged, "--key", ours)
    assert code == 1
    assert "подпись сделана ключом, которого нет среди доверенных" in said
    assert (
        run(*BARE, program, forged, "--key", signing.current())[0] == 1
    )  # the heads are ours, and he has not our key
