"""The places of the startups' face."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from rules import has_perm

from incubator.core.navigation import Item
from incubator.notices.models import Notice


def places(request: Any) -> list[Item]:
    """What this person's roles open: a startup's home, subsidies, company, bills; mentoring; messages."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return []
    unread = Notice.objects.unread(request.user).count()
    return [
        *(of_startup(request) if has_perm("portal.view_home", actor) else []),
        *([Item(_("Mentoring"), at(request, "mentors:home"), "users")] if has_perm("mentors.meet", actor) else []),
        *([Item(_("Training"), at(request, "mentors:training"), "book")] if has_perm("mentors.join_course", actor) else []),
        *([Item(_("Judging"), at(request, "judging:desk"), "scale")] if has_perm("contests.score_entry", actor) else []),
        *([Item(_("Messages"), at(request, "inbox"), "chat", count=unread or None)] if has_perm("portal.read_inbox", actor) else []),
    ]


def of_startup(request: Any) -> list[Item]:
    """The places of founders and members."""
    return [
        Item(_("Home"), at(request, "home"), "home"),
        Item(_("Subsidies"), at(request, "subsidies:applications"), "receipt"),
        Item(_("Loan guarantees"), at(request, "guarantees:cases"), "shield"),
        Item(_("Book a space"), at(request, "bookings:search"), "calendar"),
        Item(_("Our money"), at(request, "subsidies:money"), "coins", current="/subsidies/money/" in request.path),
        Item(_("Our company"), at(request, "tenants:company"), "building"),
        Item(_("Bills"), at(request, "bills:bills"), "receipt"),
        Item(_("Invoices and slips"), at(request, "billing:fapiao-list"), "wallet"),
        Item(_("Contests and events"), at(request, "contests:own"), "star"),
    ]


def at(request: Any, name: str) -> str:
    return reverse(f"portal:{name}", args=[request.organisation.slug])
