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
    from incubator.accounts.powers import powers
    from incubator.accounts.roles import Role

    lines = [HEAD, "| Permission | " + " | ".join(Role.values) + " |", "|---" * (len(Role) + 1) + "|"]
    lines += [f"| `{power.name}` | " + " | ".join("●" if has else "" for has in power.roles) + " |" for power in powers()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.relative_to(ROOT)}\n")
