"""Where nothing may be skipped, a skip is a failure."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

SUITE = """
import pytest

def test_passes():
    pass

def test_skips_itself():
    pytest.skip("no Chromium here")

@pytest.mark.skipif(True, reason="not on this database")
def test_is_marked():
    pass

@pytest.mark.xfail(reason="known")
def test_is_expected_to_fail():
    raise AssertionError
"""


def run(place, suite, *arguments):
    (place / "test_suite.py").write_text(suite)
    (place / "pytest.ini").write_text("[pytest]\n")
    environment = os.environ | {
        "PYTHONPATH": str(settings.BASE_DIR),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    command = [sys.executable, "-m", "pytest", "-p", "xdist", *arguments]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["in one process", "in workers"])
def test_every_kind_of_skip_fails_or_errs_with_its_reason(tmp_path, workers):
    done = run(tmp_path, SUITE, "-p", "tests.no_skips", *workers)
    assert done.returncode == 1
    assert "1 failed, 1 passed, 1 xfailed, 1 error" in done.stdout
    assert "no Chromium here" in done.stdout
    assert "not on this database" in done.stdout


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["in one process", "in workers"])
def test_a_module_that_skips_itself_fails(tmp_path, workers):
    done = run(
        tmp_path,
        "import pytest\npytest.importorskip('no_such_module')\n",
        "-p",
        "tests.no_skips",
        *workers,
    )
    assert done.returncode not in (0, 5)
    assert "could not import 'no_such_module'" in done.stdout


def test_without_the_plugin_a_skip_is_a_skip(tmp_path):
    done = run(tmp_path, SUITE)
    assert done.returncode == 0
    assert "1 passed, 2 skipped, 1 xfailed" in done.stdout
