"""Whoever changes the files of an export is found, though he writes every sum in the manifest anew:
and though nothing can check a signature, unless he changed what only the signature covers.
"""

import json
import random

import pytest

from kkm.domain.finding import Rule
from kkm.export.portable import export_format
from kkm.export.portable.manifest import Manifest
from tests.breadth import part_of
from tests.kkm.export.making import checked, forge, manifest_of

pytestmark = pytest.mark.django_db  # for the first test, which makes the exports

ONE_IN = 3  # so many changes of a file
DATA = [
    export_format.OPERATIONS,
    export_format.ZS,
    export_format.HEADS,
    export_format.OPERATIONS_CSV,
    export_format.POSITIONS_CSV,
    export_format.ZS_CSV,
]


@pytest.fixture
def dice(request):
    return random.Random(f"626 {request.node.name}")


def unnoticed(folder, name, changes):
    """Of the changes to a file, each forged into the manifest, those that are not found without
    a signature. All is undone.
    """
    path, manifest = folder / name, folder / export_format.MANIFEST
    before, told, missed = path.read_bytes(), manifest.read_bytes(), []
    for what, content in part_of(changes(before.splitlines(keepends=True)), ONE_IN):
        path.write_bytes(b"".join(content))
        forge(folder)
        missed += [what] if checked(folder, tools=[]).holds else []
        manifest.write_bytes(told)
    path.write_bytes(before)
    return missed


# -- lines -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DATA)
def test_each_line_edited_by_a_letter_is_found(folder, dice, name):
    def edited(lines):
        for at, line in enumerate(lines):
            text = line.decode()
            places = [
                place
                for place, letter in enumerate(text)
                if letter.isalnum() and not _of_signature(text, place)
            ]
            place = dice.choice(places)
            other = dice.choice(
                [
                    letter
                    for letter in ("0123456789" if text[place].isdigit() else "абвabc")
                    if letter != text[place]
                ]
            )
            changed = text[:place] + other + text[place + 1 :]
            yield (
                f"line {at + 1}: {text[place - 9 : place + 9]!r} → {other}",
                [*lines[:at], changed.encode(), *lines[at + 1 :]],
            )

    assert unnoticed(folder, name, edited) == []


def _of_signature(text, place):
    """A signature in heads.jsonl: that it is another one, only who checks signatures can see."""
    return '"signature":"' in text and place > text.index('"signature":"') + len('"signature":"')


@pytest.mark.parametrize("name", DATA)
def test_each_line_removed_or_doubled_is_found(folder, name):
    def removed(lines):
        for at, line in enumerate(lines):
            yield f"{at + 1} removed", [*lines[:at], *lines[at + 1 :]]
            yield f"{at + 1} doubled", [*lines[:at], line, *lines[at:]]

    assert unnoticed(folder, name, removed) == []


@pytest.mark.parametrize("name", DATA)
def test_each_pair_of_neighbours_swapped_is_found(folder, name):
    def swapped(lines):
        for at in range(len(lines) - 1):
            yield (
                f"{at + 1} and {at + 2}",
                [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]],
            )

    assert unnoticed(folder, name, swapped) == []


@pytest.mark.parametrize("name", DATA)
def test_a_space_an_empty_line_or_a_missing_end_is_found(folder, name):
    def blurred(lines):
        yield "empty line at the end", [*lines, b"\n"]
        yield "empty line in the middle", [*lines[:2], b"\n", *lines[2:]]
        yield "no end of the last line", [*lines[:-1], lines[-1].rstrip(b"\r\n")]
        yield "a space at an end", [lines[0].replace(b"\n", b" \n"), *lines[1:]]
        yield "nothing at all", []

    assert unnoticed(folder, name, blurred) == []


def test_a_key_twice_in_an_object_is_found(folder):
    def twice(lines):
        for at in (0, 5):
            yield (
                f"{at}",
                [
                    *lines[:at],
                    lines[at].replace(b'{"number":', b'{"number":99,"number":', 1),
                    *lines[at + 1 :],
                ],
            )

    assert unnoticed(folder, export_format.OPERATIONS, twice) == []


def test_a_signature_that_is_spelt_otherwise_is_found(folder):
    """Base64 has bits at its end that mean nothing."""

    def spelt(lines):
        for at, line in enumerate(lines):
            signed = export_format.read_head(line)
            letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
            last = letters[letters.index(signed.signature[-3]) ^ 1]
            yield (
                f"{at + 1}",
                [
                    *lines[:at],
                    export_format.head_line(
                        signed._replace(signature=signed.signature[:-3] + last + "==")
                    ),
                    *lines[at + 1 :],
                ],
            )

    assert unnoticed(folder, export_format.HEADS, spelt) == []


def test_a_key_that_was_exchanged_does_not_fit_its_name(folder):
    path = next((folder / "keys").iterdir())
    path.write_bytes(path.read_bytes().replace(b"MCowBQYDK2VwAyEA", b"MCowBQYDK2VwAyEB"))
    forge(folder)
    assert (
        f"keys/{path.name}: это не тот ключ Ed25519, который назван именем файла"
        in checked(folder, tools=[]).faults
    )


# -- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [*DATA, "ПРОЧТИ.txt", "verify.py", "kkm/domain/checker.py", "keys"]
)
def test_a_file_that_is_missing_is_named(folder, name):
    path = next((folder / "keys").iterdir()) if name == "keys" else folder / name
    path.unlink()
    told = path.relative_to(folder).as_posix()
    assert f"{told}: файла нет" in checked(folder, tools=[]).faults


@pytest.mark.parametrize("name", [*DATA, "ПРОЧТИ.txt", "verify.py"])
def test_a_file_that_is_missing_in_the_manifest_too_is_named(folder, name):
    (folder / name).unlink()
    forge(folder)
    assert f"{name}: файла нет" in checked(folder, tools=[]).faults


@pytest.mark.parametrize("name", ["more.txt", "kkm/domain/json.py", "__pycache__/x.pyc"])
def test_a_file_more_is_named(folder, name):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("")
    assert checked(folder, tools=[]).faults == [f"{name}: лишний файл, в manifest.json его нет"]


@pytest.mark.parametrize("name", [*DATA, "ПРОЧТИ.txt", "verify.py", "kkm/domain/checker.py"])
def test_a_file_whose_sum_is_not_the_manifests_is_named(folder, name):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content + b"\n")
    assert (
        f"{name}: контрольная сумма SHA-256 не совпадает с указанной в manifest.json"
        in checked(folder, tools=[]).faults
    )


# -- the manifest ----------------------------------------------------------------------------------


def edited(folder, **changes):
    """Whether a manifest that says something else is found without a signature, and with one."""
    forge(folder, **changes)
    return not checked(folder, tools=[]).holds, not checked(folder).holds


def test_another_range_or_count_is_found(folder):
    before = manifest_of(folder)
    for name in before.counts:
        assert edited(folder, counts={**before.counts, name: before.counts[name] + 1}) == (
            True,
            True,
        )
    forge(folder, counts=before.counts)
    for changes in ({"first": 2}, {"first": 0}, {"last": 57}, {"last": 59}):
        assert edited(folder, **changes) == (True, True)
        forge(folder, first=before.first, last=before.last)


def test_a_head_that_is_not_of_the_last_operation_is_found(folder):
    before = manifest_of(folder).head
    others = [
        export_format.read_head(line)
        for line in (folder / export_format.HEADS).read_bytes().splitlines(keepends=True)
    ]
    for other in (
        *others,
        before._replace(number=57),
        before._replace(text=before.text.replace(",3,[", ",2,[")),
    ):
        assert edited(folder, head=other) == (True, True)


def test_the_start_is_sealed_signed_and_cannot_be_another(middle):
    before = manifest_of(middle).before
    operation = before.operation
    assert checked(middle).holds
    edits = [
        *(
            before._replace(operation=operation._replace(**{name: getattr(operation, name) + 1}))
            for name in ("number", "occurred", "kind")
        ),
        *(
            before._replace(operation=operation._replace(**{name: getattr(operation, name) + "1"}))
            for name in ("actor_name", "seal", "z")
        ),
        *(
            before._replace(operation=operation._replace(balance=_more(operation.balance, at)))
            for at in range(11)
        ),
        before._replace(previous_seal="0" * 64),
        before._replace(last_shift=2),
        before._replace(active=False),
        before._replace(blocked=True),
        before._replace(head=None),
        before._replace(head=before.head._replace(number=17)),
        before._replace(head=before.head._replace(text=before.head.text.replace("18,", "17,", 1))),
        before._replace(head=before.head._replace(text=before.head.text.replace(",1,[", ",2,["))),
    ]
    assert [
        at for at, edit in enumerate(edits) if edited(middle, before=edit) != (True, True)
    ] == []


def _more(balance, at):
    return (*balance[:at], balance[at] + 1, *balance[at + 1 :])


def test_a_start_cannot_be_left_out_or_made_up(folder, middle):
    assert edited(folder, before=manifest_of(middle).before) == (True, True)
    assert edited(middle, before=None) == (True, True)


def test_what_only_the_signature_covers(folder):
    """Requisites, days, the check itself: without anything that checks signatures a forger may
    change them.
    """
    manifest, told = manifest_of(folder), (folder / export_format.MANIFEST).read_bytes()
    assert edited(folder, kkm={**manifest.kkm, "taxpayer": "ТОО «Другое»"}) == (False, True)
    forge(folder, kkm=manifest.kkm)
    assert edited(folder, period=("2026-01-01", "2026-03-13")) == (False, True)
    forge(folder, period=manifest.period)
    assert edited(folder, made_at="2026-03-14T09:00:00+05:00") == (False, True)
    forge(folder, made_at=manifest.made_at)
    for name in ("ПРОЧТИ.txt", "verify.py", "kkm/domain/checker.py"):
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content + b"# 1\n")
        assert edited(folder) == (False, True)
        (folder / name).write_bytes(content)
    (folder / export_format.MANIFEST).write_bytes(told)
    assert checked(folder).holds


def test_a_signature_of_another_manifest_is_found(folder, middle):
    (folder / "manifest.sig").write_bytes((middle / "manifest.sig").read_bytes())
    assert [fault.partition(" (")[0] for fault in checked(folder).faults] == [
        "manifest.sig: подпись неверна: изменён подписанный текст или сама подпись"
    ]


@pytest.mark.parametrize(
    "content", [None, b"", b"{}", b"[]", b'{"key":1,"signature":2}\n', b"[" * 100_000, b"\xff"]
)
def test_a_signature_that_is_none_is_found(folder, content):
    path = folder / "manifest.sig"
    path.unlink() if content is None else path.write_bytes(content)
    assert [fault.partition(":")[0] for fault in checked(folder, tools=[]).faults] == [
        "manifest.sig"
    ]


def test_the_manifest_has_one_spelling(folder):
    path = folder / export_format.MANIFEST
    parts = json.loads(path.read_text())
    for other in (
        json.dumps(parts),
        json.dumps(parts, indent=1, ensure_ascii=True) + "\n",
        path.read_text() + " ",
    ):
        with pytest.raises(ValueError, match=r"manifest\.json"):
            Manifest.parse(other)


def test_a_forger_without_a_tool_leaves_traces_everywhere_he_does_not_think_of(folder):
    """A ticket is cheaper in all the tables, in the journal, in its Z, and all sums are written
    anew: seals and heads remain.
    """
    for name in DATA:
        path = folder / name
        path.write_bytes(
            path.read_bytes().replace(b"70200", b"10200").replace(b"702,00", b"102,00")
        )
    forge(folder)
    outcome = checked(folder, tools=[])
    assert (outcome.first.number, outcome.first.rule) == (5, Rule.SEAL)
