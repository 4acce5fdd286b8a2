"""Who may see the startup's home, and messages in the portal."""

import rules

from incubator.accounts.permissions import is_judge, is_mentor, works_for_startup

rules.add_perm("portal.view_home", works_for_startup)
rules.add_perm("portal.read_inbox", works_for_startup | is_mentor | is_judge)
