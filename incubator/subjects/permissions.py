"""Who may act on people's rights over their data."""

from __future__ import annotations

import rules

from incubator.accounts.permissions import is_manager, is_owner

rules.add_perm("subjects.serve_person", is_owner)
rules.add_perm("subjects.move_erasure", is_owner | is_manager)
