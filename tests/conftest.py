"""Fixtures for everybody: two organisations, a person for each role, and the organisation's context."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from incubator.accounts.actors import Actor, actor_for, system
from incubator.accounts.roles import Role
from incubator.core.messages import compile_messages
from incubator.core.scoping import organisation_context
from tests.browser import SignedIn, signed_in
from tests.factories.accounts import make_organisation, make_person

pytest_plugins = ["tests.database"]
compile_messages()  # tests read the pages in Chinese


@pytest.fixture
def organisation(db):
    """The maker space that most tests are about."""
    return make_organisation("jingyue", "长春净月创客空间", prefix="净创")


@pytest.fixture
def other_organisation(db):
    """Another customer of the same deployment, who must see nothing."""
    return make_organisation("yanbian", "延边返乡创业孵化基地", prefix="延创")


@pytest.fixture
def people(organisation):
    """One person for each role of the organisation, by role."""
    return {role.value: make_person(role.value, organisation, role.value) for role in Role}


@pytest.fixture
def other_people(other_organisation):
    """The same in the other organisation."""
    return {role.value: make_person(f"other-{role.value}", other_organisation, role.value) for role in Role}


@pytest.fixture
def inside(organisation):
    """The organisation's context, open for the whole test."""
    with organisation_context(organisation):
        yield organisation


@pytest.fixture
def actor(organisation, people):
    """actor("officer"): that person as an actor of the organisation; actor("system"): the product itself."""

    def of(role: str) -> Actor:
        return system(organisation) if role == "system" else actor_for(people[role], organisation)

    return of


@pytest.fixture
def client():
    """A browser with nobody in it; whoever is signed in with `force_login` has shown the second factor."""
    return SignedIn()


@pytest.fixture
def client_of(people):
    """client_of("officer"): a browser in which that person is signed in."""

    def of(role: str) -> Client:
        return signed_in(people[role])

    return of


@pytest.fixture(autouse=True)
def _today():
    """Every test runs on Tuesday 24 November 2026, in the morning: the third quarter can be claimed."""
    with time_machine.travel(datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai")), tick=True):
        yield


@pytest.fixture(autouse=True)
def _chinese():
    """Each test starts in the default language, whatever the one before activated."""
    from django.utils import translation

    with translation.override("zh-hans"):
        yield
