"""Staff seed registers and inspectors, and look at the journal without touching it."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone, translation

from inspector.access import controlled
from inspector.models import AccessEntry, Control, SeenHead, User
from kkm.admin.read_only import NearPaginator
from kkm.admin.yes_or_dash import right_or_wrong
from kkm.domain.vat import rate_name
from kkm.models import (
    FISCAL_MODELS,
    KKM,
    Audit,
    FiscalOperation,
    LateOffline,
    Position,
    Registration,
    Shift,
    SignedHead,
    Taxpayer,
    Token,
    VatRate,
    ZReport,
)
from tests import stories
from tests.factories import (
    CashierFactory,
    KKMFactory,
    KKMModelFactory,
    OFDFactory,
    TaxpayerFactory,
    taxpayer_number,
)
from tests.inspector.factories import PASSWORD, ControlFactory, InspectorFactory, StaffFactory

pytestmark = pytest.mark.django_db
NO_INLINES = {
    f"{name}-{part}": value
    for name in ("sections", "controls")
    for part, value in (("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"))
}


@pytest.fixture
def clerk(client):
    """Staff who are no superuser, with every right that can be given."""
    user = InspectorFactory(username="clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    client.force_login(user)
    return user


@pytest.fixture
def worked_kkm(active_kkm, now):
    """A register with one closed shift and one open, whose head somebody has seen and whose
    journal was checked.
    """
    stories.sell(active_kkm, 12500, at=now)
    stories.close(active_kkm, at=now.replace(hour=20))
    last = stories.sell(active_kkm, 500, at=now.replace(hour=21))
    SeenHead.create_signed(
        user=InspectorFactory(username="seer"), kkm=active_kkm, number=4, seal=last.seal, at=now
    )
    Audit.objects.create(
        kkm=active_kkm,
        number=1,
        at=now,
        by="Сериков Н.Б.",
        operations=4,
        milliseconds=12,
        seal=last.seal,
    )
    return active_kkm


def url(model, page, *args):
    name = model._meta.model_name if isinstance(model, type) else model
    return reverse(f"admin:{model._meta.app_label}_{name}_{page}", args=args)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def delete(client, row):
    """What the page says that a deletion ends with."""
    asked = url(type(row), "delete", row.pk)
    page = text(client.post(asked, {"post": "yes"}, follow=True))
    assert type(row).objects.filter(pk=row.pk).exists()
    return page


def requisites(**more):
    return {
        "serial_number": "SWK00053162",
        "model": KKMModelFactory().pk,
        "taxpayer": TaxpayerFactory().pk,
        "made_in": "2025",
        "address": "г. Алматы, пр. Абая, д. 1",
        "ofd": OFDFactory().pk,
        **NO_INLINES,
        **more,
    }


# -- every page opens ------------------------------------------------------------------------------


def test_the_index_is_titled_in_russian(client, staff):
    assert "Alsep — администрирование" in text(client.get("/admin/"))


@pytest.mark.parametrize(
    "model",
    [model for model in admin.site._registry if model._meta.app_label in ("kkm", "inspector")],
)
def test_lists_and_forms_open_and_their_search_works(client, staff, worked_kkm, model):
    CashierFactory(taxpayer=worked_kkm.taxpayer)
    ControlFactory(kkm=worked_kkm)
    text(client.get(url(model, "changelist")))
    text(client.get(url(model, "changelist"), {"q": "ALS00000001 1 Ж"}))
    for row in model.objects.all()[:3]:
        text(client.get(url(model, "change", row.pk)))
    if model._meta.get_field("id") and model not in (
        *FISCAL_MODELS,
        AccessEntry,
        SeenHead,
        Token,
        LateOffline,
    ):
        text(client.get(url(model, "add")))


# -- what staff seed -------------------------------------------------------------------------------


def test_staff_seed_a_register_with_its_sections_and_inspector(client, staff):
    inspector = InspectorFactory()
    rows = {"sections-TOTAL_FORMS": "1", "sections-0-code": "01", "sections-0-name": "Продукты"}
    rows |= {"controls-TOTAL_FORMS": "1", "controls-0-inspector": inspector.pk}
    assert client.post(url(KKM, "add"), requisites(**rows)).status_code == 302
    kkm = KKM.objects.get(serial_number="SWK00053162")
    assert kkm.sections.get().name == "Продукты"
    assert list(controlled(inspector)) == [kkm]


@pytest.mark.parametrize("number", ["swk00053162", "SWK", "СВК00053162", ""])
def test_a_wrong_serial_number_is_refused_at_its_field(client, staff, number):
    form = client.post(url(KKM, "add"), requisites(serial_number=number)).context["adminform"].form
    assert list(form.errors) == ["serial_number"]
    assert not KKM.objects.exists()


def test_the_refusal_of_a_serial_number_is_a_russian_sentence(client, staff):
    form = client.post(url(KKM, "add"), requisites(serial_number="swk 1")).context["adminform"].form
    assert form.errors["serial_number"] == [
        "Серийный номер (ЗНМ) состоит из 4–20 латинских заглавных букв и цифр."
    ]


def test_a_wrong_taxpayer_number_is_refused_in_a_russian_sentence(client, staff):
    wrong = {"name": "ТОО «Х»", "taxpayer_number": "150740001358"}
    form = client.post(url(Taxpayer, "add"), wrong).context["adminform"].form
    assert form.errors["taxpayer_number"] == [
        "ИИН/БИН состоит из 12 цифр, последняя из которых контрольная: проверьте номер."
    ]
    client.post(url(Taxpayer, "add"), wrong | {"taxpayer_number": taxpayer_number(5)})
    assert Taxpayer.objects.get().taxpayer_number == taxpayer_number(5)


def test_the_serial_number_of_a_register_with_a_journal_stays(client, staff, worked_kkm):
    stories.close(worked_kkm, at=worked_kkm.last_operation.occurred_at)
    before, page = worked_kkm.serial_number, url(KKM, "change", worked_kkm.pk)
    assert 'name="serial_number"' not in text(client.get(page))
    data = requisites(
        serial_number="SWK00099999",
        address="новый адрес",
        model=worked_kkm.model_id,
        taxpayer=worked_kkm.taxpayer_id,
    )
    assert client.post(page, data).status_code == 302
    worked_kkm.refresh_from_db()
    assert (worked_kkm.serial_number, worked_kkm.address) == (before, "новый адрес")


def test_the_taxpayer_of_a_register_with_a_journal_stays_and_of_a_fresh_one_may_change(
    client, clerk, worked_kkm
):
    stories.close(worked_kkm, at=worked_kkm.last_operation.occurred_at)
    before, fresh, other = worked_kkm.taxpayer, KKMFactory(), TaxpayerFactory()
    for kkm in (worked_kkm, fresh):
        assert (
            client.post(
                url(KKM, "change", kkm.pk),
                requisites(serial_number=kkm.serial_number, taxpayer=other.pk),
            ).status_code
            == 302
        )
        kkm.refresh_from_db()
    assert (worked_kkm.taxpayer, fresh.taxpayer) == (before, other)


def test_a_register_with_a_journal_is_not_deleted_and_a_fresh_one_is(client, staff, worked_kkm):
    assert "Кассу, в журнале которой есть операции, не удаляют" in delete(client, worked_kkm)
    fresh = KKMFactory()
    client.post(url(KKM, "delete", fresh.pk), {"post": "yes"})
    assert list(KKM.objects.all()) == [worked_kkm]


def test_registers_are_found_by_state_and_by_taxpayer_whatever_the_case(client, staff, worked_kkm):
    fresh = KKMFactory(taxpayer__name="ТОО «Жетісу»")
    found = {
        query: [
            kkm.pk
            for kkm in client.get(url(KKM, "changelist"), dict([query.split("=")]))
            .context["cl"]
            .result_list
        ]
        for query in (
            "state=on-record",
            "state=off-record",
            "state=blocked",
            "state=overdue",
            "q=жЕТІСУ",
        )
    }
    overdue = [worked_kkm.pk]
    assert found == {
        "state=on-record": overdue,
        "state=off-record": [fresh.pk],
        "state=blocked": overdue,
        "state=overdue": overdue,
        "q=жЕТІСУ": [fresh.pk],
    }


def test_a_list_of_registers_costs_the_same_queries_however_long(client, staff, asks_at_most):
    KKMFactory.create_batch(40)
    with asks_at_most(12):
        text(client.get(url(KKM, "changelist")))


@pytest.mark.parametrize("asked", ["", "?rate=16000", "?rate=5000", "?rate=7", "?rate=x"])
def test_vat_rates_are_found_by_their_names(client, staff, asked):
    address = url(VatRate, "changelist")
    answer = client.get(address + asked)
    (spec,) = answer.context["cl"].filter_specs
    rates = list(VatRate.objects.order_by("rate").values_list("rate", flat=True).distinct())
    assert [name for _rate, name in spec.lookup_choices] == [rate_name(rate) for rate in rates]
    assert "16.00%" in dict(spec.lookup_choices).values()
    known = [rate for rate in rates if asked == f"?rate={rate}"] or rates
    assert {rate.rate for rate in answer.context["cl"].result_list} == set(known)
    assert "ставка, тысячные доли процента" not in text(answer)


def test_a_vat_rate_that_has_been_in_force_is_not_deleted(client, staff):
    past = VatRate.objects.order_by("valid_from").first()
    assert "Ставку, которая уже действовала, не удаляют" in delete(client, past)
    assert VatRate.objects.filter(pk=past.pk).exists()


def test_registers_are_offered_by_autocomplete(client, staff):
    kkm = KKMFactory(serial_number="SWK00053162")
    asked = {
        "app_label": "inspector",
        "model_name": "control",
        "field_name": "kkm",
        "term": "53162",
    }
    assert [row["text"] for row in client.get("/admin/autocomplete/", asked).json()["results"]] == [
        str(kkm)
    ]


# -- inspectors and control ------------------------------------------------------------------------


def test_an_inspector_is_made_without_typing_a_password(client, staff):
    client.post(url(User, "add"), {"username": "Serikov", "full_name": "Сериков Н.Б."})
    inspector = User.objects.get(username="serikov")
    assert inspector.has_usable_password()
    assert inspector.must_change_password
    assert not inspector.is_staff


def test_two_logins_do_not_differ_in_letter_case_only(client, staff):
    InspectorFactory(username="serikov")
    form = (
        client.post(url(User, "add"), {"username": "SERIKOV", "full_name": "Другой"})
        .context["adminform"]
        .form
    )
    assert form.errors["username"] == ["Такой логин уже есть."]


def test_a_login_is_not_made_anothers_twin_by_editing(client, staff):
    InspectorFactory(username="serikov")
    other = InspectorFactory(username="ospanov", full_name="Оспанов")
    data = {
        "full_name": "Оспанов",
        "is_active": "on",
        "date_joined_0": "2026-03-01",
        "date_joined_1": "10:00:00",
    }
    form = (
        client.post(url(User, "change", other.pk), data | {"username": "SERIKOV"})
        .context["adminform"]
        .form
    )
    assert form.errors["username"] == ["Такой логин уже есть."]
    assert (
        client.post(url(User, "change", other.pk), data | {"username": "Ospanov"}).status_code
        == 302
    )
    other.refresh_from_db()
    assert other.username == "ospanov"


def test_a_password_typed_by_staff_is_a_one_time_one(client, staff):
    inspector = InspectorFactory()
    new = {
        "password1": "Alatau-qyr-2027",
        "password2": "Alatau-qyr-2027",
        "usable_password": "true",
    }
    client.post(reverse("admin:auth_user_password_change", args=[inspector.pk]), new)
    inspector.refresh_from_db()
    assert inspector.check_password("Alatau-qyr-2027")
    assert inspector.must_change_password


def test_an_account_is_not_deleted(client, staff):
    inspector = InspectorFactory()
    assert "Учётную запись не удаляют" in delete(client, inspector)
    client.post(
        url(User, "changelist"),
        {"action": "delete_selected", "_selected_action": [inspector.pk], "post": "yes"},
    )
    assert User.objects.filter(pk=inspector.pk).exists()


def test_who_is_no_superuser_makes_nobody_one(client, clerk):
    inspector = InspectorFactory(username="serikov")
    data = {
        "username": "serikov",
        "full_name": "С",
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
    }
    assert client.post(url(User, "change", inspector.pk), data).status_code == 302
    inspector.refresh_from_db()
    assert (inspector.full_name, inspector.is_staff, inspector.is_superuser) == ("С", False, False)


def test_who_is_no_superuser_does_not_touch_staff(client, clerk):
    boss = StaffFactory()
    new = {
        "password1": "Alatau-qyr-2027",
        "password2": "Alatau-qyr-2027",
        "usable_password": "true",
    }
    assert (
        client.post(reverse("admin:auth_user_password_change", args=[boss.pk]), new).status_code
        == 403
    )
    assert (
        client.post(
            url(User, "change", boss.pk), {"username": "mine", "full_name": "Я"}
        ).status_code
        == 403
    )
    boss.refresh_from_db()
    assert boss.check_password(PASSWORD)


def test_who_is_no_superuser_does_not_touch_a_superuser_outside_the_staff(client, clerk):
    boss = StaffFactory(is_staff=False)
    assert client.get(reverse("admin:auth_user_password_change", args=[boss.pk])).status_code == 403
    assert (
        client.post(
            url(User, "change", boss.pk), {"username": "mine", "full_name": "Я"}
        ).status_code
        == 403
    )


def test_a_control_is_granted_once(client, staff):
    control = ControlFactory()
    again = {"inspector": control.inspector_id, "kkm": control.kkm_id}
    form = client.post(url(Control, "add"), again).context["adminform"].form
    assert form.errors["inspector"] == ["Этот инспектор уже контролирует кассу."]
    assert Control.objects.count() == 1
    control.revoked_at = timezone.now()
    control.save()
    assert client.post(url(Control, "add"), again).status_code == 302
    assert Control.objects.count() == 2


def test_a_second_control_is_refused_on_the_page_of_the_register_too(client, staff):
    control = ControlFactory()
    kkm = control.kkm
    rows = {
        "controls-TOTAL_FORMS": "1",
        "controls-0-kkm": kkm.pk,
        "controls-0-inspector": control.inspector_id,
    }
    data = requisites(serial_number=kkm.serial_number, **rows)
    assert "Этот инспектор уже контролирует кассу." in text(
        client.post(url(KKM, "change", kkm.pk), data)
    )
    assert Control.objects.count() == 1


def test_one_inspector_named_twice_at_once_is_refused(client, staff):
    inspector = InspectorFactory()
    rows = {
        "controls-TOTAL_FORMS": "2",
        "controls-0-inspector": inspector.pk,
        "controls-1-inspector": inspector.pk,
    }
    assert "Этот инспектор уже контролирует кассу." in text(
        client.post(url(KKM, "add"), requisites(**rows))
    )
    assert not Control.objects.exists()


def test_a_control_is_revoked_by_an_action_and_its_history_stays(client, staff):
    control, other = ControlFactory(), ControlFactory()
    client.post(url(Control, "changelist"), {"action": "revoke", "_selected_action": [control.pk]})
    control.refresh_from_db()
    entry = LogEntry.objects.get()
    assert (entry.user, entry.get_edited_object()) == (staff, control)
    assert "отозван" in entry.get_change_message()
    first = control.revoked_at
    assert first is not None
    assert not controlled(control.inspector).exists()
    assert controlled(other.inspector).exists()
    client.post(url(Control, "changelist"), {"action": "revoke", "_selected_action": [control.pk]})
    control.refresh_from_db()
    assert control.revoked_at == first, "what was revoked is not revoked again"
    assert LogEntry.objects.count() == 1


def test_a_control_is_neither_edited_nor_deleted(client, staff):
    control = ControlFactory()
    assert (
        client.post(
            url(Control, "change", control.pk),
            {"inspector": InspectorFactory().pk, "kkm": control.kkm_id},
        ).status_code
        == 403
    )
    assert "Контроль не удаляют, а отзывают" in delete(client, control)
    client.post(
        url(Control, "changelist"),
        {"action": "delete_selected", "_selected_action": [control.pk], "post": "yes"},
    )
    assert list(Control.objects.values_list("inspector", flat=True)) == [control.inspector_id]


# -- what they only look at ------------------------------------------------------------------------

FACTS = [FiscalOperation, Shift, Registration, ZReport, SignedHead, Audit, SeenHead, AccessEntry]


@pytest.mark.parametrize("model", FACTS)
def test_facts_are_not_added_changed_or_deleted(client, staff, worked_kkm, model):
    AccessEntry.objects.create(
        at=timezone.now(), user=staff, action="view", kkm=worked_kkm, number=1, seal=""
    )
    rows = list(model.objects.values())
    assert client.get(url(model, "add")).status_code == 403
    assert client.post(url(model, "add"), {}).status_code == 403
    assert client.post(url(model, "change", rows[0]["id"]), {"number": "7"}).status_code == 403
    assert client.post(url(model, "delete", rows[0]["id"]), {"post": "yes"}).status_code == 403
    bulk = {
        "action": "delete_selected",
        "_selected_action": [row["id"] for row in rows],
        "post": "yes",
    }
    client.post(url(model, "changelist"), bulk)
    assert list(model.objects.filter(pk__in=[row["id"] for row in rows]).values()) == rows
    assert model is AccessEntry or model.objects.count() == len(rows)


@pytest.mark.parametrize("model", FACTS)
def test_facts_have_no_bulk_actions(client, staff, worked_kkm, model):
    assert 'name="action"' not in text(client.get(url(model, "changelist")))


def test_no_fiscal_model_can_be_written_through_the_admin(rf, staff):
    request = rf.get("/")
    request.user = staff
    registered = [
        admin.site._registry[model] for model in FISCAL_MODELS if model in admin.site._registry
    ]
    elsewhere = {Position}  # on the page of their operation
    assert len(registered) == len(FISCAL_MODELS) - len(elsewhere) and not elsewhere & set(
        admin.site._registry
    )
    for page in registered:
        assert page.get_model_perms(request) == {
            "add": False,
            "change": False,
            "delete": False,
            "view": True,
        }


def test_an_operation_is_shown_readably_with_its_positions_and_page(client, staff, worked_kkm):
    operation = worked_kkm.operations.get(number=2)
    page = text(client.get(url(FiscalOperation, "change", operation.pk)))
    for words in (
        "Продажа",
        "12 500.00",
        "Наличные: 12 500.00",
        "[1] Ахметова А.К.",
        "Хлеб",
        "1 724.14 (16.00%)",
        operation.seal,
    ):
        assert words in page
    assert reverse("operation", kwargs={"serial": worked_kkm.serial_number, "number": 2}) in page


def test_a_z_is_shown_readably_with_its_report(client, staff, worked_kkm):
    z = ZReport.objects.get()
    page = text(client.get(url(ZReport, "change", z.pk)))
    for words in ("№ 1", "12.03.2026 20:00:00", "Продажа, 1: 12 500.00", z.operation.seal):
        assert words in page
    link = reverse("report", kwargs={"serial": worked_kkm.serial_number})
    assert f"{link}?type=z&amp;date=2026-03-12&amp;shift=1" in page


def test_shifts_lead_to_their_z_or_x_and_registrations_to_the_period(client, staff, worked_kkm):
    link = reverse("report", kwargs={"serial": worked_kkm.serial_number})
    shifts = text(client.get(url(Shift, "changelist")))
    assert f"{link}?type=z&amp;date=2026-03-12&amp;shift=1" in shifts
    assert f"{link}?type=x&amp;date={timezone.localdate()}" in shifts
    registration = text(client.get(url(Registration, "change", Registration.objects.get().pk)))
    assert f"{link}?type=period&amp;date=2026-03-12&amp;to={timezone.localdate()}" in registration


@pytest.mark.parametrize("model", [FiscalOperation, ZReport, Shift, SignedHead])
def test_facts_are_found_by_serial_number_and_their_own_number(
    client, staff, worked_kkm, now, model
):
    other = KKMFactory()
    stories.activate(other, at=now)
    stories.sell(other, at=now)
    stories.close(other, at=now.replace(hour=20))
    found = (
        client.get(url(model, "changelist"), {"q": f"{worked_kkm.serial_number} 1"})
        .context["cl"]
        .result_list
    )
    assert len(found) == 1
    assert str(getattr(found[0], "kkm", None) or found[0].shift.kkm) == worked_kkm.serial_number


@pytest.mark.parametrize("model", FACTS)
def test_who_looks_at_facts_is_in_the_access_log(client, staff, worked_kkm, model):
    client.get(url(model, "changelist"), {"q": worked_kkm.serial_number})
    listed = AccessEntry.objects.order_by("-pk").first()
    assert (listed.user, listed.action, listed.kkm) == (staff, "view", None)
    assert (
        listed.subject
        == f"Администрирование: {model._meta.verbose_name_plural}, q={worked_kkm.serial_number}"
    )
    fact = model.objects.order_by("pk").first()
    client.get(url(model, "change", fact.pk))
    opened = AccessEntry.objects.order_by("-pk").first()
    assert opened.subject == f"Администрирование: {model._meta.verbose_name}: {fact}"
    assert opened.kkm == (None if model is AccessEntry else worked_kkm)


def test_who_may_not_look_leaves_no_line(client, worked_kkm):
    client.force_login(InspectorFactory(is_staff=True))
    assert client.get(url(FiscalOperation, "changelist")).status_code == 403
    assert not AccessEntry.objects.exists()


@pytest.mark.parametrize("word", ["9" * 5000, "٣" * 4, "9" * 19])
@pytest.mark.parametrize(
    "model", [FiscalOperation, ZReport, Shift, Registration, SignedHead, SeenHead]
)
def test_a_number_longer_than_any_finds_nothing(client, staff, worked_kkm, model, word):
    assert not client.get(url(model, "changelist"), {"q": word}).context["cl"].result_list


@pytest.mark.parametrize(
    ("model", "query"),
    [
        (AccessEntry, "at__year=999999"),
        (Audit, "at__year=999999"),
        (SeenHead, "at__year=999999"),
        (Control, "granted_at__year=99999999999"),
    ],
)
def test_a_year_that_no_calendar_has_is_a_wrong_question(client, staff, model, query):
    response = client.get(f"{url(model, 'changelist')}?{query}")
    assert response.status_code == 302
    assert response.url.endswith("?e=1")


def test_a_list_that_goes_on_beyond_sight_says_more_than(client, staff, worked_kkm, monkeypatch):
    page = url(FiscalOperation, "changelist")
    assert not re.search(r"более \d", text(client.get(page, {"q": worked_kkm.serial_number})))
    monkeypatch.setattr(NearPaginator, "FAR", 3)
    assert text(client.get(page, {"q": worked_kkm.serial_number})).count("более 3") == 2


def test_a_list_of_operations_costs_the_same_queries_however_long(
    client, staff, worked_kkm, now, asks_at_most
):
    for minute in range(30):
        stories.sell(worked_kkm, at=now.replace(hour=22, minute=minute))
    with asks_at_most(10):
        text(client.get(url(FiscalOperation, "changelist")))


def test_a_list_of_millions_is_counted_no_further_than_its_end_of_sight(worked_kkm, monkeypatch):
    monkeypatch.setattr(NearPaginator, "FAR", 3)
    assert FiscalOperation.objects.count() == 4
    assert NearPaginator(FiscalOperation.objects.order_by("-id"), 100).count == 3


@pytest.mark.parametrize(
    ("is_right", "russian", "kazakh"),
    [(True, "да", "иә"), (False, "нет", "жоқ"), (None, "неизвестно", "белгісіз")],
)
def test_an_icon_says_what_it_means_in_the_language_of_the_page(is_right, russian, kazakh):
    assert f'alt="{russian}"' in right_or_wrong(is_right)
    with translation.override("kk"):
        assert f'alt="{kazakh}"' in right_or_wrong(is_right)


def test_the_warning_beside_a_new_password_is_not_in_english(client):
    client.force_login(StaffFactory())
    client.cookies["django_language"] = "kk"
    inspector = InspectorFactory()
    inspector.set_password("a password of his own")
    inspector.save()
    page = client.get(reverse("admin:auth_user_password_change", args=[inspector.pk]))
    assert "қазіргі құпиясөз жарамсыз болады" in page.content.decode()
    assert "will be lost" not in page.content.decode()


def test_rights_are_named_in_the_language_of_the_page(client):
    client.force_login(StaffFactory(is_superuser=True))
    address = reverse("admin:auth_group_add")
    page = client.get(address).content.decode()
    assert "Кассы: Может блокировать и разблокировать кассы" in page
    assert "Пользователи: изменять" in page
    assert "| Can " not in page and "Axes" not in page
    client.cookies["django_language"] = "kk"
    page = client.get(address).content.decode()
    assert "Пайдаланушылар: өзгерту" in page
    assert "Может блокировать" not in page


def test_rights_that_are_given_stay_given(client):
    client.force_login(StaffFactory(is_superuser=True))
    given = Permission.objects.get(codename="block_kkm")
    client.post(reverse("admin:auth_group_add"), {"name": "Отдел", "permissions": [given.pk]})
    assert list(Group.objects.get().permissions.all()) == [given]
