"""The gate of /cms/ (walls.md 13): who may enter, which of Wagtail's views exist for an editor, and which pages.

Wagtail's own permissions stand behind it. The gate adds what they do not know: that a role ends with its membership,
that reports, tags and workflows show every organisation, and that another organisation's page is as good as none."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.services import keep_editor_in_step
from incubator.journal.door import note
from incubator.journal.models import SecurityEvent

View = Callable[..., HttpResponse]
SPACES = frozenset(
    "wagtailadmin_pages wagtailadmin_editing_sessions wagtaildocs wagtailimages wagtaildocs_chooser "
    "wagtailimages_chooser".split()
)
API = ["wagtailadmin_api", "pages"]  # the menu's own; those of pictures and documents ask no permission
VIEWS = frozenset(
    "home explore_root explore explore_results choose_page choose_page_child choose_page_search "
    "choose_page_chosen_multiple choose_page_external_link choose_page_email_link choose_page_phone_link "
    "choose_page_anchor_link account logout dismissibles block_preview sprite javascript_catalog".split()
)
# Wagtail's lists of pictures and documents for programs ask nobody who reads them. Its own pages do not use them.
UNGUARDED = frozenset({"images", "documents"})
# Inside the spaces above: lists over all organisations, lists of all groups, addresses without an end.
CLOSED = frozenset(
    "find type_use type_use_results set_privacy url_generator url_generator_output workflow_action "
    "collect_workflow_action_data confirm_workflow_cancellation workflow_preview workflow_history "
    "workflow_history_detail".split()
)
# What may be done to many at once: never tags, one list of words for all organisations.
BULK_MODELS = frozenset({("wagtailcore", "page"), ("wagtailimages", "image"), ("wagtaildocs", "document")})
NUMBER = re.compile(r"[0-9]{1,18}")
LINK_FIELD = "external-link-chooser-url"
PAGE_IDS = ("page_id", "parent_page_id", "page_to_move_id", "destination_id")


def gate(view: View) -> View:
    """Decorator of every view below /cms/."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        keep_editor_in_step(user)
        if not user.has_perm("wagtailadmin.access_admin"):
            message = _("The public site is edited by people with the role of a content editor. Ask an owner of your organisation for this role.")
            return render(request, "403.html", {"message": message}, status=403)
        if not user.is_superuser:
            _check(request, user, kwargs)
        if request.resolver_match.view_name == "wagtailadmin_account":  # its form asks for names that people here have not
            return redirect("home")
        answer = view(request, *args, **kwargs)
        if answer.status_code == 302 and answer["Location"] == reverse("wagtailadmin_home"):  # how Wagtail refuses
            note(SecurityEvent.What.REFUSED_FOREIGN, request, user=user)
        return answer

    guarded.access = "editor of the public site"  # type: ignore[attr-defined]
    return guarded


def is_open(match: Any) -> bool:
    """Whether an editor of one organisation may use this view at all."""
    name = match.url_name or ""
    if match.namespaces:
        space, *within = match.namespaces
        return space in SPACES and name not in CLOSED and not (space == "wagtailadmin_api" and UNGUARDED & set(within))
    if name == "wagtail_bulk_action":
        given = match.kwargs
        return (given["app_label"], given["model_name"]) in BULK_MODELS and given["action"] != "add_tags"
    return name.removeprefix("wagtailadmin_") in VIEWS


def _check(request: HttpRequest, user: Any, kwargs: dict[str, Any]) -> None:
    match = request.resolver_match
    if not is_open(match):
        raise Http404
    _refuse_malformed(request, match.url_name or "")
    asked = {int(kwargs[name]) for name in PAGE_IDS if name in kwargs}
    if match.namespaces[:1] == ["wagtailadmin_pages"] and "pk" in kwargs:
        asked.add(int(kwargs["pk"]))
    if asked and own_pages(user).filter(pk__in=asked).count() != len(asked):
        raise Http404


def _refuse_malformed(request: HttpRequest, name: str) -> None:
    """400 for what Wagtail's own views would fail on."""
    if name == "wagtailadmin_choose_page_external_link" and request.method == "POST" and LINK_FIELD not in request.POST:
        raise BadRequest(f"{LINK_FIELD} is missing")
    words = {"all"} if name == "wagtail_bulk_action" else set()
    if not all(NUMBER.fullmatch(value) or value in words for value in request.GET.getlist("id")):
        raise BadRequest("id is no number")


def own_pages(user: Any) -> Any:
    """The pages that this person edits."""
    return policy_registry.get_by_type(Page).instances_user_has_any_permission_for(user, {"add", "change", "publish"})
