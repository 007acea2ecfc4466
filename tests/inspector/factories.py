"""Inspectors, staff, and who controls which register."""

import factory

from inspector.models import Control, User
from tests.factories import KKMFactory

PASSWORD = "Saryarqa-2026-dala"


class InspectorFactory(factory.django.DjangoModelFactory):
    """An inspector whose password is `PASSWORD` and his own."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"inspector{n}")
    full_name = factory.Sequence(lambda n: f"Сериков Н.{n}")
    password = factory.django.Password(PASSWORD)


class StaffFactory(InspectorFactory):
    """Staff with every right."""

    username = factory.Sequence(lambda n: f"staff{n}")
    full_name = "Оспанова Г.Т."
    is_staff = is_superuser = True


class ControlFactory(factory.django.DjangoModelFactory):
    """An inspector controls a register."""

    class Meta:
        model = Control

    inspector = factory.SubFactory(InspectorFactory)
    kkm = factory.SubFactory(KKMFactory)

    @classmethod
    def _create(cls, model_class, *args, **facts):
        return model_class.create_signed(**facts)
