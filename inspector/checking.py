"""Checks of journals that an inspector asks for: at once, or step by step while a page is sent."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from inspector.access import CabinetRequest
from inspector.access_log import Action, log
from inspector.seen_heads import remembered_heads
from kkm.audit.audit import Verdict, full_audit, full_audit_steps
from kkm.audit.history import keep
from kkm.models import KKM, Audit

# Operations. More of them are checked while the page with the progress is being sent.
AT_ONCE = 20_000
# A proxy that waits for the end of a page would hide the progress.
SENT_AS_IT_GROWS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}


def check_now(request: CabinetRequest, kkm: KKM) -> Audit:
    """Check a journal and keep the result."""
    start = time.monotonic()
    verdict = full_audit(kkm, anchors=remembered_heads(kkm))
    return _keep(request, kkm, verdict, start)


def check_in_steps(request: CabinetRequest, kkm: KKM) -> Generator[int, None, Audit]:
    """The same; yields now and then how many operations have been read.

    The audit closes its cursors also if this generator is closed before the end.
    """
    start = time.monotonic()
    with closing(full_audit_steps(kkm, anchors=remembered_heads(kkm))) as steps:
        verdict = yield from steps
    return _keep(request, kkm, verdict, start)


@contextmanager
def logged_if_left(request: CabinetRequest, kkm: KKM) -> Iterator[None]:
    """Around what is sent before the verdict.

    If the user closes the page, the audit ends: it would occupy a thread of the server for
    minutes, and nobody waits for it. The access log then says that it was broken off, and has no
    line `Action.CHECK`, which only a kept audit has (`inspector.access_audit`).
    """
    try:
        yield
    except GeneratorExit:
        log(request, Action.VIEW, kkm, _("Проверка журнала прервана: страницу закрыли"))
        raise


def _keep(request: CabinetRequest, kkm: KKM, verdict: Verdict, start: float) -> Audit:
    seconds = time.monotonic() - start
    audit = keep(
        kkm,
        verdict,
        at=timezone.now(),
        by=str(request.user),
        milliseconds=round(1000 * seconds),
    )
    log(request, Action.CHECK, kkm, result_of(audit))
    return audit


def result_of(audit: Audit) -> str:
    """The result of a check that has just been kept, in two words."""
    if audit.holds:
        return _("журнал цел")
    return _("целостность нарушена")


def last_number(kkm: KKM) -> int:
    """How many operations its journal has, by the number of the last one."""
    last = kkm.last_operation
    if last is None:
        return 0
    return last.number


def progress_lines(
    steps: Generator[int, None, Audit], total: int, name: str = ""
) -> Generator[str, None, Audit]:
    """A line of a page for each step of a check of `total` operations, which begins with `name`;
    returns what was kept of the check.
    """
    sentence = _("Проверено операций: %(read)s из %(total)s")
    with closing(steps):
        try:
            while True:
                read = next(steps)
                counts = {
                    "read": _with_spaces(read),
                    "total": _with_spaces(total),
                }
                yield list_item(name + sentence % counts)
        except StopIteration as end:
            return end.value


def list_item(text: str) -> str:
    """A line of a list of a page."""
    return format_html("<li>{}</li>\n", text)


def _with_spaces(number: int) -> str:
    return f"{number:,}".replace(",", " ")


class Check(NamedTuple):
    """A register and what was kept of its last check, if there was one."""

    kkm: KKM
    audit: Audit | None

    @property
    def whole(self) -> bool | None:
        """Whether the journal is whole; None if it was never checked, or if the signature of the
        check cannot be verified now.
        """
        audit = self.audit
        if audit is None or audit.signature_fits is None:
            return None
        return audit.signature_fits and audit.holds


@dataclass(frozen=True, slots=True)
class Checks:
    """The last checks of several registers, and how many of them say what."""

    rows: list[Check]

    @property
    def whole(self) -> int:
        """Journals without findings."""
        return self._count(True)

    @property
    def broken(self) -> int:
        """Journals with findings, or whose check was changed in the database."""
        return self._count(False)

    @property
    def unsure(self) -> int:
        """Registers that were never checked, or whose check cannot be verified now."""
        return self._count(None)

    def _count(self, whole: bool | None) -> int:
        return [row.whole for row in self.rows].count(whole)


def last_checks(kkms: Sequence[KKM]) -> Checks:
    """The last check of each of these registers, in one statement."""
    audits = {audit.kkm_id: audit for audit in Audit.objects.latest_of_each(kkms)}
    rows = []
    for kkm in kkms:
        rows.append(Check(kkm, audits.get(kkm.pk)))
    return Checks(rows)
