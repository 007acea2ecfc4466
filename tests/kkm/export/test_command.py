"""`manage.py export_journal`: the same ZIP into a file that is there whole or not at all."""

import zipfile

import pytest
from django.core.management import CommandError, call_command

from kkm import signing
from tests.kkm.export.making import checked

pytestmark = pytest.mark.django_db


def export(capsys, *arguments):
    """What it said."""
    call_command("export_journal", *map(str, arguments))
    return capsys.readouterr()


def test_it_writes_the_whole_journal_and_says_so(capsys, worked, tmp_path):
    file = tmp_path / "out.zip"
    said = export(capsys, "--kkm", worked, "--output", file)
    assert said.out == f"Операции № 1 — 3 выгружены в {file}.\n"
    assert checked(file).holds
    assert list(tmp_path.iterdir()) == [file]


def test_into_a_folder_it_writes_under_a_name_of_its_own(capsys, worked, tmp_path):
    export(
        capsys, "--kkm", worked, "--from", "2026-03-12", "--to", "2026-03-12", "--output", tmp_path
    )
    (file,) = tmp_path.iterdir()
    assert file.name == f"{worked}_2026-03-12_2026-03-12.zip"


def test_it_shows_how_far_it_is_and_with_verbosity_zero_nothing(capsys, worked, tmp_path):
    assert (
        "9.00" in export(capsys, "--kkm", worked, "--output", tmp_path / "a.zip").err
    )  # three passes over three operations
    assert (
        export(capsys, "--kkm", worked, "--output", tmp_path / "b.zip", "--verbosity", "0").err
        == ""
    )


def test_an_older_file_is_replaced(capsys, worked, tmp_path):
    (tmp_path / "out.zip").write_text("old")
    export(capsys, "--kkm", worked, "--output", tmp_path / "out.zip")
    assert zipfile.is_zipfile(tmp_path / "out.zip")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--kkm", "NOSUCH"], "Кассы NOSUCH нет в базе."),
        (
            ["--from", "2026-03-13", "--to", "2026-03-12"],
            "Конец периода раньше начала.",
        ),
        (
            ["--from", "2026-03-13", "--to", "2026-03-14"],
            "За этот период операций не было: 13.03.2026 — 14.03.2026.",
        ),
        (["--from", "2031-01-01"], "За этот период операций не было: 01.01.2031."),
        (["--to", "2026-03-11"], "За этот период операций не было: 01.01.1990 — 11.03.2026."),
        (["--from", "12.03.2026"], "нужна дата вида 2026-03-31"),
    ],
)
def test_a_wrong_question_is_refused_in_words_and_leaves_nothing_behind(
    worked, tmp_path, arguments, said
):
    arguments = [*([] if "--kkm" in arguments else ["--kkm", worked.serial_number]), *arguments]
    with pytest.raises(CommandError, match=said.replace(".", r"\.")):
        call_command("export_journal", *arguments, "--output", str(tmp_path / "out.zip"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_named(worked, tmp_path):
    with pytest.raises(
        CommandError, match=r"nowhere/out\.zip не записан: No such file or directory"
    ):
        call_command(
            "export_journal",
            "--kkm",
            worked.serial_number,
            "--output",
            str(tmp_path / "nowhere" / "out.zip"),
        )


def test_what_breaks_off_leaves_nothing_behind_and_the_older_file_as_it_was(
    worked, tmp_path, settings
):
    file, settings.SIGNING_KEYS = tmp_path / "out.zip", tmp_path / "keys"
    signing.current()
    (next((tmp_path / "keys").glob("*.pem"))).write_text("no key")
    signing._read.cache_clear()
    file.write_text("old")
    with pytest.raises(Exception, match="is not a key in PEM"):
        call_command("export_journal", "--kkm", worked.serial_number, "--output", str(file))
    assert file.read_text() == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"out.zip", "keys"}
