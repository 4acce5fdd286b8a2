"""What happened to a lease, in the reader's words: the labels of its timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incubator.journal.timeline import labels_of
from spaces.states import LEASE_MOVES

ACT_LABELS = labels_of("spaces.lease", LEASE_MOVES, draft=_("Lease drafted"), change=_("Draft changed"))
