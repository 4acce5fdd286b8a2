"""Who may do what with guarantees. Which act is possible in which state stands in states.py."""

from __future__ import annotations

import rules

from incubator.accounts.permissions import (
    is_finance,
    is_founder,
    is_manager,
    is_operator,
    is_owner,
    reads_office,
    works_for_startup,
)

rules.add_perm("guarantees.view_register", reads_office)
rules.add_perm("guarantees.vote", is_operator)
rules.add_perm("guarantees.open_fund", is_owner)
rules.add_perm("guarantees.enter_money", is_finance)
rules.add_perm("guarantees.confirm_money", is_owner | is_manager)
rules.add_perm("guarantees.view_own", works_for_startup)
rules.add_perm("guarantees.apply", works_for_startup)
rules.add_perm("guarantees.send", is_founder)
