"""Which organisations work on this deployment."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from incubator.accounts.models import Organisation
from incubator.core.views import platform


@platform
def home(request: HttpRequest) -> HttpResponse:
    """Every organisation with the number of people who hold a role there today. Nothing of its work is shown."""
    organisations = Organisation.objects.with_people().order_by("created_at", "pk")
    return render(request, "platform/home.html", {"organisations": organisations})
