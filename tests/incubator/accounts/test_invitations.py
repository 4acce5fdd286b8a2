"""An invitation is for one address, for seven days, and taken once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from incubator.accounts import services
from incubator.accounts.actors import actor_for
from incubator.accounts.models import Invitation, Membership, User
from incubator.accounts.tasks import mail_invitation
from incubator.core.errors import Conflict
from incubator.core.scoping import organisation_context
from incubator.journal.models import Entry
from tests.browser import signed_in
from tests.factories.accounts import make_person

ADDRESS = "new@example.com"
PASSWORD = "lan-hua-kai-2026-x"  # noqa: S105 - of a test


@pytest.fixture
def invited(actor, inside):
    return services.invite(ADDRESS.upper(), "officer", by=actor("owner"))


def link_of(invitation) -> str:
    """Let the job write the mail; the path of its link."""
    mail_invitation(organisation_id=invitation.organisation_id, invitation_id=invitation.pk)
    return re.search(r"https?://[^/]+(/invitation/\S+)", mail.outbox[-1].body)[1]


def verified(name: str, email: str) -> User:
    user = make_person(name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def test_an_owner_invites_and_the_mail_carries_the_only_copy_of_the_token(client_of, inside):
    answer = client_of("owner").post("/office/jingyue/settings/people/invite/", {"email": ADDRESS, "role": "officer"})
    assert answer.status_code == 302, answer.text
    made = Invitation.objects.get()
    path = link_of(made)
    token = path.split("/")[2]
    made.refresh_from_db()
    assert made.token_hash == services.fingerprint(token)
    assert token not in str(made.__dict__)
    assert mail.outbox[-1].to == [ADDRESS]
    mail_invitation(organisation_id=made.organisation_id, invitation_id=made.pk)
    assert len(mail.outbox) == 1  # the job ran twice, the mail went once


def test_somebody_new_opens_an_account_and_has_the_role(invited):
    path, client = link_of(invited), Client()
    assert client.get(path).status_code == 200
    weak = client.post(path, {"name": "新人", "password": "12345"})
    assert (weak.status_code, User.objects.filter(email=ADDRESS).count()) == (200, 0)
    assert client.post(path, {"name": "新人", "password": PASSWORD}).status_code == 302
    user = User.objects.get(email=ADDRESS)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert services.holds_address(user, ADDRESS)
    assert Membership.objects.get(user=user).role == "officer"
    assert Entry.objects.get(act="accept_invitation").user == user
    assert Client().get(path).status_code == 410  # once


def test_who_has_an_account_signs_in_and_accepts(invited):
    path, user = link_of(invited), verified("new", ADDRESS)
    assert "next=/invitation/" in Client().get(path).text
    client = signed_in(user)
    assert client.get(path).status_code == 200
    assert not user.memberships.exists()  # looking changes nothing
    assert client.post(path).status_code == 302
    assert user.memberships.get().role == "officer"


def test_another_person_cannot_take_it(invited):
    path, other = link_of(invited), verified("other", "other@example.com")
    EmailAddress.objects.create(user=other, email=ADDRESS, verified=False)  # claimed, never proved
    client = signed_in(other)
    assert [client.get(path).status_code, client.post(path).status_code] == [403, 403]
    assert not other.memberships.exists()
    with pytest.raises(Conflict):
        services.accept(invited, other)


def test_unknown_expired_withdrawn_and_replaced_links_look_the_same(invited, actor):
    first = link_of(invited)
    services.send_again(invited, by=actor("owner"))
    second = link_of(invited)
    pages = [Client().get(first), Client().get("/invitation/nobody-made-this/")]
    assert Client().get(second).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=5)):
        pages.append(Client().get(second))
    services.withdraw(invited, by=actor("owner"))
    pages.append(Client().get(second))
    assert {page.status_code for page in pages} == {410}
    assert len({page.text.partition("<main")[2].partition("</main>")[0] for page in pages}) == 1
    with pytest.raises(Conflict):
        services.withdraw(invited, by=actor("owner"))


def test_one_open_invitation_for_one_address_and_role(invited, actor):
    with pytest.raises(Conflict) as refusal:
        services.invite(ADDRESS, "officer", by=actor("owner"))
    assert refusal.value.field == "email"


@pytest.mark.parametrize(
    "wrong",
    [{"token_hash": "the token itself"}, {"email": "New@example.com"}, {"role": "emperor"}, {"accepted_at": timezone.now()},
     {"expires_at": timezone.now() + timedelta(days=400)}],
    ids=lambda wrong: next(iter(wrong)),
)  # fmt: skip
def test_the_database_holds_the_rules_of_an_invitation(invited, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=invited.pk).update(**wrong)


def test_an_invitation_of_another_organisation_is_out_of_sight(organisation, other_people, people):
    with organisation_context(organisation):
        invited = services.invite(ADDRESS, "officer", by=actor_for(people["owner"], organisation))
    client = signed_in(other_people["owner"])
    assert client.post(f"/office/yanbian/settings/invitations/{invited.pk}/withdraw/").status_code == 404
    assert client.post(f"/office/yanbian/settings/invitations/{invited.pk}/again/").status_code == 404
