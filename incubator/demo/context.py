"""What the sign-in pages show in the demonstration: whom one can be, the one password, and the code of the moment."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from incubator.accounts.roles import Role
from incubator.demo import people, second_factor
from incubator.demo.contests import JUDGES
from incubator.demo.mentors import MENTORS
from incubator.demo.organisations import JINGYUE, YANBIAN, House
from incubator.demo.startups import Tenant

type Entry = tuple[str, str]
PHONE_PAGE = "account_verify_phone"
CODE_PAGES = ("account_confirm_login_code", PHONE_PAGE)


def sign_in(request: HttpRequest) -> dict[str, Any]:
    """Context processor: only where DEMO is set, and only for the pages of signing in."""
    if not settings.DEMO:
        return {}
    if request.path in {reverse("mfa_authenticate"), reverse("mfa_reauthenticate")}:
        return {"demo_code": second_factor.code_for(request)}
    if request.path in {reverse(name) for name in CODE_PAGES if name != PHONE_PAGE or settings.SMS_BACKEND}:
        return {"demo_code": second_factor.sent_code(request)}
    if request.path == reverse("account_login"):
        return {"demo_people": sign_in_names(), "demo_password": people.PASSWORD, "demo_numbers": sign_in_numbers()}
    return {}


def sign_in_names() -> list[Entry]:
    """Who can sign in: what they are with their name, and their address."""
    judges = [(f"{JINGYUE.short_name} {Role.JUDGE.label} {name}", email) for name, email, *_rest in JUDGES[:2]]
    mentors = [(f"{JINGYUE.short_name} {Role.MENTOR.label} {one.name}", one.email) for one in MENTORS[:2]]
    return [*_people_of(JINGYUE, startups=5), *judges, *mentors, *_people_of(YANBIAN, startups=1), ("平台", people.PLATFORM[1])]


def sign_in_numbers() -> list[Entry]:
    """Who can sign in with a mobile number: their address, and the number as they type it."""
    return [(email, number.removeprefix("+86")) for email, number in people.NUMBERS.items()] if settings.SMS_BACKEND else []


def _people_of(house: House, *, startups: int) -> list[Entry]:
    office = [(f"{house.short_name} {Role(one.role).label} {one.name}", one.email) for one in house.colleagues]
    return office + [entry for tenant in told_of(house)[:startups] for entry in _people_in(tenant)]


def told_of(house: House) -> list[Tenant]:
    """The startups in the order in which a visitor should try them: first the one that has applied for nothing yet."""
    return sorted(house.tenants, key=lambda tenant: tenant.key != "yunshan")


def _people_in(tenant: Tenant) -> list[Entry]:
    people_in = [(Role.FOUNDER, tenant.founder), *([(Role.MEMBER, tenant.member)] if tenant.member else [])]
    return [(f"{tenant.short_name} {role.label} {person.name}", person.email) for role, person in people_in]
