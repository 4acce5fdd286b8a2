"""How long claims are kept, and what of a person they name."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.core.holdings import fields_of, stays
from incubator.core.personal import Outcome, Subject, keep
from incubator.subsidies.models import Claim, PayeeAccount, SubsidyApplication, SupportedPerson
from incubator.subsidies.states import RUNNING
from incubator.tenants.models import Founder

PUBLIC_MONEY = gettext_noop("account of public money (Accounting Archives Measures of 2015, table 1: vouchers 30 years)")
THIRTY_YEARS = gettext_noop("30 years after the year of the claim")
NAMED = gettext_noop("The paper of a claim names the person: it is sealed, and the account of public money rests on it.")
APPLIED = gettext_noop("The application belongs to the account of public money.")
OPEN_CASE = gettext_noop("An application of the startup is not decided yet and rests on this entry.")
UNTIL_DECIDED = gettext_noop("until the case is decided; ask again then")
YEARS = 30


def startups_of(subject: Subject) -> Any:
    return Founder.objects.filter(pk__in=subject.of("tenants.Founder")).values("startup")


def applications_naming(subject: Subject) -> Any:
    """Applications of the startups that the person founded or belongs to."""
    return SubsidyApplication.objects.filter(startup__in=startups_of(subject)).order_by("pk")


def claims_naming(subject: Subject) -> Any:
    """Sealed claims with an application of such a startup."""
    mine = Claim.objects.filter(lines__application__startup__in=startups_of(subject), sealed_text__isnull=False)
    return mine.distinct().order_by("pk")


def application_in_words(application: SubsidyApplication, subject: Subject) -> dict[str, Any]:
    return fields_of(application, ("number", "period", "state", "facts", "claimed"))


def claim_in_words(claim: Claim, subject: Subject) -> dict[str, Any]:
    """Number and quarter, and of the roster the rows that name the person; the others are about other people."""
    rows = [row for row in (claim.snapshot or {}).get("roster", []) if row.get("founder") == subject.name]
    names = ("name", "founder", "category", "certificate")
    said = [" · ".join(row[name] for name in names if row.get(name)) for row in rows]
    return fields_of(claim, ("number", "period")) | ({str(_("Roster")): "; ".join(said)} if said else {})


def papers_stay(rows: Any, why: str, moment: str) -> Outcome:
    """Nothing of a claim goes; until the end of the thirtieth year after the last of them."""
    found = list(rows)
    if not found:
        return Outcome()
    last = max((getattr(row, moment) or row.created_at) for row in found)
    return Outcome(stays=len(found), why=why, basis=PUBLIC_MONEY, until=f"{timezone.localtime(last).year + YEARS}-12-31")


def keep_claims(subject: Subject, really: bool) -> Outcome:
    return papers_stay(claims_naming(subject), NAMED, "sealed_at")


def keep_applications(subject: Subject, really: bool) -> Outcome:
    return papers_stay(applications_naming(subject), APPLIED, "submitted_at")


def open_case(founder: Founder) -> Outcome | None:
    """While an application of the startup runs, the roster still needs name, category and certificate."""
    if SubsidyApplication.objects.filter(startup=founder.startup_id, state__in=RUNNING).exists():
        return Outcome(stays=1, why=OPEN_CASE, basis=PUBLIC_MONEY, until=UNTIL_DECIDED)
    return None


def supported_as(subject: Subject) -> Any:
    """People for whom a subsidy is claimed, by the resident number that this organisation has of the person."""
    numbers = Founder.objects.filter(pk__in=subject.of("tenants.Founder")).exclude(resident_id_index="").values("resident_id_index")
    return SupportedPerson.objects.filter(resident_id_index__in=numbers).order_by("pk")


def paid_to(subject: Subject) -> Any:
    """Private accounts to which the person is paid."""
    return PayeeAccount.objects.filter(founder__in=subject.of("tenants.Founder")).order_by("pk")


stays("tenants.Founder", open_case)
keep("subsidies.Claim", "sealed_text", basis=PUBLIC_MONEY, period=THIRTY_YEARS, then=gettext_noop("kept: sealed and encrypted"),
     find=claims_naming, show=claim_in_words, erase=keep_claims)  # fmt: skip
keep("subsidies.SubsidyApplication", "facts", basis=PUBLIC_MONEY, period=THIRTY_YEARS, then=gettext_noop("kept with the claim"),
     find=applications_naming, show=application_in_words, erase=keep_applications)  # fmt: skip
keep("subsidies.BenefitKey", "digest", basis=gettext_noop("one person, one benefit"), period=gettext_noop("as long as the application"),
     then=gettext_noop("kept: a keyed digest"), nobody="a keyed digest, from which nobody can be read")  # fmt: skip
keep("subsidies.SupportedPerson", "name", "resident_id", "resident_id_index", basis=PUBLIC_MONEY,
     period=THIRTY_YEARS, then=gettext_noop("kept: the number is encrypted"), find=supported_as)  # fmt: skip
keep("subsidies.PayeeAccount", "bank_account", "bank_account_tail", basis=PUBLIC_MONEY,
     period=THIRTY_YEARS, then=gettext_noop("kept: encrypted"), find=paid_to)  # fmt: skip
