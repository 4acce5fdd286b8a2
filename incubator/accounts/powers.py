"""Who may do what: every permission with the roles that carry it. The settings page and docs/permissions.md print it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from rules.permissions import permissions

from incubator.accounts.actors import Actor
from incubator.accounts.roles import Role


@dataclass(frozen=True)
class Power:
    """One permission, and for each role in their order whether it carries it."""

    name: str
    roles: tuple[bool, ...]

    @property
    def act(self) -> str:
        """The permission without its app, as words: `read_startups` is "read startups"."""
        return self.name.partition(".")[2].replace("_", " ")


def powers() -> list[Power]:
    """Every permission of the product, by name. A role alone is asked: no person, no record."""
    return [Power(name, tuple(carries(name, role) for role in Role)) for name in sorted(permissions)]


def carries(name: str, role: Role) -> bool:
    nobody: Any = None
    return bool(permissions[name].test(Actor(user=nobody, organisation=nobody, roles=frozenset({role}))))


def groups() -> list[tuple[Any, list[Power]]]:
    """The same by app, under the app's name for people."""
    found: dict[str, list[Power]] = {}
    for power in powers():
        found.setdefault(power.name.partition(".")[0], []).append(power)
    return [(apps.get_app_config(label).verbose_name, listed) for label, listed in found.items()]
