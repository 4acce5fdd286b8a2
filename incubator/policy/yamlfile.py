"""Reading a YAML file that a stranger may have written: plain values only, bounded, and each mistake with its line."""

from __future__ import annotations

import re
from typing import Any

import yaml
from django.utils.translation import gettext as _

from incubator.core.errors import BusinessError

LARGEST = 500_000  # bytes
MOST_NODES, DEEPEST = 40_000, 12
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PLAIN = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp")}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class MeasureFileError(BusinessError):
    """The file is not what the format asks for; says where."""


class Table(dict[str, Any]):
    """A mapping of the file that knows its line, and the line of each entry."""

    line: int = 0

    def __init__(self, *args: Any, line: int = 0) -> None:
        super().__init__(*args)
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, name: str) -> int:
        return self.lines.get(name, self.line)


def wrong(line: int, problem: object) -> MeasureFileError:
    """The mistake with the line on which it stands."""
    return MeasureFileError(_("Line %(line)s: %(problem)s") % {"line": line, "problem": problem} if line else problem)


def read_yaml(body: bytes) -> Any:
    """The content as tables, lists and plain values. Raises MeasureFileError: too large, not UTF-8, no YAML, references
    (with which a small file grows without end), unknown kinds of values, entries that stand twice."""
    if len(body) > LARGEST:
        raise MeasureFileError(_("The file has more than 500 KB. A measure is smaller: is it the right file?"))
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise wrong(line, _("the file is not written in UTF-8. Save it as UTF-8 and upload it again.")) from error
    try:
        _refuse_what_grows(text)
        node = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise wrong(mark.line + 1 if mark else 1, _("the file is no YAML here: %(error)s")
                    % {"error": str(error.problem or error.context)[:120]}) from error  # fmt: skip
    except (yaml.YAMLError, RecursionError) as error:
        line = text[: getattr(error, "position", 0) or 0].count("\n") + 1
        raise wrong(line, _("the file is no YAML here: %(error)s") % {"error": str(error)[:120]}) from error
    return None if node is None else _value(node)


def _refuse_what_grows(text: str) -> None:
    depth = nodes = 0
    for event in yaml.parse(text, Loader=Loader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise wrong(line, _("references (*%(name)s) are not taken. Write the words out.") % {"name": event.anchor[:40]})
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        nodes += isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent))
        if depth > DEEPEST:
            raise wrong(line, _("the file is nested deeper than %(most)s levels.") % {"most": DEEPEST})
        if nodes > MOST_NODES:
            raise wrong(line, _("the file has more than %(most)s entries.") % {"most": MOST_NODES})


def _value(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _table(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(part) for part in node.value]
    return _scalar(node)


def _table(node: Any) -> Table:
    table = Table(line=node.start_mark.line + 1)
    for key, value in node.value:
        line = key.start_mark.line + 1
        name = key.value if isinstance(key, yaml.ScalarNode) and key.tag in PLAIN else None
        if name is None:
            raise wrong(line, _("the name of an entry must be a word."))
        if name in table:
            raise wrong(line, _("“%(name)s” stands twice in the same place.") % {"name": name[:40]})
        table[name], table.lines[name] = _value(value), line
    return table


def _scalar(node: Any) -> Any:
    line = node.start_mark.line + 1
    if node.tag not in PLAIN:
        raise wrong(line, _("values of the kind “%(tag)s” are not taken.") % {"tag": node.tag[:60]})
    if CONTROL.search(node.value):
        raise wrong(line, _("the value contains control characters."))
    try:
        constructor = yaml.constructor.SafeConstructor()
        return constructor.construct_object(node)
    except (ValueError, OverflowError) as error:
        raise wrong(line, _("“%(value)s” cannot be read: %(error)s") % {"value": node.value[:40], "error": error}) from error
