"""Signing in by a code that is sent (walls.md 5): one answer for known and unknown, limits, numbers kept apart."""

from __future__ import annotations

import re

import pytest
from allauth.account.internal.flows.phone_verification import PHONE_VERIFICATION_SESSION_KEY
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from incubator.accounts import phones
from incubator.accounts.models import Phone, TextMessage
from incubator.accounts.tasks import send_text
from incubator.core.encryption import PREFIX
from incubator.core.errors import Conflict
from incubator.core.phones import MobileField
from incubator.journal.models import SecurityEvent
from tests.browser import signed_in
from tests.factories.accounts import make_person
from tests.walls.report import tell

NUMBER, OTHER = "+8613800000001", "+8613900000002"
ASK, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"
pytestmark = pytest.mark.django_db


class Pocket:
    """A telephone for tests: what arrived."""

    arrived: list[tuple[str, str]] = []

    def send(self, number: str, code: str) -> None:
        self.arrived.append((number, code))


class Broken:
    def send(self, number: str, code: str) -> None:
        raise ConnectionError


@pytest.fixture(autouse=True)
def pocket(settings):
    cache.clear()
    Pocket.arrived = []
    settings.SMS_BACKEND = f"{__name__}.Pocket"
    return Pocket.arrived


def somebody(role: str, organisation):
    made = make_person(role, organisation, role)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


@pytest.fixture
def founder(organisation):
    return somebody("founder", organisation)


def deliver() -> None:
    """What the queue does."""
    for message in TextMessage.objects.filter(sent_at=None):
        send_text(message_id=message.pk)


def ask(typed: str):
    client = Client()
    return client, client.post(ASK, {"login": typed})


def page_of(client) -> str:
    """The page that asks for the code, without what differs on every request and without the address typed."""
    text = client.get(CONFIRM).content.decode()
    text = re.sub(r'(value=|"X-CSRFToken": )"\w+"', "", text)
    return re.sub(r"(form_key\S*|[\w.]+@example\.com|\*\*\*\d{4})", "·", text)


def test_a_code_by_mail_opens_the_account(founder):
    client, answer = ask(founder.email.upper())
    assert answer.url == CONFIRM
    code = re.search(r"^\d{6}$", mail.outbox[0].body, re.MULTILINE)[0]
    assert client.get("/home/").status_code == 302
    client.post(CONFIRM, {"code": code})
    assert client.get("/accounts/email/").status_code == 200


def test_a_code_by_short_message_opens_the_account(founder, pocket):
    phones.hold(founder, NUMBER)
    client, _answer = ask("１３８ 0000-0001")
    deliver()
    assert [number for number, _code in pocket] == [NUMBER]
    client.post(CONFIRM, {"code": pocket[0][1]})
    assert client.get("/accounts/email/").status_code == 200


def test_the_password_works_with_the_number_too(founder):
    phones.hold(founder, NUMBER)
    client = Client()
    client.post("/accounts/login/", {"login": "+86 138 0000 0001", "password": "correct horse battery"})
    assert client.get("/accounts/email/").status_code == 200


def test_a_sent_code_is_no_second_factor(organisation, pocket):
    owner = somebody("owner", organisation)
    signed_in(owner)  # has a device
    phones.hold(owner, NUMBER)
    client, _answer = ask("13800000001")
    deliver()
    assert client.post(CONFIRM, {"code": pocket[0][1]}).url == "/accounts/2fa/authenticate/"
    assert client.get("/office/jingyue/").status_code == 302


@pytest.mark.parametrize("strangers", ["nobody@example.com", "13700000009"])
def test_known_and_unknown_get_one_answer(founder, pocket, settings, strangers):
    settings.DEMO = False
    phones.hold(founder, NUMBER)
    known = founder.email if "@" in strangers else "13800000001"
    (first, seen), (second, other) = ask(known), ask(strangers)
    assert (seen.status_code, seen.url) == (other.status_code, other.url)
    assert page_of(first) == page_of(second)
    wrong = [client.post(CONFIRM, {"code": "000000"}) for client in (first, second)]
    assert [str(answer.context["form"].errors) for answer in wrong][0] == str(wrong[1].context["form"].errors)
    deliver()
    assert len(pocket) == (0 if "@" in strangers else 1)  # a message to an unknown number would cost money
    tell(f"sent codes, {'e-mail' if '@' in strangers else 'number'}", "known and unknown: 1 answer")


@pytest.mark.parametrize("demo", [True, False])
def test_only_the_demonstration_shows_a_code_on_its_page(founder, settings, demo):
    settings.DEMO = demo
    client, _answer = ask(founder.email)
    code = re.search(r"^\d{6}$", mail.outbox[0].body, re.MULTILINE)[0]
    assert (code in client.get(CONFIRM).content.decode()) is demo


def test_three_wrong_codes_end_the_code(founder, pocket):
    phones.hold(founder, NUMBER)
    client, _answer = ask("13800000001")
    deliver()
    right = pocket[0][1]
    for _attempt in range(3):
        client.post(CONFIRM, {"code": f"{(int(right) + 1) % 10**6:06d}"})
    client.post(CONFIRM, {"code": right})
    assert client.get("/home/").status_code == 302
    assert SecurityEvent.objects.filter(what=SecurityEvent.What.SIGN_IN_FAILED, user=founder).count() == 3


def test_asking_meets_a_limit_for_one_number_known_or_not(founder):
    phones.hold(founder, NUMBER)
    counts = {}
    for typed in ("13800000001", "13700000009"):
        counts[typed] = [ask(typed)[1].status_code for _attempt in range(4)]
    assert set(map(tuple, counts.values())) == {(302, 302, 302, 200)}


def test_wrong_passwords_count_for_the_account_not_for_what_was_typed(founder):
    phones.hold(founder, NUMBER)
    for typed in ["13800000001", founder.email, "138 0000 0001", founder.email, "+8613800000001"]:
        Client().post("/accounts/login/", {"login": typed, "password": "wrong password here"})
    client = Client()
    client.post("/accounts/login/", {"login": founder.email, "password": "correct horse battery"})
    assert client.get("/home/").status_code == 302


def test_one_number_gets_ten_messages_a_day_and_the_house_its_budget(founder, settings, pocket):
    for _attempt in range(phones.TEXTS_A_DAY + 3):
        phones.send_code(NUMBER, "123456")
    assert TextMessage.objects.count() == phones.TEXTS_A_DAY
    settings.SMS_PER_DAY = phones.TEXTS_A_DAY + 1
    phones.send_code(OTHER, "123456")
    phones.send_code("+8613700000003", "123456")
    assert TextMessage.objects.count() == settings.SMS_PER_DAY
    deliver()
    assert len(pocket) == settings.SMS_PER_DAY
    tell("sent codes, limits", f"one number {phones.TEXTS_A_DAY} a day, the house FUHUA_SMS_PER_DAY")


def test_a_message_leaves_once_and_takes_number_and_code_with_it(settings, pocket):
    phones.send_code(NUMBER, "123456")
    message = TextMessage.objects.get()
    settings.SMS_BACKEND = f"{__name__}.Broken"
    with pytest.raises(ConnectionError):
        send_text(message_id=message.pk)
    settings.SMS_BACKEND = f"{__name__}.Pocket"
    send_text(message_id=message.pk)
    send_text(message_id=message.pk)
    assert pocket == [(NUMBER, "123456")]
    message.refresh_from_db()
    assert (message.number, message.code, bool(message.sent_at)) == ("", "", True)


# The number of a person


def test_a_number_is_kept_once_it_is_proved_and_given_up_at_will(founder, pocket):
    client = signed_in(founder)
    client.post("/accounts/phone/change/", {"phone": "138 0000 0001"})
    assert not Phone.objects.exists()
    deliver()
    client.post("/accounts/phone/verify/", {"code": pocket[-1][1]})
    assert phones.holder(NUMBER) == founder
    client.post("/accounts/phone/remove/")
    assert phones.holder(NUMBER) is None


def test_pages_mask_the_number_and_the_database_holds_none(founder, pocket):
    client = signed_in(founder)
    client.post("/accounts/phone/change/", {"phone": "13800000001"})
    pages = client.get("/accounts/phone/verify/").content.decode()
    deliver()
    client.post("/accounts/phone/verify/", {"code": pocket[-1][1]})
    pages += client.get("/accounts/phone/change/").content.decode()
    visitor, _answer = ask("13800000001")
    pages += visitor.get(CONFIRM).content.decode()
    assert "***0001" in pages and "13800000001" not in pages
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM accounts_phone UNION ALL SELECT number || code FROM accounts_textmessage")
        cells = [cell for (cell,) in cursor.fetchall()]
        cursor.execute("SELECT session_data FROM django_session")
        sessions = [cell for (cell,) in cursor.fetchall()]
    assert all(cell.startswith(PREFIX) for cell in cells if cell)
    assert len(sessions) == 2 and not any(readable(cell) for cell in sessions)


def readable(cell: str) -> bool:
    """Whether Django's own session format, which is signed only, would show what is inside."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.serializers import JSONSerializer

    store = SessionStore()
    store.serializer = JSONSerializer
    return bool(store.decode(cell))


def test_a_plain_session_would_be_noticed(founder, settings):
    settings.SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
    client = Client()
    client.force_login(founder)
    assert readable(Session.objects.get().session_data)


def test_who_proves_a_number_of_another_account_is_told_then_and_not_before(founder, organisation, pocket):
    phones.hold(make_person("member", organisation, "member"), NUMBER)
    client = signed_in(founder)
    assert client.post("/accounts/phone/change/", {"phone": "13800000001"}).status_code == 302
    deliver()
    answer = client.post("/accounts/phone/verify/", {"code": pocket[-1][1]})
    assert answer.status_code == 200 and answer.context["verify_form"].errors
    assert not Phone.objects.filter(user=founder).exists()


def test_the_database_gives_one_number_to_one_person(founder, organisation, pocket, monkeypatch):
    member = make_person("member", organisation, "member")
    phones.hold(member, NUMBER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Phone.objects.create(user=founder, number=NUMBER, number_index=phones.digest(NUMBER))
    with pytest.raises(Conflict):
        phones.hold(founder, NUMBER)
    client = signed_in(founder)  # two prove it at the same moment: the look-up of the form has seen nobody yet
    Phone.objects.all().delete()
    client.post("/accounts/phone/change/", {"phone": "13800000001"})
    deliver()
    phones.hold(member, NUMBER)
    monkeypatch.setattr(phones, "holder", lambda number: None)
    answer = client.post("/accounts/phone/verify/", {"code": pocket[-1][1]})
    assert (answer.status_code, answer.url) == (302, "/accounts/phone/change/")
    assert not Phone.objects.filter(user=founder).exists()


def test_an_abandoned_proof_changes_nothing(founder, pocket):
    phones.hold(founder, NUMBER)
    client = signed_in(founder)
    client.post("/accounts/phone/change/", {"phone": "13900000002"})
    assert client.session[PHONE_VERIFICATION_SESSION_KEY]["phone"] == OTHER
    assert phones.number_of(founder) == NUMBER


@pytest.mark.parametrize("typed", ["13800000001", "+86 138-0000-0001", "008613800000001", "8613800000001", "１３８００００　０００１"])
def test_a_number_is_read_however_it_is_typed(typed):
    assert MobileField().clean(typed) == NUMBER


@pytest.mark.parametrize(("typed", "code"), [("1380000000", "length"), ("23800000001", "beginning"), ("12800000001", "beginning"), ("+1 415 555 0100", "digits"), ("not a number", "digits"), ("138000000012", "length")])
def test_a_wrong_number_gets_a_sentence(typed, code):
    with pytest.raises(ValidationError) as caught:
        MobileField().clean(typed)
    assert caught.value.code == code
