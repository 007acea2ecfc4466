"""The form that gives a search of the table a name."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from inspector.forms.cabinet import TableQuery
from inspector.models import SavedFilter, User
from kkm.fields import validate_printable


class SavedFilterForm(TableQuery):
    """A name, unique for the user whatever its case, and the search that gets it."""

    name = forms.CharField(
        label=_("Имя фильтра"),
        max_length=SavedFilter.NAME_LENGTH,
        validators=[validate_printable],
        error_messages={
            "required": _("Введите имя фильтра: по нему вы узнаете фильтр над таблицей."),
            "max_length": _(
                "Имя не длиннее %(limit_value)d знаков, здесь %(show_value)d: сократите его."
            ),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )

    def __init__(self, data: QueryDict | None, *, user: User, **kwargs):
        super().__init__(data, **kwargs)
        self.user = user

    @property
    def hidden_errors(self) -> list[forms.BoundField]:
        """The fields that the user does not see and that are wrong all the same."""
        return [self[name] for name in TableQuery.base_fields if self[name].errors]

    def clean_name(self) -> str:
        """With one space between words; no other filter of the user may have it."""
        name = " ".join(self.cleaned_data["name"].split())
        names = self.user.saved_filters.values_list("name", flat=True)
        if name.casefold() in map(str.casefold, names):
            sentence = _("Фильтр «%(name)s» у вас уже есть: дайте другое имя.")
            raise forms.ValidationError(sentence, params={"name": name})
        return name

    def clean(self):
        """A user has `SavedFilter.MOST` filters at most."""
        data = super().clean()
        if self.user.saved_filters.count() >= SavedFilter.MOST:
            sentence = _("Фильтров не больше %(most)s: сначала удалите ненужный.")
            raise forms.ValidationError(sentence, params={"most": SavedFilter.MOST})
        return data

    def save(self) -> SavedFilter:
        """Keep it; the form must be valid."""
        data = self.cleaned_data
        return SavedFilter.objects.create(
            user=self.user,
            name=data["name"],
            text=data["q"],
            state=data["state"],
            sort=data["sort"],
        )
