"""Who is paid under an application, and whether a second person has compared the account with the bank's paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from incubator.subsidies.models import PayeeAccount, SubsidyApplication


@dataclass(frozen=True)
class PayeeParty:
    """Name, bank, account and its last four digits. `verified`: a second person has compared it."""

    name: str
    bank: str
    number: str
    tail: str
    verified: bool

    def as_facts(self) -> dict[str, str]:
        """What the application keeps: never the whole number."""
        return {"name": self.name, "bank": self.bank, "account_tail": self.tail}


def payee_of(application: SubsidyApplication) -> PayeeParty:
    """The founder as a person, the investor, the startup, or the organisation itself."""
    outside = application.founder or application.investor
    if outside is not None:
        return of_account(outside, account_of(application))
    owner: Any = application.startup or application.organisation
    verified = owner.account_is_verified if application.startup else bool(owner.bank_account_tail)
    return PayeeParty(owner.name, owner.bank_name, owner.bank_account, owner.bank_account_tail, verified)


def account_of(application: SubsidyApplication) -> PayeeAccount | None:
    """The private account under an application; None where a startup or the organisation is paid."""
    if application.founder_id is None and application.investor_id is None:
        return None
    return PayeeAccount.objects.filter(founder=application.founder_id, investor=application.investor_id).first()


def of_account(owner: Any, account: PayeeAccount | None) -> PayeeParty:
    """A payee who is no company here."""
    if account is None:
        return PayeeParty(owner.name, "", "", "", verified=False)
    return PayeeParty(owner.name, account.bank_name, account.bank_account, account.bank_account_tail, account.verified_by_id is not None)
