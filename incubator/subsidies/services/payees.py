"""The corrected account of a returned payment: the payee enters it, an officer compares it with the bank's paper."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError
from incubator.subsidies.models import SubsidyApplication
from incubator.subsidies.payees import account_of
from incubator.subsidies.services.sources import enter_account, verify_payee
from incubator.tenants.models import Startup
from incubator.tenants.services import change_startup, verify_account


@transaction.atomic
def enter_corrected(application: SubsidyApplication, *, bank_name: str, bank_account: str, by: Actor) -> Any:
    """The payee enters another account; it is verified anew before anything is paid to it."""
    if application.founder_id or application.investor_id:
        return enter_account(founder=application.founder, investor=application.investor, bank_name=bank_name, bank_account=bank_account, by=by)
    startup = Startup.objects.get(pk=application.startup_id)
    if startup.bank_account == bank_account:
        raise BusinessError(_("This is the account to which the bank could not pay. Enter another one."), field="bank_account")
    return change_startup(startup, by=by, version=startup.version, bank_name=bank_name, bank_account=bank_account)


@transaction.atomic
def verify_corrected(application: SubsidyApplication, *, typed: str, by: Actor) -> None:
    """An officer who did not enter it types the number again from the bank's own paper. A verified account stays so.

    Raises BusinessError at `typed` where the numbers differ, NotAllowed for the person who entered it."""
    account = account_of(application)
    if account is not None:
        if account.verified_by_id is None:
            verify_payee(account, typed=typed, by=by)
        return
    startup = application.startup
    if startup is None:
        raise BusinessError(_("The organisation's own account is kept under Settings."))
    if startup.bank_account != typed:
        raise BusinessError(_("The number is not the one that was entered. Compare it with the bank's paper; ask the payee to correct it if need be."), field="typed")
    if not startup.account_is_verified:
        verify_account(startup, by=by, method=str(_("Typed again from the bank's own paper after a returned payment")))
