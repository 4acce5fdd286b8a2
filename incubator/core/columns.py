"""Columns that many tables have: who did it, how many yuan; and the range of two days for an exclusion constraint."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models


class DateRange(models.Func):
    """The PostgreSQL range of two day columns."""

    function = "DATERANGE"
    output_field = DateRangeField()


def person(label: Any = None, **options: Any) -> models.ForeignKey[Any, Any]:
    """A person who signed a step; kept when the account is closed."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=label, **options)


def yuan_field(label: Any, **options: Any) -> models.DecimalField[Any, Any]:
    """An amount or price in yuan with two decimals."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, **options)
