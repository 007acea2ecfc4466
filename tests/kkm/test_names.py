"""Names that staff write: nothing in them may turn or break the lines of a paper."""

import pytest
from django.core.exceptions import ValidationError

from kkm.models import KKM, OFD, Cashier, KKMModel, Section, Taxpayer, VatRate

NAMES = [
    *(
        (Taxpayer, "name"),
        (KKMModel, "name"),
        (KKMModel, "maker"),
        (Cashier, "name"),
        (VatRate, "name"),
    ),
    *((Section, name) for name in ("code", "name")),
    *((OFD, name) for name in ("name", "name_kk", "name_en", "host")),
    *((KKM, name) for name in ("trade_name", "address", "address_kk", "identity_number")),
]


@pytest.mark.parametrize(("model", "name"), NAMES, ids=lambda part: getattr(part, "__name__", part))
def test_a_name_that_cannot_be_printed_is_refused_at_its_field(model, name):
    with pytest.raises(ValidationError) as caught:
        model(**{name: "\u202eБереке"}).clean_fields()
    assert "Есть непечатаемый знак." in caught.value.message_dict[name]
    others = [field.name for field in model._meta.fields if field.name != name]
    model(**{name: "Қазына № 5"}).clean_fields(exclude=others)
