"""Personal data in full: what stands masked in a startup's file, and the act that shows one value of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.accounts.actors import Actor
from incubator.core.redaction import redacted
from incubator.journal.services import record
from incubator.tenants.models import Founder, Startup


class Reason(models.TextChoices):
    """Why somebody needs to see a value in full."""

    PAYMENT = "payment", gettext_lazy("To pay or to compare a payment")
    APPLICATION = "application", gettext_lazy("To fill in or check an application")
    CONTACT = "contact", gettext_lazy("To reach the person")
    SUBJECT = "subject", gettext_lazy("The person asked what is on file")
    AUTHORITY = "authority", gettext_lazy("An authority asked for it")


@dataclass(frozen=True)
class Hidden:
    """One value that stands masked."""

    record: Startup | Founder
    name: str

    @property
    def key(self) -> str:
        """How a form names it: bank_account, or resident_id-17 for a person."""
        return self.name if isinstance(self.record, Startup) else f"{self.name}-{self.record.pk}"

    @property
    def label(self) -> str:
        field: Any = self.record._meta.get_field(self.name)
        title = str(field.verbose_name)
        return title if isinstance(self.record, Startup) else _("%(field)s of %(person)s") % {"field": title, "person": self.record}

    @property
    def value(self) -> str:
        return str(getattr(self.record, self.name))


def hidden_values(startup: Startup) -> list[Hidden]:
    """What is on file and stands masked: account and contact of the startup, numbers of its people."""
    found = [Hidden(startup, name) for name in ("bank_account", "contact_phone", "contact_email")]
    for founder in Founder.objects.of(startup):
        found += [Hidden(founder, name) for name in ("resident_id", "category_number", "phone")]
    return [hidden for hidden in found if hidden.value]


@transaction.atomic
def reveal(hidden: Hidden, startup: Startup, *, reason: str, words: str, by: Actor) -> str:
    """Show one value in full, and write down who looked at which field and why; never the value itself."""
    facts: dict[str, Any] = {"field": f"{hidden.record._meta.label_lower}.{hidden.name}", "row": hidden.record.pk}
    record("reveal", startup, by=by, note=redacted(words), reason=reason, **facts)
    return hidden.value
