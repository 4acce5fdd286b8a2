"""The blind copy of a deck, and the test that nothing a judge reads tells who the team is (people-contests.md B2)."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from incubator.accounts.actors import Actor
from incubator.contests.blind_child import answer_of
from incubator.contests.models import Contest, Entry, LeakHit
from incubator.contests.models.entries import BLIND
from incubator.core.errors import BusinessError
from incubator.documents.child import ChildError, run_child
from incubator.documents.models import Document
from incubator.documents.services import keep_paper
from incubator.journal.services import lock, record

SPACES = re.compile(r"[\s\u200b·.,，。、;；:：/\\|_()（）\[\]【】<>《》“”\"'‘’\-—]+")
SHORTEST_LATIN = 4  # a shorter Latin word is found inside ordinary ones
ENDINGS = ("公司", "有限公司", "股份有限公司", "科技有限公司")


def make_blind_copy(body: bytes, code: str, *, by: Actor, apart: bool = True) -> tuple[Document, list[str]]:
    """A PDF without author, title and other metadata, named by the code, and its words by page. A child process opens the
    file (`apart`). Raises BusinessError for a file that cannot be read."""
    try:
        answer = run_child("incubator.contests.blind_child", body) if apart else answer_of(body)
    except ChildError:
        raise BusinessError(_("This PDF cannot be read. Print it to a new PDF and upload that."), field="deck") from None
    line, _break, blind = answer.partition(b"\n")
    return keep_paper(blind, title=code, name=f"{code}.pdf", by=by, kind="other"), json.loads(line)["pages"]


def folded(text: str) -> str:
    """As the test compares: one width, small letters, without blanks and marks."""
    return SPACES.sub("", unicodedata.normalize("NFKC", text)).lower()


def is_han(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)


def terms_of(entry: Entry) -> Iterator[str]:
    """The words that would tell who the team is: names, company, school, contact; of Chinese names also the pinyin."""
    people = [entry.contact_name, *entry.members.values_list("name", flat=True)]
    wholes = [entry.team, entry.company, *people, *re.split(r"[,，、;；\s/]+", entry.school)]
    yield from filter(None, (one.strip() for one in wholes))
    short = entry.company
    for ending in sorted(ENDINGS, key=len, reverse=True):
        short = short.removesuffix(ending)
    yield from filter(lambda word: len(word) > 2, [short])
    for name in people:
        if is_han(name) and len(name) > 1:
            yield "".join(lazy_pinyin(name))
    yield from filter(None, [entry.uscc, str(entry.phone or "")[-11:], str(entry.email), str(entry.email).partition("@")[0]])
    if entry.startup:
        yield from filter(None, [entry.startup.name, entry.startup.short_name])


def hits(text: str, terms: Iterator[str]) -> Iterator[tuple[str, str]]:
    """The terms that stand in the text, with the words around each."""
    plain = folded(text)
    for term in dict.fromkeys(terms):
        wanted = folded(term)
        if len(wanted) < (2 if is_han(wanted) else SHORTEST_LATIN):
            continue
        at = plain.find(wanted)
        if at >= 0:
            yield term, plain[max(0, at - 15) : at + len(wanted) + 15]


def read_by_judges(entry: Entry) -> dict[str, str]:
    """Every text of an entry that reaches a judge, by where it stands: fields, the blind deck page by page, its metadata."""
    found = {name: getattr(entry, name) for name in BLIND}
    if entry.blind_deck:
        found |= {f"deck p. {place}": text for place, text in enumerate(entry.deck_pages, 1)}
        found["deck file"] = f"{entry.blind_deck.original_name} {metadata_of(entry.blind_deck)}"
    return found


def metadata_of(document: Document) -> str:
    """What the file itself says of its makers, as text."""
    head = document.read().decode("latin-1")
    return " ".join(re.findall(r"/(?:Author|Title|Creator|Producer|Subject|Keywords)\s*(\([^)]*\)|<[^>]*>)", head))


@transaction.atomic
def look_for_leaks(contest: Contest, *, by: Actor) -> int:
    """Look through everything judges will read of every eligible entry. Returns how many hits are open.

    Hits that are gone are dropped; explained ones stay explained."""
    lock(contest)
    for entry in contest.entries.eligible():  # type: ignore[attr-defined]
        found = {(where, term): words for where, text in read_by_judges(entry).items() for term, words in hits(text, terms_of(entry))}
        entry.leaks.exclude(pk__in=[hit.pk for hit in entry.leaks.all() if (hit.where, hit.term) in found]).delete()
        for (where, term), words in found.items():
            LeakHit.objects.get_or_create(entry=entry, where=where, term=term[:120], defaults={"excerpt": words[:200]})
    count = open_hits(contest).count()
    record("look_for_leaks", contest, by=by, open=count)
    return count  # type: ignore[no-any-return]


def open_hits(contest: Contest) -> Any:
    """Hits of eligible entries that nobody has explained."""
    return LeakHit.objects.filter(entry__contest=contest, entry__state="eligible", cleared_by=None)


@transaction.atomic
def clear_leak(hit: LeakHit, *, because: str, by: Actor) -> LeakHit:
    """Note that a hit tells nothing of the team, and why."""
    if not because.strip():
        raise BusinessError(_("Say why this word tells nothing of the team."), field="because")
    locked = lock(hit)
    locked.cleared_by, locked.cleared_because = by.user, because.strip()[:200]
    locked.save()
    record("clear_leak", locked.entry, by=by, where=locked.where)
    return locked
