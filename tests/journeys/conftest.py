"""A real browser, a real server, and the small world of the subsidy tests, committed."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache

from incubator.accounts.actors import actor_for
from incubator.accounts.factor import needs_factor
from incubator.accounts.roles import Role
from incubator.core.scoping import organisation_context
from incubator.policy.importing import import_document, put_in_force
from incubator.policy.loading import load_everything
from tests.browser import SECRET
from tests.factories.accounts import make_organisation, make_person
from tests.factories.spaces import a_site
from tests.factories.subsidies import EXAMPLE, add_startup

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's loop runs in the test's own thread
CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)
PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync", "--disable-component-update"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 1280, "height": 900}, "locale": "zh-CN"}


@pytest.fixture
def town(transactional_db):
    """One organisation with a person for each role, the example measure in force, one startup with a year of costs."""
    load_everything()
    organisation = make_organisation("jingyue", "长春净月创客空间", prefix="净创")
    people = {role.value: make_person(role.value, organisation, role.value) for role in Role}
    people["manager-2"] = make_person("manager-2", organisation, "manager")
    for user in people.values():
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if needs_factor(user):
            TOTP.activate(user, SECRET)
    with organisation_context(organisation):
        imported = import_document(EXAMPLE, by=actor_for(people["officer"], organisation))
        put_in_force(imported, submitter=actor_for(people["officer"], organisation), approver=actor_for(people["manager"], organisation))
        startup, _papers = add_startup(organisation, people, a_site())
    return SimpleNamespace(organisation=organisation, people=people, startup=startup)


def code_of(email: str) -> str:
    """What this person's device shows now. Each code counts once; a journey signs in more often than twice a minute."""
    code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    device = Authenticator.objects.get(user__email=email, type=Authenticator.Type.TOTP)
    cache.delete(TOTP(device)._get_used_cache_key(code))
    return code


class Visitor:
    """One person in one browser window, with what they do in words."""

    def __init__(self, page, base: str, town) -> None:
        self.page, self.base, self.town = page, base, town
        self.faults: list[str] = []
        page.on("console", lambda message: self.faults.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("response", lambda answer: self.faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def sign_in(self, name: str) -> None:
        """Sign out whoever is there, sign in as this person."""
        self.page.context.clear_cookies(name="sessionid")
        self.go("/accounts/login/?next=/home/")
        self.page.fill("input[name=login]", f"{name}@example.com")
        self.page.fill("input[name=password]", PASSWORD)
        self.press("form:has(input[name=password]) button[type=submit]")
        if "/2fa/" in self.page.url:
            self.page.fill("input[name=code]", code_of(f"{name}@example.com"))
            self.submit()

    def press(self, selector: str) -> None:
        """Click something that leads to another page."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def submit(self, form: str = "main form:has(.button-primary)") -> None:
        self.press(f"{form} button.button-primary[type=submit]")

    def follow(self, part: str) -> None:
        """Follow the first link whose address holds this."""
        self.press(f"main a[href*='{part}']")

    def speak(self, language: str) -> None:
        self.page.context.add_cookies([{"name": "language", "value": language, "url": self.base}])

    @property
    def text(self) -> str:
        return self.page.inner_text("main")


@pytest.fixture
def visitor(page, live_server, town):
    return Visitor(page, live_server.url, town)
