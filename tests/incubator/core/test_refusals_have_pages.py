"""What no view answers: wrong method, wrong type, too much, no token. Our page in both languages; for htmx, our notice."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from incubator.accounts.models import User
from tests.browser import signed_in

PAGE = "/office/jingyue/"
SMALL = {"x": "1"}


@pytest.fixture
def officer(people):
    return people["officer"]


def wrong_method(client, **headers):
    return client.put(PAGE, headers=headers)


def wrong_method_of_a_package(client, **headers):
    return client.delete("/accounts/login/", headers=headers)


def not_a_form(client, **headers):
    return client.post(f"{PAGE}startups/new/", '{"name": "x"}', content_type="application/json", headers=headers)


def too_much_text(client, **headers):
    return client.post(f"{PAGE}startups/new/", {"name": "长" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}, headers=headers)


def too_many_fields(client, **headers):
    body = "&".join(f"f{place}=1" for place in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    return client.post(f"{PAGE}startups/new/", body, content_type="application/x-www-form-urlencoded", headers=headers)


def two_gigabytes(client, **headers):
    """Only said, not sent: whoever reads the body first would fail."""
    return client.generic("POST", f"{PAGE}startups/new/", b"x", "multipart/form-data; boundary=B", headers=headers, CONTENT_LENGTH=str(2 * 1024**3))


def not_multipart(client, **headers):
    return client.post(f"{PAGE}startups/new/", b"no boundary", content_type="multipart/form-data", headers=headers)


def without_token(client, **headers):
    client.handler.enforce_csrf_checks = True
    return client.post(f"{PAGE}startups/new/", SMALL, headers=headers)


def missing(client, **headers):
    return client.get(f"{PAGE}startups/999999/", headers=headers)


WAYS = {
    wrong_method: (405, "This address cannot be used like this"),
    wrong_method_of_a_package: (405, "This address cannot be used like this"),
    not_a_form: (415, "This was not sent as a form"),
    too_much_text: (413, "This is too large to send"),
    too_many_fields: (413, "This is too large to send"),
    two_gigabytes: (413, "This is too large to send"),
    not_multipart: (400, "This address or form is not complete"),
    without_token: (403, "This page was open for too long"),
    missing: (404, "There is nothing at this address"),
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_refusal_is_our_page_and_for_htmx_our_notice(officer, way, language):
    status, heading = WAYS[way]
    client = Client() if way is wrong_method_of_a_package else signed_in(officer, raise_request_exception=False)
    client.cookies["language"] = language
    page, part = way(client), way(client, HX_Request="true")
    with translation.override(language):
        said = gettext(heading)
    for answer in (page, part):
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
        assert said in answer.text
        assert "Content-Security-Policy" in answer.headers
    assert page.text.startswith("<!doctype html>") and f'lang="{language}"' in page.text
    assert part.text.startswith('<div class="notice notice-red" role="alert">')


def test_a_wrong_method_still_says_the_right_ones(officer):
    assert wrong_method(signed_in(officer)).headers["Allow"] == "GET, HEAD, POST"


def test_without_the_right_nobody_learns_about_types(people):
    """The permission is asked before the body is looked at."""
    assert not_a_form(signed_in(people["viewer"])).status_code == 403
    assert not_a_form(Client()).status_code == 302
    assert User.objects.filter(email__startswith="viewer").exists()
