"""The history of audits: each is numbered and signed, remembers the head that it found whole,
and none is turned, made up or taken out.
"""

import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kkm import signing
from kkm.audit.audit import Verdict, full_audit
from kkm.audit.history import KEPT, keep
from kkm.domain.anchor import CHANGED_AUDIT, MISSING_AUDIT, UNKNOWN_AUDIT
from kkm.domain.finding import Finding, Rule
from kkm.errors import KeyUnavailable
from kkm.models import KKM, Audit
from kkm.reading.finding_sentences import sentence
from tests.breadth import breadth
from tests.factories import KKMFactory
from tests.keys import lose_keys
from tests.kkm.forger import another_cashier, heads_by_a_thief, rewrite
from tests.kkm.tampering import World, columns, cut, edit, taken_back, unlocked, update
from tests.kkm.test_concurrency import at_once
from tests.statements import triggers_of
from tests.stories import activate, close, sell

FAULTS = {CHANGED_AUDIT, MISSING_AUDIT, UNKNOWN_AUDIT}


@pytest.fixture
def world(kkm, now, request) -> World:
    """Two registers that were checked three times each, once with a finding; the last sale came
    after the last check.
    """
    other = KKMFactory()
    for each in (kkm, other):
        activate(each, at=now)
        for day in range(3):
            sell(each, 500 + day, at=now + timedelta(days=day))
            close(each, at=now + timedelta(days=day, hours=1))
            check(
                each,
                now + timedelta(days=day, hours=2),
                found=(Finding(3, Rule.VAT, 2207, 0),) if day == 1 else (),
            )
        sell(each, at=now + timedelta(days=3))
    KKMFactory()  # a third one, without audits: there is room in it for any number
    return World(kkm, other, random.Random(f"626 {request.node.name}"))


def check(kkm, at, found=None) -> Audit:
    """A check that is kept; or one that has found what we say."""
    verdict = full_audit(kkm)
    if found is not None:
        verdict = replace(verdict, findings=found)
    return keep(kkm, verdict, at=at, by="Сериков Н.Б.", milliseconds=7)


def found(*kkms: KKM) -> tuple[Finding, ...]:
    return tuple(finding for kkm in kkms for finding in full_audit(kkm).findings)


def faults(*kkms: KKM) -> list[tuple]:
    """(operation, whose, fault) of the audits that cannot be believed."""
    return [
        (finding.number, finding.source, finding.found)
        for finding in found(*kkms)
        if finding.found in FAULTS
    ]


def test_a_history_is_numbered_signed_and_believed(world):
    audits = list(world.kkm.audits.order_by("number"))
    assert [
        (audit.number, audit.operations, audit.holds, audit.findings_count) for audit in audits
    ] == [
        (1, 3, True, 0),
        (2, 5, False, 1),
        (3, 7, True, 0),
    ]
    assert all(audit.signature_fits for audit in audits)
    assert audits[1].text == (
        f'["alsep-audit-1","{world.kkm}",2,{int(audits[1].at.timestamp())},"Сериков Н.Б.",5,7,"{audits[1].seal}",1,'
        '"0aa899d4a915675983f4a4155e08df7bf6f7f6236bbc1bac753342beb0792998"]'
    )
    assert found(world.kkm) == ()


@pytest.mark.parametrize("field", columns(Audit), ids=lambda field: field.name)
def test_every_edit_of_every_column_of_an_audit_is_found(world, field):
    with unlocked():
        for _attempt in range(breadth(3, 9)):
            with taken_back():
                (head,) = edit(world, Audit, field)
                told = faults(*KKM.objects.all())
                assert told
                fault = UNKNOWN_AUDIT if field.name == "key" else CHANGED_AUDIT
                assert field.name in ("kkm", "number") or told == [(head, told[0][1], fault)]


def test_a_red_verdict_turned_green_is_found_where_it_ended(world):
    with unlocked():
        world.kkm.audits.filter(number=2).update(findings="", findings_count=0)
    assert faults(world.kkm) == [(5, "№ 2", CHANGED_AUDIT)]
    assert (
        sentence(found(world.kkm)[0])
        == "Проверка № 2 в истории проверок изменена: её подпись неверна."
    )


@pytest.mark.parametrize("number", [1, 2])
def test_an_audit_that_was_taken_out_is_missed(world, number):
    with unlocked():
        world.kkm.audits.filter(number=number)._raw_delete("default")
    assert faults(world.kkm) == [(2 * number + 3, f"№ {number}", MISSING_AUDIT)]
    assert sentence(found(world.kkm)[0]) == f"Проверки № {number} в истории проверок нет."


def test_a_green_audit_that_nobody_made_is_found(world):
    last = world.kkm.audits.get(number=3)
    Audit.objects.create(
        **{field.name: getattr(last, field.name) for field in columns(Audit)} | {"number": 4}
    )
    assert faults(world.kkm) == [(7, "№ 4", CHANGED_AUDIT)]


def test_audits_that_changed_places_are_found(world):
    first, second = world.kkm.audits.order_by("number")[:2]
    with unlocked():
        for audit, number in ((first, 10**9), (second, 1), (first, 2)):
            update(audit, number=number)
    assert faults(world.kkm) == [(3, "№ 2", CHANGED_AUDIT), (5, "№ 1", CHANGED_AUDIT)]


def test_an_audit_of_another_register_does_not_speak_of_this_one(world):
    theirs = world.other.audits.get(number=3)
    with unlocked():
        update(theirs, kkm=world.kkm, number=4)
    assert faults(world.kkm) == [(7, "№ 4", CHANGED_AUDIT)]


def test_a_green_audit_alone_remembers_the_head_against_a_thief_of_the_key(world):
    (now,) = {audit.at for audit in world.kkm.audits.filter(number=3)}
    sell(world.kkm, at=now + timedelta(days=1))
    check(world.kkm, now + timedelta(days=1))
    with unlocked(), taken_back():
        assert cut(world, 1) == {9}
        (finding,) = found(world.kkm)
        assert (finding.number, finding.rule) == (9, Rule.MEMORY)
        assert finding.source.startswith("Сериков Н.Б., ")
    with unlocked(), taken_back():
        rewrite(world, another_cashier, heads_by_a_thief, ())
        assert {finding.rule for finding in found(world.kkm)} == {Rule.MEMORY}


def test_a_red_audit_remembers_nothing(active_kkm, now):
    sell(active_kkm, at=now)
    check(active_kkm, now, found=(Finding(2, Rule.VAT, 2207, 0),))
    with unlocked(), taken_back():
        cut(World(active_kkm, active_kkm, random.Random(626)), 1)
        assert found(active_kkm) == ()


def test_all_findings_are_counted_and_the_first_are_kept(world, now):
    many = tuple(Finding(number, Rule.SEAL, "a", "b") for number in range(1, 9_999))
    kept = keep(world.kkm, Verdict(9_999, "ab" * 32, many), at=now, by="x", milliseconds=1)
    assert (kept.number, kept.findings_count, len(kept.found)) == (4, 9_998, KEPT)
    assert Audit.objects.get(pk=kept.pk).signature_fits


def test_audits_that_end_at_once_are_numbered_one_after_another(transactional_db, now):
    kkm = KKMFactory()
    activate(kkm, at=now)
    verdict = full_audit(kkm)
    told = at_once(
        *[lambda: keep(kkm, verdict, at=now, by="verify_journal", milliseconds=1).number] * 4
    )
    assert sorted(told) == [1, 2, 3, 4]
    assert full_audit(kkm).findings == ()


# -- the migration ---------------------------------------------------------------------------------


def test_audits_that_were_made_before_are_numbered_and_signed(transactional_db, now):
    kkms = KKMFactory.create_batch(2)
    executor = MigrationExecutor(connection)
    executor.migrate([("kkm", "0004_integrations")])
    try:
        then = (
            MigrationExecutor(connection)
            .loader.project_state([("kkm", "0004_integrations")])
            .apps.get_model("kkm", "Audit")
        )
        red = json.dumps([{"number": 2, "rule": "vat", "expected": 2207, "found": 0, "source": ""}])
        for day, findings in enumerate(["", red]):
            for kkm in kkms:
                facts = {
                    "by": "Сериков Н.Б.",
                    "operations": 5,
                    "milliseconds": 1,
                    "seal": "ab" * 32,
                }
                then.objects.create(
                    kkm_id=kkm.pk, at=now - timedelta(days=day), findings=findings, **facts
                )
        assert connection.vendor == "postgresql" or "not_replaced" in str(triggers_of("kkm_audit"))
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    for kkm in kkms:
        audits = kkm.audits.order_by("number")
        assert [(audit.number, audit.findings_count, audit.signature_fits) for audit in audits] == [
            (1, 1, True),
            (2, 0, True),
        ]
        assert audits[0].at < audits[1].at
    assert {name.removeprefix("kkm_audit_") for name in triggers_of("kkm_audit")} >= {
        "not_edited",
        "not_removed",
    }


# -- keys ------------------------------------------------------------------------------------------


def test_an_audit_whose_key_is_not_here_is_called_so_and_not_changed(world, settings, tmp_path):
    settings.SIGNING_KEYS = tmp_path / "new"
    signing.create()
    assert {fault for _number, _source, fault in faults(world.kkm)} == {UNKNOWN_AUDIT}
    last = found(world.kkm)[-1]
    assert sentence(last) == "Проверка № 3 в истории проверок подписана неизвестным ключом."


def test_without_any_key_nothing_is_checked(world, settings, tmp_path):
    lose_keys(settings, tmp_path)
    with pytest.raises(KeyUnavailable):
        full_audit(world.kkm)
