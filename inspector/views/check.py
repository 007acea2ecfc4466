"""«Проверить кассу»: an audit of a register's journal, and the history of its audits."""

import time
from collections.abc import Generator, Iterator
from contextlib import closing

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from inspector.access import CabinetRequest, cabinet_view, get_kkm
from inspector.access_log import Action, log
from inspector.pages import page_of
from inspector.seen_heads import remembered_heads
from kkm import signing
from kkm.audit.audit import Verdict, full_audit, full_audit_steps
from kkm.audit.history import keep
from kkm.audit.sentences import law, sentence
from kkm.models import KKM, Audit

PAGE = 20
# Operations. A longer journal is checked while the page with its progress is being sent.
AT_ONCE = 20_000


@cabinet_view
def check(request, serial):
    """The last audit, or the one that is asked for, and all before it; POST makes one now."""
    kkm = get_kkm(request, serial)
    if request.method == "POST":
        return _checked(request, kkm)
    audits = kkm.audits.order_by("-number")
    shown = _asked(request, audits)
    log(request, Action.VIEW, kkm, _("Проверка журнала"))
    context = {
        "kkm": kkm,
        "audit": shown,
        "found": _findings(shown),
        "page": page_of(request, audits, PAGE),
        "verdict_is_here": True,
    }
    return render(request, "cabinet/check.html", context)


def _asked(request: CabinetRequest, audits: QuerySet[Audit]) -> Audit | None:
    """The audit that `?at=` names by its id, the newest one without it."""
    asked = request.GET.get("at", "")
    if asked.isdecimal() and len(asked) < 19:
        audits = audits.filter(pk=asked)
    return audits.first()


def _checked(request: CabinetRequest, kkm: KKM):
    """Check a short journal at once; a long one while a page with its progress is sent.

    KeyUnavailable before anything is read: an audit that cannot be signed is not begun.
    """
    signing.current()
    last = kkm.last_operation
    if last and last.number > AT_ONCE:
        log(request, Action.VIEW, kkm, _("Проверка журнала начата"))
        page = _growing(request, kkm, last.number, get_language())
        headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
        return StreamingHttpResponse(page, headers=headers)
    start = time.monotonic()
    _keep(request, kkm, full_audit(kkm, anchors=remembered_heads(kkm)), start)
    return redirect("check", kkm.serial_number)


def _growing(request: CabinetRequest, kkm: KKM, total: int, language: str) -> Iterator[str]:
    """The page in pieces: its beginning, a line for each step, the verdict, the rest. Each piece is
    made when it is sent, after the view has returned.

    If the user closes the page before the verdict, the audit ends: it would occupy a thread of the
    server for minutes, and nobody waits for it. The access log then says that it was begun and that
    it was broken off. It has no line `Action.CHECK`, which only a kept audit has
    (`inspector.access_audit`).
    """
    start = time.monotonic()
    with override(language):
        context = {"kkm": kkm, "verdict_is_here": True}
        page = render_to_string("cabinet/checking.html", context, request)
        head, _steps, rest = page.partition("<!--steps-->")
        between, _verdict, foot = rest.partition("<!--verdict-->")
        try:
            yield head
            verdict = yield from _progress(
                full_audit_steps(kkm, anchors=remembered_heads(kkm)), total
            )
        except GeneratorExit:
            log(request, Action.VIEW, kkm, _("Проверка журнала прервана: страницу закрыли"))
            raise
        audit = _keep(request, kkm, verdict, start)
        context = {"kkm": kkm, "audit": audit, "done": True}
        yield between + render_to_string("cabinet/parts/verdict.html", context) + foot


def _progress(steps: Generator[int, None, Verdict], total: int) -> Generator[str, None, Verdict]:
    """A line of the page for each step of an audit; returns its verdict.

    The audit closes its cursors also if this generator is closed before the end.
    """
    with closing(steps):
        try:
            while True:
                yield _step(next(steps), total)
        except StopIteration as end:
            return end.value


def _step(read: int, total: int) -> str:
    counts = {"read": _with_spaces(read), "total": _with_spaces(total)}
    sentence = _("Проверено операций: %(read)s из %(total)s") % counts
    return f"<li>{sentence}</li>\n"


def _with_spaces(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _keep(request: CabinetRequest, kkm: KKM, verdict, start: float) -> Audit:
    took = round(1000 * (time.monotonic() - start))
    audit = keep(kkm, verdict, at=timezone.now(), by=str(request.user), milliseconds=took)
    result = _("целостность нарушена")
    if audit.holds:
        result = _("журнал цел")
    log(request, Action.CHECK, kkm, result)
    return audit


def _findings(audit: Audit | None) -> list[dict]:
    """The findings of an audit: `number` of the operation, `sentence`, `law`, and whether the
    operation is `there`, so that a link may lead to it.
    """
    if audit is None:
        return []
    numbers = {found["number"] for found in audit.found}
    operations = audit.kkm.operations.filter(number__in=numbers)
    existing = set(operations.values_list("number", flat=True))
    rows = []
    for found in audit.found:
        row = {"number": found["number"], "there": found["number"] in existing}
        row |= {"sentence": sentence(found), "law": law(found["rule"])}
        rows.append(row)
    return rows
