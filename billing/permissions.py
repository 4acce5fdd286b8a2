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
rules.add_perm("billing.read_bank", is_finance | is_manager | is_owner | is_viewer)
rules.add_perm("billing.import_statement", is_finance)
rules.add_perm("billing.match_line", is_finance)
rules.add_perm("billing.confirm_match", is_manager | is_owner)
rules.add_perm("billing.propose_close", is_finance)
rules.add_perm("billing.close_period", is_manager | is_owner)

rules.add_perm("billing.read_bills", reads_office)
rules.add_perm("billing.run_bills", is_finance)
rules.add_perm("billing.issue_bill", is_finance)
rules.add_perm("billing.settle_credit", is_manager | is_owner)
rules.add_perm("billing.write_off", is_owner)
rules.add_perm("billing.draft_tax_rule", is_finance)
rules.add_perm("billing.verify_tax_rule", is_manager | is_owner)
rules.add_perm("billing.change_settings", is_owner)
rules.add_perm("billing.read_own_bills", works_for_startup)
rules.add_perm("billing.pay_own_bill", works_for_startup)
rules.add_perm("billing.request_refund", is_finance)
rules.add_perm("billing.settle_refund", is_manager | is_owner)
rules.add_perm("billing.keep_gateway", is_owner)
rules.add_perm("billing.keep_deposits", is_finance)
rules.add_perm("billing.settle_deposit", is_manager | is_owner)
rules.add_perm("billing.use_credit", is_finance)
rules.add_perm("billing.issue_letter", is_operator)
rules.add_perm("billing.bill_late_fee", is_finance)
rules.add_perm("billing.waive_late_fee", is_manager | is_owner)
