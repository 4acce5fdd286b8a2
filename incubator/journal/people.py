"""What is done to people and invitations. Their app lies below the journal, so it tells, and this listens."""

from __future__ import annotations

from typing import Any

from incubator.accounts.models import Membership
from incubator.accounts.services import acted
from incubator.core.redaction import redacted
from incubator.journal.services import record


def listen() -> None:
    acted.connect(write, dispatch_uid="journal.people")


def write(sender: Any, *, act: str, subject: Any, by: Any, facts: dict[str, Any], **_rest: Any) -> None:
    """One entry for one act, in the act's own transaction: if it cannot be written, nothing happened."""
    record(act, subject, by=by, named=named(subject), **facts)


def named(subject: Any) -> str:
    """A role without the name of its person, who is found by the role's row; an invitation with its address masked."""
    return str(subject.get_role_display()) if isinstance(subject, Membership) else redacted(str(subject))
