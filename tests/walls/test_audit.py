"""What happened stays written: entries and events that the application cannot change, and nothing that is left out."""

from __future__ import annotations

import ast
import re
import time
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from incubator.accounts import phones
from incubator.core.encryption import blind_index
from incubator.core.scoping import organisation_context
from incubator.journal import door
from incubator.journal.models import Entry, SecurityEvent
from incubator.journal.services import record
from tests.browser import signed_in
from tests.factories.accounts import make_person
from tests.factories.tenants import a_startup
from tests.walls.report import tell

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.django_db
What = SecurityEvent.What


def refused(sql: str) -> str:
    """What the database says to this statement of the application."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(caught.value)


@pytest.mark.parametrize("model", [Entry, SecurityEvent])
@pytest.mark.parametrize("change", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_changes_no_line(inside, actor, model, change):
    record("look", inside, by=actor("owner"))
    door.note(What.SIGNED_IN, None, user=actor("owner").user)
    assert "permission denied" in refused(change.format(model._meta.db_table))
    with pytest.raises(TypeError):
        model.objects.first().delete()
    with pytest.raises(TypeError):
        model.objects.first().save()


def test_the_trigger_stands_behind_the_grants(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only' AND tgenabled = 'O'")
        guarded = {table for (table,) in cursor.fetchall()}
    assert {Entry._meta.db_table, SecurityEvent._meta.db_table} <= guarded


def sign_in(address: str, password: str, **headers: str):
    return Client().post(reverse("account_login"), {"login": address, "password": password}, **headers)


def test_ways_in_leave_an_event(organisation):
    person = make_person("founder", organisation, "founder")
    person.set_password("a-long-password-2015")
    person.save()
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    sign_in(person.email, "wrong-password", REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Brow\x00ser")
    sign_in("Nobody@Example.com", "secret-of-nobody")
    known, unknown = SecurityEvent.objects.filter(what=What.SIGN_IN_FAILED).order_by("pk")
    assert (known.user, known.typed, known.client_ip, known.agent) == (person, "", "203.0.113.9", "Brow\N{REPLACEMENT CHARACTER}ser")
    assert (unknown.user, unknown.typed) == (None, blind_index("nobody@example.com", purpose="typed at the door"))
    assert not {"secret-of-nobody", "nobody"} & set(re.findall(r"[\w-]+", str(vars(unknown)).lower()))
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": "a-long-password-2015"})
    client.post(reverse("account_logout"))
    for what in (What.SIGNED_IN, What.SIGNED_OUT):
        assert SecurityEvent.objects.filter(what=what, user=person).count() == 1, what


def test_changes_of_password_and_factor_leave_events(organisation, monkeypatch):
    """Through the browser, as the person does it: each of the four, once, with its person."""
    person = make_person("founder", organisation, "founder")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": "correct horse battery"})
    words = {"oldpassword": "correct horse battery", "password1": "quite another phrase 7", "password2": "quite another phrase 7"}
    client.post(reverse("account_change_password"), words)
    monkeypatch.setattr(transaction, "on_commit", lambda act, **_options: act())  # a test commits nothing
    client.get(reverse("mfa_activate_totp"))
    secret = client.session[SECRET_SESSION_KEY]
    client.post(reverse("mfa_activate_totp"), {"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))})
    client.post(reverse("mfa_reauthenticate"), {"code": "wrong!"})
    client.post(reverse("mfa_deactivate_totp"))
    counts = {
        What.PASSWORD_CHANGED: 1,
        What.FACTOR_ADDED: 2,  # the device, and the recovery codes that come with it
        What.FACTOR_FAILED: 1,
        What.FACTOR_REMOVED: 2,
    }
    assert {what: SecurityEvent.objects.filter(what=what, user=person).count() for what in counts} == counts
    assert set(SecurityEvent.objects.filter(what__in=counts).values_list("client_ip", flat=True)) == {"127.0.0.1"}
    tell("audit, factors", "password changed, factor added, failed, removed: each written down with its person")


def test_a_wrong_password_with_a_known_number_is_the_persons(organisation):
    person = make_person("founder", organisation, "founder")
    phones.hold(person, "+8613800000001")
    sign_in("138 0000 0001", "wrong-password")
    sign_in("13900000009", "wrong-password")
    known, unknown = SecurityEvent.objects.filter(what=What.SIGN_IN_FAILED).order_by("pk")
    assert (known.user, known.typed, unknown.user) == (person, "", None)
    assert unknown.typed == blind_index("+8613900000009", purpose="typed at the door")


@pytest.mark.parametrize("address", ["", "not an address", "203.0.113.9\0"])
def test_nonsense_from_a_proxy_is_no_error(rf, organisation, address):
    request = rf.get("/\0" + "a" * 900, REMOTE_ADDR=address, HTTP_USER_AGENT="x" * 900)
    event = door.note(What.SIGNED_OUT, request)
    event.refresh_from_db()
    assert (event.client_ip, len(event.address), len(event.agent)) == (None, 300, 120)


def body(response) -> bytes:
    """The page without the token, which differs on each request."""
    assert response.status_code == 404
    return re.sub(rb'"X-CSRFToken": "\w+"', b"", response.content)


def test_a_foreign_house_is_refused_like_one_that_is_not_there_and_written_down(organisation, people, other_people):
    client, known = signed_in(other_people["manager"]), SecurityEvent.objects.filter(what=What.REFUSED_FOREIGN)
    for face in ("office", "portal"):
        there, missing = (client.get(f"/{face}/{slug}/") for slug in (organisation.slug, "no-such-home"))
        assert body(there).replace(organisation.slug.encode(), b"*") == body(missing).replace(b"no-such-home", b"*")
        event = known.get(address=f"/{face}/{organisation.slug}/")
        assert (event.user, event.organisation) == (other_people["manager"], organisation)
    assert Client().get(f"/office/{organisation.slug}/").status_code == 302
    assert client.get("/platform/").status_code == 404
    assert known.count() == 5  # two houses that are not there, and the platform
    tell("audit", "refused foreign addresses: written down 5 of 5, bodies that differ 0")


def test_a_row_of_another_house_is_refused_like_one_that_is_not_there(organisation, other_organisation, people):
    with organisation_context(other_organisation):
        foreign = a_startup()
    client = signed_in(people["manager"])
    there, missing = (client.get(f"/office/{organisation.slug}/startups/{pk}/") for pk in (foreign.pk, 987654321))
    assert body(there).replace(b"startups/%d/" % foreign.pk, b"*") == body(missing).replace(b"startups/987654321/", b"*")
    addresses = SecurityEvent.objects.filter(what=What.REFUSED_FOREIGN, user=people["manager"], organisation=organisation)
    assert [event.address.split("/")[4] for event in addresses.order_by("pk")] == [str(foreign.pk), "987654321"]


# Functions of services that write no line of their own, and why.
SILENT = {
    "check_person": "asks, and changes nothing",
    "refuse_conflict": "asks, and changes nothing",
    "reserve_space": "asks, before the paper is kept and written down",
    "wait_turn": "asks, before the paper is kept and written down",
    **dict.fromkeys(("parties_of", "refuse_party", "founder_for", "public_tables"), "asks, and changes nothing"),
    **dict.fromkeys(("post", "post_all", "reverse", "paid_now"), "writes the books, themselves append-only; the act that posts writes the entry"),
    **dict.fromkeys(
        ("commit", "disburse", "give_back", "claw_back", "commit_lines", "claw"),
        "writes the budget's entries, themselves append-only; the act that decides or pays writes the entry",
    ),
    **dict.fromkeys(("own_sheet", "persons", "refuse_judge", "refuse_own", "check_founder", "check_side"), "asks, and changes nothing"),
    "save_scores": "keeps a judge's draft as it is typed; handing in writes the entry",
    "decide_many": "does one act to many lines; each act writes its own entry",
    "tell_other": "tells the other side of a session; the act itself is written down",
    "tell_of_reset": "queues the mail; the reset itself is written down",
    "record_decision": "writes the decision chain, itself append-only; the move beside it writes the entry",
}


def functions(path: Path) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)}


def calls(node: ast.FunctionDef) -> set[str]:
    """Names of what a function calls; `acted.send` is how people and roles tell the journal."""
    found = (call.func for call in ast.walk(node) if isinstance(call, ast.Call))
    return {func.id if isinstance(func, ast.Name) else ast.unparse(func) if ast.unparse(func) == "acted.send" else getattr(func, "attr", "") for func in found}


def silent_acts() -> tuple[int, set[str]]:
    """Functions of services that somebody does (`by`), and those of them from which no call leads into the journal."""
    paths = [path for home in ("incubator", "spaces", "billing", "mentors") for path in (ROOT / home).rglob("*.py") if "services" in path.with_suffix("").parts]
    known = {name: node for path in paths for name, node in functions(path).items()}
    writes, grown = {"record", "make_move", "moving", "acted.send"}, True
    while grown:
        more = {name for name, node in known.items() if calls(node) & writes} - writes
        grown, writes = bool(more), writes | more
    acts = {name for name, node in known.items() if not name.startswith("_") and any(arg.arg == "by" for arg in [*node.args.args, *node.args.kwonlyargs])}
    return len(acts), acts - writes


def test_every_act_of_the_services_leads_into_the_journal():
    count, silent = silent_acts()
    assert count > 50
    assert silent == set(SILENT)
    tell("audit acts", f"{count} acts of the services: without a line in the journal {len(silent - set(SILENT))}")
