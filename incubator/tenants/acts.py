"""What happened to a startup, in the reader's words: the labels of its timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incubator.journal.timeline import labels_of
from incubator.tenants.states import AGREEMENT_MOVES, STARTUP_MOVES

ACT_LABELS = {
    **labels_of(
        "tenants.startup", STARTUP_MOVES,
        register=_("Startup registered"), change=_("Data corrected"), verify_account=_("Payee account verified"),
        add_founder=_("Person added"), withdraw_document=_("Paper taken out of the vault"),
        reveal=_("Personal data shown in full"),
    ),
    **labels_of("tenants.agreement", AGREEMENT_MOVES, draft=_("Agreement drafted")),
    **labels_of("documents.document", attach=_("Paper added")),
}  # fmt: skip
