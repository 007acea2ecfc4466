"""Who may see which register, and what they did."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from inspector.signed_rows import SignedRow, control_text, seen_text
from kkm.domain import seal as seals
from kkm.fields import validate_printable
from kkm.local_time import clock
from kkm.models import KKM
from kkm.models.reference import Actor


class User(AbstractUser):
    """An inspector, or staff who seed registers.

    A one-time password must be changed before anything else is shown.
    """

    full_name = models.CharField(_("ФИО"), max_length=200, validators=[validate_printable])
    must_change_password = models.BooleanField(_("пароль одноразовый"), default=False)

    class Meta:
        verbose_name = _("пользователь")
        verbose_name_plural = _("пользователи")
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="login_is_unique_whatever_the_case",
                violation_error_message=_("Такой логин уже есть."),
            ),
        ]

    def __str__(self):
        return self.full_name or self.username

    @property
    def actor(self) -> Actor:
        """How the journal names the inspector."""
        return {"actor_code": self.username[:50], "actor_name": self.full_name}


class ControlQuerySet(models.QuerySet):
    """Questions of who controls what."""

    def current(self):
        """Controls that have not been revoked."""
        return self.filter(revoked_at=None)


class Control(SignedRow):
    """An inspector controls a register from `granted_at` until it is revoked; the history stays.

    `grant` makes one.
    """

    inspector = models.ForeignKey(
        User, models.PROTECT, related_name="controls", verbose_name=_("инспектор")
    )
    kkm = models.ForeignKey(KKM, models.PROTECT, related_name="controls", verbose_name=_("касса"))
    granted_at = models.DateTimeField(_("предоставлен"), default=timezone.now)
    revoked_at = models.DateTimeField(_("отозван"), null=True, blank=True)

    CLOSING_FIELDS = ("revoked_at",)

    objects = ControlQuerySet.as_manager()

    class Meta:
        ordering = ["inspector", "kkm"]
        verbose_name = _("контроль кассы")
        verbose_name_plural = _("контроль касс")
        constraints = [
            models.UniqueConstraint(
                fields=["inspector", "kkm"],
                condition=Q(revoked_at=None),
                name="one_current_control_of_a_register",
            ),
        ]

    def __str__(self):
        return f"{self.inspector} — {self.kkm}"

    @property
    def text(self) -> str:
        """What is signed of it."""
        return control_text(self)


class AccessEntry(models.Model):
    """A line of the access log: who did what, when, from where. Rows are only ever added, by
    `inspector.access_log.log`.

    Each user's lines are numbered 1, 2, 3 … and chained by their seals, as the journal of a
    register is.
    """

    # Whether a check was kept about the time of the line (annotated by `inspector.access_audit`).
    audited: bool

    class Action(models.TextChoices):
        """What an inspector can do."""

        LOGIN = "login", _("вход")
        LOGOUT = "logout", _("выход")
        PASSWORD = "password", _("смена пароля")
        VIEW = "view", _("просмотр")
        PRINT = "print", _("печать")
        EXPORT = "export", _("выгрузка")
        ACTIVATE = "activate", _("постановка на учёт")
        DEREGISTER = "deregister", _("снятие с учёта")
        BLOCK = "block", _("блокировка")
        UNBLOCK = "unblock", _("разблокировка")
        COMMENT = "comment", _("комментарий")
        PASSPORT = "passport", _("паспорт ККМ")
        CHECK = "check", _("проверка журнала")
        REFUSAL = "refusal", _("отказ")

    at = models.DateTimeField(_("когда"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("кто"))
    action = models.CharField(_("что"), max_length=12, choices=Action)
    kkm = models.ForeignKey(
        KKM, models.PROTECT, null=True, related_name="+", verbose_name=_("касса")
    )
    subject = models.CharField(_("подробности"), max_length=300, blank=True)
    address = models.GenericIPAddressField(_("откуда"), null=True)
    number = models.BigIntegerField(_("номер"))
    seal = models.CharField(_("контрольный код"), max_length=64)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "number"], name="access_number_is_unique_for_the_user"
            )
        ]
        verbose_name = _("запись журнала доступа")
        verbose_name_plural = _("журнал доступа")
        indexes = [
            models.Index(fields=["user", "at"], name="access_by_user"),
            models.Index(fields=["kkm", "at"], name="access_by_kkm"),
        ]

    def __str__(self):
        return f"{clock(self.at)} {self.user} {self.get_action_display()}"

    def sealed_after(self, previous: str) -> str:
        """The seal it must have after the user's line before it ("" for the first): SHA-256 of a
        JSON array by RFC 8785.
        """
        serial = self.kkm.serial_number if self.kkm else ""
        facts = [
            self.user_id,
            self.number,
            int(self.at.timestamp()),
            str(self.action),
            serial,
            self.subject,
            self.address or "",
        ]
        return seals.seal(["alsep-access-1", previous, *facts])


class SeenHead(SignedRow):
    """The head of a register's journal as an inspector saw it; a journal that was cut or written
    anew contradicts it. `keep` makes one.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="seen_heads", verbose_name=_("кто"))
    kkm = models.ForeignKey(KKM, models.PROTECT, related_name="seen_heads", verbose_name=_("касса"))
    number = models.BigIntegerField(_("номер операции"))
    seal = models.CharField(_("контрольный код"), max_length=64)
    at = models.DateTimeField(_("когда"))

    class Meta:
        ordering = ["kkm", "number"]
        verbose_name = _("увиденная контрольная точка журнала")
        verbose_name_plural = _("увиденные контрольные точки журналов")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kkm", "number", "seal"], name="a_head_is_seen_once"
            )
        ]

    def __str__(self):
        return f"{self.kkm} № {self.number}"

    @property
    def text(self) -> str:
        """What is signed of it."""
        return seen_text(self)


class SavedFilter(models.Model):
    """A search of the table of registers that a user has given a name: what is searched, the state
    and the order. A setting of the user, which opens nothing.
    """

    NAME_LENGTH = 40
    MOST = 20  # of one user

    user = models.ForeignKey(
        User, models.CASCADE, related_name="saved_filters", verbose_name=_("кто")
    )
    name = models.CharField(_("имя"), max_length=NAME_LENGTH, validators=[validate_printable])
    text = models.CharField(_("поиск"), max_length=100, blank=True)
    state = models.CharField(_("состояние"), max_length=20, blank=True)
    sort = models.CharField(_("порядок"), max_length=20, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("сохранённый фильтр")
        verbose_name_plural = _("сохранённые фильтры")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], name="filter_name_is_unique_for_the_user"
            )
        ]

    def __str__(self):
        return self.name

    @property
    def query(self) -> str:
        """The query of the table's address."""
        return table_query(self.text, self.state, self.sort)


def table_query(text: str, state: str, sort: str) -> str:
    """The query of the table of registers for what is searched, a state and an order."""
    query = {}
    if text:
        query["q"] = text
    if state:
        query["state"] = state
    if sort:
        query["sort"] = sort
    return urlencode(query)
