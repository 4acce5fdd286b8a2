"""What the clock does, it does for every organisation, each in its own context and transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from incubator.accounts.actors import Actor, system
from incubator.accounts.models import Organisation
from incubator.core.scoping import organisation_context

logger = logging.getLogger(__name__)


def for_every_organisation(act: Callable[[Actor], Any]) -> None:
    """Run `act` with the product itself as actor. One organisation's failure is logged and stops no other."""
    for organisation in Organisation.objects.order_by("pk"):
        try:
            with organisation_context(organisation):
                act(system(organisation))
        except Exception:
            logger.exception("%s failed for organisation %s", getattr(act, "__name__", act), organisation.pk)
