"""Requisites of a register that has a journal change through the journal, and papers name the
seller as he was called then.
"""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kkm import journal, signing
from kkm.audit.audit import full_audit
from kkm.domain.finding import Rule
from kkm.domain.head import Head
from kkm.domain.heading import Unreadable
from kkm.domain.kinds import OperationKind
from kkm.errors import RequisitesUnreadable, ShiftIsOpen
from kkm.models import KKM, OFD, FiscalOperation, SignedHead, Taxpayer, ZReport, triggers
from kkm.reading.finding_sentences import sentence
from kkm.reading.frozen import heading_of_shift, present
from reports.paper.lines import row_lines
from reports.ticket.layout import ticket_rows
from tests.factories import KKMFactory, OFDFactory, SectionFactory
from tests.kkm import vectors
from tests.kkm.domain import written
from tests.kkm.tampering import unlocked
from tests.stories import INSPECTOR, act, activate, close, restate, sell

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
ASTANA = "г. Астана, пр. Абая, д. 1"


def printed(operation: FiscalOperation) -> str:
    """A ticket on its roll, read from the database."""
    again = FiscalOperation.objects.get(pk=operation.pk)
    return "\n".join(line for row in ticket_rows(again) for line in row_lines(row))


# -- the door --------------------------------------------------------------------------------------


def test_activation_freezes_the_requisites_as_they_are(kkm, now):
    SectionFactory(kkm=kkm, code="01", name="Продукты")
    frozen = activate(kkm, at=now).facts["requisites"]
    assert frozen == {
        "taxpayer": kkm.taxpayer.name,
        "taxpayer_number": kkm.taxpayer.taxpayer_number,
        "vat_series": "60001",
        "vat_number": "0012345",
        "trade_name": "маг. «Береке»",
        "address": "г. Алматы, ул. Толе би, д. 187",
        "address_kk": "",
        "identity_number": "309412",
        "ofd": 'АО "Казахтелеком"',
        "ofd_host": "consumer.oofd.kz",
        "ofd_code": "1",
        "ofd_kk": '"Қазақтелеком" АҚ',
        "ofd_en": "",
        "sections": {"01": "Продукты"},
    }


def test_the_seal_of_an_activation_of_today_is_written_out():
    kkm = vectors.activated_register()
    (first,) = kkm.operations.all()
    assert (first.details, first.seal) == written.FREEZING_ACTIVATION


def test_a_change_is_an_act_with_the_whole_new_requisites_that_is_sealed_and_signed(
    active_kkm, now
):
    changed = restate(active_kkm, at=now, address=ASTANA)
    assert (changed.number, changed.kind, changed.shift) == (2, OperationKind.REQUISITES, None)
    assert changed.facts["requisites"] == present(active_kkm).cells
    assert changed.facts["requisites"]["address"] == ASTANA
    assert {"actor_code": changed.actor_code, "actor_name": changed.actor_name} == INSPECTOR
    head = SignedHead.objects.get(kkm=active_kkm, number=2)
    assert Head.parse(head.text).seal == changed.seal
    assert signing.verify(head.text, head.key, head.signature)
    assert full_audit(active_kkm).findings == ()


def test_a_change_while_a_shift_is_open_is_refused_and_names_the_register(active_kkm, now):
    sell(active_kkm, at=now)
    with pytest.raises(ShiftIsOpen) as refused:
        restate(active_kkm, at=now, address=ASTANA)
    assert str(refused.value) == (
        f"Касса {active_kkm.serial_number}: смена № 1 открыта. Реквизиты меняются только при закрытой смене: "
        "сначала закройте её Z-отчётом."
    )
    assert active_kkm.operations.count() == 2


def test_requisites_that_are_frozen_already_are_not_written_again(active_kkm, now):
    assert restate(active_kkm, at=now) is None
    assert active_kkm.operations.count() == 1


def test_a_register_that_has_no_journal_changes_without_one(kkm, now):
    assert restate(kkm, at=now, address=ASTANA) is None
    assert KKM.objects.get(pk=kkm.pk).address == ASTANA
    assert not kkm.operations.exists()


def test_a_register_off_the_record_keeps_its_journal_true_as_well(active_kkm, now):
    journal.deregister(kkm=active_kkm, act=act(now))
    assert restate(active_kkm, at=now, address=ASTANA).number == 3
    activate(active_kkm, at=now)
    assert full_audit(active_kkm).findings == ()


def test_a_blocked_register_may_change_its_requisites(active_kkm, now):
    journal.block(kkm=active_kkm, act=act(now, reason="неуплата"))
    restate(active_kkm, at=now, address=ASTANA)
    assert KKM.objects.in_state("blocked", now).get() == active_kkm
    assert full_audit(active_kkm).findings == ()


# -- papers ----------------------------------------------------------------------------------------


def test_a_ticket_printed_again_names_the_seller_as_he_was_called_when_it_was_sold(active_kkm, now):
    sold = sell(active_kkm, at=now)
    before = printed(sold)
    close(active_kkm, at=now + HOUR)
    name = active_kkm.taxpayer.name
    restate(
        active_kkm,
        at=now + HOUR,
        address=ASTANA,
        identity_number="777",
        taxpayer={"name": "ТОО «Другое имя»", "vat_number": ""},
        ofd={"name": "АО «Другой ОФД»"},
    )
    assert printed(sold) == before
    later = printed(sell(active_kkm, at=now + 2 * HOUR))
    assert (name in later, "ТОО «Другое имя»" in later, ASTANA in later) == (False, True, True)


def test_a_ticket_of_an_open_shift_names_the_frozen_seller_whatever_the_rows_say(active_kkm, now):
    sold = sell(active_kkm, at=now)
    before = printed(sold)
    with unlocked():
        Taxpayer.objects.update(name="ТОО «Подменённое»")
        KKM.objects.update(address=ASTANA)
        assert printed(sold) == before


def test_a_z_freezes_the_seller_of_its_journal_whatever_the_rows_say(active_kkm, now):
    sell(active_kkm, at=now)
    name = active_kkm.taxpayer.name
    with unlocked():
        Taxpayer.objects.update(name="ТОО «Подменённое»")
        z = close(active_kkm, at=now + HOUR).z
        assert z.snapshot.heading.taxpayer == name


def test_a_journal_of_the_older_form_is_printed_by_its_z_and_stays_whole():
    kkm = vectors.worked_register()
    sold = kkm.operations.get(number=2)
    before = printed(sold)
    assert "ТОО «Береке»" in before
    at = kkm.last_operation.occurred_at
    restate(kkm, at=at, taxpayer={"name": "ТОО «Другое имя»"})
    assert printed(sold) == before
    assert "ТОО «Другое имя»" in printed(sell(kkm, at=at + HOUR))
    assert full_audit(kkm).findings == ()


def test_an_older_journal_with_an_open_shift_is_printed_by_its_rows(now):
    kkm = vectors.register()
    vectors.put_on_the_record(kkm)
    sold = sell(kkm, at=now)
    assert "ТОО «Береке»" in printed(sold)


def test_a_heading_that_cannot_be_read_is_an_error_and_not_the_name_of_today():
    kkm = vectors.worked_register()
    with unlocked():
        ZReport.objects.update(text="{}")
        with pytest.raises(Unreadable):
            heading_of_shift(kkm.shifts.get())


def test_a_shift_whose_seller_cannot_be_read_is_not_closed(active_kkm, now):
    sell(active_kkm, at=now)
    with unlocked():
        active_kkm.operations.filter(number=1).update(details='{"requisites":1}')
        with pytest.raises(RequisitesUnreadable):
            close(active_kkm, at=now + HOUR)
        assert active_kkm.open_shift


# -- the lock --------------------------------------------------------------------------------------

EDITS = {
    "kkm_kkm": ["trade_name", "address", "address_kk", "identity_number"],
    "kkm_taxpayer": ["name", "taxpayer_number", "vat_series", "vat_number"],
    "kkm_ofd": ["name", "name_kk", "name_en", "host"],
}


def refused(statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, some in EDITS.items() for column in some]
)
def test_a_silent_edit_is_refused_by_the_database(active_kkm, table, column):
    refused(f"UPDATE {table} SET {column} = '77777'")


def test_another_ofd_without_an_act_is_refused_by_the_database(active_kkm):
    OFDFactory(code=2, name="Транстелеком")
    refused("UPDATE kkm_kkm SET ofd_id = (SELECT id FROM kkm_ofd WHERE code = 2)")
    refused("UPDATE kkm_kkm SET ofd_id = NULL")
    refused("UPDATE kkm_ofd SET code = 9 WHERE code = 1")


def test_another_ofd_with_its_act_is_taken(active_kkm, now):
    restate(active_kkm, at=now, ofd=OFD.objects.create(code=2, name="Транстелеком", host="ofd.kz"))
    assert KKM.objects.get(pk=active_kkm.pk).ofd.code == 2


def test_one_register_of_two_that_did_not_say_so_keeps_the_taxpayer_as_he_is(active_kkm, now):
    other = KKMFactory(taxpayer=active_kkm.taxpayer)
    activate(other, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        restate(active_kkm, at=now, taxpayer={"name": "ТОО «Другое имя»"})


def test_what_the_journal_says_may_be_put_back(active_kkm):
    address = active_kkm.address
    with unlocked():
        KKM.objects.update(address=ASTANA)
    triggers.install(connection)
    refused("UPDATE kkm_kkm SET address = 'ещё один'")
    KKM.objects.filter(pk=active_kkm.pk).update(address=address)
    assert full_audit(active_kkm).findings == ()


def test_rows_of_registers_without_a_journal_are_free(kkm):
    KKM.objects.update(address=ASTANA)
    Taxpayer.objects.update(name="ТОО «Другое имя»")
    OFD.objects.update(name="ОФД")
    assert KKM.objects.get().address == ASTANA


# -- the audit -------------------------------------------------------------------------------------


def test_a_swapped_taxpayer_is_found(active_kkm, now):
    sell(active_kkm, at=now)
    other = KKMFactory().taxpayer
    with unlocked():
        KKM.objects.filter(pk=active_kkm.pk).update(taxpayer=other)
        findings = full_audit(KKM.objects.get(pk=active_kkm.pk)).findings
    assert {(finding.number, finding.rule) for finding in findings} == {(2, Rule.REQUISITES)}
    name, number = active_kkm.taxpayer.name, active_kkm.taxpayer.taxpayer_number
    assert [(finding.stored["expected"], finding.found) for finding in findings] == [
        (f"taxpayer {name}", other.name),
        (f"taxpayer_number {number}", other.taxpayer_number),
    ]
    assert sentence(findings[0]) == (
        f"Реквизиты не сходятся с журналом, «налогоплательщик»: в журнале {name}, "
        f"указано {other.name}."
    )


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        (lambda kkm: KKM.objects.update(trade_name="Киоск"), "trade_name"),
        (lambda kkm: KKM.objects.update(address_kk="Астана қ."), "address_kk"),
        (lambda kkm: KKM.objects.update(identity_number="1"), "identity_number"),
        (lambda kkm: Taxpayer.objects.update(vat_series="11111"), "vat_series"),
        (lambda kkm: OFD.objects.update(code=7), "ofd_code"),
        (lambda kkm: OFD.objects.update(host="evil.kz"), "ofd_host"),
        (lambda kkm: SectionFactory(kkm=kkm, name="Продукты"), "sections"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_requisite_that_a_row_tells_otherwise_is_found(active_kkm, edit, name):
    with unlocked():
        edit(active_kkm)
        (finding,) = full_audit(active_kkm).findings
    assert (finding.rule, finding.subject) == (Rule.REQUISITES, name)


def test_a_register_of_the_older_form_has_nothing_to_compare_with():
    kkm = vectors.worked_register()
    with unlocked():
        Taxpayer.objects.update(name="ТОО «Другое имя»")
    assert full_audit(kkm).findings == ()


def test_a_z_that_names_another_seller_is_found_though_all_is_sealed_anew(active_kkm, now):
    sell(active_kkm, at=now)
    closing = close(active_kkm, at=now + HOUR)
    frozen = json.loads(closing.z.text)
    frozen["heading"]["taxpayer"] = "ТОО «Подменённое»"
    with unlocked():
        ZReport.objects.update(text=json.dumps(frozen))
        findings = full_audit(active_kkm).findings
    assert Rule.REQUISITES in {finding.rule for finding in findings}
