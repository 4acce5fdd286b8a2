"""Imports go one way, and the page that explains the order says the same as the contract that checks it."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACT = PROJECT["tool"]["importlinter"]["contracts"][0]
HOMES = [name for name in ("incubator", "spaces", "billing", "mentors", "cms") if (ROOT / name).is_dir()]


def test_imports_go_one_way():
    command = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_says_what_the_contract_says():
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    order = re.search(r"```\n(.*?)```", page, re.DOTALL)[1].split("\n")
    assert [line for line in order if line] == CONTRACT["layers"]


def test_every_app_stands_in_the_order():
    listed = {name.strip() for line in CONTRACT["layers"] for name in line.split("|")}
    packages = {f"incubator.{path.parent.name}" for path in (ROOT / "incubator").glob("*/__init__.py")}
    packages |= {name for name in HOMES if name != "incubator"}
    packages |= {f"incubator.{path.stem}" for path in (ROOT / "incubator").glob("*.py") if path.stem != "__init__"}
    assert packages - {"incubator.asgi"} == listed - {"incubator.asgi"}
    assert set(PROJECT["tool"]["importlinter"]["root_packages"]) == set(HOMES)
