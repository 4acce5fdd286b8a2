"""Who may do what with invoices and slips. Predicates take an Actor."""

from __future__ import annotations

import rules

from incubator.accounts.permissions import (
    is_finance,
    is_manager,
    is_operator,
    is_owner,
    is_viewer,
    reads_office,
    works_for_startup,
)

rules.add_perm("billing.read_fapiao", reads_office)
rules.add_perm("billing.record_fapiao", is_operator)
rules.add_perm("billing.read_own_fapiao", works_for_startup)
rules.add_perm("billing.record_own_fapiao", works_for_startup)

rules.add_perm("billing.read_ledger", is_finance | is_manager | is_owner | is_viewer)
rules.add_perm("billing.propose_close", is_finance)
rules.add_perm("billing.close_period", is_manager | is_owner)
