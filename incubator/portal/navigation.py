"""The places of the startups' face."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from incubator.core.navigation import Item
from incubator.notices.models import Notice


def places(request: Any) -> list[Item]:
    """Home, subsidies, company, invoices, messages."""
    if getattr(request, "actor", None) is None:
        return []
    unread = Notice.objects.unread(request.user).count()
    return [
        Item(_("Home"), at(request, "home"), "home"),
        Item(_("Subsidies"), at(request, "subsidies:applications"), "receipt"),
        Item(_("Our money"), at(request, "subsidies:money"), "coins", current="/subsidies/money/" in request.path),
        Item(_("Our company"), at(request, "tenants:company"), "building"),
        Item(_("Bills"), at(request, "bills:bills"), "receipt"),
        Item(_("Invoices and slips"), at(request, "billing:fapiao-list"), "wallet"),
        Item(_("Messages"), at(request, "inbox"), "chat", count=unread or None),
    ]


def at(request: Any, name: str) -> str:
    return reverse(f"portal:{name}", args=[request.organisation.slug])
