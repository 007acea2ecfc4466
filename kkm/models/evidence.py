"""Evidence about a journal besides its own seals: signed heads and the history of its audits.

Rows are added, never changed or deleted.
"""

import json

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kkm import signing
from kkm.domain import audit_record
from kkm.local_time import clock


class SignedHead(models.Model):
    """A head of a journal, signed when it was written: at each Z, activation, deregistration and
    change of requisites.

    `text` is what was signed (`kkm.domain.head`); it names register and number itself, so that it
    contradicts a journal that was cut or written anew even when nothing else is left. `signature`
    is base64.
    """

    kkm = models.ForeignKey(
        "kkm.KKM",
        models.PROTECT,
        db_index=False,
        related_name="signed_heads",
        verbose_name=_("касса"),
    )
    number = models.BigIntegerField(_("номер операции"))
    text = models.TextField(_("подписанный текст"))
    key = models.CharField(_("ключ"), max_length=16)
    signature = models.CharField(_("подпись"), max_length=88)

    class Meta:
        ordering = ["kkm", "number"]
        verbose_name = _("подписанная контрольная точка журнала")
        verbose_name_plural = _("подписанные контрольные точки журналов")
        constraints = [
            models.UniqueConstraint(fields=["kkm", "number"], name="head_is_signed_once")
        ]

    def __str__(self):
        return f"{self.kkm} № {self.number}"


class AuditQuerySet(models.QuerySet):
    """Questions of audits."""

    def latest_of(self, kkm):
        """The last audit of a register, or None.

        They are numbered: a date that somebody wrote in makes none the last.
        """
        return self.filter(kkm=kkm).select_related("kkm").order_by("-number").first()

    def latest_of_each(self, kkms):
        """The last audits of registers; none of one that was never checked."""
        audits = Audit.objects.filter(kkm=models.OuterRef("pk")).order_by("-number")
        registers = self.model._meta.get_field("kkm").related_model.objects
        chosen = registers.filter(pk__in=[kkm.pk for kkm in kkms]).order_by()
        last = chosen.values(last=models.Subquery(audits.values("pk")[:1]))
        return self.filter(kkm__in=kkms, pk__in=last).select_related("kkm")


class Audit(models.Model):
    """An audit that was made: when, by whom, how many operations it read, how long it took, and
    what it found.

    A register's audits are numbered 1, 2, 3 … and each is signed (`kkm.domain.audit_record`): a
    stored result cannot be changed or invented. A result without findings also witnesses the seal
    of the last operation. `findings` has the first of them, `findings_count` counts all.
    """

    kkm = models.ForeignKey(
        "kkm.KKM",
        models.PROTECT,
        db_index=False,
        related_name="audits",
        verbose_name=_("касса"),
    )
    number = models.BigIntegerField(_("номер проверки"))
    at = models.DateTimeField(_("когда"))
    by = models.CharField(_("кто"), max_length=200)
    operations = models.BigIntegerField(_("операций"))
    milliseconds = models.PositiveIntegerField(_("длительность, мс"))
    seal = models.CharField(_("контрольный код последней операции"), max_length=64, blank=True)
    findings = models.TextField(_("нарушения"), blank=True)
    findings_count = models.PositiveIntegerField(_("нарушений"), default=0)
    key = models.CharField(_("ключ"), max_length=16)
    signature = models.CharField(_("подпись"), max_length=88)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("проверка журнала")
        verbose_name_plural = _("проверки журналов")
        indexes = [
            models.Index(fields=["kkm", "at"], name="audit_by_time"),
            models.Index(
                fields=["kkm", "number"],
                condition=~models.Q(findings=""),
                name="audit_with_findings",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kkm", "number"], name="audit_number_is_unique_in_the_register"
            )
        ]

    def __str__(self):
        return f"{self.kkm} {clock(self.at)}"

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def text(self) -> str:
        """What is signed of it."""
        return audit_record.text(
            serial=self.kkm.serial_number,
            at=int(self.at.timestamp()),
            number=self.number,
            by=self.by,
            operations=self.operations,
            milliseconds=self.milliseconds,
            seal=self.seal,
            findings_count=self.findings_count,
            findings=self.findings,
        )

    @cached_property
    def signature_fits(self) -> bool | None:
        """Whether the signature fits the row; None if this cannot be known now."""
        fits = signing.fits(self.text, self.key, self.signature)
        if fits and self.at.microsecond:
            return False  # whole seconds are signed: a fraction was added in the database
        return fits

    @property
    def seconds(self) -> str:
        """How long it took, as people say it: «0.04», «8.1», «12»."""
        seconds = self.milliseconds / 1000
        if seconds >= 10:
            return f"{seconds:.0f}"
        if seconds >= 1:
            return f"{seconds:.1f}"
        return f"{seconds:.2f}"

    @cached_property
    def found(self) -> list[dict]:
        """The findings: dicts of number, rule, expected, found.

        None of an audit whose signature does not fit or cannot be verified now.
        """
        if not self.findings or not self.signature_fits:
            return []
        return json.loads(self.findings)
