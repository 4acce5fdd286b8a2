"""The rehearsals of `manage.py drill`, with small numbers: each prints what it counted and fails when anything is lost."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.walls.report import tell

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(tmp_path, settings):
    settings.PRIVATE_ROOT, settings.MEDIA_ROOT = tmp_path / "private", tmp_path / "media"


def drill(*arguments):
    out = StringIO()
    call_command("drill", *map(str, arguments), stdout=out)
    return out.getvalue().strip()


def figures(line):
    return {name.strip(): int(number) for name, number in re.findall(r"([A-Za-z0-9][\w ]*?) (\d+)\b", line)}


def test_workers_killed_in_the_middle_of_a_job_lose_and_double_nothing(files, people):
    line = drill("kill9", "--jobs", 8, "--kills", 2)
    found = figures(line)
    assert (found["stuck without the sweep"], found["after it"]) == (2, 0)
    assert (found["mails"], found["lost"], found["twice"], found["jobs given up"], found["broken invariants"]) == (8, 0, 0, 0, 0)
    tell("drill kill9", line)


def test_a_restart_of_the_database_loses_nothing_that_was_acknowledged(files, people):
    line = drill("restart", "--jobs", 40, "--answers", 10)
    found = figures(line)
    assert found["pages shown"] >= 20
    assert found["answers busy"] >= 10
    assert found["writes acknowledged"] >= 20
    assert (found["other answers"], found["acknowledged writes lost"], found["doubled"]) == (0, 0, 0)
    assert (found["mails lost"], found["jobs given up"], found["broken invariants"]) == (0, 0, 0)
    tell("drill restart", line)


def test_a_rehearsal_refuses_to_run_on_the_real_rows(files, people, tmp_path):
    """Control: the inner half of the command, called by hand on a database that is no copy."""
    app.configure_task("tests.nothing", queue="mail").defer()
    with pytest.raises(CommandError, match="no copy of a drill"):
        call_command("drill", "kill9", "--on", tmp_path)
    assert ProcrastinateJob.objects.count() == 1
