"""The people that an organisation may be asked about, each by a key for the address: user-12, founder-3, contact-7."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from incubator.accounts.models import Membership, Organisation, User
from incubator.subjects.models import Erasure
from incubator.tenants.models import Founder, Startup

KEY = re.compile(r"(user|founder|contact)-(\d{1,18})")


@dataclass(frozen=True)
class Person:
    """One line of the list of people."""

    key: str
    name: str
    place: str


def people_of(organisation: Organisation, words: str = "") -> list[Person]:
    """Everybody whose data this organisation holds: who has or had a role, founders without an account, contacts."""
    held: dict[int, list[str]] = {}
    for row in Membership.objects.filter(organisation=organisation).select_related("user").order_by("pk"):
        held.setdefault(row.user_id, []).append(str(row.get_role_display()))
    found = [Person(f"user-{user.pk}", user.name, "、".join(dict.fromkeys(held[user.pk]))) for user in User.objects.filter(pk__in=held)]
    founders = Founder.objects.filter(user=None).select_related("startup")
    found += [Person(f"founder-{row.pk}", row.name, f"{row.get_role_display()} · {row.startup}") for row in founders]
    known = set(Founder.objects.values_list("startup", "name"))
    contacts = Startup.objects.exclude(contact_name="")
    found += [Person(f"contact-{row.pk}", row.contact_name, f"{_('Contact')} · {row}") for row in contacts if (row.pk, row.contact_name) not in known]
    gone = set(Erasure.objects.filter(state="erased").values_list("number", flat=True))
    shown = [person for person in found if person.name not in gone and words.casefold() in f"{person.name} {person.place}".casefold()]
    return sorted(shown, key=lambda person: (person.name, person.key))


def about(key: str, organisation: Organisation) -> dict[str, Any]:
    """Whom a key names, as the fields of a copy or an erasure. 404 for nobody of this organisation."""
    match = KEY.fullmatch(key)
    kind, number = (match[1], int(match[2])) if match else ("", 0)
    user, founder, startup = None, None, None
    if kind == "user":
        user = User.objects.filter(pk=number, memberships__organisation=organisation).distinct().first()
    elif kind == "founder":
        founder = Founder.objects.filter(pk=number).select_related("user").first()
        user = founder.user if founder else None
    elif kind == "contact":
        startup = Startup.objects.filter(pk=number).exclude(contact_name="").first()
    if not (user or founder or startup):
        raise Http404
    return {"user": user, "founder": founder, "startup": startup}
