"""Who may do what with subsidies (lifecycles.md 2.2). Which act is possible in which state stands in states.py."""

from __future__ import annotations

import rules

from incubator.accounts.permissions import (
    is_finance,
    is_founder,
    is_manager,
    is_officer,
    is_owner,
    reads_office,
    works_for_startup,
)

rules.add_perm("subsidies.view_desk", reads_office)
rules.add_perm("subsidies.view_application", reads_office)
rules.add_perm("subsidies.check_application", is_officer)
rules.add_perm("subsidies.move_application", is_officer | is_manager | is_finance)
rules.add_perm("subsidies.apply_for_site", is_officer)
rules.add_perm("subsidies.verify_payee", is_officer | is_manager | is_finance)
rules.add_perm("subsidies.view_claim", reads_office)
rules.add_perm("subsidies.build_claim", is_finance)
rules.add_perm("subsidies.move_claim", is_finance | is_manager | is_owner)
rules.add_perm("subsidies.view_own", works_for_startup)
rules.add_perm("subsidies.apply", works_for_startup)
rules.add_perm("subsidies.send", is_founder)
rules.add_perm("subsidies.view_payout", reads_office)
rules.add_perm("subsidies.order_payout", is_finance)
rules.add_perm("subsidies.bank_file", is_finance)
rules.add_perm("subsidies.move_payout", is_finance | is_manager | is_owner | is_officer)
rules.add_perm("subsidies.open_clawback", is_officer)
rules.add_perm("subsidies.move_clawback", is_finance | is_manager | is_owner)
