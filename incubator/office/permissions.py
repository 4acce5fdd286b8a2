"""Who may see the operator's desk."""

import rules

from incubator.accounts.permissions import reads_office

rules.add_perm("office.view_desk", reads_office)
