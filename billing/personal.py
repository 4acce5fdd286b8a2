"""How long bank slips are kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from incubator.core.personal import keep

keep("billing.BankSlip", "payer_name", "payer_account_tail", basis=gettext_noop("evidence of a payment"), period=gettext_noop("as long as the claim"),
     then=gettext_noop("kept: four digits of an account"), nobody="the payer is the firm of the invoice; of its account four digits")  # fmt: skip
keep("billing.BankAccount", "number", basis=gettext_noop("the organisation's own account"), period=gettext_noop("as long as the organisation"),
     then=gettext_noop("kept: the books name it"), nobody="the account is the organisation's, not a person's")  # fmt: skip
keep("billing.Receipt", "payer_name", basis=gettext_noop("accounting record"), period=gettext_noop("30 years"),
     then=gettext_noop("kept: the bank's own words"), nobody="accounting records stay; who paid is nearly always a firm")  # fmt: skip
keep("billing.BankLine", "payer", "payer_account", "payer_index", basis=gettext_noop("accounting record"), period=gettext_noop("30 years"),
     then=gettext_noop("kept: the bank's own words"), nobody="accounting records stay; who paid is nearly always a firm")  # fmt: skip
keep("billing.Payout", "payee_name", "account", "account_tail", basis=gettext_noop("accounting record"), period=gettext_noop("30 years"),
     then=gettext_noop("kept: the number is encrypted"), nobody="accounting records stay; the payee is nearly always a firm")  # fmt: skip
keep("billing.PayoutTransfer", "account_tail", basis=gettext_noop("accounting record"), period=gettext_noop("30 years"),
     then=gettext_noop("kept: four digits of an account"), nobody="four digits of an account, beside the order that names its payee")  # fmt: skip
keep("billing.GatewayAccount", "secret_key", "webhook_secret", basis=gettext_noop("the organisation's own account"), period=gettext_noop("as long as the organisation"),
     then=gettext_noop("kept: the keys are encrypted"), nobody="keys of the organisation's gateway, not a person's")  # fmt: skip
keep("billing.InvoiceTitle", "phone", "account", "delivery_email", basis=gettext_noop("accounting record"), period=gettext_noop("30 years"),
     then=gettext_noop("kept: the number is encrypted"), nobody="the firm's own telephone, account and address on its invoices")  # fmt: skip
