"""What happened to an invoice, in the reader's words: the labels of its timeline. A slip belongs to its invoice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incubator.journal.timeline import labels_of

ACT_LABELS = labels_of("billing.fapiao", record_fapiao=_("Invoice recorded"))
