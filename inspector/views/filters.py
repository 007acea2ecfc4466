"""Searches of the table that an inspector keeps under a name."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from inspector.access import CabinetRequest, cabinet_view
from inspector.converters import whole_number
from inspector.forms.cabinet import STATES, TableQuery
from inspector.forms.saved_filter import SavedFilterForm
from inspector.models import SavedFilter, User
from inspector.remembered import way_back


@cabinet_view
def filters(request: CabinetRequest) -> HttpResponse:
    """The saved filters and a form for one more; POST saves it and leads to its table."""
    form = SavedFilterForm(None, user=request.user)
    asked = TableQuery(request.GET).asked
    if request.method == "POST":
        form = SavedFilterForm(request.POST, user=request.user)
        asked = TableQuery(request.POST).asked
        saved = _saved(form)
        if saved:
            table = reverse("cabinet")
            return redirect(f"{table}?{saved.query}")
    context = {
        "form": form,
        "asked": asked,
        "state_name": asked["state"] and dict(STATES)[asked["state"]],
        "saved": request.user.saved_filters.all(),
        "back": reverse("filters"),
    }
    return render(request, "cabinet/filters/page.html", context)


def _saved(form: SavedFilterForm) -> SavedFilter | None:
    """What the form has saved; None if it is refused.

    Two requests of one user stand in line: each counts what the other has saved.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=form.user.pk)
        if form.is_valid():
            return form.save()
    return None


@cabinet_view
def delete_filter(request: CabinetRequest) -> HttpResponse:
    """Delete a filter of the user, and return to the page where it was asked.

    A link to this address, as after the end of a session, leads to the table.
    """
    if request.method != "POST":
        return redirect("cabinet")
    number = whole_number(request.POST.get("filter", ""))
    get_object_or_404(request.user.saved_filters, pk=number).delete()
    return redirect(way_back(request))
