"""An export from nobody knows whom: the check opens nothing outside of it, does not hang and
does not fall over.
"""

import io
import json
import os
import random
import zipfile
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from itertools import cycle

import pytest

from kkm.export.portable import command_line, export_format
from kkm.export.portable.folder_or_zip import LINE_LIMIT, CannotBeChecked, open_export, read_whole
from kkm.export.portable.manifest import FileSum
from tests.breadth import breadth, part_of
from tests.kkm.export.making import checked, forge, manifest_of

pytestmark = pytest.mark.django_db  # for the first test, which makes the exports

SECRET = b"the password is swordfish\n"


@pytest.fixture(autouse=True)
def secret(tmp_path):
    """A file that is none of an export's business lies beside it."""
    (tmp_path / "secret").write_bytes(SECRET)


@pytest.mark.parametrize(
    "name",
    [
        "../../secret",
        "../secret",
        "/etc/hostname",
        "..\\..\\secret",
        "C:\\secret",
        "kkm/../../../secret",
        "",
        ".",
        "..",
        "a/./b",
        "\0",
    ],
)
def test_a_path_out_of_the_folder_is_never_followed(folder, tmp_path, name):
    told = manifest_of(folder)
    secret = FileSum(len(SECRET), sha256(SECRET).hexdigest())
    hostile = replace(told, files={**told.files, name: secret})
    (folder / export_format.MANIFEST).write_bytes(hostile.text.encode())
    assert f"{name}: файла нет" in checked(folder, tools=[]).faults


def test_a_link_out_of_the_folder_is_never_followed(folder, tmp_path):
    os.symlink(tmp_path / "secret", folder / "link")
    os.symlink(tmp_path, folder / "everything")
    (folder / export_format.OPERATIONS).rename(tmp_path / "operations.jsonl")
    os.symlink(tmp_path / "operations.jsonl", folder / export_format.OPERATIONS)
    faults = checked(folder, tools=[]).faults
    assert {
        f"{name}: такого в выгрузке быть не может"
        for name in ("link", "everything", export_format.OPERATIONS)
    } <= set(faults)
    assert f"{export_format.OPERATIONS}: файла нет" in faults


@pytest.mark.parametrize("name", [export_format.OPERATIONS, export_format.SIGNATURE, "more"])
def test_a_pipe_does_not_make_it_wait(folder, name):
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    assert f"{name}: такого в выгрузке быть не может" in checked(folder, tools=[]).faults


# -- a ZIP -----------------------------------------------------------------------------------------


def rezipped(whole, path, change):
    """The export written as another ZIP, with a change; where it lies."""
    with zipfile.ZipFile(io.BytesIO(whole)) as packed, zipfile.ZipFile(path, "w") as other:
        for entry in packed.infolist():
            other.writestr(entry.filename, packed.read(entry))
        change(other, packed.infolist()[0].filename.partition("/")[0])
    return path


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "name",
    ["../evil", "/evil", "other/evil", "{root}/../evil", "{root}/operations.jsonl", "{root}x"],
)
def test_an_entry_outside_of_its_folder_or_a_second_one_of_a_name_is_found(packed, tmp_path, name):
    path = rezipped(
        packed["whole"],
        tmp_path / "evil.zip",
        lambda other, root: other.writestr(name.format(root=root), "evil"),
    )
    (fault,) = checked(path, tools=[]).faults
    assert "evil" in fault or "operations.jsonl" in fault or "x: " in fault


def test_a_zip_that_was_packed_anew_by_another_program_is_well(packed, tmp_path):
    path = rezipped(packed["whole"], tmp_path / "same.zip", lambda other, root: other.mkdir(root))
    assert checked(path).holds


def test_a_zip_with_two_manifests_or_none_is_no_export(packed, tmp_path):
    two = rezipped(
        packed["whole"],
        tmp_path / "two.zip",
        lambda other, root: other.writestr("b/manifest.json", "{}"),
    )
    (tmp_path / "none.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    for path in (two, tmp_path / "none.zip"):
        with pytest.raises(CannotBeChecked, match="это не выгрузка"):
            checked(path, tools=[])


def test_a_damaged_zip_never_says_anything_else_and_is_well(packed, tmp_path):
    whole, dice, path = packed["whole"], random.Random(626), tmp_path / "damaged.zip"
    path.write_bytes(whole)
    before = said_by(path)
    directory = whole.rindex(b"PK\x05\x06") - int.from_bytes(whole[-10:-6], "little")
    anywhere = [dice.randrange(directory) for _attempt in range(breadth(30, 100))]
    for at in (
        *anywhere,
        *(dice.randrange(directory, len(whole)) for _attempt in range(breadth(30, 100))),
    ):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ dice.randrange(1, 256)]) + whole[at + 1 :])
        try:
            outcome = checked(path)
        except CannotBeChecked:
            continue
        assert not outcome.holds or said_by(path) == before  # a time of a file means nothing


def test_a_wrong_byte_in_a_zips_directory_does_not_make_the_check_fall_over(packed, tmp_path):
    whole, path = packed["whole"], tmp_path / "damaged.zip"
    for at, wrong in zip(
        part_of(range(whole.index(b"PK\x01\x02"), len(whole), 5), 4),
        cycle((0x00, 0x80, 0xFF, 0x01)),
    ):
        path.write_bytes(whole[:at] + bytes([wrong]) + whole[at + 1 :])
        with suppress(CannotBeChecked), open_export(path) as source:
            for name in source.names:
                read_whole(source, name)


def said_by(path):
    with zipfile.ZipFile(path) as packed:
        return {entry.filename: packed.read(entry) for entry in packed.infolist()}


# -- lines that no export has ----------------------------------------------------------------------

NO_OPERATIONS = [
    b"\n",
    b"{}\n",
    b"[]\n",
    b"null\n",
    b"1e999\n",
    b"\xff\xfe\n",
    b"[" * 200_000 + b"\n",
    b'{"number":' + b"9" * 5_000 + b"}\n",
    b'{"number":1}\n',
]


@pytest.mark.parametrize("line", NO_OPERATIONS, ids=lambda line: repr(line[:12]))
def test_a_line_that_is_no_operation_is_named_and_the_rest_is_checked(folder, line):
    path = folder / export_format.OPERATIONS
    path.write_bytes(line + path.read_bytes())
    forge(folder)
    outcome = checked(folder, tools=[])
    assert outcome.faults[0].startswith(f"{export_format.OPERATIONS}, строка 1: это не операция")
    assert (outcome.counts["operations"], outcome.findings) == (58, [])


@pytest.mark.parametrize(
    "name",
    [
        export_format.OPERATIONS,
        export_format.HEADS,
        export_format.MANIFEST,
        export_format.SIGNATURE,
        "keys/0123456789abcdef.pem",
    ],
)
def test_a_line_without_an_end_is_not_read_into_memory(folder, name):
    with (folder / name).open("ab") as file:
        file.seek(2 * LINE_LIMIT)
        file.truncate()
    with pytest.raises(CannotBeChecked, match=f"{name}: "):
        checked(folder, tools=[])


def hostile_values():
    yield from (("amount", value) for value in (1.5, "1", None, True, [], 2**63, -(2**63) - 1))
    yield from (("kind", value) for value in (-1, 7, 35, 99))
    yield from (("occurred", value) for value in (2**62, -(2**62)))
    yield from (
        ("z", value)
        for value in (
            "[" * 50_000,
            '{"heading":{"x":"\\ud800"},"totals":{},"closing":{},"opening":{}}',
            "null",
        )
    )
    yield from (("balance", value) for value in ({}, {"cash": 1}, None, [1] * 11))
    yield from (("payments", value) for value in ({}, {"cash": 1.5}))
    yield from (("lines", value) for value in ({}, [1], [[]], "x", [{"role": 0}]))
    yield from (("line", {"rate": value}) for value in (-100_000, 1.5, "16000", 2**62))
    yield from (("line", {"quantity": value}) for value in (-1, 2**62, None))
    yield ("actor_name", "\ud800")


@pytest.mark.parametrize(("name", "value"), [*hostile_values()], ids=lambda value: repr(value)[:24])
def test_a_value_that_no_operation_has_is_found_and_nothing_falls_over(folder, name, value):
    path = folder / export_format.OPERATIONS
    lines = path.read_bytes().splitlines(keepends=True)
    operation = json.loads(lines[2])
    if name == "line":
        operation["lines"][0] |= value
    else:
        operation[name] = value
    lines[2] = (
        json.dumps(
            operation, ensure_ascii=bool(name == "actor_name"), separators=(",", ":")
        ).encode()
        + b"\n"
    )
    path.write_bytes(b"".join(lines))
    forge(folder)
    outcome = checked(folder, tools=[])
    assert outcome.wrong_count
    assert (outcome.first and outcome.first.number) in (None, 3, 4)
    assert "\n".join(command_line._lines(outcome))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "[" * 200_000,
        '{"format":"alsep-export-1"}',
        '{"format":"alsep-export-2"}',
        '{"format":"alsep-export-3"}',
        "\udc80",
    ],
    ids=lambda text: repr(text[:30]),
)
def test_a_manifest_that_is_none_cannot_be_checked(folder, text):
    (folder / export_format.MANIFEST).write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(CannotBeChecked):
        checked(folder, tools=[])


@pytest.mark.parametrize(
    "part", ["kkm", "period", "range", "counts", "head", "files", "start", "made_at"]
)
@pytest.mark.parametrize("value", [None, 1, "x", [], {}, {"a": 1}])
def test_a_part_of_the_manifest_of_another_type_cannot_be_checked(folder, part, value):
    parts = json.loads((folder / export_format.MANIFEST).read_text())
    parts[part] = value
    (folder / export_format.MANIFEST).write_bytes(
        (json.dumps(parts, ensure_ascii=False, indent=1) + "\n").encode()
    )
    if (part, value) in (("start", None), ("made_at", "x"), ("files", {})):
        assert checked(folder, tools=[]).holds is (part != "files")
    else:
        with pytest.raises(CannotBeChecked):
            checked(folder, tools=[])


def test_a_format_of_another_version_is_named(folder):
    path = folder / export_format.MANIFEST
    path.write_text(path.read_text().replace("alsep-export-2", "alsep-export-3"))
    known = "alsep-export-1, alsep-export-2"
    with pytest.raises(
        CannotBeChecked, match=f"формат 'alsep-export-3', а эта программа проверяет {known}"
    ):
        checked(folder, tools=[])


def test_what_a_console_cannot_show_is_shown_somehow(folder, capsys):
    forge(folder, kkm={**manifest_of(folder).kkm, "taxpayer": "ТОО\x1b[2J\x07\u202e «Береке»"})
    assert command_line.main([str(folder)], folder) == 1
    assert "ТОО·[2J·· «Береке»" in capsys.readouterr().out
