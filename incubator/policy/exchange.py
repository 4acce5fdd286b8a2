"""A document with its editions as a file, and the difference between a file and what stands here.

Both sides have the shape of `measurefile`, so what is exported here compares as equal when it comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from django.db.models import Q
from django.utils.translation import gettext as _

from incubator.policy.evidence import as_papers, default_evidence
from incubator.policy.keys import find_key, label_of, written
from incubator.policy.measurefile import MeasureFile, Words
from incubator.policy.models import Certainty, Citation, Parameter, PolicyDocument, Programme, ProgrammeEdition
from incubator.policy.models.programmes import scope_key
from incubator.policy.quotes import normalised
from incubator.policy.states import EditionState

PLAIN = ("name", "region", "effective_from", "effective_to", "calculator", "decider", "partial_allowed", "rounding",
         "rate_ceiling_mode", "window")  # fmt: skip
DOCUMENT_PLAIN = ("number", "title", "issuer", "issued_on", "effective_from", "effective_to", "clause_form", "is_example",
                  "preamble")  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One thing that the file says otherwise: where, what, as it stands here and as the file has it. `kind` is added,
    changed, removed, or locked: what differs but can no longer be changed."""

    where: str
    what: Any
    old: str
    new: str
    kind: str = "changed"
    line: int = 0

    @property
    def tone(self) -> str:
        return {"added": "jade", "removed": "red", "locked": "red"}.get(self.kind, "amber")

    @property
    def word(self) -> str:
        words = {"added": _("New"), "changed": _("Changed"), "removed": _("Removed"), "locked": _("Cannot be changed")}
        return words[self.kind]


# ---- out ---------------------------------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Long texts as blocks, so that a person can read and compare the file."""


_Dumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)
)


def export_yaml(document: PolicyDocument) -> str:
    """The document, its clauses and every edition that rests on it, as a file of the import format."""
    return yaml.dump(_as_file(document), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _as_file(document: PolicyDocument) -> dict[str, Any]:
    about = {"slug": document.slug, "level": "local"} | {
        name: value for name in DOCUMENT_PLAIN if (value := getattr(document, name)) not in (None, "", False)
    }
    for name in ("parent", "supersedes"):
        if linked := getattr(document, name):
            about[name] = linked.slug
    clauses = [
        {name: value for name in ("path", "chapter", "title", "text") if (value := getattr(clause, name))}
        for clause in document.clauses.order_by("ordinal")
    ]
    return {"document": about, "clauses": clauses, "programmes": list(_programmes(document))}


def editions_of(document: PolicyDocument) -> Any:
    """The organisation's editions that rest on this text: by a figure, by the payee, or by the right itself."""
    rows = ProgrammeEdition.objects.own().with_words()
    rests = (
        Q(programme__citation__clause__document=document)
        | Q(payee_citation__clause__document=document)
        | Q(parameters__citation__clause__document=document)
    )
    return rows.filter(rests).exclude(state=EditionState.WITHDRAWN).distinct().order_by("programme", "effective_from", "pk")


def _programmes(document: PolicyDocument) -> Iterator[dict[str, Any]]:
    by_programme: dict[int, list[ProgrammeEdition]] = {}
    for edition in editions_of(document):
        by_programme.setdefault(edition.programme_id, []).append(edition)
    for editions in by_programme.values():
        programme = editions[0].programme
        row: dict[str, Any] = {"slug": programme.slug}
        if programme.organisation_id is None:
            row["shared"] = True
        else:
            row |= {"kind": programme.kind, "payee": programme.payee, "name": programme.name}
            row |= _words_out(programme.citation, document)
        yield row | {"editions": [_edition_out(edition, document) for edition in editions]}


def _edition_out(edition: ProgrammeEdition, document: PolicyDocument) -> dict[str, Any]:
    data = edition_data(edition, document)
    out = {name: data[name] for name in PLAIN if data[name] not in (None, "", False, {})}
    out |= {"payee": data["payee"], "stacking_group": data["stacking_group"]}
    if data["payee_words"]:
        words = data["payee_words"]
        out |= {"payee_clause": words.clause, "payee_quote": words.quote}
        out |= {"payee_document": words.document} if words.document else {}
    if data["notice"]:
        out["notice"] = {name: data["notice"][name] for name in ("working_days", "day_kind")} | _as_entry(data["notice"]["words"])
    out["evidence"] = data["evidence"]
    out["figures"] = [_figure_out(row) for row in data["figures"]]
    return out


def _figure_out(row: dict[str, Any]) -> dict[str, Any]:
    out = {"key": row["key"], "value": row["value"], "valid_from": row["valid_from"]}
    out |= {name: row[name] for name in ("scope", "valid_to", "certainty", "source") if row[name]}
    return out | (_as_entry(row["words"]) if row["words"] else {})


def _words_out(citation: Citation, document: PolicyDocument) -> dict[str, str]:
    return _as_entry(_words(citation, document))


def _as_entry(words: Words) -> dict[str, str]:
    entry = {"clause": words.clause, "quote": words.quote}
    return entry | ({"document": words.document} if words.document else {})


# ---- one shape for both sides ------------------------------------------------------------------------------------


def edition_data(edition: ProgrammeEdition, document: PolicyDocument) -> dict[str, Any]:
    """An edition that stands here, in the shape in which a file is read."""
    rows = edition.parameters.with_source().order_by("key", "scope_key", "valid_from")
    notice = edition.notice
    return {name: getattr(edition, name) for name in PLAIN} | {
        "payee": edition.payee, "stacking_group": edition.stacking_group, "evidence": edition.evidence,
        "payee_words": _words(edition.payee_citation, document) if edition.payee_citation else None,
        "notice": _notice_data(notice, document) if notice else None,
        "figures": [_figure_data(row, document) for row in rows if row.is_set],
    }  # fmt: skip


def _notice_data(notice: dict[str, Any], document: PolicyDocument) -> dict[str, Any]:
    citation = Citation.objects.select_related("clause__document").get(pk=notice["citation"])
    return {"working_days": notice["working_days"], "day_kind": notice.get("day_kind", "working"),
            "words": _words(citation, document)}  # fmt: skip


def _figure_data(row: Parameter, document: PolicyDocument) -> dict[str, Any]:
    derived = row.certainty == Certainty.DERIVED
    return {
        "key": row.key, "value": row.value, "scope": row.scope, "valid_from": row.valid_from, "valid_to": row.valid_to,
        "certainty": Certainty.DERIVED.value if derived else "", "source": row.condition,
        "words": _words(row.citation, document) if row.citation else None,
    }  # fmt: skip


def _words(citation: Citation, document: PolicyDocument) -> Words:
    there = citation.clause.document
    return Words(citation.clause.path, citation.quote, "" if there.pk == document.pk else there.slug)


# ---- compare -----------------------------------------------------------------------------------------------------


def compare(file: MeasureFile) -> list[Difference]:
    """What the file says otherwise than what stands here, in the order of the file. Empty: it brings nothing new."""
    document = PolicyDocument.objects.filter(slug=file.document["slug"]).first()
    found = list(_compare_document(file, document))
    for row in file.programmes:
        found += _compare_programme(row, document)
    return found


def _compare_document(file: MeasureFile, document: PolicyDocument | None) -> Iterator[Difference]:
    given, title = file.document, file.document["title"]
    if document is None:
        yield Difference(_("Document"), given["slug"], "", title, "added", given["line"])
    for name in DOCUMENT_PLAIN if document else ():
        old, new = getattr(document, name), given[name]
        if name != "effective_to" and (old or "") != (new or ""):
            label = PolicyDocument._meta.get_field(name).verbose_name
            yield Difference(_("Document"), label, _shown(old), _shown(new), "locked", given["line"])
    stored = {clause.path: clause for clause in document.clauses.all()} if document else {}
    for row in file.clauses:
        clause = stored.pop(row["path"], None)
        where = given["clause_form"].format(row["path"])
        if clause is None:
            yield Difference(where, row["title"], "", row["text"], "locked" if document else "added", row["line"])
        elif clause.text != row["text"]:
            yield Difference(where, row["title"], clause.text, row["text"], "locked", row["line"])
    for clause in stored.values():
        yield Difference(given["clause_form"].format(clause.path), clause.title, clause.text, "", "locked", given["line"])


def _compare_programme(row: dict[str, Any], document: PolicyDocument | None) -> Iterator[Difference]:
    programmes = Programme.objects.shared() if row["shared"] else Programme.objects.own()
    programme = programmes.filter(slug=row["slug"]).first()
    if programme is None:
        yield Difference(_("Programme"), row["slug"], "", row.get("name", ""), "added", row["line"])
    elif not row["shared"]:
        for name in ("kind", "payee", "name"):
            if getattr(programme, name) != row[name]:
                label = Programme._meta.get_field(name).verbose_name
                yield Difference(row["slug"], label, getattr(programme, name), row[name], "locked", row["line"])
    for given in row["editions"]:
        edition = find_edition(programme, given) if programme and document else None
        if edition is None or document is None:
            yield Difference(given["name"], _("Edition"), "", given["name"], "added", given["line"])
            for figure in given["figures"]:
                yield _of_figure(given["name"], None, figure, given["calculator"], "added", figure["line"])
        else:
            yield from differences_of(edition, given, document)


def find_edition(programme: Programme, given: dict[str, Any]) -> ProgrammeEdition | None:
    """The edition here that an entry of a file means: by name and first day, or by name where only one has it."""
    rows = ProgrammeEdition.objects.own().with_words()
    named = list(rows.filter(programme=programme, name=given["name"]).exclude(state=EditionState.WITHDRAWN).order_by("pk"))
    dated = [row for row in named if row.effective_from == given["effective_from"]]
    return dated[0] if dated else named[0] if len(named) == 1 else None


def filled(given: dict[str, Any], programme: Programme) -> dict[str, Any]:
    """An entry of a file with what its programme gives where the file says nothing: payee, stacking group, papers."""
    payee, papers = given["payee"] or programme.payee, given["evidence"]
    return given | {
        "payee": payee,
        "stacking_group": given["stacking_group"] or programme.kind,
        "evidence": default_evidence(programme.kind, payee) if papers is None else papers,
    }


def differences_of(edition: ProgrammeEdition, given: dict[str, Any], document: PolicyDocument) -> list[Difference]:
    """What a file says otherwise about one edition that stands here."""
    here, wanted = edition_data(edition, document), filled(given, edition.programme)
    kind = "changed" if edition.state == EditionState.DRAFT else "locked"
    found = [
        Difference(edition.name, edition._meta.get_field(name).verbose_name, _shown(here[name]), _shown(wanted[name]), kind,
                   given["line"])
        for name in (*PLAIN, "payee", "stacking_group") if _ends(edition, name, here, wanted)
    ]  # fmt: skip
    if _papers(here["evidence"]) != _papers(wanted["evidence"]):
        found.append(Difference(edition.name, _("Papers asked for"), _papers(here["evidence"]), _papers(wanted["evidence"]),
                                kind, given["line"]))  # fmt: skip
    for name, label in (("payee_words", _("Words that name the payee")), ("notice", _("Public notice"))):
        if _same(here[name]) != _same(wanted[name]):
            found.append(Difference(edition.name, label, _noticed(here[name]), _noticed(wanted[name]), kind, given["line"]))
    return found + list(_compare_figures(edition, here, wanted, kind))


def _ends(edition: ProgrammeEdition, name: str, here: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether the two sides differ. A last day that a successor has set since is no difference of the rule."""
    if name == "effective_to" and edition.state == EditionState.CLOSED:
        return False
    return bool((here[name] or "") != (wanted[name] or ""))


def _compare_figures(
    edition: ProgrammeEdition, here: dict[str, Any], wanted: dict[str, Any], kind: str
) -> Iterator[Difference]:
    stored = {_place(row): row for row in here["figures"]}
    for row in wanted["figures"]:
        if row["value"] is None:
            continue
        old = stored.pop(_place(row), None)
        if old is None or _comparable(old) != _comparable(row):
            change = "added" if old is None and kind == "changed" else kind
            yield _of_figure(edition.name, old, row, edition.calculator, change, row["line"])
    for row in stored.values():
        yield _of_figure(edition.name, row, None, edition.calculator, "removed" if kind == "changed" else kind, wanted["line"])


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["key"], scope_key(row["scope"]), row["valid_from"]


def _comparable(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["value"], row["valid_to"], row["certainty"], row["source"] if row["certainty"] else "", _same(row["words"])


def _same(part: Any) -> Any:
    """Words without blanks and widths, so that a quote compares as it is found."""
    if isinstance(part, Words):
        return part.document, part.clause, normalised(part.quote)[0]
    if isinstance(part, dict):
        return part["working_days"], part["day_kind"], _same(part["words"])
    return part


def _of_figure(
    where: str, old: dict[str, Any] | None, new: dict[str, Any] | None, calculator: str, kind: str, line: int
) -> Difference:
    row = new or old or {}
    return Difference(where, label_of(row["key"]), _figure(old, calculator), _figure(new, calculator), kind, line)


def _figure(row: dict[str, Any] | None, calculator: str) -> str:
    """The value with the days it holds and the words that set it."""
    if row is None:
        return ""
    known = find_key(calculator.partition("@")[0], row["key"])
    parts = [written(row["value"], known.unit if known else "") or _("not set")]
    if row["valid_from"] or row["valid_to"]:
        parts.append(f"{row['valid_from'] or '…'} – {row['valid_to'] or '…'}")
    if row["words"]:
        parts.append(f"“{row['words'].quote}”")
    return " · ".join(parts)


def _papers(rows: Iterable[dict[str, Any]]) -> str:
    return "、".join(
        f"{row['label']}{'' if row.get('required') else '(' + _('Optional') + ')'}{': ' + row['note'] if row.get('note') else ''}"
        for row in as_papers(rows)
    )


def _noticed(part: Any) -> str:
    if isinstance(part, Words):
        return f"“{part.quote}”"
    return f"{part['working_days']} · “{part['words'].quote}”" if part else ""


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in sorted(value.items()))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)
