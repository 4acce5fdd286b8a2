"""The places of the operators' face."""

from __future__ import annotations

from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from incubator.accounts.roles import Role
from incubator.core.navigation import Item
from incubator.subsidies.models import SubsidyApplication


def places(request: Any) -> list[Item]:
    """Desk, startups, subsidies, spaces, costs, policy: what there is, in the order of daily use."""
    if getattr(request, "actor", None) is None:
        return []
    waiting = waiting_count(request)
    found = [
        Item(_("Desk"), at(request, "home"), "home"),
        Item(_("Startups"), at(request, "tenants:startups"), "users"),
        Item(_("Subsidies"), at(request, "subsidies:desk"), "receipt", count=waiting or None),
        Item(_("Loan guarantees"), at(request, "guarantees:register"), "shield"),
        Item(_("Mentors and training"), at(request, "mentors:mentors"), "users"),
        Item(_("Spaces and leases"), at(request, "spaces:grid"), "building", current="/spaces/" in request.path),
        Item(_("Bookings"), at(request, "bookings:calendar"), "calendar"),
        Item(_("Bills"), at(request, "bills:bills"), "receipt"),
        Item(_("Invoices and slips"), at(request, "billing:fapiao-list"), "wallet"),
        *([Item(_("Bank"), at(request, "bank:health"), "wallet")] if rules.has_perm("billing.read_bank", request.actor) else []),
        *([Item(_("Ledger"), at(request, "ledger:books"), "coins")] if rules.has_perm("billing.read_ledger", request.actor) else []),
        Item(_("Contests and events"), at(request, "contests:contests"), "star", current="/contests/" in request.path or "/events/" in request.path),
        Item(_("Policy desk"), at(request, "policy:editions"), "book"),
        *([Item(_("Reports"), at(request, "reports:overview"), "chart")] if rules.has_perm("reports.view_report", request.actor) else []),
        Item(_("Messages"), at(request, "inbox"), "chat"),
        Item(_("Settings"), at(request, "accounts:people" if Role.OWNER in request.actor.roles else "accounts:roles"), "settings", current="/settings/" in request.path),
    ]
    if rules.has_perm("journal.read_audit", request.actor):
        found.insert(-1, Item(_("Audit"), at(request, "audit"), "shield"))
    return found


def at(request: Any, name: str) -> str:
    return reverse(f"office:{name}", args=[request.organisation.slug])


def waiting_count(request: Any) -> int:
    """How many applications wait for this person."""
    seen, roles = SubsidyApplication.objects.visible_to(request.actor), request.actor.roles
    count = seen.awaiting_officer().count() if Role.OFFICER in roles else 0
    return count + (seen.awaiting_endorsement().count() if Role.MANAGER in roles else 0)
