from django.db import migrations, models


class Migration(migrations.Migration):
    """A buyer's ticket is found by its РНМ, also when the registration has ended.

    An index remakes no table: the triggers stay.
    """

    dependencies = [
        ("kkm", "0005_signed_audits"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(fields=["registration_number"], name="registration_by_number"),
        ),
    ]
