"""`-p tests.no_skips`: where nothing may be skipped, what would be skipped fails.

An expected failure stays what it is.
"""

import pytest


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    """A test that skips itself, or is marked so."""
    return _strictly((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector):
    """A module that skips itself."""
    return _strictly((yield))


def _strictly(report):
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = (
            "failed",
            f"{report.nodeid} would be skipped, and nothing may be here. {reason}",
        )
    return report
