"""`manage.py verify_journal`: what it says, what it keeps, how it ends."""

import json

import pytest
from django.core.management import CommandError, call_command

from inspector.management.commands import verify_journal
from kkm.audit.self_test import missed_tamperings
from kkm.models import Audit, FiscalOperation
from tests.factories import KKMFactory
from tests.kkm.audit.test_self_test import WithoutSeals
from tests.kkm.tampering import unlocked

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(worked):
    with unlocked():
        FiscalOperation.objects.filter(kkm=worked, number=2).update(actor_name="Другой Д.Д.")
        yield worked


class AfterSelfTest(verify_journal.Command):
    """The command whose self-test has found nothing missing."""

    @staticmethod
    def self_test():
        return []


def verify(capsys, *arguments, command=None):
    """(exit code, what it said)."""
    code = 0
    try:
        call_command(command or AfterSelfTest(), *arguments)
    except SystemExit as end:
        code = end.code
    except CommandError as error:
        return error.returncode, str(error)
    return code, capsys.readouterr().out


def test_a_journal_that_is_whole_ends_with_zero_and_is_kept(capsys, worked):
    code, said = verify(capsys, "--kkm", worked.serial_number, command="verify_journal")
    kept = Audit.objects.get()
    assert (code, said) == (0, f"{worked}: журнал цел, операций: 3.\n")
    assert (kept.kkm, kept.operations, kept.by, kept.holds) == (worked, 3, "verify_journal", True)
    assert kept.seal == worked.last_operation.seal


def test_a_finding_ends_with_one_and_is_told_in_words(capsys, broken):
    code, said = verify(capsys, "--kkm", broken.serial_number)
    assert code == 1
    assert "ЦЕЛОСТНОСТЬ НАРУШЕНА, операций: 3, нарушений: 1." in said
    assert "Первая неверная операция — № 2." in said
    assert "№ 2: Контрольный код операции не сходится с её содержанием" in said
    assert "[приказ № 626, пп. 78, 79, 105]" in said
    assert not Audit.objects.get().holds


def test_machines_read_json(capsys, broken):
    code, said = verify(capsys, "--all", "--json")
    (told,) = json.loads(said)
    assert code == 1
    assert (told["kkm"], told["holds"], told["operations"], told["first_bad"]) == (
        broken.serial_number,
        False,
        3,
        2,
    )
    assert told["findings"][0]["rule"] == "seal"
    assert told["findings"][0]["law"] == "приказ № 626, пп. 78, 79, 105"


def test_all_are_those_that_have_a_journal(capsys, worked):
    KKMFactory()
    code, said = verify(capsys, "--all")
    assert (code, said.count("журнал цел")) == (0, 1)


def test_one_bad_register_of_many_ends_with_one(capsys, broken, now):
    other = KKMFactory(serial_number="ZZZ00000001")
    code, said = verify(capsys, "--kkm", broken.serial_number, "--kkm", other.serial_number)
    assert code == 1
    assert "ZZZ00000001: журнал цел, операций: 0." in said


def test_a_register_that_is_not_there_ends_with_two(capsys, worked):
    assert verify(capsys, "--kkm", "NOSUCH") == (2, "Кассы NOSUCH нет в базе.")


def test_a_check_that_cannot_be_signed_is_not_kept_and_ends_with_two(
    capsys, worked, settings, tmp_path
):
    settings.SIGNING_KEYS, settings.PRODUCTION = tmp_path, True
    code, said = verify(capsys, "--all")
    assert (code, "signing_key" in said) == (2, True)
    assert not Audit.objects.exists()


def test_it_wants_to_know_which(capsys):
    with pytest.raises(CommandError, match="--kkm"):
        call_command("verify_journal")


def test_a_check_that_misses_something_is_not_begun(worked):
    with pytest.raises(
        CommandError,
        match="Результату проверки нельзя доверять, она не обнаружила подделок: received of 1; ",
    ) as refused:
        call_command(WithBrokenCheck(), "--all")
    assert refused.value.returncode == 2
    assert not Audit.objects.exists()


class WithBrokenCheck(verify_journal.Command):
    """The command around a check that takes every seal for true."""

    @staticmethod
    def self_test():
        return missed_tamperings(WithoutSeals)
