"""What must be true of numbers at any time."""

from django.utils.translation import gettext_lazy as _

from incubator.core.invariants import invariant
from incubator.journal.models import Counter
from incubator.journal.series import gaps_and_doubles, known_series


@invariant("journal.numbers", _("Every series of numbers runs from 1 without a gap"))
def numbers_missing_or_double() -> int:
    return sum(gaps_and_doubles(series, dict(Counter.objects.filter(series=series).values_list("year", "value"))) for series in known_series())
