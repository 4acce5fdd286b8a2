"""How long the data of startups and their people are kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from incubator.core.holdings import releases
from incubator.core.personal import keep
from incubator.tenants.knowing import (
    contact_in_words,
    contacts,
    erase_contacts,
    erase_founders,
    founder_in_words,
    founders,
)
from incubator.tenants.models import StartupDocument

CONTRACT = gettext_noop("incubation agreement, subsidy application")
CORRECTED = gettext_noop("corrected on request; no date of its own")
keep("tenants.Startup", "contact_name", "contact_phone", "contact_email", "legal_representative", "bank_account", "bank_account_tail",
     basis=CONTRACT, period=gettext_noop("while claims, invoices or leases name it"), then=CORRECTED,
     find=contacts, show=contact_in_words, erase=erase_contacts)  # fmt: skip
keep("tenants.Founder", "name", "category", "category_number", "category_number_index", "resident_id", "resident_id_index", "phone",
     basis=gettext_noop("incubation agreement, subsidy application; consent for the category"),
     period=gettext_noop("while applications name the person"), then=CORRECTED,
     find=founders, show=founder_in_words, erase=erase_founders)  # fmt: skip
keep("tenants.AccountVerification", "account_tail", "account_index",
     basis=gettext_noop("proof of four eyes"), period=gettext_noop("as long as the payments"),
     then=gettext_noop("kept: append-only, a keyed digest and four digits"), nobody="the account of a firm")  # fmt: skip
releases("documents.Document", lambda document: StartupDocument.objects.filter(document=document).delete())
