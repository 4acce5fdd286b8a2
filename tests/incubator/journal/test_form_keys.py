"""One form, one act: whoever sends it twice is shown the first result."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.models import Invitation
from incubator.core.formkeys import digest_of
from incubator.documents.uploads import MAX_BYTES
from incubator.journal.models import FormKey
from incubator.journal.personal import forget_form_keys
from spaces.models import Site

KEY = re.compile(r'name="form_key" value="([0-9a-f]{32})"')
ADD = "/office/jingyue/spaces/sites/new/"
INVITE = "/office/jingyue/settings/people/invite/"
SITE = {"name": "东区", "kind": "maker_space", "address": "净月大街2号", "region": "吉林长春", "gross_area": "800"}


@pytest.fixture
def office(client_of):
    return client_of("manager")


def key_on(client: Client, address: str = ADD) -> str:
    """The key of the first form of this page that has its own way of sending, the last on the page."""
    return KEY.findall(client.get(address).text)[-1]


def sites(organisation) -> int:
    return Site.objects.count()


def send(client, key, **changed):
    return client.post(ADD, SITE | changed | {"form_key": key})


def test_every_form_of_a_page_has_a_key_of_its_own(office):
    page = office.get(ADD).text
    keys = KEY.findall(page)
    assert len(keys) == page.count("csrfmiddlewaretoken") == len(set(keys)) > 1
    assert set(keys).isdisjoint(KEY.findall(office.get(ADD).text))


def test_the_second_sending_shows_the_first_result(office, inside):
    key = key_on(office)
    first, second = send(office, key), send(office, key)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert sites(inside) == 1
    assert _("This form had already been received. Here is its result; nothing was done twice.") in office.get(second["Location"]).text


def test_a_new_form_acts_again(office, inside):
    send(office, key_on(office))
    send(office, key_on(office), name="西区")
    assert sites(inside) == 2


def test_the_same_key_with_other_content_is_refused_and_told(office, inside):
    key = key_on(office)
    send(office, key)
    refused = send(office, key, name="西区")
    assert refused.status_code == 409
    assert _("This form had already been sent, with other content; what you sent now was not recorded. Open the form anew, or change the first result.") in refused.text
    assert sites(inside) == 1


def test_a_form_that_was_refused_may_be_sent_again(office, inside):
    key = key_on(office)
    assert send(office, key, name="").status_code == 200
    assert not FormKey.objects.exists()
    assert send(office, key).status_code == 302
    assert sites(inside) == 1


def test_a_key_is_good_for_its_own_person_only(client_of, inside):
    mine, another = client_of("manager"), client_of("officer")
    key = key_on(mine)
    send(mine, key)
    assert send(another, key, name="西区").status_code == 302
    assert sites(inside) == 2


def test_a_failure_gives_the_key_back(office, inside, monkeypatch):
    key = key_on(office)
    office.raise_request_exception = False
    monkeypatch.setattr("spaces.models.Site.save", lambda *_given, **_named: 1 / 0)
    assert send(office, key).status_code == 500
    monkeypatch.undo()
    assert send(office, key).status_code == 302


@pytest.mark.parametrize("key", ["", "x", "A" * 32, "a" * 33, "\0" * 32])
def test_what_is_no_key_counts_as_none(office, inside, key):
    assert send(office, key).status_code == 302
    assert not FormKey.objects.exists()


def test_being_asked_to_sign_in_anew_uses_up_no_key(client_of, inside):
    owner = client_of("owner")
    key = key_on(owner, INVITE)
    session = owner.session
    session["account_authentication_methods"] = [{**record, "at": record["at"] - 20 * 60} for record in session["account_authentication_methods"]]
    session.save()
    asked = owner.post(INVITE, {"form_key": key, "email": "a@example.com", "role": "viewer"})
    assert (asked.status_code, asked["Location"]) == (302, INVITE)
    assert not FormKey.objects.exists()
    assert not Invitation.objects.exists()


def test_files_and_fields_make_the_digest():
    def digest(content=b"a", name="a.pdf", field="1", path="/office/a/", **ignored):
        return digest_of(RequestFactory().post(path, {"field": field, "file": SimpleUploadedFile(name, content), **ignored}))

    same = digest()
    assert same == digest(form_key="b", csrfmiddlewaretoken="c")
    assert len({same, digest(b"b"), digest(name="b.pdf"), digest(field="2"), digest(path="/office/b/")}) == 5


def test_a_file_over_the_limit_is_refused_at_its_field_as_without_a_key(office, inside):
    sent = SITE | {"form_key": key_on(office), "extra": SimpleUploadedFile("a.pdf", b"%PDF-" + bytes(MAX_BYTES))}
    assert office.post(ADD, sent).status_code == 302  # this form has no such field: the file is passed over, not 413


def test_keys_are_forgotten_after_a_month(people):
    for days in (29, 31):
        FormKey.objects.create(user=people["owner"], key=f"{days:032}", digest="", location="/", at=timezone.now() - timedelta(days=days))
    assert forget_form_keys() == 1
    assert FormKey.objects.get().key == f"{29:032}"


