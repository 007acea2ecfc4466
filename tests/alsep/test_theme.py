"""The theme of the pages."""

import pytest

pytestmark = pytest.mark.django_db


def html_tag(client, url="/"):
    page = client.get(url).content.decode()
    start = page.index("<html")
    return page[start : page.index(">", start)]


def test_nobody_has_chosen_and_the_system_decides(client):
    assert "data-theme" not in html_tag(client)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_remembered_on_every_page(client, theme):
    response = client.post("/theme/", {"theme": theme, "next": "/verify/"})
    assert (response.status_code, response.url) == (302, "/verify/")
    assert f'data-theme="{theme}"' in html_tag(client)
    assert f'data-theme="{theme}"' in html_tag(client, "/verify/")


def test_an_unknown_theme_returns_the_choice_to_the_system(client):
    client.post("/theme/", {"theme": "dark"})
    client.post("/theme/", {"theme": '"><script>'})
    assert "data-theme" not in html_tag(client)


def test_a_cookie_of_somebody_else_is_not_printed(client):
    client.cookies["theme"] = "sepia"
    assert "data-theme" not in html_tag(client)


@pytest.mark.parametrize("address", ["https://example.com/", "//example.com/", "javascript:x", ""])
def test_it_leads_to_no_other_host(client, address):
    response = client.post("/theme/", {"theme": "dark", "next": address})
    assert response.url == "/"


def test_a_link_cannot_change_the_theme(client):
    assert client.get("/theme/?theme=dark").status_code == 405
