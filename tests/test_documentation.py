"""What the documentation names is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.test_architecture import FLOORS, PATHS

ROOT = Path(settings.BASE_DIR)
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
PACKAGES = "kkm|reports|inspector|alsep"
TOP = rf"(?:{PACKAGES}|bench|docs|tests|templates|static|locale|\.ci)"
# A file or a directory of the tree: it has a slash, and begins with a directory of the tree.
PATH = re.compile(rf"(?<![\w/.<-])({TOP}/[\w./-]*\w/?)(?![\w*<])")
# A module or a name in one: `kkm.domain.ticket`, `kkm.journal.record`.
DOTTED = re.compile(rf"`((?:{PACKAGES})(?:\.\w+)+)")
LINK = re.compile(r"\]\(([^)#:]+)\)")


def names(pattern: re.Pattern, page: Path) -> set[str]:
    return set(pattern.findall(page.read_text(encoding="utf-8")))


def is_known(dotted: str) -> bool:
    """Whether it is a module, a package, or a name that a module of that package defines."""
    if dotted in PATHS:
        return True
    module, _, name = dotted.rpartition(".")
    if module not in PATHS:
        return False
    return re.search(rf"\b{name}\b", PATHS[module].read_text(encoding="utf-8")) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_files_that_a_page_names_are_there(page):
    assert [path for path in names(PATH, page) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_modules_that_a_page_names_are_there(page):
    assert [dotted for dotted in names(DOTTED, page) if not is_known(dotted)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_pages_that_a_page_links_to_are_there(page):
    assert [link for link in names(LINK, page) if not (page.parent / link).exists()] == []


def test_a_file_or_module_that_is_not_there_would_be_seen(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("`kkm/nowhere.py`, `kkm.nowhere.at_all`, [a page](nowhere.md)")
    assert names(PATH, page) == {"kkm/nowhere.py"}
    assert [is_known(dotted) for dotted in names(DOTTED, page)] == [False]
    assert names(LINK, page) == {"nowhere.md"}


@pytest.mark.parametrize("room", [room for floor in FLOORS for room in floor])
def test_every_room_of_the_plan_is_described(room):
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    _app, _, part = room.partition(".")
    found_by_django = f"*.{part}"
    assert f"`{room}`" in text or f"`{found_by_django}`" in text
