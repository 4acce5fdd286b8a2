"""How a person is known to an organisation: from an account, a founder's entry or a contact to all that is the same person.

Nothing here trusts a number that an organisation typed beyond that organisation: a resident number entered by one
customer must not open the data of another (docs/decisions/0057)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils.translation import gettext_noop

from incubator.accounts.models import User
from incubator.core.holdings import fields_of, held_back
from incubator.core.personal import Outcome, Subject
from incubator.documents.models import Document, DocumentKind
from incubator.tenants.models import Category, Founder, Startup

PUBLIC_REGISTER = gettext_noop("The name of the legal representative stands in the public register of firms.")
REGISTER_BASIS = gettext_noop("public register of firms")
UNTIL_LEAVING = gettext_noop("while the startup is on file")


def subject_of(*, user: User | None = None, founder: Founder | None = None, contact: Startup | None = None, pseudonym: str = "") -> Subject:
    """Everything by which this organisation knows the person. Call it inside the organisation's context."""
    user = user or (founder.user if founder else None)
    people = same_person(user, founder)
    emails = {user.email, *EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)} if user else set()
    phones = {str(row.phone) for row in people if row.phone}
    name = founder.name if founder else user.name if user else contact.contact_name if contact else ""
    if contact:
        emails |= {contact.contact_email} - {""}
        phones |= {str(contact.contact_phone)} - {""}
    firms = [contact, *known_as_contact(name, emails, phones)] if contact else known_as_contact(name, emails, phones)
    rows = {
        "tenants.Founder": frozenset(row.pk for row in people),
        "tenants.Startup": frozenset(firm.pk for firm in firms),
        "documents.Document": frozenset(proofs_of(people)),
    }
    return Subject(name, user, frozenset(emails), frozenset(phones), rows, pseudonym)


def same_person(user: Any, founder: Founder | None) -> list[Founder]:
    """The entry, those of the same account, and those with the same resident number in this organisation."""
    wanted = Q(pk=founder.pk) if founder else Q(pk__in=())
    if user:
        wanted |= Q(user=user)
    found = list(Founder.objects.filter(wanted))
    numbers = {row.resident_id_index for row in found} - {""}
    return list(Founder.objects.filter(wanted | Q(resident_id_index__in=numbers)).select_related("startup", "user").order_by("pk"))


def known_as_contact(name: str, emails: set[str], phones: set[str]) -> list[Startup]:
    """Startups whose contact has an address or a number of the person; the same name alone may be somebody else."""
    rows = Startup.objects.exclude(contact_name="", contact_email="")
    return [row for row in rows if row.contact_email in emails - {""} or (row.contact_phone and str(row.contact_phone) in phones and row.contact_name == name)]


def proofs_of(people: Iterable[Founder]) -> list[int]:
    """Proofs of the person's category, where nobody else of the startup has one that they could be about."""
    found: list[int] = []
    for founder in people:
        others = Founder.objects.filter(startup=founder.startup).exclude(pk=founder.pk).exclude(category=Category.NONE)
        if founder.category != Category.NONE and not others.exists():
            papers = Document.objects.filter(kind=DocumentKind.CATEGORY_PROOF, pk__in=founder.startup.vault.values("document"))
            found += papers.values_list("pk", flat=True)
    return found


def founders(subject: Subject) -> Any:
    return Founder.objects.filter(pk__in=subject.of("tenants.Founder")).select_related("startup").order_by("pk")


def founder_in_words(founder: Founder, subject: Subject) -> dict[str, Any]:
    names = ("name", "role", "share", "category", "category_number", "category_valid_to", "resident_id", "phone")
    return {str(Startup._meta.verbose_name): founder.startup.name} | fields_of(founder, names)


def erase_founders(subject: Subject, really: bool) -> Outcome:
    """The entry stays as a pseudonym with its share, unless a case that is not decided names the person."""
    goes, kept = 0, []
    for founder in founders(subject):
        reason = held_back(founder)
        if reason:
            kept.append(reason)
            continue
        goes += 1
        if really:
            founder.name, founder.user, founder.phone, founder.resident_id = subject.pseudonym, None, "", ""
            founder.category, founder.category_number, founder.category_valid_to = Category.NONE, "", None
            founder.save()
    reason = kept[0] if kept else Outcome()
    return Outcome(goes, len(kept), reason.why, reason.basis, reason.until)


def contacts(subject: Subject) -> Any:
    """Startups whose contact or legal representative the person is."""
    represented = Founder.objects.filter(pk__in=subject.of("tenants.Founder"), name=subject.name).values("startup")
    wanted = Q(pk__in=subject.of("tenants.Startup")) | Q(pk__in=represented, legal_representative=subject.name)
    return Startup.objects.filter(wanted).order_by("pk")


def contact_in_words(startup: Startup, subject: Subject) -> dict[str, Any]:
    names = ["name"]
    names += ["contact_name", "contact_phone", "contact_email"] if startup.pk in subject.of("tenants.Startup") else []
    names += ["legal_representative"] if startup.legal_representative == subject.name else []
    return fields_of(startup, names)


def erase_contacts(subject: Subject, really: bool) -> Outcome:
    """Name, telephone and address of the contact go; a legal representative is named by the public register."""
    goes = stays = 0
    for startup in contacts(subject):
        stays += startup.legal_representative == subject.name
        if startup.pk in subject.of("tenants.Startup"):
            goes += 1
            if really:
                startup.contact_name = startup.contact_phone = startup.contact_email = ""
                startup.version += 1
                startup.save()
    return Outcome(goes, stays, PUBLIC_REGISTER, REGISTER_BASIS, UNTIL_LEAVING) if stays else Outcome(goes)
