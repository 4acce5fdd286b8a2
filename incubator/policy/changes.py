"""What changes and what it touches: two editions side by side, two texts clause by clause, everything that rests on a
clause (policy.md d, rule f), and the applications that keep the edition they were filed under."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from incubator.core.templatetags.fuhua import day
from incubator.policy.evidence import as_papers
from incubator.policy.keys import label_of, place_of
from incubator.policy.models import Citation, Clause, Parameter, PolicyDocument, Programme, ProgrammeEdition
from incubator.policy.states import EditionState

WORDS_APART = re.compile(r"[0-9０-９.,％%]+|[A-Za-z]+|.", re.S)  # Chinese compares by character, figures as a whole


@dataclass(frozen=True)
class Stretch:
    """A stretch of text that both sides have, or only one. `kind` is "same", "old" or "new"."""

    text: str
    kind: str


@dataclass(frozen=True)
class Change:
    """One thing that differs: what, as it was and as it is, the words that set it, and the stretches of both."""

    what: Any
    old: str
    new: str
    old_words: Citation | None = None
    new_words: Citation | None = None
    stretches: Sequence[Stretch] = ()

    @property
    def word(self) -> str:
        return _("New") if not self.old else _("Removed") if not self.new else _("Changed")

    @property
    def tone(self) -> str:
        return "jade" if not self.old else "red" if not self.new else "amber"


def stretches(old: str, new: str) -> list[Stretch]:
    """Both texts as one: what only the old one has, what only the new one has, what both have."""
    left, right = WORDS_APART.findall(old), WORDS_APART.findall(new)
    found: list[Stretch] = []
    for act, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if act == "equal":
            found.append(Stretch("".join(left[a:b]), "same"))
            continue
        found += [Stretch("".join(left[a:b]), "old")] if b > a else []
        found += [Stretch("".join(right[c:d]), "new")] if d > c else []
    return found


# ---- two editions ------------------------------------------------------------------------------------------------


def edition_changes(old: ProgrammeEdition, new: ProgrammeEdition) -> dict[str, list[Change]]:
    """What the newer edition rules otherwise, by kind: figures, papers, window and the rest."""
    return {
        "figures": figure_changes(old, new),
        "papers": paper_changes(old, new),
        "rule": rule_changes(old, new),
    }


def figure_changes(old: ProgrammeEdition, new: ProgrammeEdition) -> list[Change]:
    before, after = (_figures(edition) for edition in (old, new))
    places = sorted({*before, *after}, key=lambda place: (place_of(new.formula_name, place[0]), place))
    changes = []
    for place in places:
        was, now = before.get(place), after.get(place)
        if _said(was) == _said(now) and _quote(was) == _quote(now):
            continue
        label = f"{label_of(place[0])}{f' ({place[1]})' if place[1] else ''}"
        changes.append(Change(
            label, _said(was), _said(now), was.citation if was else None, now.citation if now else None,
            stretches(_quote(was), _quote(now)) if was and now and _quote(was) != _quote(now) else (),
        ))  # fmt: skip
    return changes


def _figures(edition: ProgrammeEdition) -> dict[tuple[str, str], Parameter]:
    """The figures by key and scope; of several spans the latest."""
    rows = edition.parameters.with_source().order_by("valid_from", "pk")
    return {(row.key, row.scope_key): row for row in rows}


def _said(row: Parameter | None) -> str:
    if row is None:
        return ""
    return row.shown if row.is_set else _("Authorised, amount not set")


def _quote(row: Parameter | None) -> str:
    return row.citation.quote if row and row.citation else ""


def paper_changes(old: ProgrammeEdition, new: ProgrammeEdition) -> list[Change]:
    before, after = ({row["item"]: row for row in as_papers(edition.evidence)} for edition in (old, new))
    items = [*before, *(item for item in after if item not in before)]
    return [
        Change(str((after.get(item) or before[item])["label"]), _paper(before.get(item)), _paper(after.get(item)))
        for item in items if _paper(before.get(item)) != _paper(after.get(item))
    ]  # fmt: skip


def _paper(row: dict[str, Any] | None) -> str:
    if row is None:
        return ""
    word = _("Required") if row.get("required") else _("Optional")
    return f"{word}: {row['note']}" if row.get("note") else word


def rule_changes(old: ProgrammeEdition, new: ProgrammeEdition) -> list[Change]:
    """Days, window, payee, decider and how amounts are rounded."""
    names = ("effective_from", "effective_to", "region", "payee", "decider", "calculator", "stacking_group",
             "partial_allowed", "rounding", "rate_ceiling_mode", "window", "notice")  # fmt: skip
    found = []
    for name in names:
        was, now = (_rule(edition, name) for edition in (old, new))
        if was != now:
            found.append(Change(ProgrammeEdition._meta.get_field(name).verbose_name, was or "—", now or "—"))
    was_words, now_words = old.payee_citation, new.payee_citation
    if (was_words.quote if was_words else "") != (now_words.quote if now_words else ""):
        found.append(Change(_("Words that name the payee"), was_words.quote if was_words else "",
                            now_words.quote if now_words else "", was_words, now_words))  # fmt: skip
    return found


def _rule(edition: ProgrammeEdition, name: str) -> str:
    value = getattr(edition, name)
    if name == "window":
        periods = {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}
        return str(periods.get(value.get("period"), "")) if value else ""
    if name == "notice":
        return _("%(days)s working days") % {"days": value["working_days"]} if value else _("none asked for")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return day(value)
    show = getattr(edition, f"get_{name}_display", None)
    return str(show()) if show else str(value or "")


def predecessor(edition: ProgrammeEdition) -> ProgrammeEdition | None:
    """The edition that this one would follow: of the same programme, region and payee, in force or published, the
    latest that begins before it."""
    rows = ProgrammeEdition.objects.own().with_words()
    rows = rows.filter(programme=edition.programme_id, payee=edition.payee, region=edition.region).exclude(pk=edition.pk)
    rows = rows.filter(state__in=(EditionState.EFFECTIVE, EditionState.PUBLISHED, EditionState.CLOSED))
    if edition.effective_from:
        rows = rows.filter(effective_from__lt=edition.effective_from)
    return rows.order_by("-effective_from", "-pk").first()


# ---- what it touches ---------------------------------------------------------------------------------------------


def running_cases(edition: ProgrammeEdition) -> list[Any]:
    """The applications under way that were filed under this edition, in whichever app they live."""
    return [case for rows in _under_way(edition) for case in rows.order_by("pk")[:200]]


def count_running(edition: ProgrammeEdition) -> int:
    """How many applications are under way under this edition."""
    return sum(rows.count() for rows in _under_way(edition))


def _under_way(edition: ProgrammeEdition) -> Iterator[Any]:
    for relation in edition._meta.related_objects:
        rows = relation.related_model._default_manager.filter(**{relation.field.name: edition})
        if hasattr(rows, "under_way"):
            yield rows.under_way()


@dataclass
class Touched:
    """What publishing an edition touches: the one it follows with the cases that keep it, and the days from which
    cases are taken under the new one."""

    before: ProgrammeEdition | None
    keeps: list[Any] = field(default_factory=list)
    first_day: date | None = None
    changes: dict[str, list[Change]] = field(default_factory=dict)

    @property
    def any_change(self) -> bool:
        return any(self.changes.values())


def touched_by_edition(edition: ProgrammeEdition) -> Touched:
    """What changes for whom once this edition is published."""
    before = predecessor(edition)
    if before is None:
        return Touched(None, [], edition.effective_from)
    return Touched(before, running_cases(before), edition.effective_from, edition_changes(before, edition))


@dataclass
class Resting:
    """Everything that rests on one clause."""

    clause: Clause
    programmes: list[Programme] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    editions: list[ProgrammeEdition] = field(default_factory=list)
    cases: list[Any] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.programmes or self.parameters or self.editions)


def resting_on(clause: Clause) -> Resting:
    """What rests on one clause."""
    return resting_on_all([clause])[clause.pk]


def resting_on_all(clauses: Sequence[Clause]) -> dict[int, Resting]:
    """What rests on each of these clauses, by their ids. Only those that are cited are asked about, and the applications
    of an edition on which several rest are read once."""
    cited = set(Citation.objects.filter(clause__in=clauses).values_list("clause_id", flat=True))
    cases_of = cache(running_cases)
    return {clause.pk: _resting(clause, cases_of) if clause.pk in cited else Resting(clause) for clause in clauses}


def _resting(clause: Clause, cases_of: Callable[[ProgrammeEdition], list[Any]]) -> Resting:
    """The reverse citation query: programmes that the clause gives, figures that it sets, editions that cite it for
    payee or public notice, and the applications under way that were filed under any of these editions."""
    citations = list(Citation.objects.filter(clause=clause).values_list("pk", flat=True))
    parameters = list(
        Parameter.objects.own().with_source().select_related("edition__programme")
        .filter(citation__in=citations).order_by("edition", "key", "valid_from")
    )  # fmt: skip
    named = Q(payee_citation__in=citations) | Q(notice__citation__in=citations) | Q(parameters__citation__in=citations)
    editions = list(ProgrammeEdition.objects.own().with_rule().filter(named).distinct().order_by("-effective_from", "-pk"))
    cases = [case for edition in editions for case in cases_of(edition)]
    return Resting(clause, list(Programme.objects.filter(citation__in=citations).order_by("pk")), parameters, editions, cases)


# ---- two texts ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClauseChange:
    """One clause that the newer text words otherwise, adds or leaves out, with everything that rests on the old one."""

    label: str
    title: str
    stretches: Sequence[Stretch]
    kind: str
    resting: Resting | None = None

    @property
    def word(self) -> str:
        return {"new": _("New"), "removed": _("Removed"), "changed": _("Changed")}[self.kind]

    @property
    def tone(self) -> str:
        return {"new": "jade", "removed": "red"}.get(self.kind, "amber")


def clause_changes(old: PolicyDocument, rows: Sequence[dict[str, str]], form: str) -> list[ClauseChange]:
    """What a draft that replaces a text words otherwise, clause by clause."""
    stored = {clause.path: clause for clause in old.clauses.select_related("document").order_by("ordinal")}
    texts = {row["path"]: row["text"] for row in reversed(rows)}  # of a number that stands twice the first
    resting = resting_on_all([clause for clause in stored.values() if texts.get(clause.path) != clause.text])
    found: list[ClauseChange] = []
    for row in rows:
        clause = stored.pop(row["path"], None)
        label = form.format(row["path"])
        if clause is None:
            found.append(ClauseChange(label, row["title"], [Stretch(row["text"], "new")], "new"))
        elif clause.text != row["text"]:
            found.append(
                ClauseChange(label, row["title"], stretches(clause.text, row["text"]), "changed", resting[clause.pk])
            )
    gone = stored.values()
    return found + [ClauseChange(one.label, one.title, [Stretch(one.text, "old")], "removed", resting[one.pk]) for one in gone]
