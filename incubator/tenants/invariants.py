"""What must be true of startups at any time."""

from incubator.journal.series import numbered
from incubator.tenants.models import Agreement

numbered("XY", lambda: Agreement.objects.exclude(number="").values_list("number", flat=True))
