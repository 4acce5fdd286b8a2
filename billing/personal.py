"""How long bank slips are kept."""

from __future__ import annotations

from incubator.core.personal import keep

keep("billing.BankSlip", "payer_name", "payer_account_tail", basis="evidence of a payment", period="as long as the claim",
     then="kept: four digits of an account")  # fmt: skip
