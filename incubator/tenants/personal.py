"""How long the data of startups and their people are kept."""

from __future__ import annotations

from incubator.core.personal import keep

CONTRACT = "incubation agreement, subsidy application"
keep("tenants.Startup", "contact_name", "contact_phone", "contact_email", "legal_representative", "bank_account", "bank_account_tail",
     basis=CONTRACT, period="while claims, invoices or leases name it", then="corrected on request; no date of its own")  # fmt: skip
keep("tenants.Founder", "name", "category", "category_number", "category_number_index", "resident_id", "resident_id_index", "phone",
     basis=CONTRACT + "; consent for the category", period="while applications name the person", then="corrected on request; no date of its own")  # fmt: skip
keep("tenants.AccountVerification", "account_tail", "account_index",
     basis="proof of four eyes", period="as long as the payments", then="kept: append-only, a keyed digest and four digits")  # fmt: skip
