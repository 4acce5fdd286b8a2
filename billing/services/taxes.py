"""Tax rules as dated data: drafted by one person, verified by another; and the settings of billing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models import BillingSettings, TaxRule
from incubator.accounts.actors import Actor
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.refusals import clash
from incubator.journal.services import lock, record


@transaction.atomic
def draft_rule(*, by: Actor, **fields: Any) -> TaxRule:
    """Write a tax rule down; it counts once another person verified it.

    Raises BusinessError at `rate` for an exempt kind with a rate, at `valid_to` for an end before the start."""
    if fields["method"] in {"exempt", "out_of_scope"} and fields["rate"]:
        raise BusinessError(_("What is exempt or not taxed has the rate 0."), field="rate")
    if fields.get("valid_to") and fields["valid_to"] < fields["valid_from"]:
        raise BusinessError(_("The last day lies before the first. Change one of them."), field="valid_to")
    rule = TaxRule.objects.create(drafter=by.user, **fields)
    record("draft_rule", rule, by=by)
    return rule


@transaction.atomic
def verify_rule(rule: TaxRule, *, by: Actor) -> TaxRule:
    """The second person has compared the rule with the law. An open rule of the kind ends on the day before it.

    Raises NotAllowed for its drafter, Conflict when it is verified already or days of it are ruled otherwise."""
    locked = lock(rule)
    if locked.verifier_id is not None:
        raise Conflict(_("This rule is verified already."))
    if by.user is None or locked.drafter_id == by.user.pk:
        raise NotAllowed(_("You drafted this rule, so another person must verify it (four eyes)."))
    before = TaxRule.objects.filter(kind=locked.kind, verifier__isnull=False, valid_to=None, valid_from__lt=locked.valid_from).first()
    if before is not None:
        before.valid_to = locked.valid_from - timedelta(days=1)
        before.save(update_fields=["valid_to"])
        record("end_rule", before, by=by)
    locked.verifier, locked.verified_at = by.user, timezone.now()
    with clash("tax_rule_no_overlap", _("Another verified rule covers some of these days. Change the days of this one.")):
        locked.save()
    record("verify_rule", locked, by=by)
    return locked


@transaction.atomic
def change_settings(*, single_limit: Decimal, due_day: int, version: int, by: Actor) -> BillingSettings:
    """Change how this organisation bills. Raises Conflict when somebody saved in between."""
    BillingSettings.objects.get_or_create()
    kept = BillingSettings.objects.select_for_update(no_key=True).get()
    if kept.version != version:
        raise Conflict(_("Somebody has changed the settings since you opened them. Compare and save again."), code="stale")
    kept.single_limit, kept.due_day, kept.version = single_limit, due_day, kept.version + 1
    kept.save()
    record("change_settings", kept, by=by, single_limit=str(single_limit), due_day=due_day)
    return kept


def settings_now() -> BillingSettings:
    """The settings as they stand; the shipped ones when nobody changed them."""
    return BillingSettings.objects.first() or BillingSettings()


def missing_on(day: date) -> list[str]:
    """Kinds of charge that leases have and no verified rule covers on this day."""
    from billing.models import ChargeKind
    from billing.services.bills import rule_for

    return [str(kind.label) for kind in (ChargeKind.RENT, ChargeKind.PROPERTY_FEE, ChargeKind.BROADBAND, ChargeKind.SOFTWARE, ChargeKind.SERVICE) if rule_for(kind, day) is None]
