"""The passport of a register: one sheet with its requisites, and an inspector's login with a
one-time password.

The password is in clear text only on that sheet. The database keeps its hash.
"""

import segno
from axes.utils import reset
from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from inspector.access import CabinetRequest
from inspector.access_log import Action, log
from inspector.models import Control, User
from kkm.domain.password import random_password as one_time_password
from kkm.models import KKM
from reports.paper.pdf import render_pdf


def candidates(kkm: KKM, *, staff: User) -> QuerySet[User]:
    """Inspectors who control the register now.

    Only a superuser gives a new password to staff, or to another superuser.
    """
    controls = Control.objects.current().filter(inspector=OuterRef("pk"), kkm=kkm)
    inspectors = User.objects.filter(Exists(controls), is_active=True)
    return (
        inspectors if staff.is_superuser else inspectors.filter(is_staff=False, is_superuser=False)
    )


class _InspectorField(forms.ModelChoiceField):
    """A choice of one of the inspectors, who are shown with their logins."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj} ({obj.username})"


class PassportForm(forms.Form):
    """The inspector whose login is printed on the passport."""

    def __init__(self, *args, inspectors: QuerySet[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["inspector"] = _InspectorField(
            inspectors,
            label=_("Инспектор"),
            widget=forms.RadioSelect,
            empty_label=None,
            error_messages={"required": _("Выберите инспектора.")},
        )


def passport_view(request: CabinetRequest, pk: int) -> HttpResponse:
    """The form that asks for the inspector; POST gives him a new password and answers the sheet."""
    if not request.user.has_perm("inspector.change_user"):
        raise PermissionDenied
    kkm = get_object_or_404(
        KKM.objects.select_related("model", "taxpayer", "ofd").with_state(timezone.now()), pk=pk
    )
    inspectors = candidates(kkm, staff=request.user)
    form = PassportForm(
        request.POST or None, inspectors=inspectors, initial={"inspector": inspectors.first()}
    )
    if form.is_valid():
        return _issue(request, kkm, form.cleaned_data["inspector"])
    context = {
        "kkm": kkm,
        "form": form,
        "inspectors": inspectors,
        "title": _("Паспорт ККМ %s") % kkm,
        "opts": KKM._meta,
    }
    return render(request, "passport/choose.html", {**admin.site.each_context(request), **context})


@sensitive_variables()
def _issue(request: HttpRequest, kkm: KKM, inspector: User) -> HttpResponse:
    """Make the sheet before the password is stored: if it fails, the old password stays valid."""
    password = one_time_password()
    paper = _paper(kkm, inspector, password)
    inspector.set_password(password)
    inspector.must_change_password = True
    with transaction.atomic():
        inspector.save(update_fields=["password", "must_change_password"])
        reset(username=inspector.username)
        log(request, Action.PASSPORT, kkm, inspector.username)
    name = f'attachment; filename="passport-{kkm.serial_number}.pdf"'
    return HttpResponse(
        paper,
        content_type="application/pdf",
        headers={"Content-Disposition": name, "Cache-Control": "no-store"},
    )


@sensitive_variables()
def _paper(kkm: KKM, inspector: User, password: str) -> bytes:
    code = segno.make(settings.CABINET_URL, micro=False).svg_data_uri(border=0, dark="#0b5563")
    access = {
        "inspector": inspector,
        "password": password,
        "cabinet": settings.CABINET_URL,
        "code": code,
    }
    context = {"kkm": kkm, "today": timezone.localdate(), **access}
    return render_pdf(render_to_string("passport/passport.html", context), "passport.css")
