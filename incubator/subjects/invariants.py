"""What must be true of erasures at any time."""

from incubator.journal.series import numbered
from incubator.subjects.models import Erasure

numbered("SC", lambda: Erasure.objects.exclude(number="").values_list("number", flat=True))
