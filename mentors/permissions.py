"""Who may do what with mentors and training. Predicates take an Actor."""

from __future__ import annotations

import rules

from incubator.accounts.permissions import (
    is_finance,
    is_founder,
    is_manager,
    is_mentor,
    is_officer,
    is_owner,
    is_viewer,
    reads_office,
    works_for_startup,
)

rules.add_perm("mentors.read_mentors", reads_office)
rules.add_perm("mentors.keep_mentors", is_owner | is_manager | is_officer)
rules.add_perm("mentors.approve_mentor", is_owner | is_manager)
rules.add_perm("mentors.enter_account", is_owner | is_manager | is_officer | is_finance)
rules.add_perm("mentors.read_honoraria", is_owner | is_manager | is_finance | is_viewer)
rules.add_perm("mentors.prepare_honoraria", is_finance)
rules.add_perm("mentors.move_honoraria", is_owner | is_manager | is_finance)
rules.add_perm("mentors.read_courses", reads_office)
rules.add_perm("mentors.keep_courses", is_owner | is_manager | is_officer)

rules.add_perm("mentors.serve", is_mentor)
rules.add_perm("mentors.read_own_need", works_for_startup)
rules.add_perm("mentors.state_need", is_founder)
rules.add_perm("mentors.meet", is_mentor | works_for_startup)
rules.add_perm("mentors.join_course", works_for_startup)
