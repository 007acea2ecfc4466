"""The directory of what is unique in the country: serial numbers, and РНМ of registers on the
record. Registers cannot disagree with it, and of two that ask for a number at once one gets it.
"""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from time import sleep
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from kkm import errors, journal
from kkm.audit.audit import full_audit
from kkm.audit.registers_to_check import to_be_checked
from kkm.models import KKM, TakenRegistrationNumber, TakenSerialNumber
from kkm.models.directory_triggers import SENTENCE
from kkm.reading.finding_sentences import sentence
from tests.factories import KKMFactory
from tests.kkm.tampering import unlocked
from tests.kkm.test_concurrency import ROUNDS, at_once
from tests.statements import refused, run
from tests.stories import act, activate

SERIAL, NUMBER = "ALS99999999", "600712345678"
IN_THE_DIRECTORY = "serial_number_is_in_the_directory|FOREIGN KEY|invalid foreign key"


def serials():
    """[(serial number, register)] of the directory."""
    return sorted(TakenSerialNumber.objects.values_list("serial_number", "kkm"))


def numbers():
    """[(РНМ, register)] of the directory."""
    return sorted(TakenRegistrationNumber.objects.values_list("registration_number", "kkm"))


def not_in_the_end(write):
    """Foreign keys are checked when the transaction ends."""
    with pytest.raises(IntegrityError, match=IN_THE_DIRECTORY), transaction.atomic():
        write()
        connection.check_constraints()


# -- serial numbers --------------------------------------------------------------------------------


def test_whoever_saves_registers_writes_the_directory(db):
    one = KKMFactory()
    two, three = KKM.objects.bulk_create(KKMFactory.build_batch(2, **of(one)))
    assert serials() == sorted((kkm.serial_number, kkm.pk) for kkm in (one, two, three))


def test_a_serial_number_that_is_put_right_frees_the_old_one(kkm):
    before, another = kkm.serial_number, KKMFactory()
    kkm.serial_number = SERIAL
    kkm.save()
    KKM.objects.filter(pk=another.pk).update(serial_number=before)
    assert serials() == sorted([(SERIAL, kkm.pk), (before, another.pk)])


def test_a_register_that_goes_frees_its_number(kkm):
    kkm.delete()
    assert serials() == []


def of(kkm):
    """What a register needs besides its serial number."""
    names = ("model", "taxpayer", "ofd")
    return {name: getattr(kkm, name) for name in names}


WRITES = {
    "made": lambda kkm, serial: KKMFactory(serial_number=serial),
    "made at once": lambda kkm, serial: KKM.objects.bulk_create(
        [KKMFactory.build(serial_number=serial, **of(kkm))]
    ),
    "saved": lambda kkm, serial: KKM(
        **{field.attname: getattr(kkm, field.attname) for field in KKM._meta.concrete_fields}
        | {"serial_number": serial}
    ).save(),
    "saved in part": lambda kkm, serial: (
        setattr(kkm, "serial_number", serial),
        kkm.save(update_fields=["serial_number"]),
    ),
    "updated": lambda kkm, serial: KKM.objects.filter(pk=kkm.pk).update(serial_number=serial),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_taken_serial_number_is_refused_however_it_is_written(kkm, write):
    taken = KKMFactory().serial_number
    before = serials()
    with pytest.raises(IntegrityError), transaction.atomic():
        write(kkm, taken)
    assert serials() == before
    assert KKM.objects.filter(serial_number=taken).count() == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", "Касса с таким Серийный номер (ЗНМ) уже существует."),
        ("kk", "Мұндай мән бұрыннан бар: Касса, Зауыттық нөмір (КЗН)."),
    ],
    ids=["ru", "kk"],
)
def test_a_form_says_so_in_the_words_of_a_unique_field(kkm, language, words):
    new = KKMFactory.build(serial_number=kkm.serial_number, **of(kkm))
    with translation.override(language):
        with pytest.raises(ValidationError) as refusal:
            new.full_clean()
        assert refusal.value.message_dict == {"serial_number": [words]}
    kkm.full_clean()
    new.validate_unique(exclude=["serial_number"])


def test_no_register_is_without_its_row_whoever_writes(kkm):
    not_in_the_end(lambda: run("UPDATE kkm_kkm SET serial_number = %s", [SERIAL]))
    not_in_the_end(lambda: run("DELETE FROM kkm_takenserialnumber"))
    not_in_the_end(lambda: run("UPDATE kkm_takenserialnumber SET serial_number = %s", [SERIAL]))


# -- РНМ -------------------------------------------------------------------------------------------


def test_the_door_takes_a_number_and_frees_it(kkm, now):
    activate(kkm, at=now, registration_number=NUMBER)
    assert numbers() == [(NUMBER, kkm.pk)]
    journal.deregister(kkm=kkm, act=act(now))
    assert numbers() == []
    another = KKMFactory()
    activate(another, at=now, registration_number=NUMBER)
    assert numbers() == [(NUMBER, another.pk)]


def test_a_refused_activation_takes_nothing(active_kkm, now):
    another = KKMFactory()
    taken = active_kkm.open_registration.registration_number
    with pytest.raises(errors.RegistrationNumberTaken), transaction.atomic():
        activate(another, at=now, registration_number=taken)
    with pytest.raises(errors.AlreadyActive), transaction.atomic():
        activate(active_kkm, at=now, registration_number=NUMBER)
    journal.deregister(kkm=active_kkm, act=act(now))
    with pytest.raises(errors.TimeRunsBackwards), transaction.atomic():
        activate(active_kkm, at=now.replace(hour=1), registration_number=NUMBER)
    assert numbers() == []


def test_a_number_that_lasts_is_kept(active_kkm):
    idle = KKMFactory()
    refused("DELETE FROM kkm_takenregistrationnumber", match=SENTENCE)
    for column, value in {"registration_number": NUMBER, "kkm_id": idle.pk}.items():
        statement = f"UPDATE kkm_takenregistrationnumber SET {column} = %s"
        refused(statement, [value], match=SENTENCE)
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    statement = f"{verb} INTO kkm_takenregistrationnumber VALUES (%s, %s)"
    taken = active_kkm.open_registration.registration_number
    for row in ([taken, idle.pk], [NUMBER, active_kkm.pk]):
        refused(statement, row, match=f"{SENTENCE}|duplicate key")


def test_a_number_that_nobody_has_may_go(kkm):
    TakenRegistrationNumber.objects.create(kkm=kkm, registration_number=NUMBER)
    assert run("DELETE FROM kkm_takenregistrationnumber") == 1


# -- the check of a register -----------------------------------------------------------------------


def findings(kkm):
    """[(number of an operation, sentence)]"""
    return [(finding.number, sentence(finding)) for finding in full_audit(kkm).findings]


def test_a_directory_that_says_something_else_is_found(active_kkm, now):
    number = active_kkm.open_registration.registration_number
    assert findings(active_kkm) == []
    rows = TakenRegistrationNumber.objects.filter(kkm=active_kkm)
    told = "Таблица не сходится с журналом, «справочник номеров — РНМ»: "
    with unlocked():
        rows.update(registration_number=NUMBER)
        assert findings(active_kkm) == [
            (1, f"{told}по журналу {number}, в таблице {NUMBER}."),
        ]
        rows.delete()
        assert findings(active_kkm) == [(1, f"{told}по журналу {number}, в таблице —.")]


def test_a_number_and_a_serial_too_many_are_found(active_kkm, now):
    journal.deregister(kkm=active_kkm, act=act(now))
    TakenRegistrationNumber.objects.create(kkm=active_kkm, registration_number=NUMBER)
    TakenSerialNumber.objects.create(kkm=active_kkm, serial_number=SERIAL)
    told = "Таблица не сходится с журналом, «справочник номеров — {}»: по журналу —, в таблице {}."
    assert findings(active_kkm) == [
        (2, told.format("серийный номер (ЗНМ)", SERIAL)),
        (2, told.format("РНМ", NUMBER)),
    ]


def test_a_number_is_a_trace_of_a_register_that_has_worked(kkm):
    assert not to_be_checked().exists()
    TakenRegistrationNumber.objects.create(kkm=kkm, registration_number=NUMBER)
    assert list(to_be_checked()) == [kkm]
    assert "Операций нет, хотя они должны быть." in dict(findings(kkm)).values()


# -- the migration ---------------------------------------------------------------------------------


def test_the_migration_fills_it_from_registers_and_open_registrations(active_kkm, now, capsys):
    gone, _never = KKMFactory.create_batch(2)
    activate(gone, at=now)
    journal.deregister(kkm=gone, act=act(now))
    before = serials(), numbers()
    migration = import_module("kkm.migrations.0015_directory_of_numbers")
    with unlocked():
        TakenSerialNumber.objects.all().delete()
        TakenRegistrationNumber.objects.all().delete()
        migration.fill(None, SimpleNamespace(connection=connection))
    assert (serials(), numbers()) == before
    assert len(before[0]) == 3
    assert [pk for _number, pk in before[1]] == [active_kkm.pk]
    assert "касс 3. Это займёт примерно 1 с." in capsys.readouterr().err


# -- at once ---------------------------------------------------------------------------------------


def made(serial, **others):
    """A job that makes a register, and says how that went."""

    def job():
        try:
            KKMFactory(serial_number=serial, **others)
        except IntegrityError:
            return "taken"
        return "made"

    return job


def test_of_two_registers_with_one_serial_number_at_once_one_is_made(transactional_db):
    others = of(KKMFactory())
    for n in range(ROUNDS):
        serial = f"ALS8888888{n}"
        told = at_once(*[made(serial, **others)] * 2)
        assert sorted(told) == ["made", "taken"]
        assert KKM.objects.filter(serial_number=serial).count() == 1


def test_a_serial_number_that_is_not_committed_yet_is_waited_for(transactional_db):
    others = of(KKMFactory())
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            KKMFactory(serial_number=SERIAL, **others)
            asked = thread.submit(at_once, made(SERIAL, **others))
            sleep(0.3)
            assert not asked.done()
            transaction.set_rollback(True)
        assert asked.result(timeout=60) == ["made"]
    assert KKM.objects.filter(serial_number=SERIAL).count() == 1
