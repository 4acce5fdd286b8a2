"""Who may search what happened. Those who answer for the house, and those who look over its shoulder."""

import rules

from incubator.accounts.permissions import is_manager, is_owner, is_viewer

rules.add_perm("journal.read_audit", is_owner | is_manager | is_viewer)
rules.add_perm("journal.read_sign_ins", is_owner)
