"""Changes of the requisites that papers print. If a register has a journal, `kkm.journal` records
the change in one transaction with the changed row; the user who saves is the actor.
"""

from typing import cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone

from kkm import journal
from kkm.domain.heading import Requisites
from kkm.domain.kinds import OperationKind
from kkm.domain.ticket import Act
from kkm.errors import Refusal
from kkm.models import KKM
from kkm.reading.frozen import present


class RefusedForm(forms.ModelForm):
    """A form that is shown again with what was typed and with the sentence of a refusal."""

    refusal = ""

    def clean(self):
        """The refusal of the journal is an error of the form."""
        if self.refusal:
            raise ValidationError(self.refusal)
        return super().clean()


class RequisitesAdmin(admin.ModelAdmin):
    """The page of a row whose fields are frozen in journals.

    The change is recorded in the journals first, then the row is saved: triggers require this
    order (`kkm.models.requisite_triggers`). `field_of_register` is the field of a register that
    refers to the row.
    """

    form = RefusedForm
    field_of_register = ""

    def registers_of(self, obj) -> list[KKM]:
        """The registers whose papers print this row, in the order in which they are locked. Each
        refers to `obj` itself, with the values that are to be saved.
        """
        registers = KKM.objects.select_related("taxpayer", "ofd")
        found = list(registers.filter(**{self.field_of_register: obj}).order_by("pk"))
        for kkm in found:
            setattr(kkm, self.field_of_register, obj)
        return found

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        # Django makes a new class for each request.
        cast("type[RefusedForm]", form).refusal = getattr(request, "refusal", "")
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            request.refusal = str(refusal)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        # A changed row is saved by `save_related`, after the journals.
        if not change:
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        if not change:
            super().save_related(request, form, formsets, change)
            return
        obj = form.instance
        before = {}
        for kkm in self.registers_of(obj):
            before[kkm.pk] = _saved(kkm.pk)
        super().save_related(request, form, formsets, change)
        self._record_changes(request, obj, before)
        super().save_model(request, obj, form, change)

    def _record_changes(self, request, obj, before: dict[int, Requisites]) -> None:
        act = Act(kind=OperationKind.REQUISITES, at=timezone.now(), **request.user.actor)
        for kkm in self.registers_of(obj):
            requisites = present(kkm)
            if requisites != before.get(kkm.pk):
                journal.change_requisites(kkm=kkm, requisites=requisites, act=act)


def _saved(pk: int) -> Requisites:
    return present(KKM.objects.select_related("taxpayer", "ofd").get(pk=pk))
