"""The frame of the pages that stand beside the table of registers."""

import re

import pytest

from tests.markup import markup

PAGES = (
    ("filters/", "Сохранённые фильтры"),
    ("chosen/?kkm=SWK00053162", "Выбранные кассы"),
    ("chosen/checks/?kkm=SWK00053162", "Проверка выбранных касс"),
)


@pytest.mark.parametrize(("address", "name"), PAGES)
def test_the_page_has_its_name_and_leads_back_to_the_table(cabinet, working_kkm, address, name):
    answer = cabinet.get(f"/cabinet/{address}")
    assert answer.status_code == 200
    assert "cabinet/beside_table.html" in [one.name for one in answer.templates]
    html = answer.content.decode()
    assert f"<title>{name} · Alsep</title>" in html
    assert re.findall(r"<h1>(.*?)</h1>", html) == [name]
    path = re.search(r'<nav class="trail".*?</nav>', html, re.S).group()
    assert re.findall(r'<a href="([^"]+)">', markup(path)) == ["/cabinet/"]
