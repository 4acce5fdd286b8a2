"""The documentation names what the product has: pages printed from the code are compared, the others searched."""

import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps

from incubator.core.formulas import formulas
from tests.house import permissions, states

ROOT = Path(__file__).parents[2]
DOCS = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])
OURS = ("incubator", "spaces", "billing", "mentors", "cms")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
CODE_PATH = re.compile(r"`((?:incubator|spaces|billing|cms|tests|docs|locale)/[\w./-]*\w/?)`")


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def name(path):
    return str(path.relative_to(ROOT))


def test_states_are_printed_anew():
    assert states.PAGE.read_text(encoding="utf-8") == states.page(), "run `.venv/bin/python -m tests.house.states`"


def test_permissions_are_printed_anew():
    assert permissions.PAGE.read_text(encoding="utf-8") == permissions.page(), "run `.venv/bin/python -m tests.house.permissions`"


def test_every_formula_is_described():
    page = read("docs/formulas.md")
    assert [formula.name for formula in formulas() if f"`{formula.name}`" not in page] == []


def test_every_command_is_described():
    commands = set()
    for config in apps.get_app_configs():
        if config.name.partition(".")[0] in OURS:
            commands |= {path.stem for path in Path(config.path).glob("management/commands/[!_]*.py")}
    page = read("docs/operate/commands.md")
    assert [command for command in sorted(commands) if not re.search(rf"`{command}\b", page)] == []


def test_every_setting_is_described():
    code = read("incubator/settings.py") + read("incubator/core/pgserver.py") + read("incubator/core/pgbinaries.py")
    names = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", code)) | set(re.findall(r"\"(FUHUA_[A-Z_]+)\"", code))
    page = read("docs/operate/setup.md")
    assert [setting for setting in sorted(names) if f"`{setting}`" not in page] == []


def test_every_target_of_make_has_a_word():
    targets = re.findall(r"^([a-z]+):(.*)$", read("Makefile"), re.MULTILINE)
    assert [target for target, rest in targets if "## " not in rest] == []
    assert len(targets) <= 16


def test_every_clause_is_described():
    page = read("docs/policy/jilin-2015-28.md")
    assert len(re.findall(r"^\| [一二三四五六七八九十]+ \|", page, re.MULTILINE)) == 33


def test_decisions_are_numbered_once_and_linked():
    numbers = [path.name[:4] for path in (ROOT / "docs/decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers))
    for path in (ROOT / "docs/decisions").glob("*.md"):
        assert path.read_text(encoding="utf-8").startswith(f"# {path.name[:4]} "), path.name


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_links_and_paths_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    assert [link for link in LINK.findall(text) if not (path.parent / link).exists()] == []
    assert [place for place in CODE_PATH.findall(text) if not (ROOT / place).exists()] == []


# Put together here, so that this file does not hold what it looks for.
FOREIGN = ("files.python" + "hosted", "py" + "pi.org", "registry." + "npmjs", "deb." + "debian.org", "proxy." + "golang")
UNWANTED = re.compile("|".join([*map(re.escape, FOREIGN), "/wo" + r"rk/\w", "/ho" + r"me/\w", "/ro" + r"ot/\w"]))
NOT_TEXT = {".ttf", ".png", ".pdf", ".jpg"}


def test_no_committed_file_names_a_registry_or_a_place_of_this_machine():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip(f"git does not list the files: {listed.stderr.decode().strip()}")
    paths = [ROOT / one for one in listed.stdout.decode().split("\0") if one]
    texts = {name(path): path.read_text(encoding="utf-8", errors="replace") for path in paths if path.is_file() and path.suffix not in NOT_TEXT}
    assert {place: UNWANTED.findall(text) for place, text in texts.items() if UNWANTED.search(text)} == {}
