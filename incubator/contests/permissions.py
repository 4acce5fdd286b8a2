"""Who may do what with contests and events."""

from __future__ import annotations

import rules

from incubator.accounts.permissions import (
    is_judge,
    is_manager,
    is_officer,
    is_operator,
    reads_office,
    works_for_startup,
)

rules.add_perm("contests.read_contest", reads_office)
rules.add_perm("contests.edit_contest", is_manager | is_officer)
rules.add_perm("contests.move_contest", is_operator)
rules.add_perm("contests.manage_jury", is_manager)
rules.add_perm("contests.screen_entry", is_officer)
rules.add_perm("contests.score_entry", is_judge)
rules.add_perm("contests.view_own_entries", works_for_startup)
rules.add_perm("contests.edit_event", is_manager | is_officer)
rules.add_perm("contests.check_in", is_operator)
