"""What staff seed before a register begins to work."""

from datetime import date, datetime
from typing import TypedDict

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kkm.domain.heading import coded_name
from kkm.domain.password import random_password
from kkm.domain.vat import rate_name
from kkm.fields import TaxpayerNumberField, validate_printable


class Actor(TypedDict):
    """Who acted, as an entry of the journal names him (`kkm.domain.ticket.Entry`)."""

    actor_code: str
    actor_name: str


class Taxpayer(models.Model):
    """Whoever owes the tax: a company (БИН) or an entrepreneur (ИИН)."""

    name = models.CharField(_("наименование"), max_length=200, validators=[validate_printable])
    taxpayer_number = TaxpayerNumberField(_("ИИН/БИН"), unique=True)
    vat_series = models.CharField(
        _("серия свидетельства по НДС"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^\d{5}$", _("Серия — 5 цифр."))],
    )
    vat_number = models.CharField(
        _("номер свидетельства по НДС"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^\d{7}$", _("Номер — 7 цифр."))],
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("налогоплательщик")
        verbose_name_plural = _("налогоплательщики")

    def __str__(self):
        return self.name


class KKMModel(models.Model):
    """A model of register in the state register of models."""

    class Icon(models.TextChoices):
        """The drawn icon beside it."""

        SOFTWARE = "software", _("программная касса")
        TERMINAL = "terminal", _("терминал")
        PRINTER = "printer", _("фискальный принтер")

    name = models.CharField(
        _("модель"), max_length=120, unique=True, validators=[validate_printable]
    )
    maker = models.CharField(
        _("изготовитель"), max_length=120, blank=True, validators=[validate_printable]
    )
    icon = models.CharField(_("вид"), max_length=10, choices=Icon, default=Icon.SOFTWARE)

    class Meta:
        ordering = ["name"]
        verbose_name = _("модель ККМ")
        verbose_name_plural = _("модели ККМ")

    def __str__(self):
        return self.name


class OFD(models.Model):
    """Оператор фискальных данных; `host` is the site where a buyer checks a ticket, without a
    scheme.
    """

    code = models.PositiveSmallIntegerField(_("код"), unique=True)
    name = models.CharField(_("наименование"), max_length=120, validators=[validate_printable])
    name_kk = models.CharField(
        _("наименование на казахском"), max_length=120, blank=True, validators=[validate_printable]
    )
    name_en = models.CharField(
        _("наименование на английском"), max_length=120, blank=True, validators=[validate_printable]
    )
    host = models.CharField(
        _("сайт проверки чека"), max_length=120, validators=[validate_printable]
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("ОФД")
        verbose_name_plural = _("ОФД")

    def __str__(self):
        return self.name


class VatRateQuerySet(models.QuerySet):
    """Rates by date."""

    def on(self, day: date):
        """The rates in force on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class VatRate(models.Model):
    """A VAT rate with the half-open range of days on which it is in force (Tax Code);
    thousandths of a percent.
    """

    rate = models.PositiveIntegerField(_("ставка, тысячные доли процента"))
    name = models.CharField(
        _("к чему применяется"), max_length=120, blank=True, validators=[validate_printable]
    )
    valid_from = models.DateField(_("действует с"))
    valid_to = models.DateField(_("действует до (не включая)"), null=True, blank=True)

    objects = VatRateQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-rate"]
        verbose_name = _("ставка НДС")
        verbose_name_plural = _("ставки НДС")
        constraints = [
            models.CheckConstraint(
                condition=Q(rate__lte=100_000), name="vat_rate_is_at_most_a_hundred"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="vat_rate_ends_after_it_begins",
            ),
            models.UniqueConstraint(fields=["rate", "valid_from"], name="vat_rate_begins_once"),
        ]

    def __str__(self):
        return rate_name(self.rate)

    def clean(self):
        if self.valid_from is None or self.rate is None:
            return  # each has an error of its own
        others = VatRate.objects.exclude(pk=self.pk).filter(
            Q(valid_to=None) | Q(valid_to__gt=self.valid_from), rate=self.rate
        )
        if self.valid_to:
            others = others.filter(valid_from__lt=self.valid_to)
        if others.exists():
            raise ValidationError({"valid_from": _("Эта ставка в эти дни уже действует.")})


class Cashier(models.Model):
    """Who works at the registers of a taxpayer. Operations keep the code and the name as text.

    With a login he enters the register API, and nothing else: he is no user of the cabinet.
    """

    taxpayer = models.ForeignKey(
        Taxpayer, models.PROTECT, related_name="cashiers", verbose_name=_("налогоплательщик")
    )
    code = models.PositiveIntegerField(_("код"))
    name = models.CharField(_("ФИО"), max_length=200, validators=[validate_printable])
    kkms = models.ManyToManyField(
        "kkm.KKM", blank=True, related_name="cashiers", verbose_name=_("кассы")
    )
    login = models.CharField(
        _("логин API"), max_length=150, blank=True, validators=[validate_printable]
    )
    password = models.CharField(_("пароль API"), max_length=128, blank=True, editable=False)
    dismissed_at = models.DateTimeField(_("уволен"), null=True, blank=True)

    class Meta:
        ordering = ["taxpayer", "code"]
        verbose_name = _("кассир")
        verbose_name_plural = _("кассиры")
        constraints = [
            models.UniqueConstraint(
                fields=["taxpayer", "code"], name="cashier_code_is_unique_at_the_taxpayer"
            ),
            models.UniqueConstraint(
                Lower("login"),
                condition=~Q(login=""),
                name="cashier_login_is_unique_whatever_the_case",
                violation_error_message=_("Такой логин кассира уже есть."),
            ),
        ]

    def __str__(self):
        return coded_name(str(self.code), self.name)

    @property
    def actor(self) -> Actor:
        """How the journal names the cashier."""
        return {"actor_code": str(self.code), "actor_name": self.name}

    def set_password(self, password: str) -> None:
        """Keep the hash of a new password; the row is not saved."""
        self.password = make_password(password)

    def check_password(self, password: str) -> bool:
        """Whether this is his password.

        Without a password the answer is no, after the same work, so that it takes as long.
        """
        return check_password(password, self.password or make_password(None)) and bool(
            self.password
        )

    def issue_password(self, *, at: datetime) -> str:
        """Set a new password and return it; only its hash is kept.

        Every token that was issued by the old one ends.
        """
        secret = random_password()
        self.set_password(secret)
        self._save_password(at)
        return secret

    def remove_access(self, *, at: datetime) -> None:
        """Remove the password, and end every token."""
        self.password = ""
        self._save_password(at)

    def _save_password(self, at: datetime) -> None:
        self.save(update_fields=["password"])
        self.tokens.revoke(at)


class Section(models.Model):
    """A section (отдел) of a register. Positions keep the code; a Z freezes the names."""

    kkm = models.ForeignKey(
        "kkm.KKM", models.CASCADE, related_name="sections", verbose_name=_("касса")
    )
    code = models.CharField(_("код"), max_length=20, validators=[validate_printable])
    name = models.CharField(_("наименование"), max_length=120, validators=[validate_printable])

    class Meta:
        ordering = ["kkm", "code"]
        verbose_name = _("секция")
        verbose_name_plural = _("секции")
        constraints = [
            models.UniqueConstraint(
                fields=["kkm", "code"], name="section_code_is_unique_in_the_register"
            )
        ]

    def __str__(self):
        return f"{self.code} {self.name}"
