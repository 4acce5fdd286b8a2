"""What one process of a race does. Imported by the fork server, which sets Django up once for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import django
from django.apps import apps

if not apps.ready:
    django.setup()

import time_machine  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import translation  # noqa: E402

from incubator.accounts.actors import actor_for  # noqa: E402
from incubator.accounts.models import Organisation, User  # noqa: E402
from incubator.core.errors import BusinessError  # noqa: E402
from incubator.core.scoping import organisation_context  # noqa: E402
from incubator.journal.services import next_number  # noqa: E402
from incubator.subsidies.models import BenefitKey, MonthKey, SubsidyApplication  # noqa: E402
from incubator.subsidies.services import applications, keys, review  # noqa: E402
from tests.browser import SignedIn  # noqa: E402
from tests.walls.days import NOW  # noqa: E402

PATIENCE = 60.0  # seconds that the fastest waits for the slowest
start: Any = None  # the barrier at which all processes of a race meet


def enter(database: str, barrier: Any) -> None:
    """The first thing in a new process: another database than the settings name, and the barrier."""
    global start
    connection.settings_dict["NAME"] = database
    connection.settings_dict["OPTIONS"].pop("pool", None)
    start = barrier
    keys.MOST_ATTEMPTS = keys.MOST_OF_ALL = 10_000  # a race meets the same invoice more often than a person may


def race(act: Callable[..., Any]) -> Callable[..., Any]:
    """A part of a race: on the day of the tests, with connections of its own; a failure lets nobody wait for it."""

    @wraps(act)
    def run(args: tuple[Any, ...]) -> Any:
        try:
            with time_machine.travel(NOW, tick=True), translation.override("zh-hans"):
                return act(*args)
        except BaseException:
            start.abort()
            raise
        finally:
            connections.close_all()

    return run


def meet() -> None:
    start.wait(PATIENCE)


def copy_draft(pattern: int) -> int:
    """Another draft with the same months, invoices and papers."""
    draft = SubsidyApplication.objects.get(pk=pattern)
    parts = [*draft.lines.all(), *draft.evidence.all()]
    draft.pk, draft._state.adding = None, True
    draft.save()
    for part in parts:
        part.pk, part._state.adding, part.application = None, True, draft
        part.save()
    return draft.pk


@race
def submit(slug: str, email: str, pattern: int, rounds: int) -> list[dict[str, Any]]:
    """Send an application of one's own for the same months in a browser, in each round with all others at once."""
    organisation, user = Organisation.objects.get(slug=slug), User.objects.get(email=email)
    client, answers = Client(raise_request_exception=False), []  # the portal asks for no second factor
    client.force_login(user)
    with organisation_context(organisation):
        mine = copy_draft(pattern)
    for _round in range(rounds):
        meet()
        response = client.post(f"/portal/{slug}/subsidies/{mine}/send/", {"pledge": "on"})
        meet()
        with organisation_context(organisation):
            answers.append(standing(mine) | {"status": response.status_code, "page": response.text})
        meet()
        if answers[-1]["state"] == "submitted":
            with organisation_context(organisation):
                sent = SubsidyApplication.objects.get(pk=mine)
                applications.withdraw_application(sent, by=actor_for(user, organisation))
                mine = copy_draft(pattern)
    return answers


def standing(mine: int) -> dict[str, Any]:
    """Where the application stands, and who holds months and invoices here now."""
    application = SubsidyApplication.objects.get(pk=mine)
    keys = (model.objects.filter(freed_at=None) for model in (MonthKey, BenefitKey))
    months, invoices = ({key.application_id for key in rows} for rows in keys)
    return {"state": application.state, "number": application.number, "months": sorted(months), "invoices": sorted(invoices), "pk": mine}


@race
def take_numbers(slug: str, count: int) -> list[int]:
    """Take numbers of one series; every fifth transaction fails and gives its number back."""
    organisation, taken = Organisation.objects.get(slug=slug), []
    meet()
    for place in range(count):
        with organisation_context(organisation):
            number = next_number("race", year=2026)
            if place % 5:
                taken.append(number)
            else:
                transaction.set_rollback(True)
    return taken


@race
def endorse(slug: str, email: str, pk: int) -> str:
    """Endorse the same application as everybody else."""
    organisation, user = Organisation.objects.get(slug=slug), User.objects.get(email=email)
    meet()
    try:
        with organisation_context(organisation):
            application = SubsidyApplication.objects.get(pk=pk)
            meet()  # everybody has read it as recommended
            return review.endorse_application(application, by=actor_for(user, organisation)).state
    except BusinessError as error:
        return type(error).__name__


@race
def send_form(slug: str, email: str, path: str, keys: list[str], fields: dict[str, str]) -> list[tuple[int, str]]:
    """Send the same form as everybody else at once, each key one round; an empty key sends it without. Returns status
    and where each answer leads."""
    client, answers = SignedIn(raise_request_exception=False), []
    client.force_login(User.objects.get(email=email))
    for turn, key in enumerate(keys):
        meet()
        sent = fields | {name: f"{text} {turn}" for name, text in fields.items() if name == "name"} | ({"form_key": key} if key else {})
        response = client.post(path, sent)
        answers.append((response.status_code, response.get("Location", "")))
    return answers


@race
def careless(rounds: int) -> int:
    """The control: look, then insert, without a constraint. Returns how often this process thought it was first."""
    first = 0
    for place in range(rounds):
        meet()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM race_control WHERE month = %s", [place])
            if cursor.fetchone()[0] == 0:
                time.sleep(0.005)  # the work between looking and writing
                cursor.execute("INSERT INTO race_control VALUES (%s)", [place])
                first += 1
    return first
