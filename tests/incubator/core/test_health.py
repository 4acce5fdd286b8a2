"""A monitor learns whether the site lives and works, and nothing else; the platform's people see why."""

import psycopg
import pytest
from django.core.cache.backends.db import DatabaseCache
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse

from incubator.core import health
from incubator.core.invariants import violations
from incubator.core.scoping import organisation_context
from incubator.documents.models import Document
from tests.browser import signed_in
from tests.factories.accounts import make_person


@pytest.fixture
def keeper(db):
    """A browser of somebody who runs the deployment."""
    return signed_in(make_person("platform", runs_deployment=True))


def test_live_asks_no_database():
    """Without the fixture `db` pytest refuses every query."""
    answer = Client().get("/health/live/")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


@pytest.mark.django_db
def test_ready_when_database_migrations_and_cache_work():
    answer = Client().get("/health/ready/")
    assert (answer.status_code, answer.json(), answer["Cache-Control"]) == (200, {"ready": True}, "no-store")


@pytest.mark.django_db
def test_a_monitor_that_asks_often_reads_the_migrations_once(monkeypatch):
    assert health.is_ready()
    monkeypatch.setattr(health, "MigrationLoader", None)
    assert health.is_ready()
    health.known_migrations.cache_clear()
    with pytest.raises(TypeError):
        health.is_ready()


@pytest.mark.django_db
def test_not_ready_with_a_migration_to_run(monkeypatch):
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda recorder: {})
    answer = Client().get("/health/ready/")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError("secret host"), psycopg.OperationalError("secret host")])
def test_not_ready_without_the_database_and_says_no_reason(monkeypatch, error):
    def refuse(*_arguments):
        raise error

    monkeypatch.setattr(health, "MigrationRecorder", refuse)
    answer = Client().get("/health/ready/")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})


@pytest.mark.django_db
def test_not_ready_with_a_cache_that_forgets(monkeypatch):
    monkeypatch.setattr(DatabaseCache, "get", lambda *_: None)
    assert health.is_ready() is False


def test_the_page_shows_figures_and_checks_when_asked(keeper, organisation):
    page = keeper.get(reverse("platform:health"))
    assert page.status_code == 200
    assert page.context["invariants"] is None
    asked = keeper.post(reverse("platform:health"))
    names = {one.name: broken for one, broken in asked.context["invariants"]}
    assert names.keys() >= {"documents.file", "subsidies.claim_total"}
    assert set(names.values()) == {0}


def test_a_broken_row_is_counted_and_fails_the_command(organisation, capsys):
    with organisation_context(organisation):
        Document.objects.create(kind="other", title="lost", file="1/lost", original_name="x", content_type="application/pdf", size=1, sha256="0" * 64)
    assert {one.name: broken for one, broken in violations()}["documents.file"] == 1
    with pytest.raises(CommandError, match="break an invariant"):
        call_command("invariants")
    assert "documents.file: 1" in capsys.readouterr().out


def failed_job():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES ('paper', 'print_claim', '{\"claim\": 7}', 'todo') RETURNING id"
        )
        [(number,)] = cursor.fetchall()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [number])
    return number


def status_of(number):
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [number])
        return cursor.fetchone()[0]


def test_failed_jobs_are_listed_and_run_again(keeper):
    one, two = failed_job(), failed_job()
    assert [job.pk for job in keeper.get(reverse("platform:jobs")).context["page"]] == [two, one]
    assert keeper.get(reverse("platform:job-retry", args=[one])).status_code == 405
    assert status_of(one) == "failed"
    assert keeper.post(reverse("platform:job-retry", args=[one])).status_code == 302
    assert (status_of(one), status_of(two)) == ("todo", "failed")
    keeper.post(reverse("platform:jobs-retry"))
    assert status_of(two) == "todo"
