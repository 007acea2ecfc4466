"""«Выгрузить для проверки»: a journal as a ZIP that is checked without the cabinet."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from inspector.access import cabinet_view, get_kkm
from inspector.access_log import Action, log
from inspector.forms.export import ExportForm
from kkm.export.archive import Archive
from kkm.export.plan import Plan


@cabinet_view
def export(request, serial):
    """The days, what is inside, how it is checked; a wrong question comes back here from the
    download.
    """
    kkm = get_kkm(request, serial)
    form = ExportForm(request.GET or None, kkm=kkm, today=timezone.localdate())
    log(request, Action.VIEW, kkm, _("Выгрузка для проверки"))
    return render(
        request, "cabinet/export.html", {"kkm": kkm, "form": form, "last": kkm.last_operation}
    )


@cabinet_view
def archive(request, serial):
    """The ZIP, made while it is sent."""
    kkm = get_kkm(request, serial)
    form = ExportForm(request.GET, kkm=kkm, today=timezone.localdate())
    if not form.is_valid() or form.plan is None:
        return redirect(f"{reverse('export', args=[serial])}?{request.GET.urlencode()}")
    response = _download(form.plan)
    log(request, Action.EXPORT, kkm, subject_of(form.plan))
    return response


def subject_of(plan: Plan) -> str:
    """What the access log says of an export."""
    facts = {"period": plan.period, "first": plan.first, "last": plan.last}
    return _("Выгрузка для проверки: %(period)s, операции № %(first)s — %(last)s") % facts


def _download(plan: Plan) -> StreamingHttpResponse:
    return zip_response(Archive(plan, now=timezone.now()).stream(), plan.name)


def zip_response(pieces: Iterator[bytes], name: str) -> StreamingHttpResponse:
    """A ZIP that is made while it is sent."""
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return response
