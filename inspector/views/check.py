"""«Проверить кассу»: the verdict over a register's journal, and the history of verdicts."""

import time
from collections.abc import Generator, Iterator
from contextlib import closing

from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from inspector.access import Action, CabinetRequest, cabinet_view, get_kkm, log, remembered
from inspector.pages import page_of
from kkm import signing
from kkm.audit.audit import Verdict, full_audit, full_audit_steps
from kkm.audit.history import keep
from kkm.audit.sentences import law, sentence
from kkm.models import KKM, Audit

PAGE = 20
AT_ONCE = 20_000  # operations: a longer journal is checked before the eyes of who waits


@cabinet_view
def check(request, serial):
    """The last verdict, or the one that is asked for, and all before it; POST checks the journal
    now.
    """
    kkm = get_kkm(request, serial)
    if request.method == "POST":
        return _checked(request, kkm)
    asked = request.GET.get("at", "")
    audits = kkm.audits.order_by("-number")
    shown = (
        audits.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else audits.first()
    )
    log(request, Action.VIEW, kkm, _("Проверка журнала"))
    page = page_of(request, audits, PAGE)
    return render(
        request,
        "cabinet/check.html",
        {"kkm": kkm, "audit": shown, "found": _said(shown), "page": page, "verdict_is_here": True},
    )


def _checked(request: CabinetRequest, kkm: KKM):
    """A short journal at once; a long one with its progress on a page that grows."""
    signing.current()  # a check that cannot be signed is not begun
    last = kkm.last_operation
    if last and last.number > AT_ONCE:
        log(request, Action.VIEW, kkm, _("Проверка журнала начата"))
        grows = _growing(request, kkm, last.number, get_language())
        return StreamingHttpResponse(
            grows, headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
        )
    start = time.monotonic()
    _keep(request, kkm, full_audit(kkm, anchors=remembered(kkm)), start)
    return redirect("check", kkm.serial_number)


def _growing(request: CabinetRequest, kkm: KKM, total: int, language: str) -> Iterator[str]:
    """The page in pieces: its head, a line for each step, the verdict. It is made while it is sent,
    after the request has ended.

    A visitor who leaves before the verdict ends the check: nobody waits for it, and it would hold a
    thread of the server for minutes. The access log then has its beginning and that it was left. (A
    line «проверка» would need a verdict: `inspector.accesses`.)
    """
    start = time.monotonic()
    with override(language):
        page = render_to_string(
            "cabinet/checking.html", {"kkm": kkm, "verdict_is_here": True}, request
        )
        head, _steps, rest = page.partition("<!--steps-->")
        between, _verdict, foot = rest.partition("<!--verdict-->")
        try:
            yield head
            verdict = yield from _told(full_audit_steps(kkm, anchors=remembered(kkm)), total)
        except GeneratorExit:
            log(request, Action.VIEW, kkm, _("Проверка журнала прервана: страницу закрыли"))
            raise
        audit = _keep(request, kkm, verdict, start)
        yield (
            between
            + render_to_string(
                "cabinet/parts/verdict.html", {"kkm": kkm, "audit": audit, "done": True}
            )
            + foot
        )


def _told(steps: Generator[int, None, Verdict], total: int) -> Generator[str, None, Verdict]:
    """A line of the page for each step of an audit; returns its verdict.

    Left before the end, it closes what it was reading.
    """
    with closing(steps):
        try:
            while True:
                yield _step(next(steps), total)
        except StopIteration as end:
            return end.value


def _step(read: int, total: int) -> str:
    counts = {"read": _spaced(read), "total": _spaced(total)}
    said = _("Проверено операций: %(read)s из %(total)s") % counts
    return f"<li>{said}</li>\n"


def _spaced(number: int) -> str:
    """A whole number with its thousands apart."""
    return f"{number:,}".replace(",", " ")


def _keep(request: CabinetRequest, kkm: KKM, verdict, start: float) -> Audit:
    took = round(1000 * (time.monotonic() - start))
    audit = keep(kkm, verdict, at=timezone.now(), by=str(request.user), milliseconds=took)
    log(request, Action.CHECK, kkm, _("журнал цел") if audit.holds else _("целостность нарушена"))
    return audit


def _said(audit: Audit | None) -> list[dict]:
    """The findings of an audit, each with its sentence and its law."""
    if audit is None:
        return []
    there = set(
        audit.kkm.operations.filter(
            number__in={found["number"] for found in audit.found}
        ).values_list("number", flat=True)
    )
    return [_in_words(found) | {"there": found["number"] in there} for found in audit.found]


def _in_words(found: dict) -> dict:
    return {"number": found["number"], "sentence": sentence(found), "law": law(found["rule"])}
