"""Who may do what with editions (lifecycles.md 2.1). Predicates take an Actor; the moves check persons once more."""

from __future__ import annotations

import rules

from incubator.accounts.permissions import is_finance, is_manager, is_officer, is_owner, reads_office

rules.add_perm("policy.view_edition", reads_office)
rules.add_perm("policy.edit_edition", is_officer | is_manager)
rules.add_perm("policy.approve_edition", is_owner | is_manager)
rules.add_perm("policy.withdraw_edition", is_owner)
rules.add_perm("policy.view_budget", reads_office)
rules.add_perm("policy.enter_budget", is_finance)
rules.add_perm("policy.confirm_budget", is_owner | is_manager)
rules.add_perm("policy.view_objection", is_owner | is_manager | is_finance | is_officer)
rules.add_perm("policy.file_objection", is_officer)
rules.add_perm("policy.move_objection", is_officer | is_manager | is_finance)
rules.add_perm("policy.view_decision", reads_office)
