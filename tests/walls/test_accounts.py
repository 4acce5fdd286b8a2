"""Signing in (walls.md 5): the second factor, limits, one answer for everybody, the life of a web session."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from cms.services import publish_site
from incubator.core.encryption import PREFIX
from tests.browser import SECRET, signed_in
from tests.factories.accounts import make_person
from tests.walls.report import tell

PASSWORD = "correct horse battery"  # noqa: S105 - of tests.factories.accounts
CLOSED = ("/office/jingyue/", "/cms/", "/platform/")
STAFF = ("owner", "manager", "finance", "officer", "editor", "viewer")


@pytest.fixture(autouse=True)
def fresh_limits(db):
    """The counts of failed attempts lie in the database's cache, which the rollback of a test also takes back."""
    cache.clear()


@pytest.fixture
def people(organisation):
    """Everybody with an address that is confirmed, and somebody who runs the deployment."""
    made = {role: make_person(role, organisation, role) for role in (*STAFF, "founder")}
    made["platform"] = make_person("platform", runs_deployment=True)
    for user in made.values():
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return made


def code(secret: str = SECRET, *, at: float | None = None) -> str:
    return format_hotp_value(hotp_value(secret, int(at or time.time()) // 30))


def by_password(user, password=PASSWORD, path="/accounts/login/", client=None, follow=False):
    client = client or Client()
    answer = client.post(path, {"login": user.email, "username": user.email, "password": password}, follow=follow)
    return client, answer


def doors(client) -> dict[str, int]:
    return {path: client.get(path).status_code for path in CLOSED}


def open_doors(client) -> list[str]:
    return [path for path, status in doors(client).items() if status == 200]


# Ways in


def force(user):
    client = Client()
    client.force_login(user)
    return client


WAYS = {
    "password": lambda user: by_password(user)[0],
    "force_login": force,
    "other backend": lambda user: force_by_other_backend(user),
    "Wagtail's log-in": lambda user: by_password(user, path="/cms/login/")[0],
    "Wagtail's log-in for pages": lambda user: by_password(user, path="/_util/login/")[0],
}


def force_by_other_backend(user):
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("device", [False, True], ids=["no device", "device"])
def test_no_way_in_opens_the_office_without_the_second_factor(people, way, device):
    closed = 0
    for role in (*STAFF, "platform"):
        if device:
            TOTP.activate(people[role], SECRET)
        found = open_doors(WAYS[way](people[role]))
        assert not found, (role, found)
        closed += len(CLOSED)
    tell(f"accounts, {way}, {'with' if device else 'without'} a device", f"{closed} doors closed without the second factor")


def test_with_the_proof_the_same_doors_open(people, organisation):
    """The control: the doors above are closed by the missing proof, not by something else."""
    publish_site(organisation)
    assert open_doors(signed_in(people["owner"])) == ["/office/jingyue/"]
    assert open_doors(signed_in(people["editor"])) == ["/cms/"]
    assert open_doors(signed_in(people["platform"])) == ["/cms/", "/platform/"]


def test_the_proof_of_one_session_opens_no_other(people):
    first, second = signed_in(people["owner"]), force(people["owner"])
    assert open_doors(first)
    assert second.get("/office/jingyue/").url == "/accounts/2fa/reauthenticate/?next=%2Foffice%2Fjingyue%2F"


def test_the_proof_of_one_person_serves_no_other(people):
    client = signed_in(people["owner"])
    client.logout()
    Client.force_login(client, people["manager"])
    assert not open_doors(client)


def test_the_log_in_asks_for_the_code_and_opens_the_office(people):
    TOTP.activate(people["owner"], SECRET)
    client, answer = by_password(people["owner"], path="/accounts/login/?next=/office/jingyue/%3Ftab%3Dopen")
    assert answer.url == reverse("mfa_authenticate")
    assert client.post(answer.url, {"code": "000000" if code() != "000000" else "000001"}).status_code == 200
    assert not open_doors(client)
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    assert open_doors(client) == ["/office/jingyue/"]


def test_a_code_counts_once(people):
    TOTP.activate(people["owner"], SECRET)
    now = code()
    first, _answer = by_password(people["owner"])
    assert first.post("/accounts/2fa/authenticate/", {"code": now}).status_code == 302
    second, _answer = by_password(people["owner"])
    assert second.post("/accounts/2fa/authenticate/", {"code": now}).status_code == 200
    assert not open_doors(second)


def test_a_recovery_code_opens_once(people):
    TOTP.activate(people["owner"], SECRET)
    recovery = RecoveryCodes.activate(people["owner"]).get_unused_codes()[0]
    opened = []
    for _attempt in range(2):
        client, _answer = by_password(people["owner"])
        client.post("/accounts/2fa/authenticate/", {"code": recovery})
        opened.append(bool(open_doors(client)))
    assert opened == [True, False]


# Setting up, and the way back


def test_without_a_device_the_office_leads_to_its_setting_up_and_back(people, monkeypatch):
    monkeypatch.setattr(transaction, "on_commit", lambda act, **_options: act())  # a test commits nothing
    client, _answer = by_password(people["officer"])
    answer = client.get("/office/jingyue/?tab=open", follow=True)
    assert answer.redirect_chain == [("/accounts/2fa/totp/activate/", 302)]
    secret = client.session[SECRET_SESSION_KEY]
    assert secret in answer.content.decode()
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    assert 'href="/office/jingyue/?tab=open"' in answer.content.decode()
    assert client.get("/office/jingyue/?tab=open").status_code == 200  # the code just entered is the proof


def test_a_session_without_proof_neither_reads_recovery_codes_nor_removes_the_device(people):
    TOTP.activate(people["founder"], SECRET)
    RecoveryCodes.activate(people["founder"])
    client = force(people["founder"])
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for name in ("mfa_index", "mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        for answer in (client.get(reverse(name)), client.post(reverse(name))):
            assert answer.url.startswith("/accounts/2fa/reauthenticate/"), name
    assert Authenticator.objects.filter(user=people["founder"]).count() == 2


@pytest.mark.parametrize(("role", "removed"), [("owner", False), ("editor", False), ("platform", False), ("founder", True)])
def test_nobody_of_the_office_removes_the_last_device(people, role, removed):
    client = signed_in(people[role])
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=people[role]).exists() is not removed


def test_secrets_stand_encrypted(people):
    TOTP.activate(people["owner"], SECRET)
    codes = RecoveryCodes.activate(people["owner"]).generate_codes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        cells = "".join(row[0] for row in cursor.fetchall())
    assert cells.count(PREFIX) == 2
    assert SECRET not in cells
    assert not any(one in cells for one in codes)


def test_a_secret_written_plainly_is_refused(people):
    device = TOTP.activate(people["owner"], SECRET).instance
    device.data = {"secret": SECRET}
    device.save()
    with pytest.raises(ValueError, match="not encrypted"):
        device.wrap().validate_code(code())


# Limits and answers


def test_wrong_passwords_meet_a_limit(people):
    for _attempt in range(5):
        by_password(people["founder"], "wrong password here")
    client, answer = by_password(people["founder"])
    assert answer.status_code == 200  # the right one comes too late
    assert client.get("/home/").status_code == 302
    with time_machine.travel(time.time() + 301, tick=True):
        client, answer = by_password(people["founder"])
    assert answer.status_code == 302
    tell("accounts, limit", "after 5 wrong passwords the right one is refused for 5 minutes")


def test_wrong_codes_meet_a_limit(people):
    TOTP.activate(people["owner"], SECRET)
    client, _answer = by_password(people["owner"])
    wrong = [f"{(int(code()) + step) % 10**6:06d}" for step in range(100, 105)]
    for one in wrong:
        client.post("/accounts/2fa/authenticate/", {"code": one})
    assert client.post("/accounts/2fa/authenticate/", {"code": code()}).status_code == 200
    assert not open_doors(client)


def test_asking_for_a_new_password_gives_one_answer(people):
    answers = []
    for address in (people["founder"].email, "nobody@example.com"):
        answer = Client().post("/accounts/password/reset/", {"email": address}, follow=True)
        page = re.sub(r'"[\w-]{20,64}"', "", answer.content.decode())
        answers.append((answer.redirect_chain, page))
    assert answers[0] == answers[1]


def test_a_wrong_password_and_an_unknown_address_give_one_answer(people):
    answers = set()
    for address in (people["founder"].email, "nobody@example.com"):
        form = Client().post("/accounts/login/", {"login": address, "password": "wrong password here"}).context["form"]
        answers.add(str(form.errors))
    assert len(answers) == 1


def test_nobody_opens_an_account_from_outside(db):
    answer = Client().post("/accounts/signup/", {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 200
    assert not EmailAddress.objects.filter(email="new@example.com").exists()
    assert not mail.outbox


# The life of a session


@pytest.fixture
def day(settings):
    settings.OFFICE_IDLE, settings.OFFICE_LONGEST = timedelta(minutes=30), timedelta(hours=8)


def statuses(client, minutes, path="/office/jingyue/"):
    """What the page answers after each of these spans, one after the other."""
    now, found = time.time(), []
    for span in minutes:
        now += span * 60
        with time_machine.travel(now, tick=False):
            found.append(client.get(path).status_code)
    return found


def test_the_office_signs_out_who_was_away_for_half_an_hour(people, day):
    client = signed_in(people["owner"])
    assert statuses(client, [29, 29, 29, 31]) == [200, 200, 200, 302]
    assert client.get("/home/").status_code == 302


def test_the_office_signs_out_after_a_working_day(people, day):
    assert statuses(signed_in(people["owner"]), [25] * 20) == [200] * 19 + [302]


def test_the_portal_stays_open_for_a_fortnight(people, day):
    client = signed_in(people["founder"])
    assert statuses(client, [13 * 24 * 60, 2 * 24 * 60], "/portal/jingyue/") == [200, 302]


def test_signing_in_again_returns_to_the_page(people, day):
    client = signed_in(people["owner"])
    with time_machine.travel(time.time() + 3600, tick=False):
        assert client.get("/office/jingyue/?tab=open").url == "/accounts/login/?next=/office/jingyue/%3Ftab%3Dopen"


def test_a_new_password_ends_the_other_sessions(people):
    other, (client, _answer) = force(people["founder"]), by_password(people["founder"])
    fields = {"oldpassword": PASSWORD, "password1": "quite another phrase 7", "password2": "quite another phrase 7"}
    client.post("/accounts/password/change/", fields)
    assert other.get("/home/").url.startswith("/accounts/login/")
    assert not client.get("/home/").url.startswith("/accounts/login/")


def test_signing_out_everywhere_ends_the_other_sessions(people):
    other, (client, _answer) = by_password(people["founder"])[0], by_password(people["founder"])
    assert UserSession.objects.filter(user=people["founder"]).count() == 2
    client.post("/accounts/sessions/")
    assert other.get("/home/").url.startswith("/accounts/login/")
    assert not client.get("/home/").url.startswith("/accounts/login/")


# Parts of pages


@pytest.mark.parametrize("who", ["nobody", "no proof", "away"])
def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(people, day, who):
    TOTP.activate(people["owner"], SECRET)
    client = {"nobody": Client, "no proof": lambda: force(people["owner"]), "away": lambda: signed_in(people["owner"])}[who]()
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/office/jingyue/inbox/?page=2"}
    with time_machine.travel(time.time() + 3600 * (who == "away"), tick=False):
        answer = client.get("/office/jingyue/", headers=headers)
    target = "/accounts/2fa/reauthenticate/" if who == "no proof" else "/accounts/login/"
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == f"{target}?next=%2Foffice%2Fjingyue%2Finbox%2F%3Fpage%3D2"


def test_the_way_back_never_leads_to_another_host(people):
    TOTP.activate(people["owner"], SECRET)
    for elsewhere in ("https://evil.example/office/", "http://testserver//evil.example/", "//evil.example/"):
        headers = {"HX-Request": "true", "HX-Current-URL": elsewhere}
        answer = force(people["owner"]).get("/office/jingyue/", headers=headers)
        assert answer["HX-Redirect"] == "/accounts/2fa/reauthenticate/?next=%2Foffice%2Fjingyue%2F"


def test_a_lost_device_is_forgotten_with_all_sessions(people):
    TOTP.activate(people["founder"], SECRET)
    client, _answer = by_password(people["founder"])
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    call_command("forget_device", people["founder"].email)
    assert client.get("/home/").url.startswith("/accounts/login/")
    assert not Authenticator.objects.filter(user=people["founder"]).exists()
