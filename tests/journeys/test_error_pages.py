"""The pages of a refusal in a real browser: nothing that axe objects to in either theme, nothing sideways on a phone."""

from __future__ import annotations

from types import ModuleType

import pytest
from django.shortcuts import render
from django.urls import path

from incubator import urls
from tests.journeys.test_every_page import SPOIL, Reader
from tests.walls.report import tell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("400", "403", "403_csrf", "404", "405", "409", "413", "415", "429", "500", "503")


def refusal(request, name):
    """The page as it is answered, but as a success: the browser writes a line for each answer above 399."""
    return render(request, f"{name}.html", {"message": "这份申请已经提交，不能再改。" if name in {"403", "409"} else ""})


@pytest.fixture
def answered(settings):
    """The site with one more address for each refusal."""
    site = ModuleType("site_with_refusals")
    site.urlpatterns = [path("refusal/<slug:name>/", refusal), *urls.urlpatterns]
    site.handler500 = urls.handler500
    settings.ROOT_URLCONF = site


def test_every_page_of_a_refusal_is_readable_and_fits_a_phone(browser, live_server, answered, people):
    faults = {}
    for who, user in (("anonymous", None), ("officer", people["officer"])):
        reader = Reader(browser, live_server.url, user)
        faults |= {f"{name} ({who})": found for name in PAGES if (found := reader.look(f"/refusal/{name}/"))}
    tell("browser: refusals", f"{len(PAGES)} pages of 4xx and 5xx, both themes, 390 px: {len(faults)} with faults")
    assert not faults, faults


def test_the_reader_sees_a_fault_of_such_a_page(browser, live_server, answered):
    """The control: one of them, spoilt on purpose."""
    assert any("image-alt" in line for line in Reader(browser, live_server.url).look("/refusal/409/", SPOIL))
