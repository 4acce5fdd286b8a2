"""What must be true of claims at any time."""

from decimal import Decimal

from django.db.models import DecimalField, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from incubator.core.invariants import invariant
from incubator.journal.series import numbered
from incubator.subsidies.models import Claim, Clawback, ResultNotice, SubsidyApplication

ZERO = Decimal("0.00")


@invariant("subsidies.claim_total", _("The total of a claim is the sum of its lines"))
def claims_with_another_total() -> int:
    """Claims whose standing lines add up to something else. A claim that gave all its lines back keeps its total."""
    summed = Coalesce(Sum("lines__amount", filter=Q(lines__released_at=None)), ZERO, output_field=DecimalField())
    return Claim.objects.annotate(summed=summed).exclude(summed=ZERO).exclude(summed=F("total")).count()


numbered("SQ", lambda: SubsidyApplication.objects.exclude(number="").values_list("number", flat=True))
numbered("claim", lambda: Claim.objects.exclude(number="").values_list("number", flat=True))
numbered("result", lambda: ResultNotice.objects.values_list("number", flat=True))
numbered("clawback", lambda: Clawback.objects.exclude(number="").values_list("number", flat=True))
