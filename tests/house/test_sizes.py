"""No room grows without end: a file ends at 600 lines, a function at 50. Signs to split by noun come earlier (400, 25)."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOMES = ("incubator", "spaces", "billing", "mentors", "cms", "tests", ".ci")
FILES = sorted(path for home in HOMES for path in (ROOT / home).rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(path for home in HOMES for path in (ROOT / home).rglob("templates/**/*.html"))
STYLES = sorted(path for home in HOMES for path in (ROOT / home).rglob("static/**/*.css"))
MOST_LINES, MOST_OF_A_FUNCTION, MOST_OF_SETTINGS = 600, 50, 350
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc"}


def name(path):
    return str(path.relative_to(ROOT))


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path):
    """Name and length of each function of a file, decorators left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1


def test_a_file_ends_at_600_lines():
    assert {name(path): lines(path) for path in [*FILES, *TEMPLATES, *STYLES] if lines(path) > MOST_LINES} == {}


def test_a_function_ends_at_50_lines():
    long = {f"{name(path)}: {one}": size for path in FILES for one, size in functions(path) if size > MOST_OF_A_FUNCTION}
    assert long == {}


def test_the_settings_fit_on_a_few_screens():
    assert lines(ROOT / "incubator/settings.py") <= MOST_OF_SETTINGS


def test_no_file_is_named_by_kind():
    assert [name(path) for path in FILES if path.stem in FORBIDDEN_NAMES] == []
