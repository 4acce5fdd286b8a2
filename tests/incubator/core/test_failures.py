"""A database that restarts is a page with 503, never a 500; and the page asks nothing of it."""

import psycopg
import pytest
from django.db import OperationalError
from django.test import RequestFactory

from incubator.core.failures import failed, is_gone


@pytest.mark.parametrize("cause", [psycopg.OperationalError("refused"), psycopg.errors.AdminShutdown(), psycopg.errors.CannotConnectNow()])
def test_a_database_that_is_away_gives_503_without_asking_it(cause):
    try:
        raise OperationalError from cause
    except OperationalError:
        answer = failed(RequestFactory().get("/office/jingyue/"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert b"503" in answer.content


def test_another_error_of_the_database_is_not_called_away():
    assert not is_gone(psycopg.errors.DiskFull())
    assert not is_gone(ValueError())
