"""What must be true of leases at any time."""

from incubator.journal.series import numbered
from spaces.models import Lease

numbered("HT", lambda: Lease.objects.exclude(number="").values_list("number", flat=True))
