"""What the pages show of a vault."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from incubator.core.listing import asked_choice
from incubator.tenants.models import StartupDocument


def vault_of(request: HttpRequest, papers: Iterable[StartupDocument]) -> dict[str, Any]:
    """For the template: the papers, all or only those that expire (`?papers=expiring`), and how many there are."""
    everything = list(papers)
    soon = [paper for paper in everything if paper.document.expires_soon]
    only_soon = asked_choice(request, "papers", ["expiring"]) == "expiring"
    return {
        "papers": soon if only_soon else everything,
        "papers_all": len(everything),
        "papers_soon": len(soon),
        "papers_only_soon": only_soon,
    }
