"""Staff change requisites in the admin: through the journal, in their own name, or not at all."""

import pytest

from inspector.models import User
from kkm.audit.audit import full_audit
from kkm.domain.kinds import OperationKind
from kkm.models import KKM, OFD, FiscalOperation, KKMModel, Taxpayer, directory
from tests.factories import CashierFactory, KKMFactory, OFDFactory, SectionFactory
from tests.inspector.factories import ControlFactory
from tests.inspector.test_admin import NO_INLINES, text, url
from tests.stories import activate, restate, sell

pytestmark = pytest.mark.django_db


def register_form(kkm: KKM, **changes) -> dict:
    """What the page of a register sends when nothing else is touched."""
    fields = ("made_in", "trade_name", "address", "address_kk", "identity_number", "comment")
    told = {name: getattr(kkm, name) for name in fields}
    return {**told, "model": kkm.model_id, "ofd": kkm.ofd_id or "", **NO_INLINES, **changes}


def taxpayer_form(taxpayer: Taxpayer, **changes) -> dict:
    fields = ("name", "taxpayer_number", "vat_series", "vat_number")
    return {**{name: getattr(taxpayer, name) for name in fields}, **changes}


def ofd_form(ofd: OFD, **changes) -> dict:
    fields = ("code", "name", "name_kk", "name_en", "host")
    return {**{name: getattr(ofd, name) for name in fields}, **changes}


def changes_of(kkm: KKM) -> list[FiscalOperation]:
    return list(kkm.operations.filter(kind=OperationKind.REQUISITES).order_by("number"))


def test_an_address_changes_with_an_act_of_who_saves_it(client, staff, active_kkm):
    page = url(KKM, "change", active_kkm.pk)
    sent = client.post(page, register_form(active_kkm, address="г. Астана"))
    assert sent.status_code == 302
    (change,) = changes_of(active_kkm)
    assert change.facts["requisites"]["address"] == "г. Астана"
    assert (change.actor_code, change.actor_name) == (staff.username, "Оспанова Г.Т.")
    assert KKM.objects.get(pk=active_kkm.pk).address == "г. Астана"
    assert full_audit(active_kkm).findings == ()


def test_a_comment_and_a_year_are_no_requisites(client, staff, active_kkm, now):
    sell(active_kkm, at=now)
    page = url(KKM, "change", active_kkm.pk)
    sent = client.post(page, register_form(active_kkm, comment="проверить", made_in=2024))
    assert sent.status_code == 302
    assert changes_of(active_kkm) == []
    assert KKM.objects.get(pk=active_kkm.pk).comment == "проверить"


def test_with_an_open_shift_the_form_says_why_and_keeps_what_was_typed(
    client,
    staff,
    active_kkm,
    now,
):
    sell(active_kkm, at=now)
    page = url(KKM, "change", active_kkm.pk)
    said = text(client.post(page, register_form(active_kkm, address="г. Астана")))
    assert f"Касса {active_kkm.serial_number}: смена № 1 открыта." in said
    assert 'value="г. Астана"' in said
    assert KKM.objects.get(pk=active_kkm.pk).address != "г. Астана"
    assert changes_of(active_kkm) == []


def test_a_section_is_a_requisite_too(client, staff, active_kkm):
    page = url(KKM, "change", active_kkm.pk)
    rows = {"sections-TOTAL_FORMS": "1", "sections-0-code": "01", "sections-0-name": "Продукты"}
    client.post(page, register_form(active_kkm, **rows))
    (change,) = changes_of(active_kkm)
    assert change.facts["requisites"]["sections"] == {"01": "Продукты"}
    section = active_kkm.sections.get()
    rows |= {"sections-INITIAL_FORMS": "1", "sections-0-id": section.pk, "sections-0-DELETE": "on"}
    client.post(page, register_form(active_kkm, **{**rows, "sections-0-kkm": active_kkm.pk}))
    assert [one.facts["requisites"]["sections"] for one in changes_of(active_kkm)][1:] == [{}]
    assert full_audit(active_kkm).findings == ()


def test_the_name_of_a_taxpayer_goes_into_the_journal_of_each_of_his_registers(
    client,
    staff,
    active_kkm,
    now,
):
    taxpayer = active_kkm.taxpayer
    second, fresh = KKMFactory(taxpayer=taxpayer), KKMFactory(taxpayer=taxpayer)
    activate(second, at=now)
    page = url(Taxpayer, "change", taxpayer.pk)
    assert client.post(page, taxpayer_form(taxpayer, name="ТОО «Самал»")).status_code == 302
    for kkm in (active_kkm, second):
        (change,) = changes_of(kkm)
        assert change.facts["requisites"]["taxpayer"] == "ТОО «Самал»"
        assert full_audit(kkm).findings == ()
    assert not fresh.operations.exists()
    assert Taxpayer.objects.get(pk=taxpayer.pk).name == "ТОО «Самал»"


def test_one_open_shift_of_many_registers_refuses_the_whole_change(
    client,
    staff,
    active_kkm,
    now,
):
    taxpayer = active_kkm.taxpayer
    second = KKMFactory(taxpayer=taxpayer)
    activate(second, at=now)
    sell(second, at=now)
    said = text(
        client.post(
            url(Taxpayer, "change", taxpayer.pk), taxpayer_form(taxpayer, name="ТОО «Самал»")
        )
    )
    assert f"Касса {second.serial_number}: смена № 1 открыта." in said
    assert active_kkm.serial_number not in said
    assert changes_of(active_kkm) == changes_of(second) == []
    assert Taxpayer.objects.get(pk=taxpayer.pk).name == taxpayer.name


def test_an_ofd_that_is_called_otherwise_goes_into_the_journals(client, staff, active_kkm):
    ofd = active_kkm.ofd
    page = url(OFD, "change", ofd.pk)
    assert client.post(page, ofd_form(ofd, host="ofd.kz")).status_code == 302
    assert [one.facts["requisites"]["ofd_host"] for one in changes_of(active_kkm)] == ["ofd.kz"]
    assert OFD.objects.get(pk=ofd.pk).host == "ofd.kz"


def test_without_a_key_nothing_changes_and_the_form_says_so(
    client,
    staff,
    active_kkm,
    settings,
    tmp_path,
):
    settings.SIGNING_KEYS, settings.PRODUCTION = tmp_path / "none", True
    page = url(KKM, "change", active_kkm.pk)
    said = text(client.post(page, register_form(active_kkm, address="г. Астана")))
    assert "нет ключа подписи" in said
    assert changes_of(active_kkm) == []


def new_register_form(serial_number: str) -> dict:
    sent = {
        "serial_number": serial_number,
        "taxpayer": KKMFactory().taxpayer_id,
        "model": KKMModel.objects.get().pk,
    }
    return register_form(KKMFactory.build(), ofd=OFD.objects.get().pk, **sent)


def test_a_new_register_is_simply_saved(client, staff):
    form = new_register_form("SWK00053162")
    assert client.post(url(KKM, "add"), form).status_code == 302
    assert not KKM.objects.get(serial_number="SWK00053162").operations.exists()


def test_a_serial_number_that_another_takes_meanwhile_is_told_at_the_field(
    client, staff, kkm, monkeypatch
):
    form = new_register_form(kkm.serial_number)
    asked = iter([False, True])
    monkeypatch.setattr(directory, "is_taken_by_another", lambda kkm: next(asked))
    said = text(client.post(url(KKM, "add"), form))
    assert "Касса с таким Серийный номер (ЗНМ) уже существует." in said
    assert KKM.objects.filter(serial_number=kkm.serial_number).count() == 1


def test_the_card_of_a_register_tells_what_was_changed(client, staff, active_kkm, now):
    restate(active_kkm, at=now, address="г. Астана", taxpayer={"name": "ТОО «Самал»"})
    ControlFactory(inspector=staff, kkm=active_kkm)
    page = text(client.get(f"/cabinet/kkm/{active_kkm.serial_number}/"))
    assert "Изменение реквизитов" in page
    assert "Адрес применения: г. Алматы, ул. Толе би, д. 187 → г. Астана" in page
    assert "→ ТОО «Самал»" in page
    one = text(client.get(f"/cabinet/kkm/{active_kkm.serial_number}/operations/2/"))
    assert "<dt>Адрес применения</dt>" in one
    assert "г. Астана" in one


# -- what is not deleted ---------------------------------------------------------------------------


def told(client, row) -> str:
    """What deletion answers, and that the row is still there; its page says the same, and has no
    button.
    """
    page = text(client.get(url(type(row), "change", row.pk)))
    assert 'class="deletelink"' not in page
    said = text(client.post(url(type(row), "delete", row.pk), {"post": "yes"}, follow=True))
    assert type(row).objects.filter(pk=row.pk).exists()
    return said


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (lambda kkm: kkm, "Кассу, в журнале которой есть операции, не удаляют"),
        (lambda kkm: kkm.taxpayer, "на эту запись ссылаются кассы"),
        (lambda kkm: kkm.ofd, "на эту запись ссылаются кассы"),
        (lambda kkm: kkm.model, "на эту запись ссылаются кассы"),
        (
            lambda kkm: CashierFactory(taxpayer=kkm.taxpayer, code=1),
            "Кассира, который уже работал, не удаляют",
        ),
        (lambda kkm: User.objects.get(), "Учётную запись не удаляют"),
    ],
    ids=["kkm", "taxpayer", "ofd", "model", "cashier", "user"],
)
def test_what_has_history_is_not_deleted_and_the_page_says_why_in_words(
    client,
    staff,
    active_kkm,
    now,
    row,
    why,
):
    sell(active_kkm, at=now)
    kept = row(active_kkm)
    said = told(client, kept)
    assert why in said
    assert why in text(client.get(url(type(kept), "change", kept.pk)))
    assert "object (" not in said


def test_a_cashier_who_has_never_worked_is_deleted(client, staff, active_kkm, now):
    sell(active_kkm, at=now)
    cashier = CashierFactory(taxpayer=active_kkm.taxpayer, code=77)
    client.post(url(type(cashier), "delete", cashier.pk), {"post": "yes"})
    assert not type(cashier).objects.exists()


def test_a_register_that_somebody_controls_says_so_without_naming_him(client, staff):
    kkm = ControlFactory().kkm
    assert "на эту запись ссылаются контроль касс." in told(client, kkm)


def test_rows_that_nothing_refers_to_are_deleted(client, staff):
    ofd, section = OFDFactory(code=9, name="Лишний"), SectionFactory()
    client.post(url(OFD, "delete", ofd.pk), {"post": "yes"})
    client.post(url(KKM, "delete", section.kkm.pk), {"post": "yes"})
    assert not OFD.objects.filter(code=9).exists()
    assert not KKM.objects.exists()
