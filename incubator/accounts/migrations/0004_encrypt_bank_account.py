from django.db import migrations, models

import incubator.core.encryption
from incubator.core.encrypting import decrypt_column, encrypt_column

TABLE, COLUMN = "accounts_organisation", "bank_account"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_invitations_and_last_owner")]

    operations = [
        migrations.AlterField(
            "organisation", "bank_account", incubator.core.encryption.EncryptedText(blank=True, verbose_name="Bank account")
        ),
        migrations.AddField("organisation", "bank_account_tail", models.CharField(blank=True, default="", editable=False, max_length=4), preserve_default=False),
        migrations.AddField("organisation", "bank_account_index", models.CharField(blank=True, default="", editable=False, max_length=64), preserve_default=False),
        migrations.RunPython(
            encrypt_column(TABLE, COLUMN, index="bank_account_index", tail="bank_account_tail", purpose="account", walled=False),
            decrypt_column(TABLE, COLUMN, walled=False),
        ),
    ]
