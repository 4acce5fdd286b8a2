"""Who acts: one person (or the product itself) in one organisation, with the roles held there today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from incubator.accounts.roles import OFFICE, PORTAL, Role
from incubator.core.states import SYSTEM

if TYPE_CHECKING:
    from incubator.accounts.models import Organisation, User


@dataclass(frozen=True)
class Actor:
    """`user` is None for the product itself (the clock, a job)."""

    user: User | None
    organisation: Organisation
    roles: frozenset[str]

    @property
    def role_label(self) -> str:
        """The roles in the reader's language, the widest first."""
        return "、".join(str(role.label) for role in Role if role in self.roles)

    @property
    def in_office(self) -> bool:
        return bool(self.roles & OFFICE)

    @property
    def in_portal(self) -> bool:
        return bool(self.roles & PORTAL)

    def __str__(self) -> str:
        return str(self.user) if self.user else SYSTEM


def actor_for(user: User, organisation: Organisation) -> Actor | None:
    """The actor that this person is in this organisation today; None when they hold no role."""
    roles = frozenset(organisation.memberships.running().filter(user=user).values_list("role", flat=True))
    return Actor(user, organisation, roles) if roles and user.is_active else None


def outsider(user: User, organisation: Organisation) -> Actor:
    """A person who acts on an organisation without any role in it."""
    return Actor(user, organisation, frozenset())


def system(organisation: Organisation) -> Actor:
    """The product itself: moves that a clock or a confirmed record makes."""
    return Actor(None, organisation, frozenset({SYSTEM}))
