"""Every page of the example world, opened in a real browser by somebody who may see it: nothing in the console, nothing
refused by the content security policy, nothing that axe objects to in either theme, nothing sideways on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from tests.browser import signed_in
from tests.walls import examples
from tests.walls.report import tell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
READERS = ("anonymous", "officer", "owner", "founder", "mentor", "judge", "platform")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}, "resultTypes": ["violations"]}
COMPLAINTS = """() => {
    window.complaints = [];
    addEventListener("securitypolicyviolation", (event) => window.complaints.push(`CSP ${event.violatedDirective} ${event.blockedURI}`));
}"""
SIDEWAYS = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
SPOIL = """() => {
    document.querySelector("main").insertAdjacentHTML("beforeend",
        "<img src='/static/fuhua/img/seal.svg'><p style='color: red'>x</p><table><tr><td>" + "wide".repeat(200) + "</td></tr></table>");
    console.log("said");
}"""
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture
def world(transactional_db):
    return examples.build()


def readable(world) -> Iterator[tuple[str, str, str]]:
    """(who, name, path) of every address that shows a page to somebody: the first of READERS whom it is for."""
    clients = {who: Client() if who == "anonymous" else signed_in(world.people[who]) for who in READERS}
    for name, path in world.addresses.items():
        for who, client in clients.items():
            response = client.get(path)
            if response.status_code == 200:
                if response.headers["Content-Type"].startswith("text/html"):
                    yield who, name, path
                break


class Reader:
    """One person's window, and what it complained of."""

    def __init__(self, browser, base: str, user=None) -> None:
        self.context = browser.new_context(viewport=DESK, locale="zh-CN", reduced_motion="reduce")
        self.context.add_init_script(f"({COMPLAINTS})()")
        self.base, self.faults = base, []
        if user is not None:
            session = signed_in(user).cookies["sessionid"].value
            self.context.add_cookies([{"name": "sessionid", "value": session, "url": base}])
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("response", lambda answer: self.faults.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)

    def look(self, path: str, spoil: str = "") -> list[str]:
        """Open the page in both themes and on a phone; every complaint in words."""
        self.faults.clear()
        for theme in ("light", "dark"):
            self.context.add_cookies([{"name": "theme", "value": theme, "url": self.base}])
            self.page.goto(self.base + path)
            if spoil:
                self.page.evaluate(spoil)
            found = Axe().run(self.page, options=RULES).response["violations"]
            self.faults += [f"axe {theme}: {rule['id']} {node['html'][:160]}" for rule in found for node in rule["nodes"][:2]]
        self.page.set_viewport_size(PHONE)
        if (over := self.page.evaluate(SIDEWAYS)) > 0:
            self.faults.append(f"{over} px sideways at 390 px")
        self.page.set_viewport_size(DESK)
        return self.faults + self.page.evaluate("window.complaints")


def test_every_page_is_quiet_readable_and_fits_a_phone(browser, live_server, world):
    pages = list(readable(world))
    windows = {who: Reader(browser, live_server.url, world.people.get(who)) for who in READERS}
    faults = {f"{name} ({who})": found for who, name, path in pages if (found := windows[who].look(path))}
    tell("browser", f"{len(pages)} pages, both themes, 390 px: {len(faults)} with faults")
    assert len(pages) > 50
    assert not faults, "\n".join(f"{page}: {line}" for page, lines in faults.items() for line in dict.fromkeys(lines))


def test_the_reader_sees_each_kind_of_fault(browser, live_server, transactional_db):
    """The control: one page, spoilt on purpose."""
    reader = Reader(browser, live_server.url)
    assert reader.look("/accounts/login/") == []
    seen = "\n".join(reader.look("/accounts/login/", SPOIL))
    for complaint in ("console: said", "CSP style-src", "axe light: image-alt", "axe dark: image-alt", "px sideways"):
        assert complaint in seen, complaint
