"""The access log is read back: each user's first bad line is named, and a log that was cut
contradicts what others know.
"""

import json
import random
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test import Client, RequestFactory
from django.utils import timezone

from inspector import access_audit
from inspector.access_audit import (
    Flaw,
    HeadsAreForged,
    heads_file,
    known_heads,
    read_back,
    remember_heads,
    unsigned_rows,
)
from inspector.access_log import Action, log
from inspector.models import AccessEntry, Control
from kkm import signing
from kkm.audit.audit import full_audit
from kkm.audit.history import keep
from kkm.local_time import clock
from kkm.models import KKM, Audit, triggers
from tests.factories import KKMFactory
from tests.inspector.factories import PASSWORD, InspectorFactory
from tests.kkm.tampering import columns, taken_back, unlocked, update
from tests.statements import insert, run

HOME = "/cabinet/kkm/SWK00053162/"
PAGES = [HOME, HOME + "operations/", "/cabinet/", HOME + "z-reports/", HOME + "check/"]
DAY = [
    Action.VIEW,
    Action.PRINT,
    Action.VIEW,
    Action.COMMENT,
    Action.CHECK,
    Action.VIEW,
    Action.REFUSAL,
    Action.VIEW,
    Action.EXPORT,
]
LINES = 10  # of each of the two


@pytest.fixture(autouse=True)
def state(settings, tmp_path):
    """A state directory of the test's own."""
    settings.STATE_DIR = tmp_path


@pytest.fixture
def two(inspector, working_kkm):
    """Two inspectors of one register: each has come in, looked at it, checked its journal, and
    looked again.
    """
    colleague = InspectorFactory(full_name="Ахметжанова А.М.")
    KKMFactory()
    for user in (inspector, colleague):
        came(user, working_kkm, DAY)
    triggers.remove(connection, [AccessEntry])
    remember_heads({})
    return inspector, colleague


def came(user, kkm, actions):
    """He comes in and does this."""
    request = RequestFactory(REMOTE_ADDR="10.1.2.3").get("/")
    request.user = user
    type(user).objects.filter(pk=user.pk).update(last_login=timezone.now())
    log(request, Action.LOGIN)
    for action in actions:
        if action == Action.CHECK:
            keep(kkm, full_audit(kkm), at=timezone.now(), by=str(user), milliseconds=1)
        log(request, action, kkm, f"Карточка кассы {action.label}")


def lines(user):
    return AccessEntry.objects.filter(user=user).order_by("number")


def line(user, number):
    return AccessEntry.objects.get(user=user, number=number)


def told(*, later=timedelta(hours=1)) -> dict:
    """{user: (number, flaw)} of those whose log is not whole; read an hour later."""
    readings = read_back(known_heads(), now=timezone.now() + later)
    return {
        reading.user: (reading.first_bad, reading.flaw) for _pk, reading in readings if reading.flaw
    }


def name(user):
    return f"{user.full_name} ({user.username})"


def remember():
    remember_heads({pk: reading.head for pk, reading in read_back({}, now=timezone.now())})


def test_what_the_cabinet_has_written_is_whole(inspector, working_kkm):
    remember_heads({})
    browser = Client()
    browser.post("/login/", {"username": inspector.username, "password": PASSWORD})
    assert [browser.get(page).status_code for page in PAGES] == [200] * len(PAGES)
    assert browser.post(HOME + "check/").status_code == 302
    assert told() == {}
    assert [row.action for row in lines(inspector)] == ["login", *["view"] * len(PAGES), "check"]


def test_what_was_written_is_whole_and_so_is_it_after_more_was_written(two, working_kkm):
    assert [lines(user).count() for user in two] == [LINES, LINES]
    assert told() == {}
    remember()
    came(two[0], working_kkm, DAY)
    assert told() == {}
    assert known_heads()[str(two[1].pk)] == (LINES, line(two[1], LINES).seal)


# -- single mutations ------------------------------------------------------------------------------


def other_value(dice: random.Random, row: AccessEntry, field: models.Field):
    value = getattr(row, field.attname)
    if field.name == "at":
        return value + timedelta(seconds=dice.choice([-1, 1, 3600, 0.25]))
    if field.name == "address":
        return dice.choice([None, "10.1.2.4", "::1"])
    if field.name == "kkm":
        return dice.choice(
            [pk for pk in [None, *KKM.objects.values_list("pk", flat=True)] if pk != value]
        )
    if field.name == "action":
        return dice.choice([action for action in AccessEntry.Action.values if action != value])
    return value + LINES + 1 if isinstance(value, int) else f"{value[:-1]}{dice.choice('ghij')}"


@pytest.mark.parametrize(
    "field",
    [field for field in columns(AccessEntry) if field.name != "user"],
    ids=lambda field: field.name,
)
def test_every_edit_of_every_column_is_found_where_it_is(two, field):
    dice = random.Random(f"626 {field}")
    for _attempt in range(9):
        row = line(dice.choice(two), dice.randint(1, LINES - 1))
        with taken_back():
            update(row, **{field.attname: other_value(dice, row, field)})
            assert told() == {
                name(row.user): (
                    row.number,
                    Flaw.MISSING if field.name == "number" else Flaw.CHANGED,
                )
            }


@pytest.mark.parametrize("number", [1, 5, LINES])
def test_a_line_given_to_another_user_is_found_in_both_logs(two, number):
    third = InspectorFactory()
    row = line(two[0], number)
    update(row, user=third)
    expected = {name(third): (1, Flaw.CHANGED if number == 1 else Flaw.MISSING)}
    if number < LINES:
        expected[name(two[0])] = (number, Flaw.MISSING)
    assert told() == expected


@pytest.mark.parametrize("number", [1, 2, LINES - 1])
def test_a_line_that_was_removed_is_missed(two, number):
    lines(two[0]).filter(number=number)._raw_delete("default")
    assert told() == {name(two[0]): (number, Flaw.MISSING)}


def test_a_line_that_was_inserted_is_found(two):
    for later in lines(two[0]).filter(number__gte=5).order_by("-number"):
        update(later, number=later.number + 1)
    copy = line(two[0], 4)
    copy.pk, copy.number = None, 5
    AccessEntry.objects.bulk_create([copy])
    assert told() == {name(two[0]): (5, Flaw.CHANGED)}


def test_lines_that_changed_places_are_found(two):
    one, other = line(two[0], 3), line(two[0], 8)
    for row, number in ((one, 10**9), (other, 3), (one, 8)):
        update(row, number=number)
    assert told() == {name(two[0]): (3, Flaw.CHANGED)}


# -- what others know ------------------------------------------------------------------------------


def cut(user, first):
    lines(user).filter(number__gte=first)._raw_delete("default")


@pytest.mark.parametrize("first", [1, 2, 7, LINES])
def test_a_tail_that_was_cut_is_found_by_what_was_remembered(two, first):
    remember()
    cut(two[0], first)
    assert told() == {name(two[0]): (first, Flaw.CUT)}


def test_a_user_who_was_removed_with_all_his_lines_is_found_by_what_was_remembered(two):
    remember()
    cut(two[1], 1)
    type(two[1]).objects.filter(pk=two[1].pk).update(id=two[1].pk + 1_000, last_login=None)
    assert told() == {f"id {two[1].pk}": (1, Flaw.CUT)}


def test_a_log_sealed_anew_is_found_by_what_was_remembered_and_by_nothing_else(two):
    remember()
    update(line(two[0], 4), subject="ничего не смотрел")
    previous = line(two[0], 3).seal
    for row in lines(two[0]).filter(number__gte=4):
        row.seal = previous = row.sealed_after(previous)
        update(row, seal=previous)
    assert told() == {name(two[0]): (LINES, Flaw.REWRITTEN)}
    remember_heads({})
    assert told() == {}


def test_a_tail_that_was_cut_with_the_last_login_in_it_contradicts_the_login(two):
    type(two[0]).objects.filter(pk=two[0].pk).update(
        last_login=timezone.now() + timedelta(seconds=2)
    )
    assert told() == {name(two[0]): (LINES + 1, Flaw.NO_LOGIN)}
    assert (
        told(later=timedelta(0)) == {}
    )  # a line is written a moment after the login: it may still come


def test_an_audit_that_was_taken_out_of_the_history_contradicts_who_made_it(two):
    with unlocked():
        Audit.objects.all()._raw_delete("default")
    checked = DAY.index(Action.CHECK) + 2
    assert told() == {name(user): (checked, Flaw.NO_AUDIT) for user in two}


# -- the command -----------------------------------------------------------------------------------


def verify(capsys, *arguments):
    """(exit code, what it said)."""
    code = 0
    try:
        call_command("verify_access", *arguments)
    except SystemExit as end:
        code = end.code
    except CommandError as error:
        return error.returncode, str(error)
    return code, capsys.readouterr().out


def test_the_first_reading_says_that_it_is_the_first(two, capsys):
    heads_file().unlink()
    code, said = verify(capsys, "--first")
    assert (code, said) == (0, "Журнал доступа цел: пользователей 2, записей 20.\n")
    assert verify(capsys)[0] == 0


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_a_file_of_heads_that_was_taken_away_is_missed(two, capsys, arguments):
    verify(capsys)
    heads_file().unlink()
    code, said = verify(capsys, *arguments)
    assert code == 2
    assert said == (
        f"Файла {heads_file()} нет: последние записи журналов не с чем сверить. "
        "Если проверка первая, запустите команду с --first."
    )
    assert not heads_file().exists(), "the next reading misses it too"


def test_a_reading_that_is_not_the_first_is_not_called_so(two, capsys):
    verify(capsys)
    before = heads_file().read_bytes()
    code, said = verify(capsys, "--first")
    assert (code, "Проверка не первая" in said) == (2, True)
    assert heads_file().read_bytes() == before


def test_a_first_reading_that_finds_something_remembers_nothing(two, capsys):
    heads_file().unlink()
    lines(two[0]).filter(number=2)._raw_delete("default")
    assert verify(capsys, "--first")[0] == 1
    assert not heads_file().exists()


def test_a_whole_log_ends_with_zero_and_its_end_is_remembered(two, capsys):
    assert verify(capsys) == (0, "Журнал доступа цел: пользователей 2, записей 20.\n")
    assert {head.number for head in known_heads().values()} == {LINES}


def test_a_finding_ends_with_one_names_the_line_and_remembers_nothing_new(two, capsys, working_kkm):
    verify(capsys)
    before = heads_file().read_bytes()
    came(two[1], working_kkm, DAY)
    update(line(two[0], 7), subject="")
    code, said = verify(capsys)
    sentence = (
        "Первая неверная запись — № 7: контрольный код не сходится с записью и с записью перед ней."
    )
    assert (code, said) == (1, f"{name(two[0])}: ЖУРНАЛ ДОСТУПА ИЗМЕНЁН. {sentence}\n")
    assert heads_file().read_bytes() == before


def test_machines_read_json(two, capsys):
    lines(two[0]).filter(number=2)._raw_delete("default")
    code, said = verify(capsys, "--json")
    first, second = json.loads(said)
    assert code == 1
    assert (first["user"], first["holds"], first["first_bad"], first["flaw"]) == (
        name(two[0]),
        False,
        2,
        "missing",
    )
    assert (second["holds"], second["lines"], second["seal"]) == (
        True,
        LINES,
        line(two[1], LINES).seal,
    )


@pytest.mark.parametrize(
    ("written", "becomes"), [(f"[{LINES},", "[1,"), ('"key"', '"kee"'), ("{", "")]
)
def test_a_remembered_end_that_was_edited_ends_with_two(two, capsys, written, becomes):
    verify(capsys)
    text = heads_file().read_text()
    heads_file().write_text(text.replace(written, becomes))
    assert heads_file().read_text() != text
    with pytest.raises(HeadsAreForged):
        known_heads()
    assert verify(capsys) == (2, f"Файл {heads_file()} изменён или повреждён: его подпись неверна.")


def test_a_text_that_the_key_signed_for_something_else_is_no_memory(two, capsys):
    key, signature = signing.sign('["alsep-head-1",{}]')
    heads_file().write_text(
        json.dumps({"text": '["alsep-head-1",{}]', "key": key, "signature": signature})
    )
    assert verify(capsys)[0] == 2


def test_without_a_key_nothing_is_remembered_and_it_ends_with_two(two, capsys, settings, tmp_path):
    known = heads_file().read_bytes()
    settings.SIGNING_KEYS, settings.PRODUCTION = tmp_path / "none", True
    code, said = verify(capsys)
    assert (code, "signing_key" in said) == (2, True)
    assert known == heads_file().read_bytes()


def test_the_file_lies_beside_the_state_and_not_in_the_database(tmp_path):
    assert access_audit.heads_file() == tmp_path / "access-heads.json"


# -- rows that the cabinet has not written ---------------------------------------------------------


@pytest.fixture
def granted(inspector, working_kkm):
    """His control was granted through the cabinet."""
    return Control.objects.get(inspector=inspector, kkm=working_kkm)


def _row_of(control, **changes):
    names = ("inspector_id", "kkm_id", "granted_at", "revoked_at", "key", "signature")
    return {name: getattr(control, name) for name in names} | changes


def test_controls_and_seen_heads_of_the_cabinet_are_its_own(cabinet, two, granted, capsys):
    cabinet.get(HOME)
    assert granted.signature_fits
    assert list(unsigned_rows()) == []
    assert verify(capsys)[0] == 0


@pytest.mark.parametrize("key", ["", "0123456789abcdef", "the one that signs"])
def test_a_control_that_was_put_in_by_sql_is_named(two, granted, capsys, key):
    colleague = two[1]
    key = signing.current() if key.startswith("the") else key
    run(*insert("inspector_control", _row_of(granted, inspector_id=colleague.pk, key=key)))
    code, said = verify(capsys)
    assert code == 1
    assert f"Контроль кассы SWK00053162 с {clock(granted.granted_at)}" in said
    assert f"инспектор Ахметжанова А.М. ({colleague.username}): запись" in said
    wrong = "подписана неизвестным ключом" if key == "0123456789abcdef" else "в обход программы"
    assert wrong in said
    told = json.loads(verify(capsys, "--json")[1])
    assert [(row["row"], row["holds"]) for row in told if "row" in row] == [("control", False)]


@pytest.mark.parametrize("later", [timedelta(0), timedelta(microseconds=1)])
def test_a_control_that_has_ended_and_is_put_in_again_is_named(two, granted, later):
    Control.objects.filter(pk=granted.pk).update(revoked_at=timezone.now())
    again = _row_of(granted, granted_at=granted.granted_at + later)
    run(*insert("inspector_control", again))
    assert [row.kind for row in unsigned_rows()] == ["control"]


def test_a_control_that_was_revoked_stays_one_of_the_cabinets(two, granted, capsys):
    Control.objects.filter(pk=granted.pk).update(revoked_at=timezone.now())
    assert verify(capsys)[0] == 0


def test_a_seen_head_that_was_put_in_by_sql_is_named(two, inspector, working_kkm, capsys, now):
    facts = {"user_id": inspector.pk, "kkm_id": working_kkm.pk, "number": 3, "seal": "ab" * 32}
    run(*insert("inspector_seenhead", facts | {"at": now, "key": "", "signature": ""}))
    code, said = verify(capsys)
    assert code == 1
    assert "Увиденная контрольная точка журнала SWK00053162, операция № 3," in said


def test_a_row_that_was_put_in_does_not_keep_the_ends_of_the_logs_from_being_remembered(
    two, granted, capsys
):
    run(*insert("inspector_control", _row_of(granted, inspector_id=two[1].pk)))
    assert verify(capsys)[0] == 1
    assert known_heads()[str(two[0].pk)].number == LINES


def test_a_file_of_heads_whose_key_is_not_here_is_not_called_forged(two, capsys, settings):
    settings.SIGNING_KEYS = settings.STATE_DIR / "new"
    key = signing.create()
    code, said = verify(capsys)
    assert code == 2
    assert "is not here" in said
    assert key not in said
