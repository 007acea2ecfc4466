"""«Проверить кассу»: an audit of a register's journal, and the history of its audits."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from inspector import checking
from inspector.access import CabinetRequest, cabinet_view, get_kkm
from inspector.access_log import Action, log
from inspector.checking import (
    check_in_steps,
    check_now,
    last_number,
    logged_if_left,
    progress_lines,
)
from inspector.converters import whole_number
from inspector.next_steps import next_steps
from inspector.pages import page_of
from kkm import signing
from kkm.models import KKM, Audit
from kkm.reading.finding_sentences import law, sentence

PAGE = 20


@cabinet_view
def check(request, serial):
    """The last audit, or the one that is asked for, and all before it; POST makes one now."""
    kkm = get_kkm(request, serial)
    if request.method == "POST":
        return _checked(request, kkm)
    audits = kkm.audits.order_by("-number")
    shown = _asked(request, audits)
    log(request, Action.VIEW, kkm, _("Проверка журнала"))
    steps = None
    if shown == audits.first():
        steps = next_steps(shown)
    context = {
        "kkm": kkm,
        "audit": shown,
        "found": _findings(shown),
        "next_steps": steps,
        "offers_protocol": steps is None,
        "page": page_of(request, audits, PAGE),
        "verdict_is_here": True,
    }
    return render(request, "cabinet/check.html", context)


def _asked(request: CabinetRequest, audits: QuerySet[Audit]) -> Audit | None:
    """The audit that `?at=` names by its id, the newest one without it."""
    asked = whole_number(request.GET.get("at", ""))
    if asked is not None:
        audits = audits.filter(pk=asked)
    return audits.first()


def _checked(request: CabinetRequest, kkm: KKM):
    """Check a short journal at once; a long one while a page with its progress is sent.

    KeyUnavailable before anything is read: an audit that cannot be signed is not begun.
    """
    signing.current()
    total = last_number(kkm)
    if total > checking.AT_ONCE:
        log(request, Action.VIEW, kkm, _("Проверка журнала начата"))
        page = _growing(request, kkm, total, get_language())
        return StreamingHttpResponse(page, headers=checking.SENT_AS_IT_GROWS)
    check_now(request, kkm)
    return redirect("check", kkm.serial_number)


def _growing(request: CabinetRequest, kkm: KKM, total: int, language: str) -> Iterator[str]:
    """The page in pieces: its beginning, a line for each step, the verdict, the rest. Each piece is
    made when it is sent, after the view has returned.
    """
    with override(language):
        address = reverse("check", args=[kkm.serial_number])
        context = {"kkm": kkm, "verdict_is_here": True, "answer_address": address}
        page = render_to_string("cabinet/checking.html", context, request)
        head, _steps, rest = page.partition("<!--steps-->")
        between, _verdict, foot = rest.partition("<!--verdict-->")
        with logged_if_left(request, kkm):
            yield head
            audit = yield from progress_lines(check_in_steps(request, kkm), total)
        context = {"kkm": kkm, "audit": audit, "done": True}
        yield between + render_to_string("cabinet/parts/verdict.html", context) + foot


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
