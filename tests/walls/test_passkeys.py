"""Passkeys: what no browser sends, what nobody may remove, and where a person with a passkey alone is led. The ceremony
itself: tests/journeys/test_passkey.py."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from incubator.journal.models import SecurityEvent
from tests.browser import SECRET, signed_in
from tests.factories.accounts import make_person
from tests.walls.report import tell

pytestmark = pytest.mark.django_db
def made() -> dict:
    """What a browser sends about a new passkey: well formed, for a challenge that nobody gave, its private key gone."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(Aaguid.NONE, bytes(32), public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    about = AuthenticatorData.create(sha256(b"testserver").digest(), flags, 1, credential)
    client = CollectedClientData.create(type="webauthn.create", challenge=bytes(32), origin="https://testserver")
    response = {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(AttestationObject.create("none", about, {}))}
    return {"id": websafe_encode(bytes(32)), "rawId": websafe_encode(bytes(32)), "type": "public-key", "clientExtensionResults": {}, "response": response}


MADE = made()
RUBBISH = [
    "", "{}", "[]", "null", "1", '"text"', "not json", json.dumps(MADE), json.dumps({**MADE, "response": {}}), json.dumps({**MADE, "response": None}),
    json.dumps({**MADE, "id": None, "rawId": 7}), json.dumps({**MADE, "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}),
    json.dumps({**MADE, "response": {"clientDataJSON": "AAAA", "authenticatorData": "AAAA", "signature": "AAAA", "userHandle": "MQ"}}),
    json.dumps({**MADE, "response": {"clientDataJSON": "%%%", "authenticatorData": "", "signature": "", "userHandle": ""}}),
    json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"userHandle": "\u0000"}}),
]  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def somebody(role: str, organisation):
    made = make_person(role, organisation, role)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


def passkey_of(user, name: str = "laptop") -> Authenticator:
    return WebAuthn.add(user, name, MADE).instance


@pytest.fixture
def owner(organisation):
    return somebody("owner", organisation)


def test_what_no_browser_sends_gets_a_sentence(owner):
    client, visitor = signed_in(owner), Client()
    passkey_of(owner)
    for sent in RUBBISH:
        cache.clear()
        client.get("/accounts/2fa/webauthn/add/")
        answers = [client.post("/accounts/2fa/webauthn/add/", {"name": "x", "credential": sent})]
        client.get("/accounts/2fa/webauthn/reauthenticate/")
        answers += [client.post("/accounts/2fa/webauthn/reauthenticate/", {"credential": sent})]
        visitor.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
        answers += [visitor.post("/accounts/2fa/webauthn/login/", {"credential": sent})]
        assert {answer.status_code for answer in answers} <= {200, 302}, sent
    assert Authenticator.objects.filter(type="webauthn").count() == 1
    assert visitor.get("/home/").status_code == 302
    tell("passkeys, rubbish", f"{len(RUBBISH)} answers that no browser sends: 5xx 0, let in 0")


def test_a_wrong_answer_is_written_down(owner):
    client = signed_in(owner)
    passkey_of(owner)
    client.get("/accounts/2fa/webauthn/reauthenticate/")
    client.post("/accounts/2fa/webauthn/reauthenticate/", {"credential": json.dumps(MADE)})
    assert SecurityEvent.objects.get(what=SecurityEvent.What.FACTOR_FAILED).user == owner


def test_whoever_has_a_passkey_alone_is_asked_for_it(owner):
    passkey_of(owner)
    client = Client()
    client.force_login(owner)
    for path in ("/office/jingyue/", "/accounts/2fa/", "/accounts/2fa/webauthn/add/"):
        assert client.get(path).url.startswith("/accounts/2fa/webauthn/reauthenticate/?next="), path
    assert client.get("/accounts/2fa/webauthn/reauthenticate/?next=/office/jingyue/").status_code == 200


def test_without_any_device_a_passkey_may_be_the_first(owner):
    client = Client()
    client.post("/accounts/login/", {"login": owner.email, "password": "correct horse battery"})
    page = client.get("/office/jingyue/", follow=True)
    assert 'href="/accounts/2fa/webauthn/add/"' in page.content.decode()
    assert client.get("/accounts/2fa/webauthn/add/").status_code == 200


@pytest.mark.parametrize(("role", "also_codes", "removed"), [("owner", False, False), ("owner", True, True), ("founder", False, True)])
def test_nobody_of_the_office_removes_the_last_device(organisation, role, also_codes, removed):
    user = somebody(role, organisation)
    client = signed_in(user)
    if not also_codes:
        Authenticator.objects.filter(user=user).delete()
    key = passkey_of(user)
    assert client.get(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/").status_code == 200
    client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/")
    assert Authenticator.objects.filter(pk=key.pk).exists() is not removed


def test_nobody_reaches_a_passkey_of_another(owner, organisation):
    key = passkey_of(owner)
    client = signed_in(somebody("manager", organisation))
    for act in ("remove", "edit"):
        for answer in (client.get(f"/accounts/2fa/webauthn/keys/{key.pk}/{act}/"), client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/{act}/", {"name": "mine"})):
            assert answer.status_code == 404
    assert Client().get(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/").status_code == 302
    assert Authenticator.objects.get(pk=key.pk).wrap().name == "laptop"


def test_a_passkey_is_renamed(owner):
    key = passkey_of(owner)
    TOTP.activate(owner, SECRET)
    signed_in(owner).post(f"/accounts/2fa/webauthn/keys/{key.pk}/edit/", {"name": "办公室电脑"})
    assert Authenticator.objects.get(pk=key.pk).wrap().name == "办公室电脑"
