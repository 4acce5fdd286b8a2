"""How long claims are kept."""

from __future__ import annotations

from incubator.core.personal import keep

PUBLIC_MONEY = "account of public money"
keep("subsidies.Claim", "sealed_text", basis=PUBLIC_MONEY, period="as the authority orders for its files", then="kept: sealed and encrypted")
keep("subsidies.SubsidyApplication", "facts", basis=PUBLIC_MONEY, period="as the authority orders for its files", then="kept with the claim")
keep("subsidies.BenefitKey", "digest", basis="one person, one benefit", period="as long as the application", then="kept: a keyed digest")
