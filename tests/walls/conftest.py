"""Worlds that a whole file shares: built once, in a transaction that is undone after the last test of the file."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import time_machine
from django.db import transaction
from django.utils import translation

from tests.walls.days import NOW


@contextmanager
def building():
    """The day and the language of the tests, for a fixture that is made before theirs."""
    with time_machine.travel(NOW, tick=True), translation.override("zh-hans"):
        yield


@contextmanager
def undone():
    """A transaction that leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def for_the_file(django_db_setup, django_db_blocker):
    """The connection, open for the whole file; everything that is written is undone after the last test."""
    with django_db_blocker.unblock(), undone():
        yield


@pytest.fixture
def for_this_test(for_the_file):
    """Everything that this test writes is undone after it."""
    with undone():
        yield
