"""Pages of rows that staff only look at: the journal, signed heads, audits and logs."""

from functools import reduce
from http import HTTPStatus
from operator import or_
from typing import Protocol, cast
from urllib.parse import unquote_plus

from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kkm.admin.titled import TitledAdmin
from kkm.domain.requisites import SerialNumber
from kkm.models import KKM

# The digits of a number of 64 bits.
MOST_DIGITS = 18


class NearPaginator(Paginator):
    """A paginator that counts at most `FAR` rows, so that a list of millions opens at once. Rows
    beyond them are found by search and filters.
    """

    FAR = 10_000

    @cached_property
    def count(self):
        return min(self._counted, self.FAR)

    @property
    def beyond(self) -> bool:
        """Whether there are more rows than `FAR`."""
        return self._counted > self.FAR

    @cached_property
    def _counted(self) -> int:
        rows = cast("QuerySet", self.object_list)
        return rows[: self.FAR + 1].count()


class NotEdited:
    """Forbids adding, changing and deleting, on a page or in a table of another row's page."""

    def has_add_permission(self, request, *args):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class LoggingSite(Protocol):
    """A site that keeps a log of who has seen the journal (`alsep.admin_site`)."""

    def log_view(self, request: HttpRequest, kkm: KKM | None, subject: str) -> None:
        """Write down that the user has seen something of a register, or of all of them (None)."""


class ReadOnlyAdmin(NotEdited, TitledAdmin):
    """Pages of rows that are only looked at, in lists that may have millions of rows. The site logs
    who has seen what. `register` is the lookup of a row's register.
    """

    actions = None
    show_full_result_count = False
    paginator = NearPaginator
    register = "kkm"

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        subject = str(self.opts.verbose_name_plural)
        query = unquote_plus(request.GET.urlencode())
        if query:
            subject += f", {query}"
        self._log_view(request, response, None, subject)
        return response

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id is None:
            return response
        row = self.get_object(request, unquote(object_id))
        if row is not None:
            subject = f"{self.opts.verbose_name}: {row}"
            self._log_view(request, response, self._register_of(row), subject)
        return response

    def _register_of(self, row) -> KKM:
        found = row
        for name in self.register.split("__"):
            found = getattr(found, name)
        return found

    def _log_view(
        self, request: HttpRequest, response: HttpResponse, kkm: KKM | None, subject: str
    ) -> None:
        if response.status_code != HTTPStatus.OK:
            return
        site = cast(LoggingSite, self.admin_site)
        site.log_view(request, kkm, _("Администрирование: %(subject)s") % {"subject": subject})


class WordSearchAdmin(ReadOnlyAdmin):
    """Rows are searched by words. A word is a whole serial number of a register, a number of the
    row (lookup `number_lookup`), or what one of `word_lookups` finds. Each has an index.
    """

    number_lookup = "number"
    word_lookups: tuple[str, ...] = ()
    # Shows the search box; `get_search_results` does not use it.
    search_fields = ["id"]
    search_help_text = _("ЗНМ целиком, номер; можно то и другое через пробел")

    def get_search_results(self, request, queryset, search_term):
        for word in search_term.split():
            queryset = queryset.filter(self._condition_of(word))
        return queryset, False

    def _condition_of(self, word: str) -> Q:
        """Ids of registers are asked first: a list of them is looked up in an index, a subquery
        within an OR is not.
        """
        conditions = [Q(**{f"{self.register}__in": _registers_called(word)})]
        for lookup in self.word_lookups:
            conditions.append(Q(**{lookup: word}))
        if self.is_number(word):
            conditions.append(Q(**{self.number_lookup: word}))
        return reduce(or_, conditions)

    def is_number(self, word: str) -> bool:
        """Whether a word may be a number of a row."""
        return word.isascii() and word.isdecimal() and len(word) <= MOST_DIGITS


def _registers_called(word: str) -> list[int]:
    """The ids of the register with this serial number: of one, or none."""
    try:
        serial = SerialNumber(word.upper())
    except ValueError:
        return []
    found = KKM.objects.filter(serial_number=serial)
    return list(found.order_by().values_list("pk", flat=True))
