"""Record what lines can stand on beside invoices: persons, activities, stages of a base, investments; and accounts of
payees outside, which a second person compares with the bank's paper."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.refusals import clash
from incubator.journal.services import lock, next_number, record
from incubator.subsidies.models import (
    Activity,
    ActivityCost,
    ApplicationLine,
    Investment,
    Investor,
    PayeeAccount,
    SiteStage,
    SubsidyApplication,
    SupportedPerson,
)


def next_code(series: str) -> str:
    """The next code of a series: RY-000012."""
    return f"{series}-{next_number(series):06d}"


@transaction.atomic
def add_person(application: SubsidyApplication, role: str, *, by: Actor, **fields: Any) -> SupportedPerson:
    """Record a person for whom a subsidy is claimed. Raises Conflict at `resident_id` for one who is recorded already."""
    person = SupportedPerson(
        role=role, startup=application.startup, code=next_code("RY"), recorded_by=by.user, **fields
    )
    with clash("supported_person_once", _("This person is recorded already with this first day."), field="resident_id"):
        person.save()
    record("add person", application, by=by, person=person.code, role=role)
    return person


@transaction.atomic
def add_activity(application: SubsidyApplication, *, invoices: Any, by: Actor, **fields: Any) -> Activity:
    """Record an activity with the paid invoices that it cost. Raises Conflict at `invoices` for one used by another."""
    activity = Activity.objects.create(site=application.site, code=next_code("HD"), recorded_by=by.user, **fields)
    with clash(
        "activity_cost_once", _("One of these invoices belongs to another activity. Choose again."), field="invoices"
    ):
        for fapiao in invoices:
            ActivityCost.objects.create(activity=activity, fapiao=fapiao)
    record("add activity", application, by=by, activity=activity.code)
    return activity


@transaction.atomic
def add_stage(application: SubsidyApplication, *, by: Actor, **fields: Any) -> SiteStage:
    """Record a stage that the site has reached. Raises Conflict at `stage` for one that is recorded already."""
    stage = SiteStage(site=application.site, recorded_by=by.user, **fields)
    with clash("site_stage_once", _("This stage of the site is recorded already."), field="stage"):
        stage.save()
    record("add stage", application, by=by, stage=stage.stage)
    return stage


@transaction.atomic
def add_investment(
    application: SubsidyApplication, *, investor: dict[str, str], account: dict[str, str], by: Actor, **fields: Any
) -> Investment:
    """Record what an investor paid into a startup. The first one says for which investor the application is.

    Raises BusinessError at `uscc` for another investor than the application's, Conflict for the same investment again."""
    body, _new = Investor.objects.get_or_create(
        uscc=investor["uscc"], defaults={"name": investor["name"], "recorded_by": by.user}
    )
    if application.investor_id not in {None, body.pk}:
        raise BusinessError(
            _("This application is for %(name)s. Start another one for another investor.")
            % {"name": application.investor},
            field="uscc",
        )
    application.investor = body
    application.save(update_fields=["investor"])
    investment = Investment(investor=body, code=next_code("TZ"), recorded_by=by.user, **fields)
    with clash("investment_once", _("This investment is recorded already."), field="amount"):
        investment.save()
    enter_account(by=by, investor=body, **account)
    record("add investment", application, by=by, investment=investment.code)
    return investment


@transaction.atomic
def remove_source(application: SubsidyApplication, source: Any, *, by: Actor) -> None:
    """Take out what was recorded by mistake, with the lines of this draft that stand on it.

    Raises Conflict where another application stands on it: then it stays as it was claimed."""
    name = source._meta.verbose_name
    for column in ApplicationLine.SOURCES:
        if ApplicationLine._meta.get_field(column).remote_field.model is type(source):
            application.lines.filter(**{column: source}).delete()
    about = str(source)
    try:
        with transaction.atomic():
            source.delete()
    except ProtectedError as error:
        raise Conflict(_("“%(name)s” is claimed in another application and stays as it is.") % {"name": about}) from error
    record("remove source", application, by=by, note=f"{name} {getattr(source, 'code', '')}".strip())


@transaction.atomic
def enter_account(
    *, bank_name: str, bank_account: str, by: Actor, founder: Any = None, investor: Any = None
) -> PayeeAccount:
    """Enter the account of a payee outside. Another account than before must be verified anew."""
    account = PayeeAccount.objects.filter(founder=founder, investor=investor).first() or PayeeAccount(
        founder=founder, investor=investor
    )
    if (account.bank_name, account.bank_account) != (bank_name, bank_account):
        account.bank_name, account.bank_account = bank_name, bank_account
        account.entered_by, account.verified_by, account.verified_on = by.user, None, None
        account.save()
        record("enter account", account, by=by, tail=account.bank_account_tail)
    return account


@transaction.atomic
def verify_payee(account: PayeeAccount, *, typed: str, by: Actor) -> PayeeAccount:
    """Confirm an account by typing it again from the bank's own paper.

    Raises NotAllowed for the person who entered it (four eyes), BusinessError at `typed` where the numbers differ."""
    locked = lock(account)
    if by.user is None or locked.entered_by_id == by.user.pk:
        raise NotAllowed(_("You entered this account, so another person must verify it (four eyes)."))
    if typed != locked.bank_account:
        raise BusinessError(
            _(
                "The number is not the one that was entered. Compare it with the bank's paper; ask the payee to correct it if need be."
            ),
            field="typed",
        )
    locked.verified_by, locked.verified_on = by.user, timezone.localdate()
    locked.save()
    record("verify account", locked, by=by, tail=locked.bank_account_tail)
    return locked
