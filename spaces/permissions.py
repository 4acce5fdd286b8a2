"""Who may do what with spaces and leases (lifecycles.md 2.1). Predicates take an Actor."""

from __future__ import annotations

import rules

from incubator.accounts.permissions import is_manager, is_officer, is_owner, reads_office, works_for_startup

rules.add_perm("spaces.read_spaces", reads_office)
rules.add_perm("spaces.change_spaces", is_owner | is_manager | is_officer)
rules.add_perm("spaces.change_head_lease", is_owner | is_manager)
rules.add_perm("spaces.read_leases", reads_office)
rules.add_perm("spaces.draft_lease", is_manager | is_officer)
rules.add_perm("spaces.move_lease", is_manager)
rules.add_perm("spaces.book", works_for_startup)
rules.add_perm("spaces.read_bookings", reads_office)
rules.add_perm("spaces.run_bookings", is_manager | is_officer)
rules.add_perm("spaces.change_resources", is_owner | is_manager | is_officer)
