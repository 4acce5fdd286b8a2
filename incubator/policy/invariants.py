"""What must be true of budgets at any time."""

from django.utils.translation import gettext_lazy as _

from incubator.core.invariants import invariant
from incubator.journal.series import numbered
from incubator.policy.models import BudgetEntry, BudgetLine, Objection


@invariant("policy.budget_line", _("The figures of a budget line are the sums of its entries, and none is overspent"))
def lines_beside_their_entries() -> int:
    """Lines whose figures differ from their entries, or that hold less than nothing in a bucket."""
    broken, by_line = 0, BudgetEntry.objects.sums_by("line_id")
    for line in BudgetLine.objects.all():
        sums = by_line[line.pk,]
        same = (-sums["outside"], sums["committed"], sums["paid"]) == (line.appropriated, line.committed, line.paid)
        broken += not same or min(line.available, line.committed, line.paid) < 0
    return broken


@invariant("policy.budget_case", _("No case holds less than nothing in a budget"))
def cases_below_zero() -> int:
    """Cases from which more was paid, released or returned than they held."""
    held = BudgetEntry.objects.exclude(subject_id=None).sums_by("subject_type", "subject_id")
    return sum(min(sums["committed"], sums["paid"]) < 0 for sums in held.values())


numbered("objection", lambda: Objection.objects.exclude(number="").values_list("number", flat=True))
