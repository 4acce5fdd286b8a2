"""Predicates that read as sentences, and the permission names built from them. They take an Actor."""

from __future__ import annotations

import rules

from incubator.accounts.actors import Actor
from incubator.accounts.roles import Role


def holds(role: str) -> rules.Predicate:
    """A predicate: the actor holds this role here today."""

    def has(actor: Actor) -> bool:
        return role in actor.roles

    return rules.predicate(has, name=f"is_{role}")


is_owner = holds(Role.OWNER)
is_manager = holds(Role.MANAGER)
is_finance = holds(Role.FINANCE)
is_officer = holds(Role.OFFICER)
is_editor = holds(Role.EDITOR)
is_viewer = holds(Role.VIEWER)
is_founder = holds(Role.FOUNDER)
is_member = holds(Role.MEMBER)
is_mentor = holds(Role.MENTOR)
is_judge = holds(Role.JUDGE)

is_operator = is_owner | is_manager | is_finance | is_officer
reads_office = is_operator | is_viewer
works_for_startup = is_founder | is_member

rules.add_perm("accounts.manage_people", is_owner)
rules.add_perm("accounts.read_roles", reads_office)
