"""VAT rates by the Tax Code: 12 % to the end of 2025, 16 % since; 5 % for medicines (10 % from
2027), 10 % for periodicals, 0 %.
"""

from datetime import date

from django.db import migrations

RATES = [
    (0, "экспорт", date(2009, 1, 1), None),
    (12_000, "общая", date(2009, 1, 1), date(2026, 1, 1)),
    (16_000, "общая", date(2026, 1, 1), None),
    (5_000, "лекарства, медицинские услуги", date(2026, 1, 1), date(2027, 1, 1)),
    (10_000, "периодические издания; с 2027 года и лекарства", date(2026, 1, 1), None),
]


def add(apps, schema_editor):
    rate_model = apps.get_model("kkm", "VatRate")
    rates = [
        rate_model(rate=rate, name=name, valid_from=start, valid_to=end)
        for rate, name, start, end in RATES
    ]
    rate_model.objects.bulk_create(rates, ignore_conflicts=True)  # the way back leaves them


class Migration(migrations.Migration):
    dependencies = [("kkm", "0002_triggers")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
