"""`verify_journal --all` in several processes, and what is left of it after an interruption."""

import os
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from inspector import check_processes
from inspector.check_processes import check, check_all
from inspector.management.commands import verify_journal
from kkm import signing
from kkm.audit.audit import full_audit
from kkm.audit.history import keep
from kkm.models import Audit, FiscalOperation
from tests.factories import KKMFactory
from tests.kkm.audit.test_verify_journal import AfterSelfTest, verify
from tests.kkm.tampering import unlocked
from tests.stories import activate, close, sell

REGISTERS = 5


def fleet(now):
    signing.current()
    kkms = []
    for number in range(REGISTERS):
        kkm = KKMFactory(serial_number=f"FLEET{number}")
        activate(kkm, at=now)
        for hours in range(number + 1):
            sell(kkm, at=now + timedelta(hours=hours))
        close(kkm, at=now + timedelta(hours=REGISTERS))
        kkms.append(kkm)
    return kkms


def test_processes_check_every_register_and_find_what_one_finds(transactional_db, capsys, now):
    kkms = fleet(now)
    with unlocked():
        FiscalOperation.objects.filter(kkm=kkms[3], number=2).update(actor_name="Другой Д.Д.")
    code, said = verify(capsys, "--all", "--jobs", "2")
    expected = [(kkm.pk, full_audit(kkm)) for kkm in kkms]
    whole = [audit.holds for audit in Audit.objects.order_by("kkm__serial_number")]
    assert code == 1
    assert whole == [True, True, True, False, True]
    assert [line.partition(":")[0] for line in said.splitlines() if line.startswith("FLEET")] == [
        str(kkm) for kkm in kkms
    ]
    again = list(check_all([kkm.pk for kkm in kkms], since=False, jobs=2))
    assert [(checked.kkm, checked.verdict) for checked in again] == expected
    assert all(audit.signature_fits for audit in Audit.objects.select_related("kkm"))


def test_processes_read_only_what_is_new(transactional_db, capsys, now):
    kkms = fleet(now)
    assert verify(capsys, "--all", "--jobs", "2")[0] == 0
    sell(kkms[0], at=now + timedelta(days=1))
    code, said = verify(capsys, "--all", "--jobs", "2", "--since")
    assert code == 0
    assert "FLEET0: журнал цел, операций: 4. Прочитано с № 4; прежние операции читала" in said
    assert said.count("прежние операции читала проверка № 1.") == REGISTERS


def test_processes_without_a_key_check_nothing(
    transactional_db, capsys, now, monkeypatch, tmp_path
):
    fleet(now)
    monkeypatch.setenv("SIGNING_KEYS", str(tmp_path / "none"))
    monkeypatch.setenv("ALSEP_ENV", "production")
    monkeypatch.setenv("SECRET_KEY", "of a test")
    code, said = verify(capsys, "--all", "--jobs", "2")
    assert (code, "signing_key" in said) == (2, True)
    assert not Audit.objects.exists()


# -- an interruption -------------------------------------------------------------------------------


def interrupted(monkeypatch, now):
    """The registers after a check of all that Ctrl-C interrupted before the third one."""
    kkms = fleet(now)

    def some(kkm, **how):
        if kkm == kkms[2]:
            raise KeyboardInterrupt
        return check(kkm, **how)

    with monkeypatch.context() as patch:
        patch.setattr(verify_journal, "check", some)
        with pytest.raises(KeyboardInterrupt):
            call_command(AfterSelfTest(), "--all")
    return kkms


def test_what_was_checked_before_is_kept_and_it_says_how_to_go_on(db, capsys, monkeypatch, now):
    interrupted(monkeypatch, now)
    told = capsys.readouterr().err
    assert "Проверка прервана: 2 из 5." in told
    assert "--skip-checked 1." in told
    assert Audit.objects.count() == 2


def test_the_rest_is_checked_afterwards(db, capsys, monkeypatch, now):
    kkms = interrupted(monkeypatch, now)
    capsys.readouterr()
    code, said = verify(capsys, "--all", "--skip-checked", "1")
    assert code == 0
    assert "Не проверяются снова: 2, проверены за последние 1 ч." in said
    assert [line[:6] for line in said.splitlines() if "журнал цел" in line] == [
        str(kkm) for kkm in kkms[2:]
    ]
    assert Audit.objects.count() == REGISTERS


def test_a_finding_of_a_skipped_register_is_told_and_counts(db, capsys, worked, now):
    with unlocked():
        FiscalOperation.objects.filter(kkm=worked, number=2).update(actor_name="Другой Д.Д.")
        keep(worked, full_audit(worked), at=timezone.now(), by="Сериков Н.Б.", milliseconds=1)
    code, said = verify(capsys, "--all", "--skip-checked", "2")
    assert code == 1
    assert f"{worked}: ЦЕЛОСТНОСТЬ НАРУШЕНА по проверке" in said
    assert Audit.objects.count() == 1


def test_an_old_check_or_one_that_is_not_signed_is_no_reason_to_skip(db, capsys, worked, now):
    long_ago = timezone.now() - timedelta(hours=3)
    keep(worked, full_audit(worked), at=long_ago, by="Сериков Н.Б.", milliseconds=1)
    assert "журнал цел" in verify(capsys, "--all", "--skip-checked", "2")[1]
    with unlocked():
        Audit.objects.update(by="Другой Д.Д.")
        assert "ЦЕЛОСТНОСТЬ НАРУШЕНА" in verify(capsys, "--all", "--skip-checked", "2")[1]


def test_there_is_a_process_for_each_core():
    assert check_processes.cores() == len(os.sched_getaffinity(0))
    assert (
        AfterSelfTest().create_parser("manage.py", "verify_journal").get_default("jobs")
        == check_processes.cores()
    )
