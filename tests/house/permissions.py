"""Prints docs/permissions.md from the permissions of every app: `.venv/bin/python -m tests.house.permissions`."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/permissions.md"
HEAD = """# Permissions

Printed from `permissions.py` of each app by `.venv/bin/python -m tests.house.permissions`; a test compares. Every page
names one of these (`@permitted`) or is open to all (`@public`). A permission opens the page; whether an act is possible
for this record and this person is decided by the table of moves ([states.md](states.md)), and a startup sees its own
rows only.
"""


def page():
    from rules.permissions import permissions

    from incubator.accounts.actors import Actor
    from incubator.accounts.roles import Role

    def mark(name, role):
        return "●" if permissions[name].test(Actor(user=None, organisation=None, roles=frozenset({role}))) else ""

    lines = [HEAD, "| Permission | " + " | ".join(Role.values) + " |", "|---" * (len(Role) + 1) + "|"]
    for name in sorted(permissions):
        lines.append(f"| `{name}` | " + " | ".join(mark(name, role) for role in Role) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.relative_to(ROOT)}\n")
