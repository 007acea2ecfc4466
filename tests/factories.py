"""Taxpayers, registers and people for tests."""

import factory

from kkm import models
from kkm.domain.requisites import control_digit


def taxpayer_number(n: int) -> str:
    """The n-th valid БИН: of May 2019, which no story of the tests is about."""
    while True:
        eleven = f"190540{n:05d}"
        digit = control_digit(eleven)
        if digit is not None:
            return f"{eleven}{digit}"
        n += 50_000


class TaxpayerFactory(factory.django.DjangoModelFactory):
    """A company."""

    class Meta:
        model = models.Taxpayer

    name = factory.Sequence(lambda n: f"ТОО «Береке {n}»")
    taxpayer_number = factory.Sequence(taxpayer_number)
    vat_series = "60001"
    vat_number = "0012345"


class KKMModelFactory(factory.django.DjangoModelFactory):
    """A model of register."""

    class Meta:
        model = models.KKMModel
        django_get_or_create = ("name",)

    name = "Alsep Kassa Online"


class OFDFactory(factory.django.DjangoModelFactory):
    """Казахтелеком."""

    class Meta:
        model = models.OFD
        django_get_or_create = ("code",)

    code = 1
    name = 'АО "Казахтелеком"'
    name_kk = '"Қазақтелеком" АҚ'
    host = "consumer.oofd.kz"


class KKMFactory(factory.django.DjangoModelFactory):
    """A register that has never been activated.

    Its serial number is one that no story of the tests has: theirs begin with ALS0 and ALS7.
    """

    class Meta:
        model = models.KKM

    serial_number = factory.Sequence(lambda n: f"ALS5{n:07d}")
    model = factory.SubFactory(KKMModelFactory)
    taxpayer = factory.SubFactory(TaxpayerFactory)
    ofd = factory.SubFactory(OFDFactory)
    made_in = 2025
    trade_name = "маг. «Береке»"
    address = "г. Алматы, ул. Толе би, д. 187"
    identity_number = "309412"


class CashierFactory(factory.django.DjangoModelFactory):
    """A cashier."""

    class Meta:
        model = models.Cashier

    taxpayer = factory.SubFactory(TaxpayerFactory)
    code = factory.Sequence(lambda n: n + 1)
    name = "Ахметова А.К."


class SectionFactory(factory.django.DjangoModelFactory):
    """A section."""

    class Meta:
        model = models.Section

    kkm = factory.SubFactory(KKMFactory)
    code = "01"
    name = "Продукты"
