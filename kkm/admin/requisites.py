"""Requisites of registers that have a journal change through the door, in one transaction with
their rows; who saves is the actor.
"""

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
    """A form that says what the door has refused, with all that was typed."""

    refusal = ""

    def clean(self):
        """Wrong, if the door has refused it just now."""
        if self.refusal:
            raise ValidationError(self.refusal)
        return super().clean()


class ThroughTheDoor(admin.ModelAdmin):
    """A page of a row that stands in journals.

    The door writes the acts first, then the row is saved: triggers ask for this order.
    """

    form = RefusedForm

    def registers_of(self, obj) -> list[KKM]:
        """The registers whose papers name it, each with `obj` in its place, in the order in
        which they are locked.
        """
        raise NotImplementedError

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", "")
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            request.refusal = str(refusal)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        if not change:  # a row that there was is saved last
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        obj = form.instance
        before = {kkm.pk: _saved(kkm.pk) for kkm in self.registers_of(obj)} if change else {}
        super().save_related(request, form, formsets, change)
        if change:
            self._tell_journals(request, obj, before)
            super().save_model(request, obj, form, change)

    def _tell_journals(self, request, obj, before: dict[int, Requisites]) -> None:
        act = Act(kind=OperationKind.REQUISITES, at=timezone.now(), **request.user.actor)
        for kkm in self.registers_of(obj):
            requisites = present(kkm)
            if requisites != before.get(kkm.pk):
                journal.change_requisites(kkm=kkm, requisites=requisites, act=act)


def _saved(pk: int) -> Requisites:
    return present(KKM.objects.select_related("taxpayer", "ofd").get(pk=pk))
