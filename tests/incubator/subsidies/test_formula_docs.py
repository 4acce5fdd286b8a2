"""The cases of docs/formulas.md come out as the page says."""

import json
import re
from pathlib import Path

import pytest

from billing import formulas as _billing  # noqa: F401  (registers)
from incubator.contests import formulas as _contests  # noqa: F401  (registers)
from incubator.core.formulas import formulas
from incubator.core.management.commands.formula import run
from incubator.guarantees import formulas as _guarantees  # noqa: F401  (registers)
from incubator.subsidies import formulas as _subsidies  # noqa: F401  (registers)

PAGE = (Path(__file__).parents[3] / "docs" / "formulas.md").read_text(encoding="utf-8")
CASES = re.findall(r"^```json (\w+) (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("name", "amount", "case"), CASES)
def test_a_printed_case_comes_out(name, amount, case):
    status, out, err = run(name, case)
    assert (status, err) == (0, "")
    assert json.loads(out)["amount"] == (None if amount == "null" else amount)


def test_every_formula_is_printed_with_a_case():
    homes = ("incubator.contests", "incubator.core", "incubator.guarantees", "incubator.subsidies", "billing", "mentors")
    names = {item.name for item in formulas() if item.calculate.__module__.startswith(homes)}
    assert names == {name for name, _, _ in CASES}
    assert all(f"| `{name}` |" in PAGE for name in names)
