"""Named reads of frozen months."""

from __future__ import annotations

from typing import Any

from django.db import models


class FrozenMonthQuerySet(models.QuerySet[Any]):
    def for_pages(self) -> Any:
        return self.select_related("proposer", "signer", "replaces")

    def waiting(self) -> Any:
        """Frozen, and waiting for the second person."""
        return self.filter(state="proposed")

    def standing(self) -> Any:
        """Of each month the version that counts: the last one that two people signed, the newest month first."""
        later = self.model.objects.filter(month=models.OuterRef("month"), state="signed", revision__gt=models.OuterRef("revision"))
        return self.filter(~models.Exists(later), state="signed").order_by("-month")
