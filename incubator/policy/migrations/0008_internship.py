from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policy", "0007_budget_case")]

    operations = [
        migrations.AlterField(
            model_name="programme",
            name="kind",
            field=models.CharField(choices=[('rent', 'Rent subsidy'), ('broadband', 'Broadband subsidy'), ('software', 'Software subsidy'), ('one_off', 'One-off startup subsidy'), ('training', 'Training subsidy'), ('contest', 'Activity grant for contests'), ('loan_interest', 'Interest subsidy on startup loans'), ('capital_grant', 'Grant for startup bases'), ('stipend', "Instructor's stipend"), ('investor_reward', 'Reward for equity investors'), ('social_insurance', 'Social insurance subsidy'), ('internship', 'Internship subsidy')], max_length=16, verbose_name="Kind"),
        ),
    ]
