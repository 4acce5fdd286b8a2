"""Who may do what with startups (lifecycles.md 1). Predicates take an Actor."""

from __future__ import annotations

import rules

from incubator.accounts.permissions import (
    is_finance,
    is_founder,
    is_manager,
    is_officer,
    is_operator,
    is_owner,
    reads_office,
    works_for_startup,
)

may_read_category = is_operator | works_for_startup

rules.add_perm("tenants.read_startups", reads_office)
rules.add_perm("tenants.read_category", may_read_category)
rules.add_perm("tenants.register_startup", is_owner | is_manager | is_officer)
rules.add_perm("tenants.change_startup", is_owner | is_manager | is_officer)
rules.add_perm("tenants.enter_account", is_operator)
rules.add_perm("tenants.reveal_personal", is_owner | is_finance | is_officer)
rules.add_perm("tenants.verify_account", is_owner | is_manager | is_finance)
rules.add_perm("tenants.draft_agreement", is_manager | is_officer)
rules.add_perm("tenants.move_agreement", is_manager | is_officer)
rules.add_perm("tenants.add_document", is_operator)
rules.add_perm("tenants.read_document", reads_office)

rules.add_perm("tenants.read_own_company", works_for_startup)
rules.add_perm("tenants.change_own_contact", is_founder)
rules.add_perm("tenants.add_own_document", works_for_startup)
