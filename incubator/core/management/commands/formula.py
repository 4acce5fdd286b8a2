"""``manage.py formula NAME < case.json``: check an amount, or try an edition before publishing it."""

import json
import sys
import unicodedata
from collections.abc import Iterable
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.utils.module_loading import autodiscover_modules

from incubator.core.exact import BadValueError, JsonNumber, shown
from incubator.core.formulas import Result, Step, compute, formulas, get_formula

REFUSED = 2


class Command(BaseCommand):
    """Compute a formula from JSON on standard input. Needs no database."""

    help = 'Compute a formula from {"terms": {...}, "facts": {...}} on standard input.'
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """NAME, --list, --explain."""
        parser.add_argument("name", nargs="?", default="")
        parser.add_argument("--list", action="store_true", help="list the formulas")
        parser.add_argument("--explain", action="store_true", help="print 为什么是这个金额 instead of JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the result, or exit with status 2 and one JSON object on standard error."""
        autodiscover_modules("formulas")
        if options["list"]:
            self.stdout.write(listing())
            return
        text = sys.stdin.buffer.read() if options["name"] else b"{}"
        status, out, err = run(options["name"], text, explain=options["explain"])
        if status:
            self.stderr.write(err, style_func=str)
            sys.exit(status)
        self.stdout.write(out)


def run(name: str, text: str | bytes, *, explain: bool = False) -> tuple[int, str, str]:
    """Compute from JSON text; return the exit status, standard output and standard error."""
    try:
        case = read_case(text)
        chosen = get_formula(name)
        terms = case.get("terms")
        result = compute(name, terms={} if terms is None else terms, facts=case.get("facts", {}))
    except BadValueError as refusal:
        return REFUSED, "", _sound(json.dumps({"error": str(refusal)}, ensure_ascii=False))
    if explain:
        return 0, _sound(explanation(f"{chosen.title_zh} / {chosen.title_en}", result)), ""
    return 0, _sound(json.dumps(result.as_json(), ensure_ascii=False, indent=2)), ""


def read_case(text: str | bytes) -> dict[str, Any]:
    """Read the case; numbers stay as written, a key given twice or not known is refused."""
    try:
        words = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        case = json.loads(words, parse_float=JsonNumber, parse_constant=_no_constant, object_pairs_hook=_once)
    except BadValueError:
        raise
    except (ValueError, RecursionError) as problem:
        raise BadValueError(f"case is not JSON: {problem}") from problem
    if not isinstance(case, dict):
        raise BadValueError(f'case is {shown(case)}: give {{"terms": {{…}}, "facts": {{…}}}}')
    for key in case:
        if key not in ("terms", "facts"):
            raise BadValueError(f"case.{key} is {shown(case[key])}: this key is not known (known: terms, facts)")
    return case


def _no_constant(word: str) -> NoReturn:
    """Refuse NaN and Infinity, which are not JSON."""
    raise BadValueError(f"case holds {word}: this is not a finite number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that gives a key twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadValueError(f"case gives the key {key} twice, the second time as {shown(value)}")
        found[key] = value
    return found


def listing() -> str:
    """Return one line per formula: name, version, titles."""
    rows = [(item.name, f"v{item.version}", item.title_zh, item.title_en) for item in formulas()]
    return "\n".join(_aligned(rows))


def explanation(title: str, result: Result) -> str:
    """Return the table "why this amount" as text."""
    head = ("#", "步骤 / Step", "算式 / Expression", "结果 / Result", "依据 / Source")
    rows = [head, *(_row(step) for step in result.steps)]
    amount = [] if result.amount is None else [f"金额 / Amount: {result.amount}"]
    reasons = [f"理由代码 / Reasons: {', '.join(result.reasons)}"] if result.reasons else []
    return "\n".join([f"为什么是这个金额 / Why this amount · {title}", *_aligned(rows), *amount, *reasons])


def _row(step: Step) -> tuple[str, ...]:
    """Return the cells of a step."""
    label = f"{step.label_zh} / {step.label_en}"
    return (str(step.number), label, step.expression, step.result, step.citation or "–")


def _aligned(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Pad the columns; Chinese characters are two columns wide."""
    table = list(rows)
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]


def _width(cell: str) -> int:
    """Count the columns a cell takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in cell)


def _sound(text: str) -> str:
    """Escape lone surrogates that JSON may carry and no terminal can print."""
    return text.encode("utf-8", "backslashreplace").decode()
