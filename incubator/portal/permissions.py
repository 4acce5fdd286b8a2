"""Who may see the startup's home."""

import rules

from incubator.accounts.permissions import works_for_startup

rules.add_perm("portal.view_home", works_for_startup)
