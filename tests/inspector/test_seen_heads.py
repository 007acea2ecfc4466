"""Heads are remembered by those who look."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from inspector.models import SeenHead
from inspector.seen_heads import remembered_heads
from kkm import signing
from kkm.audit.audit import full_audit
from kkm.domain.anchor import FOREIGN_MEMORY, UNKNOWN_MEMORY
from kkm.domain.finding import Finding, Rule
from kkm.local_time import clock
from kkm.models import FISCAL_MODELS, FiscalOperation, Position, SignedHead, triggers
from kkm.reading.finding_sentences import sentence
from tests.inspector.factories import ControlFactory, InspectorFactory
from tests.journal_audit import audit_journal
from tests.keys import lose_keys
from tests.kkm.tampering import taken_back
from tests.statements import insert, run
from tests.stories import activate, sell

HOME = "/cabinet/kkm/SWK00053162/"
PAGES = [
    HOME,
    HOME + "operations/",
    HOME + "operations/2/",
    HOME + "z-reports/",
    HOME + "reports/",
    HOME + "comment/",
]


def heads():
    return list(SeenHead.objects.order_by("pk").values_list("user__username", "number", "seal"))


def head_of(kkm):
    return kkm.operations.order_by("-number").values_list("number", "seal").first()


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_register_remembers_where_its_journal_ends(
    cabinet, inspector, working_kkm, page
):
    assert cabinet.get(page).status_code == 200
    assert heads() == [(inspector.username, *head_of(working_kkm))]
    seen = SeenHead.objects.get()
    assert seen.kkm == working_kkm
    assert abs(seen.at - timezone.now()) < timedelta(minutes=1)


def test_a_head_is_remembered_once_and_the_next_one_again(cabinet, inspector, working_kkm, morning):
    first = head_of(working_kkm)
    for page in PAGES:
        cabinet.get(page)
    sell(working_kkm, at=morning)
    cabinet.get(HOME)
    assert heads() == [(inspector.username, *first), (inspector.username, *head_of(working_kkm))]


def test_each_inspector_remembers_for_himself(cabinet, stranger, working_kkm):
    cabinet.get(HOME)
    colleague = InspectorFactory(full_name="Ахметжанова А.М.")
    ControlFactory(inspector=colleague, kkm=working_kkm)
    stranger.force_login(colleague)
    stranger.get(HOME)
    assert [number for _user, number, _seal in heads()] == [5, 5]
    assert [anchor.source.partition(",")[0] for anchor in remembered_heads(working_kkm)] == [
        "Сериков Н.Б.",
        "Ахметжанова А.М.",
    ]


def test_who_may_not_look_remembers_nothing(stranger, client, working_kkm):
    for browser in (stranger, client):
        browser.get(HOME)
    assert heads() == []


def test_a_register_without_operations_leaves_nothing_to_remember(cabinet, controlled_kkm):
    assert cabinet.get(HOME).status_code == 200
    assert heads() == []


def test_what_stands_in_the_place_of_a_seal_is_not_remembered(cabinet, working_kkm):
    last = working_kkm.last_operation
    with transaction.atomic():
        triggers.remove(connection, FISCAL_MODELS)
        FiscalOperation.objects.filter(pk=last.pk).update(seal=f"x{last.seal[1:]}")
        triggers.install(connection, FISCAL_MODELS)
    assert cabinet.get(HOME).status_code == 200
    assert heads() == []


def test_a_page_that_shows_nothing_new_asks_one_question_and_writes_nothing(cabinet, working_kkm):
    cabinet.get(HOME)
    with connection.execute_wrapper(asked := Asked()):
        cabinet.get(HOME)
    assert [sql.split()[0] for sql in asked if "inspector_seenhead" in sql] == ["SELECT"]


def test_what_an_act_has_written_is_remembered_with_the_page_after_it(cabinet, controlled_kkm):
    url = reverse("activate", args=["SWK00053162"])
    cabinet.post(url, {"registration_number": "600700000009"}, follow=True)
    assert [number for _user, number, _seal in heads()] == [1]


def test_what_was_seen_is_neither_changed_nor_removed(cabinet, working_kkm):
    cabinet.get(HOME)
    for write in (
        lambda: SeenHead.objects.update(number=1),
        lambda: SeenHead.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            write()
    assert len(heads()) == 1


def test_all_that_was_seen_of_a_register_and_of_no_other_anchors_its_audit_by_number(
    cabinet, working_kkm, inspector, morning, kkm
):
    ControlFactory(inspector=inspector, kkm=kkm)
    activate(kkm, at=morning)
    cabinet.get(f"/cabinet/kkm/{kkm.serial_number}/")
    for _ in range(3):
        cabinet.get(HOME)
        sell(working_kkm, at=morning)
    anchors = list(remembered_heads(working_kkm))
    seals = dict(working_kkm.operations.values_list("number", "seal"))
    assert [(anchor.number, anchor.seal, anchor.rule) for anchor in anchors] == [
        (n, seals[n], Rule.MEMORY) for n in (5, 6, 7)
    ]
    assert audit_journal(working_kkm, anchors=remembered_heads(working_kkm)).holds


def test_a_tail_that_was_cut_after_a_visit_contradicts_who_visited(cabinet, working_kkm):
    cabinet.get(HOME)
    number, seal = head_of(working_kkm)
    _cut_the_last(working_kkm)
    assert audit_journal(working_kkm).holds
    (seen,) = remembered_heads(working_kkm)
    assert audit_journal(working_kkm, anchors=[seen]).findings == (
        Finding(number, Rule.MEMORY, seal, "", seen.source),
    )
    assert seen.source.startswith("Сериков Н.Б., ")


def test_a_head_that_was_seen_before_and_after_a_forgery_is_kept_both_times(
    cabinet, working_kkm, morning
):
    cabinet.get(HOME)
    _cut_the_last(working_kkm)
    sell(working_kkm, 7, at=morning)
    cabinet.get(HOME)
    (first, second) = heads()
    assert (first[1], second[1]) == (5, 5)
    assert (
        audit_journal(working_kkm, anchors=remembered_heads(working_kkm)).findings[0].expected
        == first[2]
        != second[2]
    )


@pytest.mark.parametrize(
    ("changes", "contradicted"),
    [
        ({"number": 4}, 4),
        ({"number": 6}, 6),
        ({"seal": "ab" * 32}, 5),
        ({"at": timezone.now() - timedelta(days=9)}, 5),
    ],
)
def test_what_was_seen_and_then_edited_is_called_so_and_does_not_speak_against_the_journal(
    cabinet, working_kkm, changes, contradicted
):
    cabinet.get(HOME)
    triggers.remove(connection, [SeenHead])
    SeenHead.objects.update(**changes)
    found = audit_journal(working_kkm, anchors=remembered_heads(working_kkm)).findings
    assert [(finding.number, finding.found) for finding in found] == [
        (contradicted, FOREIGN_MEMORY)
    ]


def test_a_head_that_was_put_in_by_sql_is_named_and_accuses_nobody(
    cabinet, inspector, working_kkm, now
):
    row = {"user_id": inspector.pk, "kkm_id": working_kkm.pk, "number": 3, "at": now}
    row |= {"seal": "ab" * 32, "key": "", "signature": ""}
    for key in ("", "0123456789abcdef", signing.current()):
        with taken_back():
            run(*insert("inspector_seenhead", row | {"key": key}))
            (found,) = full_audit(working_kkm, anchors=remembered_heads(working_kkm)).findings
            unknown = key == "0123456789abcdef"
            assert found.found == (UNKNOWN_MEMORY if unknown else FOREIGN_MEMORY)
            assert found.number == 3
    run(*insert("inspector_seenhead", row))
    (found,) = full_audit(working_kkm, anchors=remembered_heads(working_kkm)).findings
    assert sentence(found) == (
        f"Увиденная контрольная точка журнала (Сериков Н.Б., {clock(now)}) вписана в базу или "
        "изменена в обход программы: её подпись неверна. О нарушении самого журнала это не "
        "свидетельствует."
    )


def test_a_signature_of_another_row_does_not_fit(cabinet, working_kkm, inspector, now):
    mine = SeenHead.create_signed(user=inspector, kkm=working_kkm, number=1, seal="ab" * 32, at=now)
    for changes in ({"number": 2}, {"seal": "cd" * 32}, {"user": InspectorFactory()}):
        copy = {"user": inspector, "kkm": working_kkm, "number": 1, "seal": "ab" * 32, "at": now}
        other = SeenHead(key=mine.key, signature=mine.signature, **copy | changes)
        assert other.signature_fits is False


def test_without_a_key_pages_are_shown_and_nothing_is_remembered(
    cabinet, working_kkm, settings, tmp_path
):
    lose_keys(settings, tmp_path)
    assert cabinet.get(HOME).status_code == 200
    assert heads() == []


class Asked(list):
    """Statements as they are executed."""

    def __call__(self, execute, sql, params, many, context):
        self.append(sql)
        return execute(sql, params, many, context)


def _cut_the_last(kkm):
    """The last operation goes, with its lines and whatever was signed of it."""
    connection.check_constraints()
    triggers.remove(connection, FISCAL_MODELS)
    last = kkm.operations.order_by("-number").first()
    SignedHead.objects.filter(kkm=kkm, number=last.number)._raw_delete("default")
    Position.objects.filter(operation=last)._raw_delete("default")
    FiscalOperation.objects.filter(pk=last.pk)._raw_delete("default")
