"""Does this paper agree with the journal? Open to everybody; no browser keeps the answer, no
search finds it, no other host is told.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kkm.domain.token import NotAToken
from reports.verify import guess_limit
from reports.verify.forms import PaperForm
from reports.verify.typed import answer
from reports.verify.verdict import verdict


def unlisted(view: Callable) -> Callable:
    """No search engine has it."""

    @wraps(view)
    def marked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return never_cache(marked)


@unlisted
@require_safe
def by_token(request: HttpRequest, text: str) -> HttpResponse:
    """What the QR of a report opens: the verdict over that paper."""
    try:
        found = verdict(text)
        status = HTTPStatus.SERVICE_UNAVAILABLE if found.is_unsure else HTTPStatus.OK
        response = render(request, "verify/verdict.html", {"verdict": found}, status=status)
    except NotAToken:
        response = render(request, "verify/missing.html", status=404)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the paper
    return response


@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def by_figures(request: HttpRequest) -> HttpResponse:
    """For a paper without QR: a form, and an answer line by line."""
    form = PaperForm(request.POST if request.method == "POST" else None)
    return (
        _answered(request, form)
        if form.is_valid()
        else render(request, "verify/form.html", {"form": form})
    )


def _answered(request: HttpRequest, form: PaperForm) -> HttpResponse:
    typed = form.typed
    if until := guess_limit.locked_until(request, typed.register):
        return render(request, "verify/locked.html", {"until": until}, status=429)
    lines = answer(typed)
    agrees = all(line.agrees for line in lines)
    if not agrees:
        guess_limit.count(request, typed.register)
    some = any(line.agrees for line in lines)
    return render(
        request,
        "verify/form.html",
        {"form": form, "typed": typed, "lines": lines, "agrees": agrees, "some": some},
    )
