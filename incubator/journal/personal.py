"""How long the record of acts is kept."""

from __future__ import annotations

from incubator.core.personal import keep

AUDIT = "audit: user, event, time, object, result"
keep("journal.Entry", "user", "subject_name", "note", "facts", basis=AUDIT, period="6 months at least", then="kept: append-only")
keep("journal.SecurityEvent", "user", "typed", "client_ip", "agent", basis=AUDIT, period="6 months at least", then="kept: append-only")
