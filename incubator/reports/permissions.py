"""Who reads reports, and who freezes and signs the figures of a month. Two people: see states.py and the constraint."""

from __future__ import annotations

import rules

from incubator.accounts.permissions import is_finance, is_manager, is_owner, is_viewer

rules.add_perm("reports.view_report", is_owner | is_manager | is_finance | is_viewer)
rules.add_perm("reports.freeze_month", is_owner | is_manager | is_finance)
rules.add_perm("reports.sign_month", is_owner | is_manager)
