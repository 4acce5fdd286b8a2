"""What a file of the import format says: a document, its clauses, its programmes with cited figures. Checked as a whole
before anything is written; each mistake names its line. `data/example-measure.yaml` shows every part."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from incubator.core.errors import BusinessError
from incubator.policy.evidence import unknown as unknown_papers
from incubator.policy.keys import check_value, find_key
from incubator.policy.models import Certainty, Decider, Kind, Payee
from incubator.policy.splitting import LONGEST_CLAUSE, MOST_CLAUSES
from incubator.policy.yamlfile import Table, read_yaml, wrong

DOCUMENT_FIELDS = frozenset(
    (
        "slug", "number", "title", "issuer", "level", "issued_on", "effective_from", "effective_to", "clause_form",
        "is_example", "status", "preamble", "parent", "supersedes",
    )
)  # fmt: skip
EDITION_FIELDS = frozenset(
    (
        "name", "region", "effective_from", "effective_to", "calculator", "window", "evidence", "stacking_group",
        "decider", "partial_allowed", "payee", "payee_clause", "payee_quote", "payee_document", "notice", "rounding",
        "rate_ceiling_mode", "figures",
    )
)  # fmt: skip
FIGURE_FIELDS = frozenset(
    ("key", "value", "scope", "clause", "quote", "document", "valid_from", "valid_to", "certainty", "source")
)


@dataclass(frozen=True)
class Words:
    """Words of a clause. `document` is the address of another text, empty for the file's own."""

    clause: str
    quote: str
    document: str = ""
    line: int = 0


@dataclass
class MeasureFile:
    """A file that was read: plain parts in the shape in which `exchange` prints and compares them."""

    document: dict[str, Any]
    clauses: list[dict[str, Any]]
    programmes: list[dict[str, Any]] = field(default_factory=list)


def read_measure(body: bytes) -> MeasureFile:
    """Read a file. Raises MeasureFileError with the line of the first mistake."""
    source = _part(read_yaml(body), "file", 1)
    try:
        return _measure(source)
    except KeyError as error:
        table, name = error.args if len(error.args) == 2 else (source, error.args[0])
        raise wrong(table.line, _("an entry lacks “%(name)s”.") % {"name": name}) from error


def _measure(source: Table) -> MeasureFile:
    _only(source, frozenset(("document", "clauses", "defaults", "programmes")), "file")
    document = _document(_part(source.get("document"), "document", source.line_of("document")))
    clauses = [_clause(row) for row in rows_of(source, "clauses")]
    if not clauses:
        raise wrong(source.line_of("clauses"), _("the file has no clause."))
    if len(clauses) > MOST_CLAUSES:
        raise wrong(source.line_of("clauses"), _("the file has more than %(most)s clauses.") % {"most": MOST_CLAUSES})
    _once(clauses, lambda row: row["path"], _("Clause %(path)s stands twice."), "path")
    defaults = _part(source.get("defaults", Table()), "defaults", source.line_of("defaults"))
    _only(defaults, EDITION_FIELDS, "defaults")
    programmes = [_programme(row, defaults) for row in rows_of(source, "programmes")]
    _once(programmes, lambda row: (row["shared"], row["slug"]), _("Programme %(slug)s stands twice."), "slug")
    return MeasureFile(document, clauses, programmes)


def _document(given: Table) -> dict[str, Any]:
    _only(given, DOCUMENT_FIELDS, "document")
    if given.get("level", "local") != "local":
        raise wrong(given.line_of("level"), _("only local measures are imported; level must be “local”."))
    form = text(given, "clause_form", 20) or "第{}条"
    if form.count("{}") != 1 or form.count("{") != 1 or form.count("}") != 1:
        raise wrong(given.line_of("clause_form"), _("write the form of a clause's number with {} in place of the number."))
    return {
        "slug": _slug(given), "number": text(given, "number", 60), "title": text(given, "title", 200, needed=True),
        "issuer": text(given, "issuer", 120, needed=True), "issued_on": day(given, "issued_on"),
        "effective_from": day(given, "effective_from"), "effective_to": day(given, "effective_to"), "clause_form": form,
        "is_example": flag(given, "is_example"), "preamble": text(given, "preamble", 20_000).strip(),
        "parent": text(given, "parent", 80), "supersedes": text(given, "supersedes", 80), "line": given.line,
    }  # fmt: skip


def _slug(given: Table) -> str:
    slug = text(given, "slug", 80, needed=True)
    if not slug.replace("-", "a").isalnum() or not slug.isascii() or slug != slug.lower() or slug.startswith("-"):
        raise wrong(given.line_of("slug"), _("“%(slug)s” is no address: small letters, digits and hyphens.") % {"slug": slug})
    return slug


def _clause(row: Table) -> dict[str, Any]:
    _only(row, frozenset(("path", "chapter", "title", "text")), "clauses")
    return {
        "path": text(row, "path", 20, needed=True), "chapter": text(row, "chapter", 120),
        "title": text(row, "title", 120, needed=True), "text": text(row, "text", LONGEST_CLAUSE, needed=True).strip(),
        "line": row.line,
    }  # fmt: skip


def _programme(row: Table, defaults: Table) -> dict[str, Any]:
    _only(row, frozenset(("slug", "shared", "kind", "payee", "name", "clause", "quote", "document", "edition", "editions")),
          "programmes")  # fmt: skip
    shared = flag(row, "shared")
    found: dict[str, Any] = {"slug": _slug(row), "shared": shared, "line": row.line}
    if not shared:
        found |= {
            "kind": choice(row, "kind", Kind.values, needed=True), "payee": choice(row, "payee", Payee.values, needed=True),
            "name": text(row, "name", 120, needed=True), "words": words(row),
        }  # fmt: skip
    single = [_part(row["edition"], "edition", row.line_of("edition"))] if "edition" in row else []
    given = single + rows_of(row, "editions")
    found["editions"] = [_edition(part, defaults, found) for part in given]
    _once(found["editions"], lambda one: (one["name"], one["effective_from"]), _("Edition %(name)s stands twice."), "name")
    return found


def _edition(own: Table, defaults: Table, programme: dict[str, Any]) -> dict[str, Any]:
    _only(own, EDITION_FIELDS, "edition")
    given = Table({**defaults, **own}, line=own.line)
    given.lines = {**defaults.lines, **own.lines}
    first = day(given, "effective_from")
    figures = [*rows_of(own, "figures"), *rows_of(defaults, "figures")]
    calculator = text(given, "calculator", 40)
    found = {
        "name": text(given, "name", 160, needed=True), "region": text(given, "region", 60), "effective_from": first,
        "effective_to": day(given, "effective_to"), "calculator": calculator, "window": _window(given),
        "stacking_group": text(given, "stacking_group", 40), "partial_allowed": flag(given, "partial_allowed"),
        "decider": choice(given, "decider", Decider.values) or "authority",
        "payee": choice(given, "payee", Payee.values) or programme.get("payee", ""),
        "rounding": text(given, "rounding", 20) or "half_up_line",
        "rate_ceiling_mode": text(given, "rate_ceiling_mode", 4), "evidence": _papers(given),
        "payee_words": _payee_words(given), "notice": _notice(given),
        "figures": [_figure(row, calculator, first) for row in figures], "line": own.line,
    }  # fmt: skip
    _once(found["figures"], lambda row: (row["key"], str(row["scope"]), row["valid_from"]),
          _("Figure %(key)s stands twice for the same days."), "key")  # fmt: skip
    return found


def _window(given: Table) -> dict[str, Any]:
    return dict(_part(given.get("window") or Table(), "window", given.line_of("window")))


def _papers(given: Table) -> list[dict[str, Any]] | None:
    """The papers asked for; None: the default list of the kind."""
    if "evidence" not in given:
        return None
    papers = [
        {"item": text(row, "item", 20, needed=True), "required": flag(row, "required"), "note": text(row, "note", 200)}
        for row in rows_of(given, "evidence")
    ]
    strange = unknown_papers(papers)
    if strange:
        raise wrong(given.line_of("evidence"), _("“%(item)s” is no kind of paper.") % {"item": strange[0][:40]})
    return papers


def _payee_words(given: Table) -> Words | None:
    if "payee_clause" not in given:
        return None
    return Words(text(given, "payee_clause", 20, needed=True), text(given, "payee_quote", 500, needed=True),
                 text(given, "payee_document", 80), given.line_of("payee_clause"))  # fmt: skip


def _notice(given: Table) -> dict[str, Any] | None:
    """How long results are shown in public, and the words that order it; None where the measure asks for none."""
    if not given.get("notice"):
        return None
    row = _part(given["notice"], "notice", given.line_of("notice"))
    days = row.get("working_days")
    if not isinstance(days, int) or isinstance(days, bool) or not 0 < days < 1000:
        raise wrong(row.line_of("working_days"), _("write the length of the public notice as a whole number of days."))
    return {"working_days": days, "day_kind": text(row, "day_kind", 10) or "working", "words": words(row)}


def _figure(row: Table, calculator: str, first: date | None) -> dict[str, Any]:
    _only(row, FIGURE_FIELDS, "figures")
    name, line = text(row, "key", 60, needed=True), row.line
    known = find_key(calculator.partition("@")[0], name)
    if known is None:
        raise wrong(line, _("the formula “%(formula)s” does not use a figure “%(key)s”.") % {"formula": calculator, "key": name})
    certainty = choice(row, "certainty", (Certainty.DERIVED.value,))
    try:
        value = None if row.get("value") is None else check_value(known, text(row, "value", 120))
    except BusinessError as error:
        raise wrong(row.line_of("value"), error) from error
    scope = {str(key): str(one) for key, one in _part(row.get("scope") or Table(), "scope", line).items()}
    return {
        "key": name, "value": value, "scope": scope, "certainty": certainty, "source": text(row, "source", 200),
        "valid_from": day(row, "valid_from") if "valid_from" in row else first, "valid_to": day(row, "valid_to"),
        "words": words(row) if "clause" in row or not certainty else None, "line": line,
    }  # fmt: skip


def words(row: Table) -> Words:
    """The words that a row rests on."""
    return Words(text(row, "clause", 20, needed=True), text(row, "quote", 500, needed=True), text(row, "document", 80), row.line)


def text(row: Table, name: str, most: int, *, needed: bool = False) -> str:
    """A word or number as text; empty where the entry is absent."""
    value = row.get(name)
    if needed and (value is None or value == ""):
        raise KeyError(row, name)
    if isinstance(value, (dict, list)):
        raise wrong(row.line_of(name), _("“%(name)s” must be a single value.") % {"name": name})
    found = "" if value is None else str(value)
    if len(found) > most:
        raise wrong(row.line_of(name), _("“%(name)s” has more than %(most)s characters.") % {"name": name, "most": most})
    return found


def day(row: Table, name: str) -> date | None:
    """A day, written 2026-03-05."""
    value = row.get(name)
    try:
        found = value if value is None or type(value) is date else date.fromisoformat(_dated(value))
    except ValueError:
        found = date.min
    if found is not None and not 1949 <= found.year <= 2100:
        raise wrong(row.line_of(name), _("“%(name)s” is no day. Write it like 2026-03-05.") % {"name": name})
    return found


def _dated(value: Any) -> str:
    return "" if isinstance(value, datetime) else str(value)


def flag(row: Table, name: str) -> bool:
    value = row.get(name, False)
    if not isinstance(value, bool):
        raise wrong(row.line_of(name), _("“%(name)s” must be true or false.") % {"name": name})
    return value


def choice(row: Table, name: str, known: Iterable[str], *, needed: bool = False) -> str:
    value, known = text(row, name, 60, needed=needed), list(known)
    if value and value not in known:
        raise wrong(row.line_of(name), _("“%(value)s” is not possible for “%(name)s”. Choose one of: %(choices)s.")
                    % {"value": value[:40], "name": name, "choices": ", ".join(known)})  # fmt: skip
    return value


def rows_of(source: Table, name: str) -> list[Table]:
    rows = source.get(name) or []
    if not isinstance(rows, list):
        raise wrong(source.line_of(name), _("The part “%(name)s” of the file is no list.") % {"name": name})
    return [_part(row, name, source.line_of(name)) for row in rows]


def _part(value: Any, name: str, line: int) -> Table:
    if not isinstance(value, Table):
        raise wrong(line, _("The part “%(name)s” of the file is missing or no table.") % {"name": name})
    return value


def _only(given: Table, known: frozenset[str], name: str) -> None:
    strange = sorted(set(given) - known)
    if strange:
        raise wrong(given.line_of(strange[0]), _("The part “%(name)s” of the file has unknown entries: %(entries)s.")
                    % {"name": name, "entries": ", ".join(strange)[:200]})  # fmt: skip


def _once(rows: list[dict[str, Any]], same: Callable[[dict[str, Any]], Any], sentence: str, name: str) -> None:
    seen: set[Any] = set()
    for row in rows:
        if same(row) in seen:
            raise wrong(row["line"], sentence % {name: row[name]})
        seen.add(same(row))
