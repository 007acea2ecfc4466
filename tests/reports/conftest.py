"""The worked example once for the whole package: tests that read it leave it as it is."""

import pytest
from django.core.cache import caches

from tests.worked_example import standing
from tests.worked_example.story import WorkedExample


@pytest.fixture(scope="package")
def example(django_db_setup, django_db_blocker) -> WorkedExample:
    """The register ALS00001734 with its 143 closed shifts. Ask for it with the mark django_db."""
    with standing(django_db_blocker) as worked_example:
        yield worked_example


@pytest.fixture
def paper_cache(settings, tmp_path):
    """An empty cache of printed reports, in files as it really is."""
    settings.CACHES = {
        **settings.CACHES,
        "paper": {**settings.CACHES["paper"], "LOCATION": str(tmp_path / "paper")},
    }
    return caches["paper"]


@pytest.fixture
def open_cache(settings):
    """An empty cache of printed reports whose keys can be listed: `.keys()`."""
    settings.CACHES = {
        **settings.CACHES,
        "paper": {"BACKEND": "tests.reports.asking.OpenCache", "LOCATION": "open", "TIMEOUT": None},
    }
    yield caches["paper"]
    caches["paper"].clear()
