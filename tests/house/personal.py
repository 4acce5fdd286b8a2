"""Prints the table of docs/operate/personal-data.md: `.venv/bin/python -m tests.house.personal`."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/operate/personal-data.md"
BEGIN, END = "<!-- printed: retention -->\n", "<!-- end -->\n"


def table():
    from incubator.core.personal import KEPT

    lines = ["| Table | Fields | Basis | How long | Then | Every night |", "|---|---|---|---|---|---|"]
    for label, kept in sorted(KEPT.items()):
        fields, act = ", ".join(kept.fields), f"`{kept.act.__name__}`" if kept.act else ""
        lines.append(f"| `{label}` | {fields} | {kept.basis} | {kept.period} | {kept.then} | {act} |")
    return "\n".join(lines) + "\n"


def page():
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    return before + BEGIN + table() + END + rest.split(END)[1]


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.relative_to(ROOT)}\n")
