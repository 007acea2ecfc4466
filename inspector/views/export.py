"""«Выгрузить для проверки»: a journal as a ZIP that is checked without the cabinet."""

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
    log(request, Action.EXPORT, kkm, _subject(form.plan))
    return response


def _subject(plan: Plan) -> str:
    facts = {"period": plan.period, "first": plan.first, "last": plan.last}
    return _("Выгрузка для проверки: %(period)s, операции № %(first)s — %(last)s") % facts


def _download(plan: Plan) -> StreamingHttpResponse:
    response = StreamingHttpResponse(
        Archive(plan, now=timezone.now()).stream(), content_type="application/zip"
    )
    response["Content-Disposition"] = f'attachment; filename="{plan.name}.zip"'
    return response
