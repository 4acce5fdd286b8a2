"""A listed person is invited into the portal, and with the yes sees their own startup and no other."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _

from incubator.accounts.models import Invitation, Membership
from incubator.accounts.services import fingerprint, open_account, withdraw
from incubator.core.scoping import organisation_context
from incubator.journal.models import Entry
from incubator.tenants.models import Founder
from tests.browser import signed_in
from tests.factories.tenants import a_founder, a_startup

pytestmark = pytest.mark.django_db
EMAIL = "meng.qinghe@example.com"


@pytest.fixture
def startup(inside):
    return a_startup()


@pytest.fixture
def founder(startup):
    return a_founder(startup, name="孟青禾", role="founder")


def page(founder) -> str:
    return f"/office/jingyue/startups/{founder.startup_id}/founders/{founder.pk}/invite/"


def link() -> str:
    """The link of the mail, with a token as the job makes it."""
    assert Invitation.objects.usable().update(token_hash=fingerprint("token")) == 1
    return "/invitation/token/"


def test_an_invited_founder_comes_in_by_the_link_and_sees_the_startup(client_of, client, startup, founder):
    other = a_startup(name="别家公司")
    officer = client_of("officer")
    assert page(founder) in officer.get(f"/office/jingyue/startups/{startup.pk}/").text
    assert officer.get(page(founder)).status_code == 200
    assert officer.post(page(founder), {"email": EMAIL}).status_code == 302
    answer = client.post(link(), {"name": "孟青禾", "password": "a-very-long-and-odd-phrase-93"})
    assert answer.status_code == 302
    founder.refresh_from_db()
    assert founder.user.email == EMAIL
    assert list(Membership.objects.running().filter(user=founder.user).values_list("role", flat=True)) == ["founder"]
    portal = signed_in(founder.user).get("/portal/jingyue/company/", follow=True).text
    assert startup.name in portal
    assert other.name not in portal
    acts = Entry.objects.about(startup).values_list("act", "user__name")
    assert {("invite_founder", "officer"), ("founder_joined", "孟青禾")} <= set(acts)
    assert page(founder) not in officer.get(f"/office/jingyue/startups/{startup.pk}/").text


def test_who_signs_in_already_is_not_invited(client_of, people, startup):
    known = a_founder(startup, name="已有账号", user=people["founder"])
    refused = client_of("officer").post(page(known), {"email": EMAIL})
    assert refused.status_code == 409
    assert _("%(name)s signs in already. Nothing was sent.") % {"name": known} in refused.text
    assert not Invitation.objects.exists()


def test_an_account_that_was_entered_by_hand_in_the_meantime_stays(client_of, people, inside, founder):
    client_of("officer").post(page(founder), {"email": EMAIL})
    link()
    Founder.objects.filter(pk=founder.pk).update(user=people["member"])
    open_account(Invitation.objects.get(), "孟青禾", "a-very-long-and-odd-phrase-93")
    founder.refresh_from_db()
    assert founder.user == people["member"]


def test_another_invitation_changes_no_founder(client_of, actor, founder):
    client_of("owner").post("/office/jingyue/settings/people/invite/", {"email": EMAIL, "role": "founder"})
    link()
    open_account(Invitation.objects.get(), "孟青禾", "a-very-long-and-odd-phrase-93")
    founder.refresh_from_db()
    assert founder.user is None


def test_a_withdrawn_one_can_be_sent_anew(client_of, actor, founder):
    officer = client_of("officer")
    officer.post(page(founder), {"email": EMAIL})
    assert officer.post(page(founder), {"email": EMAIL}).status_code == 409  # it is open
    withdraw(Invitation.objects.get(), by=actor("owner"))
    assert officer.post(page(founder), {"email": EMAIL}).status_code == 302


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("finance", 403), ("founder", 403), ("manager", 200)])
def test_who_keeps_the_file_invites(client_of, founder, role, status):
    assert client_of(role).get(page(founder)).status_code == status


def test_another_houses_founder_is_not_there(organisation, other_people):
    with organisation_context(organisation):
        founder = a_founder(a_startup(), name="孟青禾", role="founder")
    office = signed_in(other_people["manager"])
    assert office.get(page(founder)).status_code == 404
    assert office.get(page(founder).replace("jingyue", "yanbian")).status_code == 404


def test_a_founder_of_another_startup_is_not_there(client_of, founder):
    other = a_startup(name="别家公司")
    assert client_of("manager").get(f"/office/jingyue/startups/{other.pk}/founders/{founder.pk}/invite/").status_code == 404
