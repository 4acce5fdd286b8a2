"""A person who runs the deployment opens an organisation, which is whole from the first hour and nobody's but its owner's."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils.translation import gettext as _

from cms.models import OrganisationHome
from incubator.accounts.models import RESERVED_SLUGS, Invitation, Membership, Organisation
from incubator.accounts.services import open_account
from incubator.core import opening
from incubator.core.scoping import organisation_context
from incubator.journal.models import Entry
from tests.browser import signed_in
from tests.factories.accounts import make_person, make_uscc

pytestmark = pytest.mark.django_db
OPEN = "/platform/organisations/new/"


@pytest.fixture
def runner():
    return make_person("runner", runs_deployment=True)


@pytest.fixture
def office(runner):
    return signed_in(runner)


def form(**changed):
    return {
        "name": "延吉创业孵化园", "short_name": "延吉孵化园", "slug": "yanji", "claim_prefix": "延吉", "uscc": make_uscc(),
        "legal_representative": "金哲洙", "region": "吉林省延边州", "owner_email": "Owner@Yanji.example",
    } | changed  # fmt: skip


def test_an_organisation_is_opened_whole_in_one_act(office, runner):
    assert office.get(OPEN).status_code == 200
    answer = office.post(OPEN, form())
    assert (answer.status_code, answer["Location"]) == (302, "/platform/")
    opened = Organisation.objects.get(slug="yanji")
    home = OrganisationHome.objects.get(organisation=opened)
    assert home.live
    assert office.get("/yanji/").status_code == 200
    with organisation_context(opened):
        acts = list(Entry.objects.order_by("pk").values_list("act", "user", "role"))
    assert acts == [("open_organisation", runner.pk, ""), ("invite", runner.pk, "")]
    assert not Membership.objects.filter(organisation=opened).exists()  # nobody yet, least of all who opened it
    assert Invitation.objects.usable().get(organisation=opened).email == "owner@yanji.example"


def test_the_invited_owner_leads_it(office):
    office.post(OPEN, form())
    invitation = Invitation.objects.get()
    invitation.token_hash = "a" * 64
    invitation.save()
    with organisation_context(invitation.organisation):
        owner = open_account(invitation, "金哲洙", "correct horse battery")
    assert signed_in(owner).get("/office/yanji/").status_code == 200
    assert office.get("/office/yanji/").status_code == 404


@pytest.mark.parametrize("slug", [*sorted(RESERVED_SLUGS)[:3], "Yanji", "-a", "1a", "延吉", "a b", "", "a" * 51])
def test_an_address_that_cannot_be_is_refused_at_its_field(office, slug):
    answer = office.post(OPEN, form(slug=slug))
    assert answer.status_code == 200
    assert "slug" in answer.context["form"].errors
    assert "延吉创业孵化园" in answer.text
    assert not Organisation.objects.exists()


def test_a_taken_address_or_code_is_refused_at_its_field(office, organisation):
    answer = office.post(OPEN, form(slug="jingyue", uscc=organisation.uscc))
    assert set(answer.context["form"].errors) == {"slug", "uscc"}
    assert Organisation.objects.count() == 1


def test_the_database_refuses_what_the_form_did_not_see(office, organisation, monkeypatch):
    """Two at once: the form of the second found the address free."""
    monkeypatch.setattr("incubator.platform.forms.OpeningForm._post_clean", lambda _form: None)
    answer = office.post(OPEN, form(slug="jingyue"))
    assert answer.status_code == 409
    assert answer.context["form"].errors["slug"] == [_("Another organisation has this address already.")]


def test_a_part_that_fails_leaves_nothing(office, monkeypatch):
    monkeypatch.setitem(opening._parts, "tests.broken", lambda _organisation: 1 / 0)
    office.raise_request_exception = False
    assert office.post(OPEN, form()).status_code == 500
    assert not Organisation.objects.exists()
    assert not OrganisationHome.objects.exists()


def test_an_owner_who_never_came_is_invited_anew_and_one_who_came_is_not_replaced(office):
    office.post(OPEN, form())
    opened = Organisation.objects.get()
    page = f"/platform/organisations/{opened.pk}/owner/"
    assert page in office.get("/platform/").text
    assert office.post(page, {"owner_email": "other@yanji.example"}).status_code == 302
    assert [one.email for one in Invitation.objects.usable()] == ["other@yanji.example"]
    Membership.objects.create(user=make_person("other"), organisation=opened, role="owner")
    refused = office.post(page, {"owner_email": "third@yanji.example"})
    assert refused.status_code == 409
    assert _("This organisation has an owner, who invites further people. Nothing was sent.") in refused.text
    assert page not in office.get("/platform/").text
    assert office.get("/platform/organisations/999999999/owner/").status_code == 404


def test_nobody_else_finds_the_page(client_of, client):
    assert client_of("owner").get(OPEN).status_code == 404
    assert client_of("owner").post(OPEN, form()).status_code == 404
    assert client.get(OPEN).status_code == 302
    assert Organisation.objects.count() == 1


def test_who_opens_it_sees_no_row_of_it(office):
    office.post(OPEN, form())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_entry")
        assert cursor.fetchone() == (0,)
