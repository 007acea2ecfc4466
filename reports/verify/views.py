"""The public pages that say whether a printed report agrees with the journal.

They are open to everybody. No browser keeps an answer, no search engine lists it, and its address
is not sent to other hosts.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kkm.domain.token import NotAToken
from reports.verify import guess_limit
from reports.verify.forms import PaperForm
from reports.verify.typed import compare
from reports.verify.verdict import verdict

View = Callable[..., HttpResponse]


def unlisted(view: View) -> View:
    """A view whose pages no search engine lists and no browser keeps."""

    @wraps(view)
    def with_header(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return never_cache(with_header)


@unlisted
@require_safe
def by_token(request: HttpRequest, text: str) -> HttpResponse:
    """What the QR of a report opens: the verdict on that paper."""
    response = _verdict_page(request, text)
    # The address has the token of the paper in it.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _verdict_page(request: HttpRequest, text: str) -> HttpResponse:
    try:
        found = verdict(text)
    except NotAToken:
        return render(request, "verify/missing.html", status=HTTPStatus.NOT_FOUND)
    status = HTTPStatus.OK
    if found.is_unsure:
        status = HTTPStatus.SERVICE_UNAVAILABLE
    return render(request, "verify/verdict.html", {"verdict": found}, status=status)


@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def by_figures(request: HttpRequest) -> HttpResponse:
    """For a paper without QR: a form, and an answer line by line."""
    form = PaperForm()
    if request.method == "POST":
        form = PaperForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "repeated": _sent(form, request)}
        return render(request, "verify/form.html", context)
    return _comparison(request, form)


def _sent(form: PaperForm, request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values of what was typed, for the switches: the answer changes nothing and may be
    asked for once more in another language.
    """
    sent = []
    for name in form.fields:
        if name in request.POST:
            sent.append((name, request.POST[name]))
    return sent


def _comparison(request: HttpRequest, form: PaperForm) -> HttpResponse:
    typed = form.typed
    if until := guess_limit.locked_until(request, typed.register):
        return _locked_page(request, form, until)
    lines = compare(typed)
    agrees = all(line.agrees for line in lines)
    if not agrees:
        guess_limit.count(request, typed.register)
    context = {
        "form": form,
        "typed": typed,
        "lines": lines,
        "agrees": agrees,
        "some": any(line.agrees for line in lines),
        "repeated": _sent(form, request),
    }
    return render(request, "verify/form.html", context)


def _locked_page(request: HttpRequest, form: PaperForm, until: datetime) -> HttpResponse:
    status = HTTPStatus.TOO_MANY_REQUESTS
    context = {"until": until, "repeated": _sent(form, request)}
    return render(request, "verify/locked.html", context, status=status)
