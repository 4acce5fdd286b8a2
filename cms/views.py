"""Public pages that are no Wagtail pages: notices and the entry to verification."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from cms import notices
from cms.forms import VerifyForm
from incubator.core.views import paginate, public
from incubator.policy.services import working_day


@public
def notice_list(request: HttpRequest) -> HttpResponse:
    """Every notice that can be read now."""
    today = timezone.localdate()
    page = paginate(request, notices.on_the_site(today))
    return render(request, "cms/notice_list.html", home_of(request) | {"page": page, "today": today, "days": notices.RETENTION_DAYS})


@public
def notice_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One notice with its masked rows; a withdrawn one shows the reason in their place."""
    today = timezone.localdate()
    notice, withdrawal = notices.find(code, today)
    context = {
        "notice": notice, "withdrawal": withdrawal, "today": today, "rows": notices.rows_of(notice),
        "working_day": working_day(notice, today), "earlier": notice.replaces, "followers": notice.followers.exclude(state="draft"),
    }  # fmt: skip
    return render(request, "cms/notice_detail.html", home_of(request) | context)


@public
def verify_entry(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a paper and lead to the page that says what was issued under it."""
    form = VerifyForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("verify", request.organisation.slug, form.cleaned_data["code"])
    return render(request, "cms/verify_entry.html", home_of(request) | {"form": form})


def home_of(request: Any) -> dict[str, str]:
    """The seal leads to the organisation's own page."""
    return {"home_url": f"/{request.organisation.slug}/"}
