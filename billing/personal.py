"""How long bank slips are kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from incubator.core.personal import keep

keep("billing.BankSlip", "payer_name", "payer_account_tail", basis=gettext_noop("evidence of a payment"), period=gettext_noop("as long as the claim"),
     then=gettext_noop("kept: four digits of an account"), nobody="the payer is the firm of the invoice; of its account four digits")  # fmt: skip
