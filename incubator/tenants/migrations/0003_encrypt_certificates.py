from django.db import migrations, models

import incubator.core.encryption
from incubator.core.encrypting import decrypt_column, encrypt_column

TABLE, COLUMN = "tenants_founder", "category_number"


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_walls"), ("accounts", "0004_encrypt_bank_account")]

    operations = [
        migrations.AlterField(
            "founder", "category_number", incubator.core.encryption.EncryptedText(blank=True, verbose_name="Number of the certificate")
        ),
        migrations.AddField("founder", "category_number_index", models.CharField(blank=True, default="", editable=False, max_length=64), preserve_default=False),
        migrations.AddConstraint(
            "founder",
            models.UniqueConstraint(
                fields=["organisation", "startup", "category_number_index"],
                condition=~models.Q(category_number_index=""),
                name="founder_certificate_once",
            ),
        ),
        migrations.RunPython(
            encrypt_column(TABLE, COLUMN, index="category_number_index", purpose="certificate", walled=True),
            decrypt_column(TABLE, COLUMN, walled=True),
        ),
    ]
