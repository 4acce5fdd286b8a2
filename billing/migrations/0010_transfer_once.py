"""A payment of ours has one line of a statement: two lines of the same amount may be proposed for it, one is matched."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0009_reference_counter")]

    operations = [
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.UniqueConstraint(condition=models.Q(("about__startswith", "billing.payouttransfer:")), fields=("organisation", "about"), name="bank_line_transfer_once"),
        ),
    ]
