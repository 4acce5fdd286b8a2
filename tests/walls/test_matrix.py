"""Every address of ours, asked by everybody, with GET and with an empty POST (walls.md 4)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from tests.browser import signed_in
from tests.walls.conftest import building, undone
from tests.walls.examples import build
from tests.walls.policy import DOCUMENT, ELSEWHERE, OTHERS, PEOPLE, TABLE, as_document, expected
from tests.walls.report import tell

METHODS = ("GET", "POST")


def names(tree=None, spaces=()) -> set[str]:
    """The name of every pattern that leads to a view of ours."""
    found = set()
    for entry in get_resolver().url_patterns if tree is None else tree:
        if not isinstance(entry, URLPattern):
            found |= names(entry.url_patterns, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif getattr(entry.callback, "access", "editor of the public site") != "editor of the public site":
            found.add(":".join([*spaces, entry.name or str(entry.pattern)]))
    return found


def test_every_url_has_an_entry():
    listed = {label.partition(" · ")[0] for label in TABLE}
    assert names() - listed - set(ELSEWHERE) == set()
    assert (listed | set(ELSEWHERE)) - names() == set()


@pytest.fixture(scope="module")
def site(for_the_file):
    with building():
        made = build()
        made.clients = {"anonymous": Client(raise_request_exception=False)}
        for role, person in made.people.items():
            made.clients[role] = signed_in(person, raise_request_exception=False)
    return made


def ask(client: Client, method: str, address: str) -> int:
    """The status; whatever the request wrote is undone."""
    with undone():
        response = client.get(address) if method == "GET" else client.post(address, {})
        return response.status_code  # not closed: that would close the connection that all share


@pytest.mark.parametrize("part", ["subsidies", "other pages"])
def test_every_url_for_every_role(site, for_this_test, part):
    """Everybody with both methods; of the ten people of another organisation one after the other takes the POST."""
    assert set(site.addresses) == set(TABLE)
    assert set(site.clients) == set(PEOPLE)
    labels = [label for label in TABLE if ("subsidies" in label) == (part == "subsidies")]
    cells = [(label, *cell) for number, label in enumerate(labels) for cell in cells_of(number)]
    wrong = []
    for label, method, person in cells:
        status = ask(site.clients[person], method, site.addresses[label])
        if status != expected(label, method, person):
            wrong.append(f"{label} {method} {person}: {status}, not {expected(label, method, person)}")
    assert wrong == []
    urls = len({label.partition(" · ")[0] for label in labels})
    tell(f"matrix: {part}", f"{urls} URLs ({len(labels)} examples) × {len(PEOPLE)} people × {len(METHODS)} methods = {len(cells)} cells: "
         "unexplained 2xx 0, 5xx 0, URLs without policy 0")


def cells_of(number: int) -> list[tuple[str, str]]:
    """Method and person of every cell of one row."""
    poster = OTHERS[number % len(OTHERS)]
    return [(method, person) for method in METHODS for person in PEOPLE if method == "GET" or person not in OTHERS or person == poster]


def test_the_document_is_this_table():
    assert DOCUMENT.read_text(encoding="utf-8") == as_document(), "run: python -m tests.walls.policy"
