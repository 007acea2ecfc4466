"""A NUL in what is asked of the admin: PostgreSQL has no text with one, and the page must not
fail on it.
"""

import pytest
from django.contrib import admin
from django.urls import reverse

from inspector.models import AccessEntry

pytestmark = pytest.mark.django_db
NULS = ("\0", "SWK\x0000053162")
MODELS = {model._meta.label: model for model in admin.site._registry}


def page_of(label: str) -> str:
    """The list of a model's rows."""
    meta = MODELS[label]._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")


@pytest.mark.parametrize("nul", NULS)
@pytest.mark.parametrize("label", MODELS)
def test_a_search_with_a_nul_shows_the_list(client, staff, working_kkm, label, nul):
    assert client.get(page_of(label), {"q": nul}).status_code == 200


@pytest.mark.parametrize("label", MODELS)
def test_a_filter_with_a_nul_is_refused(client, staff, working_kkm, label):
    for name in ("id__exact", "kkm__serial_number", "name", "o", "p", "e", "_popup"):
        response = client.get(page_of(label), {name: "a\0b"})
        assert response.status_code == 400
        assert "Неверный запрос" in response.content.decode()


def test_what_a_form_completes_may_have_no_nul(client, staff, working_kkm):
    asked = {"app_label": "inspector", "model_name": "control", "field_name": "kkm"}
    address = reverse("admin:autocomplete")
    assert client.get(address, {**asked, "term": "SWK"}).status_code == 200
    assert client.get(address, {**asked, "term": "SWK\0"}).status_code == 400


def test_the_access_log_has_another_sign_for_a_nul(client, staff, working_kkm):
    client.get(page_of("inspector.AccessEntry"), {"q": "a\0b"})
    subject = AccessEntry.objects.filter(user=staff).latest("number").subject
    assert subject.endswith("q=a·b")


@pytest.mark.parametrize("path", ["%00/change/", "1%00/change/", "%00/history/", "%00/delete/"])
def test_no_row_has_a_nul_in_its_address(client, staff, working_kkm, path):
    assert client.get(f"{page_of('kkm.KKM')}{path}").status_code in (302, 403, 404)
