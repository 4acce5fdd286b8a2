"""The file of a copy: data.json for machines, index.html for people, and the papers."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.accounts.models import Organisation, User
from incubator.core.holdings import Holding, holdings, moment, shown
from incubator.core.personal import Subject
from incubator.core.scoping import every_organisation, organisation_context
from incubator.documents.uploads import clean_name
from incubator.tenants.knowing import subject_of

STYLE = Path(__file__).parent / "templates/subjects/copy.css"
Papers = dict[str, bytes]
# Tables that no page calls by a name.
TABLES = {"journal.Entry": gettext_lazy("What you did"), "notices.Notice": gettext_lazy("Messages to you")}


@dataclass
class Part:
    """What one organisation, or the account itself, holds: the tables with their rows."""

    holder: str
    tables: list[dict[str, Any]] = field(default_factory=list)


def copy_for_office(subject: Subject, organisation: Organisation) -> bytes:
    """What this organisation holds about the person. Inside its context."""
    papers: Papers = {}
    found = [*holdings(subject, walled=True), *holdings(subject, walled=False, office=True)]
    part = Part(organisation.name, [in_words(holding, subject, papers) for holding in found])
    return pack(subject.name, [part], papers)


def copy_for_person(user: User) -> tuple[bytes, list[Organisation]]:
    """What the account and every organisation hold about the person, and which organisations those are."""
    papers: Papers = {}
    account = subject_of_account(user)
    parts = [Part(str(_("Your account")), [in_words(holding, account, papers) for holding in holdings(account, walled=False)])]
    holders = []
    for organisation in every_organisation():
        with organisation_context(organisation):
            subject = subject_of(user=user)
            found = holdings(subject, walled=True)
            if found:
                parts.append(Part(organisation.name, [in_words(holding, subject, papers) for holding in found]))
                holders.append(organisation)
    return pack(user.name, parts, papers), holders


def subject_of_account(user: User) -> Subject:
    """The person as tables of everybody know them: the account and its address."""
    return Subject(user.name, user, frozenset({user.email}))


def in_words(holding: Holding, subject: Subject, papers: Papers) -> dict[str, Any]:
    """A table of a copy: its name, how long it is kept, its rows; their files are added to the papers."""
    kept, rows = holding.kept, []
    for row in holding.rows:
        told = shown(holding, row, subject)
        names = [put(paper, papers) for paper in kept.files(row)] if kept.files else []
        rows.append(told | ({str(_("Files")): names} if names else {}))
    about = {"table": kept.model, "name": str(TABLES.get(kept.model, holding.model._meta.verbose_name)), "basis": _(kept.basis), "period": _(kept.period)}
    return about | {"rows": rows}


def put(paper: Any, papers: Papers) -> str:
    """Put a paper among the files; its place tells two of one name apart."""
    name = f"files/{len(papers) + 1:02d}-{clean_name(paper.original_name)}"
    papers[name] = paper.read()
    return name


def pack(person: str, parts: list[Part], papers: Papers) -> bytes:
    """One zip: data.json, index.html with its style, and the papers."""
    made = moment(timezone.now())
    data = {"schema": "fuhua.copy.v1", "person": person, "made_at": made, "holders": [{"holder": part.holder, "tables": part.tables} for part in parts]}
    page = render_to_string("subjects/copy.html", {"person": person, "made": made, "parts": parts, "papers": sorted(papers), "files": str(_("Files"))})
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2, default=str))
        packed.writestr("index.html", page)
        packed.writestr("style.css", STYLE.read_text(encoding="utf-8"))
        for name, content in papers.items():
            packed.writestr(name, content)
    return body.getvalue()
