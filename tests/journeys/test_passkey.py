"""A passkey in a real browser with a virtual authenticator: added, second factor of the office, way in, removed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from incubator.journal.models import SecurityEvent
from tests.factories.accounts import make_organisation, make_person
from tests.journeys.conftest import PASSWORD, Visitor
from tests.walls.report import tell

pytestmark = pytest.mark.browser
PASSKEY = "form[data-passkey] button"


@pytest.fixture
def visitor(page, live_server, transactional_db):
    """Somebody at the door of a house with one owner, whose laptop keeps passkeys."""
    organisation = make_organisation("jingyue", "长春净月创客空间", prefix="净创")
    owner = make_person("owner", organisation, "owner")
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    laptop = page.context.new_cdp_session(page)
    laptop.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    device = laptop.send("WebAuthn.addVirtualAuthenticator", {"options": kind | {"automaticPresenceSimulation": True}})
    visitor = Visitor(page, live_server.url, SimpleNamespace(organisation=organisation, people={"owner": owner}))
    visitor.unlock = lambda does: laptop.send("WebAuthn.setUserVerified", {"authenticatorId": device["authenticatorId"], "isUserVerified": does})
    return visitor


def leave(visitor) -> None:
    visitor.page.context.clear_cookies(name="sessionid")


def use(visitor) -> None:
    """Press the passkey's button and wait until the page behind it stands."""
    before = visitor.page.url
    visitor.page.locator(PASSKEY).first.click()
    visitor.page.wait_for_url(lambda url: url != before)


def test_a_passkey_is_added_opens_the_office_and_signs_in(visitor):
    page = visitor.page
    visitor.go("/accounts/login/?next=/office/jingyue/")
    page.fill("input[name=login]", "owner@example.com")
    page.fill("input[name=password]", PASSWORD)
    visitor.press("form:has(input[name=password]) button[type=submit]")
    visitor.press("main a[href*='/webauthn/add/']")
    page.fill("input[name=name]", "办公室电脑")
    use(visitor)
    assert "/accounts/2fa/recovery-codes/" in page.url
    visitor.follow("/office/jingyue/")
    assert page.url.endswith("/office/jingyue/")  # its making was the proof

    leave(visitor)  # after the password it is the second factor
    visitor.go("/accounts/login/?next=/office/jingyue/")
    page.fill("input[name=login]", "owner@example.com")
    page.fill("input[name=password]", PASSWORD)
    visitor.press("form:has(input[name=password]) button[type=submit]")
    assert page.url.endswith("/accounts/2fa/authenticate/")
    use(visitor)
    assert page.url.endswith("/office/jingyue/")

    leave(visitor)  # alone it is both
    visitor.go("/accounts/login/?next=/office/jingyue/")
    use(visitor)
    assert page.url.endswith("/office/jingyue/")
    events = SecurityEvent.objects.filter(user=visitor.town.people["owner"]).values_list("what", flat=True)
    assert list(events.order_by("pk"))[-1] == "signed_in"

    leave(visitor)  # whoever holds the laptop but cannot unlock it stays outside
    visitor.unlock(False)
    visitor.go("/accounts/login/?next=/office/jingyue/")
    page.locator(PASSKEY).first.click()
    page.locator("[data-passkey-problem]:visible").wait_for()
    assert page.url.endswith("/accounts/login/?next=/office/jingyue/")
    visitor.unlock(True)
    use(visitor)

    visitor.go("/accounts/2fa/webauthn/")
    visitor.press("main a[href*='/remove/']")
    visitor.press("main button.button-danger")
    assert Authenticator.objects.filter(type="webauthn").count() == 1  # the only device of an owner stays
    assert visitor.faults == []
    tell("passkey in Chromium", "added, second factor, way in, refused while locked; console messages 0")
