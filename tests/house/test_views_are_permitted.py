"""Every address of the site leads to a view that says who may use it, or to a package that is listed as another's."""

import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver, resolve, reverse

from incubator.urls import CMS_CSP, THIRD_PARTY


def patterns(tree, before=""):
    for entry in tree:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry.callback
        else:
            yield from patterns(entry.url_patterns, route)


ADDRESSES = list(patterns(get_resolver().url_patterns))


def is_shadowed(route, view):
    """Whether an override in front of it takes every request for this address."""
    return not set("<(^") & set(route) and resolve(f"/{route}").func is not view


def is_listed(view):
    return any(view.__module__ == name or view.__module__.startswith(f"{name}.") for name in THIRD_PARTY)


def test_every_view_says_who_may_use_it():
    silent = [
        f"{route}: {view.__module__}"
        for route, view in ADDRESSES
        if not getattr(view, "access", None) and not is_listed(view) and not is_shadowed(route, view)
    ]
    assert silent == []
    assert [route for route, view in ADDRESSES if is_shadowed(route, view)] == ["cms/login/", "_util/login/"]


def test_every_view_of_the_editor_stands_behind_the_gate():
    behind = {getattr(view, "access", None) for route, view in ADDRESSES if route.startswith("cms/")}
    assert behind == {"editor of the public site", "public"}  # public: the way to our own log-in


def test_no_view_of_ours_hides_behind_the_list():
    ours = {view.__module__ for _route, view in ADDRESSES if view.__module__.split(".")[0] in {"incubator", "spaces", "billing", "mentors", "cms"}}
    assert [name for name in ours if name.startswith(tuple(THIRD_PARTY))] == []


def test_every_package_of_the_list_is_in_use():
    modules = {view.__module__ for _route, view in ADDRESSES}
    assert [name for name in THIRD_PARTY if not any(module.startswith(name) for module in modules)] == []


@pytest.mark.parametrize("address", ["/cms/login/", "/_util/login/"])
def test_the_log_ins_of_wagtail_lead_to_ours(client, db, address):
    response = client.get(address + "?next=/cms/")
    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/login/?next=/cms/")
    assert resolve(address).func.access == "public"


def test_the_catch_all_is_last():
    assert str(get_resolver().url_patterns[-1].url_patterns[-1].pattern).endswith("$")
    assert resolve("/anything/below/").url_name == "wagtail_serve"


def test_the_wide_policy_is_for_the_editor_only(client, db):
    """The header of /cms/ allows inline code, every other page forbids it."""
    assert "unsafe-inline" in client.get(reverse("wagtailadmin_home")).headers["Content-Security-Policy"]
    for address in ("/", "/accounts/login/", "/policy/"):
        assert "unsafe" not in client.get(address).headers["Content-Security-Policy"]
    assert {key for key in CMS_CSP if CMS_CSP[key] != settings.SECURE_CSP[key]} == {"script-src", "style-src", "img-src"}
